// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A pipeline: numbers are produced by one task, squared by a second, increased by a third, and
// printed here. When a stage has closed its channel, the next one ends as well.

import Ts from 'gi://Ts?version=1';

async function produce(output) {
    for (let number = 1; number <= 5; number++)
        await output.send_async(number);
    output.close();
}

async function runStage(input, output, change) {
    for await (const item of input)
        await output.send_async(change(item));
    output.close();
}

const [numbers, squares, results] = [new Ts.Channel(2), new Ts.Channel(2), new Ts.Channel(2)];
const stages = [
    produce(numbers),
    runStage(numbers, squares, number => number * number),
    runStage(squares, results, number => number + 1),
];

for await (const result of results)
    print(result);
await Promise.all(stages);
