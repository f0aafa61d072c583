// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import GObject from 'gi://GObject';
import Ts from 'gi://Ts?version=1';
import TsTest from 'gi://TsTest?version=1';

import {equal, ok, run, test, throws, until} from './tap.js';

const AN_HOUR = 3600 * 1000;

// When all that a model could do is done.
const settle = () => new Promise(resolve => {
    GLib.idle_add(GLib.PRIORITY_LOW, () => {
        resolve();
        return GLib.SOURCE_REMOVE;
    });
});

const numbers = n => Array.from({length: n}, (_, i) => i);
const values = model => [...model].map(row => row.value);

const Thing = GObject.registerClass(class TsTestThing extends GObject.Object {
    _init(number) {
        super._init();
        this.number = number;
    }
});

test('objects are rows themselves', async () => {
    const channel = new Ts.Channel(-1);
    const model = new Ts.ListModel(channel);
    const things = numbers(5).map(i => new Thing(i));
    things.forEach(thing => channel.send(thing));
    await settle();
    ok(model instanceof Ts.ListModel, 'a list model');
    equal(model.get_n_items(), 5);
    ok(things.every((thing, i) => model.get_item(i) === thing), 'the same objects');
    equal([...model].map(thing => thing.number), numbers(5));
    equal(model.get_item(5), null);
    equal(model.get_item_type(), GObject.Object.$gtype);
});

test('anything else is in an item', async () => {
    const channel = new Ts.Channel(-1);
    const model = new Ts.ListModel({channel});
    const object = {a: 1};
    for (const item of [1, 'two', null, true, object, [5], 2n ** 70n, undefined])
        channel.send(item);
    await settle();
    equal(values(model).slice(0, 4), [1, 'two', null, true]);
    ok(model.get_item(4).value === object, 'the same object');
    equal(values(model).slice(5), [[5], 2n ** 70n, undefined]);
    equal([...model].map(row => row.string).slice(0, 2), ['1', 'two']);
    equal([...model].map(row => row.dup_string()).slice(4), ['[object Object]', '5',
        String(2n ** 70n), 'undefined']);
    equal(model.get_item(5).get_value(), [5]);
    ok(/^\[TsItem 0x\w+: gchararray "two"\]$/.test(`${model.get_item(1)}`), `${model.get_item(1)}`);
    equal(`${model.get_item(5)}`, '[TsJsItem: object 5]');
    ok(model.get_item(0) === model.get_item(0), 'the same row each time');
});

test('what a thread sends is told in changes', async () => {
    const channel = new Ts.Channel(10);
    const model = new Ts.ListModel(channel, {
        max_items: 20, overflow: Ts.Overflow.DROP_OLDEST, interval: 1,
    });
    const mirror = [];
    model.connect('items-changed', (_model, position, removed, added) => {
        mirror.splice(position, removed,
            ...numbers(added).map(i => model.get_item(position + i).value));
    });
    TsTest.start_sends(channel, 1, 1000, 0);
    TsTest.close_when_joined(channel);
    await until(() => model.finished);
    TsTest.join();
    equal(mirror, numbers(20).map(i => i + 980));
    equal([model.received, model.dropped, model.n_items], [1000, 980, 20]);
    model.remove(0, 19);
    equal(mirror, [999]);
});

test('a full model leaves items in the channel', async () => {
    const channel = new Ts.Channel(5);
    const model = new Ts.ListModel(channel, {max_items: 2});
    numbers(5).forEach(i => channel.send(i));
    await settle();
    equal([model.n_items, channel.length], [2, 3]);
    model.max_items = 3;
    await settle();
    equal([model.n_items, channel.length], [3, 2]);
});

test('a closed model gives back what it did not show', async () => {
    const channel = new Ts.Channel(5);
    const model = new Ts.ListModel(channel, {interval: AN_HOUR});
    let finished = 0;
    model.connect('notify::finished', () => finished++);
    channel.send(0);
    await settle();
    numbers(3).forEach(i => channel.send(i + 1));
    await settle();
    equal([model.n_items, channel.length], [1, 0]);
    ok(model.close(), 'closed now');
    ok(!model.close(), 'closed before');
    equal(finished, 1);
    equal(numbers(3).map(() => channel.try_receive()), [1, 2, 3]);
});

test('a list of GIO takes it as a model', async () => {
    const channel = new Ts.Channel(5);
    const lists = new Gio.ListStore({item_type: Gio.ListModel.$gtype});
    lists.append(new Ts.ListModel(channel));
    channel.send('row');
    await settle();
    equal(lists.get_item(0).get_item(0).value, 'row');
});

test('bad input is refused', async () => {
    throws(() => Ts.ListModel.new(null), Error);
    throws(() => Ts.ListModel.new(new Ts.Event()), Error);
});

await run();
