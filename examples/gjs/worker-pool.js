// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Three tasks square numbers. Each takes the next number when it is ready for it, and who hands
// them out waits while all are busy.

import Ts from 'gi://Ts?version=1';

const N_WORKERS = 3;
const N_JOBS = 10;

const [jobs, results] = [new Ts.Channel(0), new Ts.Channel(0)];

async function work() {
    for await (const number of jobs)
        await results.send_async(number * number);
}

async function handOut() {
    const workers = Array.from({length: N_WORKERS}, work);
    for (let number = 1; number <= N_JOBS; number++)
        await jobs.send_async(number);
    jobs.close();
    await Promise.all(workers);
    results.close();
}

let count = 0;
let sum = 0;
const done = handOut();

for await (const result of results) {
    count++;
    sum += result;
}
await done;
print(`${count} results, ${sum} in all`);
