// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Tasks that wait for each other, with a clock in the same main loop that never stands still.

import Ts from 'gi://Ts?version=1';

let ticks = 0;
const clock = setInterval(() => ticks++, 10);
const pause = ms => new Promise(resolve => setTimeout(resolve, ms));

const start = new Ts.Event({name: 'start'});
const arrivals = Ts.Event.new_auto_reset();

async function runner(number) {
    await start.wait_async();
    await pause(100 * number);
    print(`runner ${number} arrives; the main loop has ticked ${ticks} times`);
    arrivals.set();
}

const runners = [1, 2, 3].map(runner);
print('ready, steady, go');
start.set();
for (let i = 1; i <= 3; i++) {
    await arrivals.wait_async({timeout: 2000});
    print(`counted: ${i}`);
}
await Promise.all(runners);

await arrivals.wait_async({timeout: 50}).catch(error => print(`nobody else: ${error.message}`));
clearInterval(clock);
