// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A task reports its progress, and another shows it. The channel has room for one report, and a new
// one takes the place of the old: who works never waits, and what is shown is never late.

import Ts from 'gi://Ts?version=1';

const N_REPORTS = 100;

const reports = new Ts.Channel(1, {overflow: Ts.Overflow.DROP_OLDEST});

async function work() {
    for (let percent = 1; percent <= N_REPORTS; percent++) {
        reports.send(percent);
        if (percent % 10 === 0)
            await new Promise(resolve => setTimeout(resolve, 1)); // the work
    }
    reports.close();
}

let shown = 0;
let last = 0;
const done = work();

for await (const percent of reports) {
    shown++;
    last = percent;
}
await done;
print(`the last report: ${last} %`);
if (shown + reports.dropped === N_REPORTS)
    print(`of ${N_REPORTS} reports, each was shown or out of date`);
