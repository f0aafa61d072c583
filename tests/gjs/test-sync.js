// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Ts from 'gi://Ts?version=1';
import System from 'system';

import {
    CANCELLED, TIMED_OUT, cancelled, equal, observe, ok, rejects, run, test, throws, turn, until
} from './tap.js';

const CLOSED = [Ts.Error, Ts.Error.CLOSED];
const NOT_HELD = [Ts.Error, Ts.Error.NOT_HELD];
const OVERFLOW = [Ts.Error, Ts.Error.OVERFLOW];

const pause = () => new Promise(resolve => setTimeout(resolve, 1));

/* TsSemaphore and TsLock */

test('S01 as many acquire as there are permits', async () => {
    const semaphore = new Ts.Semaphore(2);
    equal(semaphore.get_value(), 2);
    semaphore.acquire();
    equal(await semaphore.acquire_async(), true);
    const third = observe([semaphore.acquire_async()]);
    await turn();
    equal(third, ['pending']);
    semaphore.release();
    await until(() => third[0] === 'done');
    equal(semaphore.get_value(), 0);
});

test('S02 those who wait are served in the order in which they came', async () => {
    const semaphore = new Ts.Semaphore(0);
    const order = [];
    const waits = [1, 2, 3].map(i => semaphore.acquire_async().then(() => order.push(i)));
    semaphore.release(2);
    await turn();
    equal(order, [1, 2]);
    semaphore.release();
    await Promise.all(waits);
    equal(order, [1, 2, 3]);
});

test('S03 a try, a timeout and a cancellable take nothing', async () => {
    for (const [object, release] of [[new Ts.Semaphore(1), o => o.release()],
        [new Ts.Lock(), o => o.release()]]) {
        equal(object.try_acquire(), true);
        equal(object.try_acquire(), false);
        throws(() => object.acquire({timeout: 1}), ...TIMED_OUT);
        throws(() => object.acquire_until(0), ...TIMED_OUT);
        throws(() => object.acquire(cancelled()), ...CANCELLED);
        await rejects(object.acquire_async({timeout: 1}), ...TIMED_OUT);
        await rejects(object.acquire_async(cancelled()), ...CANCELLED);
        release(object);
        await rejects(object.acquire_async(cancelled()), ...CANCELLED);
        equal(object.try_acquire(), true);
    }
});

test('S04 a dropped result gives back what it had acquired', async () => {
    const lock = new Ts.Lock();
    let called = false;
    lock.acquire_async(null, () => (called = true));
    await until(() => called);
    await until(() => {
        System.gc();
        return !lock.is_held();
    });
});

test('S05 above the limit: overflow; a free lock: not held', () => {
    const semaphore = new Ts.Semaphore({value: 1, limit: 2});
    semaphore.release();
    const error = throws(() => semaphore.release(), ...OVERFLOW);
    ok(error instanceof Ts.Error, 'a Ts.Error');
    equal(semaphore.get_value(), 2);
    const lock = new Ts.Lock({name: 'green'});
    ok(throws(() => lock.release(), ...NOT_HELD).message.includes('green'), 'the name');
});

test('S07 with(): one at a time, and released however it ends', async () => {
    const lock = new Ts.Lock();
    let [inside, most] = [0, 0];
    const results = await Promise.all([1, 2, 3].map(i => lock.with(async () => {
        most = Math.max(most, ++inside);
        await pause();
        inside--;
        return i;
    })));
    equal(results, [1, 2, 3]);
    equal(most, 1);
    equal(lock.held, false);
    await rejects(lock.with(() => {
        throw new RangeError('within');
    }), RangeError);
    equal(lock.held, false);
    await rejects(lock.with(() => null, cancelled()), ...CANCELLED);
    equal(await new Ts.Semaphore(1).with(() => 5), 5);
});

test('a semaphore’s watch and source', async () => {
    const semaphore = new Ts.Semaphore(0);
    let calls = 0;
    semaphore.add_watch(source => {
        equal(source, semaphore);
        return ++calls < 2;
    });
    semaphore.release(3);
    await until(() => calls === 2);
    await turn();
    equal(semaphore.get_value(), 1);
    const source = semaphore.create_source();
    source.set_callback(() => ++calls < 0);
    source.attach(null);
    await until(() => calls === 3);
});

/* TsCondition */

test('N01 a wait releases the lock and has it again, however it ends', async () => {
    const lock = new Ts.Lock();
    const condition = new Ts.Condition(lock);
    equal(condition.get_lock(), lock);
    await lock.acquire_async();
    const wait = condition.wait_async();
    equal(lock.is_held(), false);
    await lock.with(() => condition.notify_one());
    await wait;
    equal(lock.is_held(), true);
    for (const [option, expected] of [[{timeout: 1}, TIMED_OUT], [cancelled(), CANCELLED]]) {
        throws(() => condition.wait(option), ...expected);
        equal(lock.is_held(), true);
        await rejects(condition.wait_async(option), ...expected);
        equal(lock.is_held(), true);
    }
    lock.release();
});

test('N02 notify_one, notify_many, notify_all', async () => {
    const condition = new Ts.Condition();
    const lock = condition.get_lock();
    const order = [];
    const waits = [1, 2, 3, 4, 5].map(i => lock.with(async () => {
        await condition.wait_async();
        order.push(i);
    }));
    const notify = async (body, expected) => {
        await lock.with(body);
        await until(() => order.length === expected);
        await turn();
        equal(order, [1, 2, 3, 4, 5].slice(0, expected));
    };
    await notify(() => condition.notify_one(), 1);
    await notify(() => condition.notify_many(2), 3);
    await notify(() => condition.notify_all(), 5);
    await Promise.all(waits);
});

test('N03 without the lock: not held', async () => {
    const condition = new Ts.Condition();
    throws(() => condition.wait(), ...NOT_HELD);
    await rejects(condition.wait_async(), ...NOT_HELD);
    throws(() => condition.notify_one(), ...NOT_HELD);
    throws(() => condition.notify_all(), ...NOT_HELD);
});

test('N04 wait_for_async() with a predicate', async () => {
    const condition = new Ts.Condition(null, {name: 'green'});
    const lock = condition.get_lock();
    let count = 0;
    const waits = [1, 2, 3].map(i =>
        lock.with(() => condition.wait_for_async(() => count >= i && `${i} of ${count}`)));
    for (let i = 0; i < 3; i++) {
        await lock.with(() => {
            count++;
            condition.notify_all();
        });
        await turn();
    }
    equal(await Promise.all(waits), ['1 of 1', '2 of 2', '3 of 3']);
    const error = await rejects(
        lock.with(() => condition.wait_for_async(() => false, {timeout: 5})), ...TIMED_OUT);
    ok(error.message.includes('green'), 'the name');
    lock.acquire();
    equal(condition.wait_for(() => 7), 7);
    throws(() => condition.wait_for(() => false, {timeout: 5}), ...TIMED_OUT);
    lock.release();
});

/* TsBarrier */

test('B01 all go on when the last has arrived, each with another index', async () => {
    const barrier = new Ts.Barrier(3);
    for (let round = 0; round < 3; round++) {
        const waits = [barrier.wait_async(), barrier.wait_async()];
        equal(barrier.get_waiting(), 2);
        equal(barrier.wait(), 2);
        equal((await Promise.all(waits)).sort(), [0, 1]);
    }
});

test('B02 one who gives up has not come', async () => {
    const barrier = new Ts.Barrier(2);
    await rejects(barrier.wait_async({timeout: 1}), ...TIMED_OUT);
    throws(() => barrier.wait({timeout: 1}), ...TIMED_OUT);
    equal(barrier.get_waiting(), 0);
});

test('B03 abort and reset', async () => {
    const barrier = new Ts.Barrier(2);
    const wait = barrier.wait_async();
    barrier.abort();
    await rejects(wait, ...CLOSED);
    throws(() => barrier.wait(), ...CLOSED);
    equal(barrier.broken, true);
    barrier.reset();
    equal(barrier.broken, false);
});

/* TsFuture */

test('F01 everyone gets the value, before and after', async () => {
    const future = new Ts.Future();
    const value = {any: [1]};
    const before = [future.wait_async(), future.wait_async()];
    throws(() => future.wait({timeout: 0}), ...TIMED_OUT);
    equal(future.resolve(value), true);
    equal(future.resolve('late'), false);
    for (const wait of before)
        equal(await wait, value);
    equal(future.wait(), value);
    equal(await future.wait_async(), value);
    equal(future.done, true);
    const empty = new Ts.Future();
    empty.resolve();
    equal(empty.wait(), null);
});

test('F02 an error reaches everyone', async () => {
    const future = new Ts.Future();
    const wait = future.wait_async();
    equal(future.reject(new Ts.Error({code: Ts.Error.FULL, message: 'too much'})), true);
    equal(future.resolve(1), false);
    equal((await rejects(wait, Ts.Error, Ts.Error.FULL)).message, 'too much');
    throws(() => future.wait(), Ts.Error, Ts.Error.FULL);

    const other = new Ts.Future();
    other.reject(new TypeError('of JavaScript'));
    equal(throws(() => other.wait(), Gio.IOErrorEnum, Gio.IOErrorEnum.FAILED).message,
        'of JavaScript');
});

test('F03 cancelling rejects, and cancels the work', async () => {
    const future = new Ts.Future();
    const wait = future.wait_async();
    equal(future.cancel(), true);
    await rejects(wait, ...CANCELLED);
    equal(future.get_cancellable().is_cancelled(), true);
});

test('F04 giving up leaves the future as it was', async () => {
    const future = new Ts.Future();
    await rejects(future.wait_async({timeout: 1}), ...TIMED_OUT);
    await rejects(future.wait_async(cancelled()), ...CANCELLED);
    equal(future.done, false);
    future.resolve(1);
    equal(await future.wait_async(), 1);
});

/* TsSelect */

test('X01 exactly one of several happens', async () => {
    const [a, b, c] = [new Ts.Channel(1), new Ts.Channel(1), new Ts.Channel(1)];
    const event = Ts.Event.new_auto_reset();
    a.send('in a');
    b.send({x: 1});
    const {key, value, closed} = Ts.select({a, b});
    equal([closed, a.length + b.length], [false, 1]);
    if (key === 'a')
        equal(value, 'in a');
    else
        equal(value.x, 1);
    a.try_receive_many.call(key === 'a' ? b : a);

    equal((await Ts.select_async({a, out: [c, 'sent'], event})).key, 'out');
    equal(c.receive(), 'sent');
    event.set();
    equal(await Ts.select_async([a, event]).then(result => result.key), 1);
    equal(event.is_set(), false);

    const pending = Ts.select_async({a, event});
    a.send(undefined);
    const result = await pending;
    equal([result.key, result.value], ['a', undefined]);
});

test('X01 semaphores, locks and futures', async () => {
    const cases = {semaphore: new Ts.Semaphore(0), lock: new Ts.Lock(), future: new Ts.Future()};
    cases.lock.acquire();
    const first = Ts.select_async(cases);
    cases.semaphore.release();
    equal((await first).key, 'semaphore');
    const second = Ts.select_async(cases);
    cases.lock.release();
    equal((await second).key, 'lock');
    equal(cases.lock.is_held(), true);
    cases.future.resolve(5);
    const {key, value} = await Ts.select_async(cases);
    equal([key, value], ['future', 5]);
    const rejected = new Ts.Future();
    rejected.reject(new Error('no'));
    await rejects(Ts.select_async({rejected}), Gio.IOErrorEnum, Gio.IOErrorEnum.FAILED);
});

test('X02 a closed channel’s case has happened', async () => {
    const [a, b] = [new Ts.Channel(1), new Ts.Channel(1)];
    b.close();
    const result = Ts.select({a, b});
    equal([result.key, result.value, result.closed], ['b', undefined, true]);
    equal((await Ts.select_async({a, b})).closed, true);
    b.close();
    const sent = Ts.select({send: [b, 1]});
    equal([sent.key, sent.closed], ['send', true]);
});

test('X03 a Ts.Select is used again and again', async () => {
    const [a, b] = [new Ts.Channel(4), new Ts.Channel(4)];
    const select = new Ts.Select();
    const first = select.add_receive(a);
    equal(select.poll(), -1);
    a.send([1]);
    equal(select.wait(), first);
    equal(select.get_value(first)[1], [1]);
    const second = select.add_receive(b);
    b.send(null);
    equal(await select.wait_async(), second);
    equal(select.get_value(second), [true, null]);
    select.remove(first);
    a.send(2);
    equal(select.poll(), -1);
    a.close();
    b.close();
    equal(select.wait(), second);
    equal(select.get_value(second), [false, null]);
});

test('X04 a timeout and a cancellable: nothing has happened', async () => {
    const [a, event] = [new Ts.Channel(1), new Ts.Event()];
    throws(() => Ts.select({a, event}, {timeout: 1}), ...TIMED_OUT);
    await rejects(Ts.select_async({a, event}, {timeout: 1}), ...TIMED_OUT);
    throws(() => Ts.select({a, event}, cancelled()), ...CANCELLED);
    a.send('stays');
    await rejects(Ts.select_async({a, event}, cancelled()), ...CANCELLED);
    equal(a.receive(), 'stays');
    throws(() => Ts.select({a, wrong: 5}), TypeError);
});

test('Ts.Select.once() receives from the first that has something, whatever it is', () => {
    const [a, b, c] = [new Ts.Channel(1), new Ts.Channel(1), new Ts.Channel(1)];
    const item = new Map();
    c.close();
    b.send(item);
    equal(Ts.Select.once([a, b, c]), [1, item]);
    throws(() => Ts.Select.once([a, c], {timeout: 1}), ...TIMED_OUT);
    throws(() => Ts.Select.once([a, b], cancelled()), ...CANCELLED);
    a.close();
    throws(() => Ts.Select.once([a, c]), ...CLOSED);
    throws(() => Ts.Select.once([]), ...CLOSED);
});

test('X05 when several are possible, each has its turn', () => {
    const channels = [1, 2, 3].map(() => new Ts.Channel(-1));
    const counts = [0, 0, 0];
    for (let i = 0; i < 300; i++)
        channels.forEach(channel => channel.send(i));
    for (let i = 0; i < 300; i++)
        counts[Ts.select(channels).key]++;
    ok(counts.every(count => count > 0), `${counts}`);
});

/* TsRunner */

test('JavaScript is refused in another thread, in words', () => {
    const runner = new Ts.Runner('worker');
    for (const body of [() => runner.call(() => 1), () => runner.spawn(() => 1),
        () => runner.invoke(() => 1), () => Ts.offload(() => 1)])
        ok(throws(body, Error).message.includes('another thread'), 'the reason');
    ok(runner.get_context() instanceof GLib.MainContext, 'a context');
    equal(runner.close(), true);
    equal(runner.close(), false);
});

test('every class says what it is like', () => {
    const things = {
        Barrier: [new Ts.Barrier(2), ': 0 of 2 are there]'],
        Channel: [new Ts.Channel(3), ': 0 of 3 items]'],
        Condition: [new Ts.Condition(), ', which is free]'],
        Event: [new Ts.Event(), ': not set]'],
        Future: [new Ts.Future(), ': pending]'],
        Item: [Ts.Item.new(42), ': gint 42]'],
        ListModel: [new Ts.ListModel(new Ts.Channel({name: 'found'}), {max_items: 9}), ' "found"]'],
        Lock: [new Ts.Lock({name: 'shelf'}), ' "shelf": free]'],
        Port: [new Ts.Port(), ': 0 operations, 0 to be told]'],
        Runner: [new Ts.Runner('worker'), ' "worker": not started, 0 jobs in the queue]'],
        Select: [new Ts.Select(), ': 0 cases]'],
        Semaphore: [new Ts.Semaphore(2), ': 2 permits]'],
    };
    for (const [name, [thing, expected]] of Object.entries(things)) {
        ok(`${thing}`.startsWith(`[Ts${name} 0x`), `${thing}`);
        ok(`${thing}`.endsWith(expected), `${thing}`);
        equal(`[${thing.to_string()}]`, `${thing}`);
    }
});

await run();
