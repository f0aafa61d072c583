// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Every kind of value by every way between JavaScript and C threads: it comes as what it is, and nothing
// of it is left behind (C18, C19).

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Ts from 'gi://Ts?version=1';
import TsTest from 'gi://TsTest?version=1';
import System from 'system';

import {equal, ok, rounds, run, test, until} from './tap.js';

const Thing = GObject.registerClass(class Thing extends GObject.Object {});

const is = (a, b) => Object.is(a, b);
const large = 'x'.repeat(1000);
const text = bytes => new TextDecoder().decode(bytes.toArray());

// How one is made, how one that has come back is compared with what was sent, and whether it is an object of
// JavaScript alone.
const kinds = {
    'an integer': {make: i => i, same: is},
    'a great number': {make: i => 2 ** 40 + i, same: is},
    'a fraction': {make: i => i + 0.5, same: is},
    'a boolean': {make: i => i % 2 === 0, same: is},
    'null': {make: () => null, same: is},
    'undefined': {make: () => undefined, same: is},
    'a string': {make: i => `${large}${i}`, same: is},
    'a string with a NUL': {make: i => `${large}\0${i}`, same: is},
    'a BigInt': {make: i => 2n ** 70n + BigInt(i), same: is},
    'a symbol': {make: () => Symbol.iterator, same: is},
    // Parsed, since gjs 1.74 never frees a variant that it has put together itself.
    'a GVariant': {
        make: i => GLib.Variant.parse(null, `(${i}, '${large}')`, null, null),
        same: (a, b) => a.equal(b),
    },
    // Not by a method of C, each of which leaves a reference behind in gjs 1.74.
    'GBytes': {
        make: i => new GLib.Bytes(`${large}${i}`),
        same: (a, b) => text(a) === text(b),
    },
    'a GDateTime': {make: i => GLib.DateTime.new_from_unix_utc(i), same: (a, b) => a.equal(b)},
    'a GObject': {make: () => new Gio.Cancellable(), same: is},
    'a GObject of JavaScript': {make: () => new Thing(), same: is},
    'a channel': {make: () => new Ts.Channel(1), same: is},
    'a ParamSpec': {
        make: i => GObject.ParamSpec.int(`number${i}`, '', '', GObject.ParamFlags.READABLE, 0, i, i),
        same: (a, b) => b instanceof GObject.ParamSpec && a.get_name() === b.get_name(),
    },
    'a plain object': {make: i => ({i, large: `${large}${i}`}), same: is, isOurs: true},
    'an array': {make: i => [i, `${large}${i}`, {}], same: is, isOurs: true},
    'an array of bytes': {make: i => new Uint8Array(1000).fill(i), same: is, isOurs: true},
    'a map': {make: i => new Map([[i, {}]]), same: is, isOurs: true},
    'a function': {make: i => () => i, same: is, isOurs: true},
    'an error': {make: i => new Error(`${i}`), same: is, isOurs: true},
};

// Counts GObjects, and what is JavaScript's by a GObject that it has to itself: GJS 1.74 never tells a
// FinalizationRegistry, and a WeakRef keeps what it refers to. Boxed types are left to malloc()'s count.
class Census {
    constructor({isOurs = false}) {
        this.isOurs = isOurs;
        this.before = TsTest.count_alive();
    }

    add(value) {
        if (value instanceof GObject.Object) {
            TsTest.track(value);
        } else if (this.isOurs) {
            value.witness = new Gio.Cancellable();
            TsTest.track(value.witness);
        }
    }

    get alive() {
        return TsTest.count_alive() - this.before;
    }
}

const jsToJs = {
    name: 'from JavaScript to JavaScript',
    async work(kind, n, census) {
        const channel = new Ts.Channel(4);
        for (let i = 0; i < n; i++) {
            const value = kind.make(i);
            census.add(value);
            channel.send(value);
            channel.send(value);
            ok(kind.same(channel.receive(), value), 'what was sent is received');
            ok(kind.same(await channel.receive_async(), value), 'what was sent is awaited');
        }
    },
};

const byAThread = {
    name: 'through a thread of C',
    async work(kind, n, census) {
        const [there, back] = [new Ts.Channel(4), new Ts.Channel(4)];
        TsTest.start_forward(there, back);
        for (let i = 0; i < n; i++) {
            const value = kind.make(i);
            census.add(value);
            await there.send_async(value);
            ok(kind.same(await back.receive_async(), value), 'what was sent comes back');
        }
        there.close();
        TsTest.join();
    },
};

const toAThread = {
    name: 'to a thread of C, which drops it',
    async work(kind, n, census) {
        const channel = new Ts.Channel(4);
        TsTest.start_receives(channel, 1);
        for (let i = 0; i < n; i++) {
            const value = kind.make(i);
            census.add(value);
            await channel.send_async(value);
        }
        channel.close();
        equal(TsTest.join(), n, 'received');
    },
};

const leftBehind = {
    name: 'left in a channel that goes',
    async work(kind, n, census) {
        const channel = new Ts.Channel(-1);
        for (let i = 0; i < n; i++) {
            const value = kind.make(i);
            census.add(value);
            channel.send(value);
        }
        await channel.receive_async();
    },
};

// What is not reachable any more may take turns of the main loop to go.
async function collect() {
    for (let i = 0; i < 4; i++) {
        System.gc();
        await new Promise(resolve => setTimeout(resolve, 0));
    }
}

// A conservative collector may find an old value on the stack.
const FEW = 3;

// Bytes for each.
const LITTLE = 32;

// Tables grow now and then, and garbage may be found late: but a leak is there every time. Three quiet
// rounds are enough.
async function staysTheSame(n, work) {
    let [quiet, growth, before] = [0, 0, 0];
    for (let i = 0; i < 20 && quiet < 3; i++) {
        await work();
        await collect();
        const after = TsTest.memory_in_use();
        growth = (after - before) / n;
        if (i > 0 && growth < LITTLE)
            quiet++;
        before = after;
    }
    ok(quiet === 3, `${growth} bytes are left of each`);
}

for (const way of [jsToJs, byAThread, toAThread, leftBehind]) {
    for (const [name, kind] of Object.entries(kinds)) {
        test(`${name}, ${way.name}`, async () => {
            const n = rounds(200);
            const census = new Census(kind);
            await way.work(kind, n, census);
            for (let i = 0; i < 20 && census.alive > FEW; i++)
                await collect();
            ok(census.alive <= FEW, `${census.alive} of ${n} are left`);

            await staysTheSame(n, () => way.work(kind, n, {add: () => null}));
        });
    }
}

// What C sends in each round.
const fromC = [
    value => is(value, -7),
    value => is(value, 2 ** 40),
    value => is(value, 0.5),
    value => is(value, true),
    value => is(value, Ts.Overflow.DROP_NEWEST),
    value => is(value, 's'.repeat(1000)),
    value => value instanceof Gio.Cancellable,
    value => value.deepUnpack()[1] === 'text',
    value => text(value) === 'bytes',
    value => value.to_unix() === 5,
    value => value.join(' ') === 'some words',
    value => value instanceof GObject.ParamSpec && value.get_name() === 'number',
];

async function receiveKinds(n) {
    const channel = new Ts.Channel(20);
    TsTest.start_kinds(channel, n);
    for (let i = 0; i < n; i++) {
        for (const [index, check] of fromC.entries())
            ok(check(await channel.receive_async()), `kind ${index}`);
    }
    TsTest.join();
}

test('every kind that a thread of C sends', async () => {
    const n = rounds(200);
    await receiveKinds(n);
    await until(() => (System.gc(), TsTest.count_alive() <= FEW), 'objects go');

    await staysTheSame(n, () => receiveKinds(n));
});

await run();
