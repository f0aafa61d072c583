// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// TypeScript declarations of the namespace Ts as GJS sees it. They need those of GLib, GObject and
// Gio (@girs/gio-2.0 or @girs/gjs, for example).

declare module 'gi://Ts?version=1' {
    import type Gio from 'gi://Gio?version=2.0';
    import type GLib from 'gi://GLib?version=2.0';
    import type GObject from 'gi://GObject?version=2.0';

    namespace Ts {
        const CHANNEL_UNLIMITED: -1;
        const MAJOR_VERSION: number;
        const MINOR_VERSION: number;
        const MICRO_VERSION: number;

        /** How long to wait at most; the timeout is in milliseconds. */
        type Patience = Gio.Cancellable | {
            cancellable?: Gio.Cancellable | null;
            timeout?: number;
        } | null;

        type Callback<Source> = (source: Source, result: Gio.AsyncResult) => void;

        class Error extends GLib.Error {
            static readonly CLOSED: number;
            static readonly FULL: number;
            static readonly EMPTY: number;
            static readonly WRONG_TYPE: number;
            static readonly NOT_HELD: number;
            static readonly OVERFLOW: number;
            static readonly WOULD_DEADLOCK: number;
            static quark(): number;
            constructor(properties: {code: number; message: string});
        }

        function error_quark(): number;

        enum Overflow {
            WAIT,
            DROP_OLDEST,
            DROP_NEWEST,
        }

        class Event extends GObject.Object {
            static new(): Event;
            static new_auto_reset(): Event;
            static new_full(auto_reset: boolean, name: string | null): Event;
            constructor(properties?: {auto_reset?: boolean; name?: string | null});
            readonly auto_reset: boolean;
            readonly name: string | null;
            readonly ready: boolean;
            get_auto_reset(): boolean;
            get_name(): string | null;
            is_set(): boolean;
            set(): void;
            clear(): void;
            wait(patience?: Patience): true;
            wait_until(deadline: number, cancellable?: Gio.Cancellable | null): true;
            wait_async(patience?: Patience): Promise<true>;
            wait_async(cancellable: Gio.Cancellable | null, callback: Callback<Event>): void;
            wait_finish(result: Gio.AsyncResult): true;
            create_source(cancellable?: Gio.Cancellable | null): GLib.Source;
            add_watch(func: (event: Event) => boolean): number;
            add_watch(priority: number, func: (event: Event) => boolean): number;
            to_string(): string;
        }

        interface ChannelProperties {
            capacity?: number;
            item_type?: GObject.GType;
            overflow?: Overflow;
            name?: string | null;
        }

        class Channel<Item = any> extends GObject.Object {
            static new<Item = any>(capacity: number): Channel<Item>;
            static new_full<Item = any>(capacity: number, item_type: GObject.GType,
                overflow: Overflow, name: string | null): Channel<Item>;
            static set_watch_budget(source: GLib.Source, n_items: number,
                microseconds: number): void;
            constructor(capacity: number, properties?: ChannelProperties);
            constructor(properties?: ChannelProperties);
            readonly capacity: number;
            readonly item_type: GObject.GType;
            readonly overflow: Overflow;
            readonly name: string | null;
            readonly length: number;
            readonly dropped: number;
            readonly closed: boolean;
            readonly can_send: boolean;
            readonly can_receive: boolean;
            get_capacity(): number;
            get_item_type(): GObject.GType;
            get_overflow(): Overflow;
            get_name(): string | null;
            get_length(): number;
            get_dropped(): number;
            get_can_send(): boolean;
            get_can_receive(): boolean;
            is_closed(): boolean;
            close(): boolean;
            send(item: Item, patience?: Patience): true;
            send_until(item: Item, deadline: number, cancellable?: Gio.Cancellable | null): true;
            try_send(item: Item): true;
            send_async(item: Item, patience?: Patience): Promise<true>;
            send_async(item: Item, cancellable: Gio.Cancellable | null,
                callback: Callback<Channel<Item>>): void;
            send_finish(result: Gio.AsyncResult): true;
            receive(patience?: Patience): Item;
            receive_until(deadline: number, cancellable?: Gio.Cancellable | null): Item;
            try_receive(): Item;
            receive_async(patience?: Patience): Promise<Item>;
            receive_async(cancellable: Gio.Cancellable | null,
                callback: Callback<Channel<Item>>): void;
            receive_finish(result: Gio.AsyncResult): Item;
            /** The same under the names that C has for another form. */
            receive_value(patience?: Patience): Item;
            receive_until_value(deadline: number, cancellable?: Gio.Cancellable | null): Item;
            receive_finish_value(result: Gio.AsyncResult): Item;
            try_receive_value(): Item;
            receive_many(max?: number, patience?: Patience): Item[];
            receive_many_async(max?: number, patience?: Patience): Promise<Item[]>;
            try_receive_many(max?: number): Item[];
            next(): IteratorResult<Item, undefined>;
            create_source(condition?: GLib.IOCondition,
                cancellable?: Gio.Cancellable | null): GLib.Source;
            add_watch(func: (channel: Channel<Item>, item: Item) => boolean): number;
            add_watch(priority: number,
                func: (channel: Channel<Item>, item: Item) => boolean): number;
            [Symbol.iterator](): IterableIterator<Item>;
            [Symbol.asyncIterator](): AsyncIterableIterator<Item>;
            to_string(): string;
        }

        class Semaphore extends GObject.Object {
            static new(value: number): Semaphore;
            static new_bounded(value: number, limit: number): Semaphore;
            static new_full(value: number, limit: number, name: string | null): Semaphore;
            constructor(value: number, properties?: {limit?: number; name?: string | null});
            constructor(properties?: {value?: number; limit?: number; name?: string | null});
            readonly value: number;
            readonly limit: number;
            readonly name: string | null;
            get_value(): number;
            get_limit(): number;
            get_name(): string | null;
            acquire(patience?: Patience): true;
            acquire_until(deadline: number, cancellable?: Gio.Cancellable | null): true;
            try_acquire(): boolean;
            acquire_async(patience?: Patience): Promise<true>;
            acquire_async(cancellable: Gio.Cancellable | null, callback: Callback<Semaphore>): void;
            acquire_finish(result: Gio.AsyncResult): true;
            release(n?: number): true;
            with<Result>(func: () => Result | Promise<Result>,
                patience?: Patience): Promise<Result>;
            create_source(cancellable?: Gio.Cancellable | null): GLib.Source;
            add_watch(func: (semaphore: Semaphore) => boolean): number;
            add_watch(priority: number, func: (semaphore: Semaphore) => boolean): number;
            to_string(): string;
        }

        /** What stands for an item that is no object, in a list model. */
        class Item<T = unknown> extends GObject.Object {
            static new(value: unknown): Item;
            readonly value: T;
            readonly string: string;
            get_value(): T;
            dup_string(): string;
            to_string(): string;
        }

        interface ListModelSettings {
            max_items?: number;
            overflow?: Overflow;
            interval?: number;
            priority?: number;
        }

        /** A Gio.ListModel; pass it where one is wanted. */
        class ListModel<Row = unknown> extends GObject.Object {
            static new(channel: Channel): ListModel;
            constructor(channel: Channel, settings?: ListModelSettings);
            constructor(settings: ListModelSettings & {channel: Channel});
            readonly channel: Channel;
            readonly item_type: GObject.GType;
            readonly n_items: number;
            readonly received: number;
            readonly dropped: number;
            readonly finished: boolean;
            max_items: number;
            overflow: Overflow;
            interval: number;
            priority: number;
            get_channel(): Channel;
            get_item_type(): GObject.GType;
            get_n_items(): number;
            get_item(position: number): Row | null;
            items_changed(position: number, removed: number, added: number): void;
            get_received(): number;
            get_dropped(): number;
            is_finished(): boolean;
            get_max_items(): number;
            set_max_items(max_items: number): void;
            get_overflow(): Overflow;
            set_overflow(overflow: Overflow): void;
            get_interval(): number;
            set_interval(interval: number): void;
            get_priority(): number;
            set_priority(priority: number): void;
            remove(position: number, n_items: number): void;
            remove_all(): void;
            close(): boolean;
            to_string(): string;
            [Symbol.iterator](): Generator<Row>;
        }

        class Lock extends GObject.Object {
            static new(): Lock;
            static new_full(name: string | null): Lock;
            constructor(properties?: {name?: string | null});
            readonly name: string | null;
            readonly held: boolean;
            get_name(): string | null;
            is_held(): boolean;
            acquire(patience?: Patience): true;
            acquire_until(deadline: number, cancellable?: Gio.Cancellable | null): true;
            try_acquire(): boolean;
            acquire_async(patience?: Patience): Promise<true>;
            acquire_async(cancellable: Gio.Cancellable | null, callback: Callback<Lock>): void;
            acquire_finish(result: Gio.AsyncResult): true;
            release(): true;
            with<Result>(func: () => Result | Promise<Result>,
                patience?: Patience): Promise<Result>;
            to_string(): string;
        }

        class Condition extends GObject.Object {
            static new(lock: Lock | null): Condition;
            static new_full(lock: Lock | null, name: string | null): Condition;
            constructor(lock: Lock | null, properties?: {name?: string | null});
            constructor(properties?: {lock?: Lock | null; name?: string | null});
            readonly lock: Lock;
            readonly name: string | null;
            get_lock(): Lock;
            get_name(): string | null;
            wait(patience?: Patience): true;
            wait_until(deadline: number, cancellable?: Gio.Cancellable | null): true;
            wait_async(patience?: Patience): Promise<true>;
            wait_async(cancellable: Gio.Cancellable | null, callback: Callback<Condition>): void;
            wait_finish(result: Gio.AsyncResult): true;
            wait_for<Result>(predicate: () => Result, patience?: Patience): Result;
            wait_for_async<Result>(predicate: () => Result, patience?: Patience): Promise<Result>;
            notify_one(): true;
            notify_many(n: number): true;
            notify_all(): true;
            to_string(): string;
        }

        class Barrier extends GObject.Object {
            static new(parties: number): Barrier;
            static new_full(parties: number, name: string | null): Barrier;
            constructor(parties: number, properties?: {name?: string | null});
            constructor(properties: {parties: number; name?: string | null});
            readonly parties: number;
            readonly waiting: number;
            readonly broken: boolean;
            readonly name: string | null;
            get_parties(): number;
            get_waiting(): number;
            get_name(): string | null;
            is_broken(): boolean;
            wait(patience?: Patience): number;
            wait_until(deadline: number, cancellable?: Gio.Cancellable | null): number;
            wait_async(patience?: Patience): Promise<number>;
            wait_async(cancellable: Gio.Cancellable | null, callback: Callback<Barrier>): void;
            wait_finish(result: Gio.AsyncResult): number;
            abort(): void;
            reset(): void;
            to_string(): string;
        }

        class Future<Value = any> extends GObject.Object {
            static new<Value = any>(): Future<Value>;
            static new_full<Value = any>(cancellable: Gio.Cancellable | null,
                name: string | null): Future<Value>;
            constructor(properties?: {cancellable?: Gio.Cancellable | null; name?: string | null});
            readonly cancellable: Gio.Cancellable;
            readonly done: boolean;
            readonly name: string | null;
            get_cancellable(): Gio.Cancellable;
            get_name(): string | null;
            is_done(): boolean;
            resolve(value?: Value): boolean;
            reject(reason: unknown): boolean;
            cancel(): boolean;
            wait(patience?: Patience): Value;
            wait_until(deadline: number, cancellable?: Gio.Cancellable | null): Value;
            wait_async(patience?: Patience): Promise<Value>;
            wait_async(cancellable: Gio.Cancellable | null,
                callback: Callback<Future<Value>>): void;
            wait_finish(result: Gio.AsyncResult): Value;
            /** The same under the names that C has for another form. */
            wait_value(patience?: Patience): Value;
            wait_until_value(deadline: number, cancellable?: Gio.Cancellable | null): Value;
            wait_finish_value(result: Gio.AsyncResult): Value;
            create_source(cancellable?: Gio.Cancellable | null): GLib.Source;
            to_string(): string;
        }

        class Select extends GObject.Object {
            static new(): Select;
            /** Receives from the first channel that has an item: its index, and the item. */
            static once<Item>(channels: Channel<Item>[], patience?: Patience): [number, Item];
            constructor();
            add_receive(channel: Channel): number;
            add_send<Item>(channel: Channel<Item>, item: Item): number;
            add_event(event: Event): number;
            add_acquire(semaphore: Semaphore): number;
            add_lock(lock: Lock): number;
            add_future(future: Future): number;
            add_deadline(deadline: number): number;
            set_value(index: number, item: unknown): boolean;
            remove(index: number): boolean;
            clear(): void;
            poll(): number;
            wait(patience?: Patience): number;
            wait_until(deadline: number, cancellable?: Gio.Cancellable | null): number;
            wait_async(patience?: Patience): Promise<number>;
            wait_async(cancellable: Gio.Cancellable | null, callback: Callback<Select>): void;
            wait_finish(result: Gio.AsyncResult): number;
            get_winner(): number;
            get_value(index: number): [boolean, any];
            steal_value(index: number): [boolean, any];
            dup_value(index: number): any;
            create_source(cancellable?: Gio.Cancellable | null): GLib.Source;
            to_string(): string;
        }

        type Operation = Channel | [Channel, unknown] | Event | Semaphore | Lock | Future;
        type ResultOf<Op> = Op extends Channel<infer Item> ? Item | undefined :
            Op extends Future<infer Value> ? Value : undefined;
        type Selected<Cases> = {
            [Key in keyof Cases]: {key: Key; value: ResultOf<Cases[Key]>; closed: boolean};
        }[keyof Cases];

        function select<Op extends Operation>(cases: Op[], patience?: Patience):
            {key: number; value: ResultOf<Op>; closed: boolean};
        function select<Cases extends Record<string, Operation>>(cases: Cases, patience?: Patience):
            Selected<Cases>;
        function select_async<Op extends Operation>(cases: Op[], patience?: Patience):
            Promise<{key: number; value: ResultOf<Op>; closed: boolean}>;
        function select_async<Cases extends Record<string, Operation>>(cases: Cases,
            patience?: Patience): Promise<Selected<Cases>>;

        /** A completion queue with a file descriptor, for loops that are not GLib's. */
        class Port extends GObject.Object {
            static new(): Port;
            constructor();
            get_fd(): number;
            send(channel: Channel, value: unknown): number;
            receive(channel: Channel): number;
            wait_event(event: Event): number;
            acquire(semaphore: Semaphore): number;
            acquire_lock(lock: Lock): number;
            wait_condition(condition: Condition): number;
            wait_barrier(barrier: Barrier): number;
            wait_future(future: Future): number;
            select(select: Select): number;
            next_ready(): number;
            finish(token: number): [boolean, any];
            cancel(token: number): boolean;
            close(): void;
            to_string(): string;
        }

        /** A thread with a main loop. JavaScript cannot run in it; sources of C can. */
        class Runner extends GObject.Object {
            static new(name: string | null): Runner;
            constructor(name: string | null);
            constructor(properties?: {name?: string | null});
            readonly name: string | null;
            get_name(): string | null;
            get_context(): GLib.MainContext;
            is_current(): boolean;
            is_closed(): boolean;
            close(): boolean;
            to_string(): string;
            /** These throw: they would call JavaScript in the other thread. */
            invoke(func: never): never;
            call(func: never): never;
            call_until(func: never): never;
            call_async(func: never): never;
            call_finish(result: never): never;
            spawn(func: never): never;
            perform(start: never): never;
            perform_until(start: never): never;
        }

        /** What a function of C that runs in a runner gets, to answer with. */
        class Call extends GObject.Object {
            get_cancellable(): Gio.Cancellable | null;
            complete(value: unknown): boolean;
            fail(error: GLib.Error): boolean;
            to_string(): string;
        }

        /** Throws: JavaScript cannot run in another thread. */
        function offload(func: never): never;
    }

    export default Ts;
}

declare module 'gi://Ts' {
    import Ts from 'gi://Ts?version=1';
    export default Ts;
}
