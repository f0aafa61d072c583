// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import Ts from 'gi://Ts?version=1';
import TsTest from 'gi://TsTest?version=1';
import System from 'system';

import {
    CANCELLED, TIMED_OUT, cancelled, equal, observe, ok, rejects, rounds, run, test, throws, turn,
    until
} from './tap.js';

test('E21 a new event is not set; set, clear and is_set', () => {
    const event = new Ts.Event();
    equal(event.is_set(), false);
    event.set();
    event.set();
    equal(event.is_set(), true);
    equal(event.ready, true);
    event.clear();
    equal(event.is_set(), false);
    equal(event.ready, false);
});

test('E21 constructors and properties', () => {
    equal(Ts.Event.new().auto_reset, false);
    equal(Ts.Event.new_auto_reset().auto_reset, true);
    const event = new Ts.Event({auto_reset: true, name: 'green'});
    equal(event.auto_reset, true);
    equal(event.name, 'green');
    equal(Ts.Event.new_full(false, null).name, null);
});

test('E01 wait() of a set manual event returns at once and leaves it set', () => {
    const event = new Ts.Event();
    event.set();
    equal(event.wait(), true);
    equal(event.wait(null), true);
    equal(event.wait({timeout: 0}), true);
    equal(event.wait_until(0), true);
    equal(event.is_set(), true);
});

test('E06 wait() of a set auto-reset event takes the release', () => {
    const event = Ts.Event.new_auto_reset();
    event.set();
    event.set();
    equal(event.wait(), true);
    equal(event.is_set(), false);
    throws(() => event.wait({timeout: 0}), ...TIMED_OUT);
});

test('E02 wait() blocks until another thread sets the event', () => {
    for (let i = 0; i < rounds(20); i++) {
        const event = new Ts.Event();
        TsTest.set_later(event, i * 50);
        equal(event.wait(), true);
        TsTest.join();
    }
});

test('E03 wait() with a timeout fails with TIMED_OUT, not before its time', () => {
    const event = new Ts.Event({name: 'green'});
    const start = GLib.get_monotonic_time();
    const error = throws(() => event.wait({timeout: 20}), ...TIMED_OUT);
    ok(GLib.get_monotonic_time() - start >= 20000, 'it waited 20 ms');
    ok(error instanceof Gio.IOErrorEnum, 'a Gio.IOErrorEnum');
    ok(error instanceof GLib.Error, 'a GLib.Error');
    ok(error.message.includes('green'), `the name is in “${error.message}”`);
});

test('E03 wait_until() takes a monotonic time; one that has passed attempts once', () => {
    const event = new Ts.Event();
    throws(() => event.wait_until(0), ...TIMED_OUT);
    throws(() => event.wait_until(GLib.get_monotonic_time() - 1, null), ...TIMED_OUT);
    throws(() => event.wait_until(GLib.get_monotonic_time() + 5000), ...TIMED_OUT);
    throws(() => event.wait_until(-1, cancelled()), ...CANCELLED);
});

test('E04 a wait that is cancelled before it begins takes nothing', async () => {
    const event = Ts.Event.new_auto_reset();
    event.set();
    throws(() => event.wait(cancelled()), ...CANCELLED);
    throws(() => event.wait({cancellable: cancelled(), timeout: 5}), ...CANCELLED);
    await rejects(event.wait_async(cancelled()), ...CANCELLED);
    await rejects(event.wait_async({cancellable: cancelled(), timeout: 5}), ...CANCELLED);
    equal(event.is_set(), true);
});

test('E05 another thread cancels a blocked wait', () => {
    const event = new Ts.Event();
    const cancellable = new Gio.Cancellable();
    TsTest.cancel_later(cancellable, 5000);
    throws(() => event.wait(cancellable), ...CANCELLED);
    TsTest.join();
});

test('E09 wait_async() is a promise that is fulfilled in a later iteration', async () => {
    const event = new Ts.Event();
    event.set();
    const promise = event.wait_async();
    ok(promise instanceof Promise, 'a promise');
    const state = observe([promise]);
    equal(state[0], 'pending');
    equal(await promise, true);
});

test('E08 wait_async() ends when another thread sets the event', async () => {
    const event = Ts.Event.new_auto_reset();
    for (let i = 0; i < rounds(50); i++) {
        TsTest.set_later(event, i * 20);
        equal(await event.wait_async(), true);
    }
    TsTest.join();
    equal(event.is_set(), false);
});

test('E07 set() releases all who wait, also if the event is cleared at once', async () => {
    const event = new Ts.Event();
    const promises = Array.from({length: 100}, () => event.wait_async());
    event.set();
    event.clear();
    const late = observe([event.wait_async()]);
    equal((await Promise.all(promises)).length, 100);
    await turn();
    equal(late[0], 'pending');
    event.set();
    await until(() => late[0] === 'done');
});

test('E06 each set() of an auto-reset event releases one, in the order of arrival', async () => {
    const event = Ts.Event.new_auto_reset();
    const states = observe(Array.from({length: 3}, () => event.wait_async()));
    for (const expected of [['done', 'pending', 'pending'], ['done', 'done', 'pending'],
        ['done', 'done', 'done']]) {
        event.set();
        await turn();
        equal(states, expected);
        equal(event.is_set(), false);
    }
});

test('E05 cancelling one of several waits leaves the others in order', async () => {
    const event = Ts.Event.new_auto_reset();
    const cancellable = new Gio.Cancellable();
    const first = event.wait_async();
    const second = event.wait_async(cancellable);
    const third = event.wait_async();
    cancellable.cancel();
    await rejects(second, ...CANCELLED);
    event.set();
    equal(await first, true);
    event.set();
    equal(await third, true);
    equal(event.is_set(), false);
});

test('E10 another thread cancels a promise', async () => {
    const event = new Ts.Event();
    for (let i = 0; i < rounds(20); i++) {
        const cancellable = new Gio.Cancellable();
        TsTest.cancel_later(cancellable, i * 50);
        const wait = i % 2 ? cancellable : {cancellable, timeout: 10000};
        await rejects(event.wait_async(wait), ...CANCELLED);
        TsTest.join();
    }
});

test('E10 cancelling after the release does not take it back', async () => {
    const event = Ts.Event.new_auto_reset();
    const cancellable = new Gio.Cancellable();
    const promise = event.wait_async(cancellable);
    event.set();
    cancellable.cancel();
    equal(await promise, true);
    equal(event.is_set(), false);
});

test('E10 cancelling inside the callback is harmless', async () => {
    const event = new Ts.Event();
    const cancellable = new Gio.Cancellable();
    const answer = await new Promise(resolve => {
        event.wait_async(cancellable, (source, result) => {
            cancellable.cancel();
            resolve(source.wait_finish(result));
        });
        event.set();
    });
    equal(answer, true);
});

test('E03 wait_async() with a timeout fails with TIMED_OUT, not before its time', async () => {
    const event = new Ts.Event({name: 'green'});
    const start = GLib.get_monotonic_time();
    const error = await rejects(event.wait_async({timeout: 20}), ...TIMED_OUT);
    ok(GLib.get_monotonic_time() - start >= 19000, 'it waited 20 ms');
    ok(error.message.includes('green'), `the name is in “${error.message}”`);
});

test('wait_async() with a timeout that does not come', async () => {
    const event = Ts.Event.new_auto_reset();
    const cancellable = new Gio.Cancellable();
    for (const options of [{timeout: 60000}, {timeout: Infinity}, {timeout: 2 ** 40},
        {cancellable}, {cancellable, timeout: 60000}, {}]) {
        const promise = event.wait_async(options);
        event.set();
        equal(await promise, true);
    }
    equal(event.is_set(), false);
});

test('a timeout and a release at the same time: one of them, and no release is lost', async () => {
    for (let i = 0; i < rounds(50); i++) {
        const event = Ts.Event.new_auto_reset();
        TsTest.set_later(event, 900 + i * 4);
        const taken = await event.wait_async({timeout: 1}).catch(error => {
            ok(error.matches(...TIMED_OUT), error);
            return false;
        });
        TsTest.join();
        equal(event.is_set(), !taken, 'the release is still there');
    }
});

test('the form with a callback', async () => {
    const event = new Ts.Event();
    event.set();
    const answer = await new Promise(resolve => {
        const nothing = event.wait_async(null, (source, result) => {
            resolve([source === event, source.wait_finish(result)]);
        });
        equal(nothing, undefined);
    });
    equal(answer, [true, true]);
});

test('E16 a result that is dropped passes the release on', async () => {
    const event = Ts.Event.new_auto_reset();
    let called = false;
    event.wait_async(null, () => (called = true));
    const second = observe([event.wait_async()]);
    event.set();
    await until(() => called);
    await until(() => {
        System.gc();
        return second[0] === 'done';
    });
});

test('E23 a context that goes with its waits passes the release on', async () => {
    const event = Ts.Event.new_auto_reset();
    (() => {
        const context = new GLib.MainContext();
        context.push_thread_default();
        event.wait_async(null, () => {
            throw new Error('this context was never iterated');
        });
        context.pop_thread_default();
    })();
    const second = observe([event.wait_async()]);
    event.set();
    await until(() => {
        System.gc();
        return second[0] === 'done';
    });
});

test('E09 a callback comes in the context that was thread-default at the call', async () => {
    const event = new Ts.Event();
    const context = new GLib.MainContext();
    let called = false;
    context.push_thread_default();
    event.wait_async(null, (source, result) => (called = source.wait_finish(result)));
    context.pop_thread_default();
    event.set();
    await turn();
    equal(called, false);
    while (!called)
        context.iteration(true);
});

test('E14 a nested main loop delivers as well', async () => {
    const event = new Ts.Event();
    const answer = await new Promise(resolve => {
        setTimeout(() => {
            const loop = new GLib.MainLoop(null, false);
            event.wait_async(null, (source, result) => {
                const success = source.wait_finish(result);
                loop.quit();
                resolve(success);
            });
            TsTest.set_later(event, 500);
            loop.run();
        }, 0);
    });
    TsTest.join();
    equal(answer, true);
});

test('E22 a callback may use the event again', async () => {
    const event = Ts.Event.new_auto_reset();
    let count = 0;
    await new Promise(resolve => {
        const again = () => event.wait_async(null, (source, result) => {
            source.wait_finish(result);
            if (++count === 100)
                resolve();
            else
                again();
            event.set();
        });
        again();
        event.set();
    });
    equal(count, 100);
    equal(event.is_set(), true);
});

test('E12 a watch is called as long as it says so', async () => {
    const event = Ts.Event.new_auto_reset();
    const seen = [];
    const id = event.add_watch(source => {
        seen.push(source === event);
        return seen.length < 2;
    });
    ok(id > 0, 'an id');
    for (let i = 0; i < 3; i++) {
        TsTest.set_later(event, 0);
        TsTest.join();
        await turn();
    }
    equal(seen, [true, true]);
    equal(event.is_set(), true);
});

test('E13 a watch with a priority, removed by its id', async () => {
    const event = new Ts.Event();
    const order = [];
    const low = event.add_watch(GLib.PRIORITY_LOW, () => order.push('low') > 0);
    const high = event.add_watch(GLib.PRIORITY_HIGH, () => {
        order.push('high');
        return GLib.SOURCE_REMOVE;
    });
    ok(high !== low, 'two ids');
    event.set();
    await until(() => order.length > 1);
    ok(GLib.Source.remove(low), 'removed');
    equal(order.slice(0, 2), ['high', 'low']);
});

test('E11 a source with a plain callback, destroyed while it is ready', async () => {
    const event = new Ts.Event();
    let calls = 0;
    const source = event.create_source();
    source.set_callback(() => ++calls < 2);
    source.attach(null);
    event.set();
    await until(() => calls === 2);
    ok(source.is_destroyed(), 'destroyed by its callback');

    const second = event.create_source(null);
    second.set_callback(() => ++calls > 0);
    second.attach(null);
    second.destroy();
    await turn();
    equal(calls, 2);
});

test('E24 threads and promises wait for one event at the same time', async () => {
    const event = Ts.Event.new_auto_reset();
    const [threads, promises, count] = [3, 3, rounds(200)];
    let done = 0;
    TsTest.start_waits(event, threads, count);
    const tasks = Array.from({length: promises}, async () => {
        for (let i = 0; i < count; i++, done++)
            await event.wait_async();
    });
    // A set event that is set again releases nobody more, so each waits for the last to be taken.
    let finished = false;
    const all = Promise.all(tasks).then(() => (finished = true));
    let sets = 0;
    while (!finished || sets < count * (threads + promises)) {
        if (!event.is_set()) {
            event.set();
            sets++;
        } else {
            await turn();
        }
    }
    await all;
    equal(TsTest.join(), threads * count);
    equal(done, promises * count);
});

test('E13 a watch that is removed while it is ready passes the release on', async () => {
    const event = Ts.Event.new_auto_reset();
    const id = event.add_watch(() => {
        throw new Error('it was removed');
    });
    await turn();
    const second = observe([event.wait_async()]);
    event.set();
    GLib.Source.remove(id);
    await until(() => second[0] === 'done');
});

test('E17 a port tells when a wait is over', async () => {
    const event = new Ts.Event();
    const port = new Ts.Port();
    const token = port.wait_event(event);
    ok(token > 0, 'a token');
    equal(port.next_ready(), -1);
    throws(() => port.finish(token), Gio.IOErrorEnum, Gio.IOErrorEnum.PENDING);
    const readable = new Promise(resolve => {
        GLib.unix_fd_add_full(GLib.PRIORITY_DEFAULT, port.get_fd(), GLib.IOCondition.IN, () => {
            resolve();
            return GLib.SOURCE_REMOVE;
        });
    });
    TsTest.set_later(event, 0);
    await readable;
    TsTest.join();
    equal(port.next_ready(), token);
    equal(port.next_ready(), -1);
    equal(port.finish(token), [true, null]);
    port.close();
});

test('E18 cancelling a token, or closing the port, passes the release on', async () => {
    const event = Ts.Event.new_auto_reset();
    const port = new Ts.Port();
    const early = port.wait_event(event);
    equal(port.cancel(early), true);
    equal(port.cancel(early), false);
    event.set();
    equal(event.is_set(), true);
    const late = port.wait_event(event);
    equal(port.next_ready(), late);
    equal(event.is_set(), false);
    port.close();
    equal(event.is_set(), true);
    equal(port.wait_event(event), -1);
});

test('E19 a pending wait keeps its event alive, and lets go of it', async () => {
    const promise = (() => {
        const event = new Ts.Event();
        TsTest.track(event);
        const wait = event.wait_async();
        TsTest.set_later(event, 20000);
        return wait;
    })();
    System.gc();
    equal(TsTest.count_alive(), 1);
    equal(await promise, true);
    TsTest.join();
    await until(() => {
        System.gc();
        return TsTest.count_alive() === 0;
    });
});

test('E15 many waits are delivered in order', async () => {
    const event = new Ts.Event();
    const order = [];
    const expected = Array.from({length: 1000}, (_, i) => i);
    const promises = expected.map(i => event.wait_async().then(() => order.push(i)));
    TsTest.set_later(event, 0);
    await Promise.all(promises);
    TsTest.join();
    equal(order, expected);
});

test('E20 wrong arguments are a TypeError, and leave the event alone', () => {
    const event = Ts.Event.new_auto_reset();
    event.set();
    throws(() => event.wait(5), TypeError);
    throws(() => event.wait({timeout: 'soon'}), TypeError);
    throws(() => event.wait({timeout: NaN}), TypeError);
    throws(() => event.wait({tiemout: 5}), TypeError);
    throws(() => event.wait_async(event), TypeError);
    throws(() => event.wait_async({timeout: 5}, () => {}), TypeError);
    equal(event.is_set(), true);
});

test('Ts.Error is an error domain', () => {
    const error = new Ts.Error({code: Ts.Error.CLOSED, message: 'closed'});
    ok(error instanceof Ts.Error, 'a Ts.Error');
    ok(error instanceof GLib.Error, 'a GLib.Error');
    ok(error.matches(Ts.Error, Ts.Error.CLOSED), 'it matches');
    ok(!error.matches(Ts.Error, Ts.Error.FULL), 'the code counts');
    equal(error.message, 'closed');
});

test('imports.gi sees the same as gi://', async () => {
    const script = `
        imports.gi.versions.Ts = '1';
        const {GLib, Ts} = imports.gi;
        const loop = new GLib.MainLoop(null, false);
        const event = new Ts.Event();
        const channel = new Ts.Channel(2);
        async function use() {
            const answer = await event.wait_async({timeout: 10000});
            for await (const item of channel)
                print(answer, item.word);
            const {key, closed} = await Ts.select_async({channel});
            print(key, closed);
        }
        use().catch(print).finally(() => loop.quit());
        channel.send({word: 'any'});
        channel.close();
        event.set();
        loop.run();`;
    const gjs = Gio.Subprocess.new(['gjs', '-c', script], Gio.SubprocessFlags.STDOUT_PIPE);
    const output = await new Promise((resolve, reject) => {
        gjs.communicate_utf8_async(null, null, (source, result) => {
            try {
                resolve(source.communicate_utf8_finish(result)[1]);
            } catch (error) {
                reject(error);
            }
        });
    });
    equal(output, 'true any\nchannel true\n');
    equal(imports.gi.Ts.Event === Ts.Event, true);
});

await run();
