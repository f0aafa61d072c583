// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A request carries the future for its reply, so each client gets its own, or an error.

import Ts from 'gi://Ts?version=1';

async function serve(requests) {
    for await (const {number, reply} of requests) {
        if (number === 0)
            reply.reject(new Error('nothing to double'));
        else
            reply.resolve(2 * number);
    }
}

async function ask(requests, number) {
    const reply = new Ts.Future();
    await requests.send_async({number, reply});
    try {
        print(`twice ${number} is ${await reply.wait_async()}`);
    } catch (error) {
        print(`twice ${number}: ${error.message}`);
    }
}

const requests = new Ts.Channel(0);
const server = serve(requests);

for (const number of [1, 2, 0])
    await ask(requests, number);
requests.close();
await server;
