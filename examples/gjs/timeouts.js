// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Two servers are asked. A select takes what comes first: an answer, or the end of our patience.

import Ts from 'gi://Ts?version=1';

const first = new Ts.Future();
const second = new Ts.Future(); // from a server that is down
setTimeout(() => first.resolve('hello'), 1);

const {key, value} = await Ts.select_async({first, second});
print(`the ${key} server says ${value}`);

try {
    await Ts.select_async({second}, {timeout: 50});
} catch {
    print('no answer from the second in time');
}
