// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Six tasks, of which a semaphore lets two at a time do the work that must not be overdone.

import Ts from 'gi://Ts?version=1';

const N_JOBS = 6;
const N_AT_A_TIME = 2;

const permits = new Ts.Semaphore(N_AT_A_TIME);
let atOnce = 0;
let most = 0;

async function work() {
    await permits.acquire_async();
    most = Math.max(most, ++atOnce);
    await new Promise(resolve => setTimeout(resolve, 5)); // the work
    atOnce--;
    permits.release();
}

await Promise.all(Array.from({length: N_JOBS}, work));
print(`${N_JOBS} jobs done, never more than ${most} at once`);
