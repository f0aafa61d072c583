// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Worker threads bake; JavaScript sells what comes out of the oven, and its clock goes on ticking.
//
// The trays go through one channel, with room for two of them: so bakers wait when nobody buys. An
// event tells everyone that the shop has opened. JavaScript has no threads: the bakers are written
// in C, in bakery.c beside this file.

import GLib from 'gi://GLib';
import Bakery from 'gi://Bakery?version=1';
import Ts from 'gi://Ts?version=1';

const start = GLib.get_monotonic_time();

function say(text) {
    const seconds = ((GLib.get_monotonic_time() - start) / 1e6).toFixed(2);
    print(`${seconds.padStart(5)} s  main loop ${text}`);
}

const opening = new Ts.Event({name: 'opening'});
const counter = new Ts.Channel(2, {name: 'counter'});
const cash = new Ts.Channel(Ts.CHANNEL_UNLIMITED);

// Awaits the end of each baker's work.
async function close(bakers) {
    for (const baker of bakers)
        say(`${await baker.wait_async()} goes home`);
    counter.close();
}

// Several loops may share a channel.
async function sell(name) {
    await opening.wait_async();
    for await (const tray of counter) {
        say(`${name} sells ${tray}`);
        await cash.send_async({name, tray}); // from JavaScript to JavaScript: any value
    }
}

const clock = setInterval(() => say('tick: it is never blocked'), 100);
const bakers = ['bread', 'cake'].map(kind => Bakery.bake(opening, counter, kind, 3));

say('opens the shop');
opening.set();
await Promise.all([close(bakers), sell('Ada'), sell('Bob')]);
clearInterval(clock);
say(`closed: ${cash.try_receive_many().length} trays were sold, each once`);
