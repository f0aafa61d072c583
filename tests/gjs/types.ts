// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Is compiled only: that this has the types it says, and that what is wrong is refused.

/// <reference path="gi-stubs.d.ts" />
/// <reference path="../../tschan/gjs/ts-1.d.ts" />

import Gio from 'gi://Gio?version=2.0';
import Ts from 'gi://Ts';

export async function use(): Promise<void> {
    const event = new Ts.Event({name: 'green'});
    const set: true = await event.wait_async({timeout: 5});
    event.wait_async(null, (source, result) => source.wait_finish(result));
    event.wait(new Gio.Cancellable());
    // @ts-expect-error a timeout is no string
    event.wait({timeout: 'soon'});

    const words = new Ts.Channel<string>(10, {name: 'words'});
    await words.send_async('word');
    // @ts-expect-error not a word
    words.send(5);
    const word: string = await words.receive_async();
    for await (const item of words)
        item.toUpperCase();
    for (const item of words)
        item.toUpperCase();
    const all: string[] = words.try_receive_many();
    words.add_watch((_channel, item) => item.length > 0);
    const anything = new Ts.Channel();
    anything.send({any: 'thing'});

    const lock = new Ts.Lock();
    const number: number = await lock.with(async () => 5);
    const condition = new Ts.Condition(lock);
    const found: number = await condition.wait_for_async(() => 7);

    const future = new Ts.Future<number>();
    future.resolve(number);
    const cases = {words, event, future};
    const result = await Ts.select_async(cases, {timeout: 5});
    if (result.key === 'future')
        result.value.toFixed();
    else if (result.key === 'words')
        result.value?.toUpperCase();
    // @ts-expect-error there is no such case
    result.key === 'other';

    const list = new Ts.ListModel<Ts.Item<string>>(words, {max_items: 10});
    for (const row of list)
        row.value.toUpperCase();
    list.remove(0, list.n_items);

    const [from, item] = Ts.Select.once([words, new Ts.Channel<string>()]);
    item.repeat(from);
    // @ts-expect-error JavaScript cannot run in another thread
    new Ts.Runner('worker').call(() => 1);
    // @ts-expect-error the same
    Ts.offload(() => 1);

    const index: number = await new Ts.Barrier(2).wait_async();
    new Ts.Semaphore({value: 1, limit: 2}).release();
    throw new Ts.Error({code: Ts.Error.CLOSED, message: `${set} ${word} ${all} ${found} ${index}`});
}
