// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What each operation leaves behind, by malloc()'s own count.

import Gio from 'gi://Gio';
import Ts from 'gi://Ts?version=1';
import TsTest from 'gi://TsTest?version=1';
import System from 'system';

import {ok, rounds, run, test, until} from './tap.js';

const large = 'x'.repeat(1000);
const full = new Ts.Channel(4);
const meeting = new Ts.Channel(0);
const event = Ts.Event.new_auto_reset();
const lock = new Ts.Lock();

const operations = {
    'a string, sent and received': () => {
        full.send(large);
        full.receive();
    },
    'an object of JavaScript': () => {
        full.send({large});
        full.receive();
    },
    'tried': () => {
        full.try_send(large);
        full.try_receive();
    },
    'many': () => {
        full.send(large);
        full.send(large);
        full.receive_many();
    },
    'awaited': async () => {
        await full.send_async(large);
        await full.receive_async();
    },
    'awaited by both sides': async () => {
        const received = meeting.receive_async();
        await meeting.send_async(large);
        await received;
    },
    'received by a callback': () => new Promise(resolve => {
        full.receive_async(null, (channel, result) => resolve(channel.receive_finish(result)));
        full.send(large);
    }),
    'a wait for an event': async () => {
        const wait = event.wait_async();
        event.set();
        await wait;
    },
    'a wait with a timeout': async () => {
        const wait = event.wait_async({timeout: 60000});
        event.set();
        await wait;
    },
    'a wait that is cancelled': async () => {
        const cancellable = new Gio.Cancellable();
        const wait = event.wait_async({cancellable, timeout: 60000});
        cancellable.cancel();
        await wait.catch(() => null);
    },
    'an item that nobody collects': async () => {
        let called = false;
        full.receive_async(null, () => (called = true));
        full.send(large);
        await until(() => called);
        System.gc();
        full.receive();
    },
    'a lock': () => lock.with(() => null),
    'a future': async () => {
        const future = new Ts.Future();
        const wait = future.wait_async();
        future.resolve(large);
        await wait;
    },
    'a select': async () => {
        const selected = Ts.select_async({full, event});
        full.send(large);
        await selected;
    },
};

async function repeat(operation, count) {
    for (let i = 0; i < count; i++) {
        await operation();
        if (i % 500 === 0)
            System.gc();
    }
    // What is not reachable any more may take turns of the main loop to go.
    for (let i = 0; i < 4; i++) {
        System.gc();
        await new Promise(resolve => setTimeout(resolve, 0));
    }
    return TsTest.memory_in_use();
}

for (const [name, operation] of Object.entries(operations)) {
    test(`nothing is left of: ${name}`, async () => {
        const slow = name === 'an item that nobody collects';
        const count = rounds(slow ? 100 : 1000);
        let least = Infinity;
        let before = await repeat(operation, count);
        // Tables that grow now and then are not a leak: one quiet round in four is enough.
        for (let i = 0; i < 4 && least >= 32; i++) {
            const after = await repeat(operation, count);
            least = Math.min(least, (after - before) / count);
            before = after;
        }
        ok(least < 32, `${least} bytes are left of each`);
    });
}

await run();
