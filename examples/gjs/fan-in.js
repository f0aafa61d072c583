// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Three sources, each a task with a channel of its own. A select receives from all of them, until
// the last has closed its channel.

import Ts from 'gi://Ts?version=1';

async function produce(letter, output) {
    for (let i = 1; i <= 3; i++)
        await output.send_async(`${letter}${i}`);
    output.close();
}

const letters = ['a', 'b', 'c'];
const open = Object.fromEntries(letters.map(letter => [letter, new Ts.Channel(0)]));
const received = Object.fromEntries(letters.map(letter => [letter, []]));
const sources = letters.map(letter => produce(letter, open[letter]));

while (Object.keys(open).length > 0) {
    const {key, value, closed} = await Ts.select_async(open);
    if (closed)
        delete open[key];
    else
        received[key].push(value);
}
await Promise.all(sources);
for (const letter of letters)
    print(received[letter].join(' '));
