// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What GJS adds to the namespace Ts, for gi://Ts and imports.gi.Ts alike. GJS runs this file, which
// cannot be a module, when the namespace is first used.
//
// A call that waits takes its cancellable last, and it may be left out. In its place may stand
// {cancellable, timeout}, with the timeout in milliseconds as for setTimeout().

/* exported _init */

const {Gio, GLib, GObject} = imports.gi;
const System = imports.system;

let Ts;

// Whether a rejected promise tells in its stack where it was made. That doubles the cost of each.
const tracing = (GLib.getenv('TS_DEBUG') ?? '').split(/[:;,\s]+/).includes('stacks');

/* Arguments */

const isPlain = value => typeof value === 'object' && value !== null &&
    Object.getPrototypeOf(value) === Object.prototype;

// The number of arguments that GJS wants, all but the last of them before the cancellable.
function takesNulls(method) {
    const {length} = method;

    return function (...args) {
        while (args.length < length)
            args.push(null);
        return method.apply(this, args);
    };
}

function parsePatience(given) {
    if (given === undefined || given === null)
        return {cancellable: null, timeout: Infinity};
    if (given instanceof Gio.Cancellable)
        return {cancellable: given, timeout: Infinity};
    if (!isPlain(given))
        throw new TypeError(`Expected a Gio.Cancellable or {cancellable, timeout}, got ${given}`);

    const {cancellable, timeout, ...others} = given;
    for (const name in others)
        throw new TypeError(`Unknown option: ${name}`);
    const limit = timeout ?? Infinity;
    if (typeof limit !== 'number' || Number.isNaN(limit))
        throw new TypeError('The timeout must be a number of milliseconds');
    return {cancellable: cancellable ?? null, timeout: limit};
}

function deadlineAfter(timeout) {
    return GLib.get_monotonic_time() + Math.max(0, Math.ceil(timeout * 1000));
}

// A delay beyond this overflows the timer; it is some 24 days.
const LONGEST_DELAY = 2 ** 31 - 1;

// Lets `new @klass(x)` say {[name]: x} for every x but a plain object.
function constructsWith(klass, name) {
    const proto = klass.prototype;
    const {_init: init} = proto;

    proto._init = function (first, ...others) {
        if (first === undefined || isPlain(first))
            return init.call(this, first, ...others);
        return init.call(this, {[name]: first, ...others[0]});
    };
}

/* Items */

// Carries what GObject has no type for. An object, not GJS's own box for such a thing: this may be
// forwarded and dropped by any thread.
// In a list model it stands for itself, so it has the properties of a Ts.Item.
const Item = GObject.registerClass({
    GTypeName: 'TsJsItem',
    Properties: {
        string: GObject.ParamSpec.string('string', '', '', GObject.ParamFlags.READABLE, ''),
    },
}, class extends GObject.Object {
    _init(content) {
        super._init();
        this.content = content;
    }

    get value() {
        return this.content;
    }

    get string() {
        return String(this.content);
    }

    get_value() {
        return this.value;
    }

    dup_string() {
        return this.string;
    }

    to_string() {
        return `TsJsItem: ${typeof this.content} ${this.string}`;
    }

    toString() {
        return `[${this.to_string()}]`;
    }
});

// C strings end at a NUL, and are UTF-8.
const isCString = string => !/\0|[\ud800-\udfff]/u.test(string);

const is64Bit = type => type === GObject.TYPE_INT64 || type === GObject.TYPE_UINT64;

// GJS gives a GType to Object and its like, too, but its box for such a thing does not keep it
// alive.
const builtins = [Boolean, Number, Object, String];

function isNative(object) {
    if (object instanceof GObject.Object)
        return true;
    const {constructor} = object;
    return typeof constructor === 'function' && !builtins.includes(constructor) &&
        Object.hasOwn(constructor, '$gtype');
}

function packItem(channel, item) {
    switch (typeof item) {
    case 'number':
    case 'boolean':
        return item;
    case 'string':
        return isCString(item) ? item : new Item(item);
    case 'object':
        return item === null || isNative(item) ? item : new Item(item);
    case 'bigint':
        // The two numeric types of C that need one; it would come back as a number elsewhere.
        return is64Bit(channel?.item_type) ? item : new Item(item);
    default:
        return new Item(item);
    }
}

const unpackItem = value => value instanceof Item ? value.content : value;

/* Waiting */

const isCancelled = error => error instanceof GLib.Error &&
    error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED);

// Cancels @limit with @cancellable. By a source, because a signal would come in the thread that
// cancels, where JavaScript cannot run.
function follow(cancellable, limit) {
    if (cancellable.is_cancelled()) {
        limit.cancel();
        return () => {};
    }
    const source = cancellable.source_new();
    source.set_callback(() => {
        limit.cancel();
        return GLib.SOURCE_REMOVE;
    });
    source.attach(GLib.MainContext.get_thread_default());
    return () => source.destroy();
}

// Gives up on what @start promises after @timeout. Whether it came in time is decided in the
// library: it is cancelled or has happened, never both, so nothing is lost.
async function giveUpAfter(timeout, cancellable, start, lastAttempt) {
    const limit = new Gio.Cancellable();
    const unfollow = cancellable ? follow(cancellable, limit) : () => {};
    let late = false;
    const timer = setTimeout(() => {
        late = true;
        limit.cancel();
    }, Math.min(Math.max(0, timeout), LONGEST_DELAY));

    try {
        return await start(limit);
    } catch (error) {
        if (!late || !isCancelled(error))
            throw error;
    } finally {
        clearTimeout(timer);
        unfollow();
    }
    return lastAttempt(cancellable);
}

// What can be had at once is had without the main loop, which is many times faster; but not for
// longer than this without letting it run.
const turn = {items: 64, milliseconds: 2};
let itemsLeft = 0;
let turnBegan = 0;

const mayHurry = () => itemsLeft-- > 0 && Date.now() - turnBegan <= turn.milliseconds;

// While GJS sweeps its garbage in slices, as it may with much of it, it drops all callbacks of the
// main loop: nobody would ever hear of them. So there must not be that much. (GJS 1.74 does; 1.82
// has not been seen to.)
const CALLBACKS_PER_COLLECTION = 10000;
let callbacks = 0;

function noteCallback() {
    itemsLeft = turn.items;
    turnBegan = Date.now();
    if (++callbacks % CALLBACKS_PER_COLLECTION === 0)
        System.gc();
}

// Makes the wait @name of @klass one that JavaScript would expect. There are @name, @name_until,
// @name_async and @name_finish; @sync, @until and @finish name other forms, @pack and @unpack
// convert arguments and result. @attempt and @isReady are for what can often be had at once.
function adaptWait(klass, name, options = {}) {
    const proto = klass.prototype;
    const {pack = (_self, args) => args, unpack = result => result} = options;
    const until = proto[options.until ?? `${name}_until`];
    const sync = proto[options.sync ?? name];
    const async = proto[`${name}_async`];
    const finish = proto[options.finish ?? `${name}_finish`];
    const {isReady, attempt} = options;
    // The last attempt says in the library's own words that it is late.
    const {lastAttempt = (self, args, own) => unpack(until.call(self, ...args, 0, own))} = options;
    const arity = async.length - 2;
    const parked = new WeakMap();

    function split(self, args) {
        if (args.length < arity)
            throw new TypeError(`Expected ${arity} arguments at least, got ${args.length}`);
        return [pack(self, args.slice(0, arity)), ...args.slice(arity)];
    }

    // Nobody may overtake those who wait.
    const canHurry = (self, cancellable) => mayHurry() && !parked.get(self) && isReady.call(self) &&
        !cancellable?.is_cancelled();

    function park(self, args, cancellable) {
        const origin = tracing ? new Error() : null;
        parked.set(self, (parked.get(self) ?? 0) + 1);

        return new Promise((resolve, reject) => {
            async.call(self, ...args, cancellable, (_source, result) => {
                parked.set(self, parked.get(self) - 1);
                noteCallback();
                try {
                    resolve(unpack(finish.call(self, result)));
                } catch (error) {
                    if (origin)
                        error.stack = origin.stack;
                    reject(error);
                }
            });
        });
    }

    function begin(self, args, cancellable) {
        if (attempt && canHurry(self, cancellable)) {
            try {
                return Promise.resolve(unpack(attempt.call(self, ...args)));
            } catch {
                // Somebody was faster, or it fails: that is found out below.
            }
        }
        return park(self, args, cancellable);
    }

    proto[name] = function (...given) {
        const [args, patience] = split(this, given);
        const {cancellable, timeout} = parsePatience(patience);
        if (timeout === Infinity)
            return unpack(sync.call(this, ...args, cancellable));
        return unpack(until.call(this, ...args, deadlineAfter(timeout), cancellable));
    };

    proto[`${name}_until`] = function (...given) {
        const [args, deadline, cancellable = null] = split(this, given);
        return unpack(until.call(this, ...args, deadline, cancellable));
    };

    proto[`${name}_finish`] = function (result) {
        return unpack(finish.call(this, result));
    };

    // Whoever knows the other forms from C gets the same from them.
    for (const [form, usual] of [['sync', name], ['until', `${name}_until`],
        ['finish', `${name}_finish`]]) {
        if (options[form])
            proto[options[form]] = proto[usual];
    }

    proto[`${name}_async`] = function (...given) {
        const [args, patience, callback] = split(this, given);
        const {cancellable, timeout} = parsePatience(patience);
        if (callback && timeout !== Infinity)
            throw new TypeError('A timeout is for promises: leave the callback out');
        if (callback)
            return async.call(this, ...args, cancellable, callback);
        if (timeout === Infinity)
            return begin(this, args, cancellable);
        return giveUpAfter(timeout, cancellable,
            limit => begin(this, args, limit),
            own => lastAttempt(this, args, own));
    };
}

/* Main loops */

// The priority may be left out. @adapt changes what the function is called with.
function adaptWatch(klass, adapt = func => func) {
    const {add_watch: addWatch} = klass.prototype;

    klass.prototype.add_watch = function (...args) {
        const [priority, func] = typeof args[0] === 'number' ? args
            : [GLib.PRIORITY_DEFAULT, ...args];
        if (typeof func !== 'function')
            throw new TypeError(`Expected a function, got ${func}`);
        return addWatch.call(this, priority, adapt(func));
    };
}

function adaptSource(klass) {
    klass.prototype.create_source = takesNulls(klass.prototype.create_source);
}

/* The classes */

const isClosed = error => error instanceof Ts.Error && error.matches(Ts.Error, Ts.Error.CLOSED);

const END = {value: undefined, done: true};

function endIfClosed(error) {
    if (!isClosed(error))
        throw error;
    return END;
}

function checkMax(max) {
    if (!(max >= 1))
        throw new RangeError(`Expected to receive at least 1 item, got ${max}`);
}

function receiveMore(channel, items, max) {
    try {
        while (items.length < max && channel.get_can_receive())
            items.push(channel.try_receive());
    } catch (error) {
        // Another receiver was faster.
        if (!(error instanceof Ts.Error))
            throw error;
    }
    return items;
}

function adaptChannel() {
    const proto = Ts.Channel.prototype;
    const {create_source: createSource, try_send: trySend, try_receive_value: tryReceive} = proto;
    const {get_can_send: canSend, get_can_receive: canReceive} = proto;

    constructsWith(Ts.Channel, 'capacity');
    adaptWait(Ts.Channel, 'send', {
        pack: (self, [item]) => [packItem(self, item)],
        isReady: canSend,
        attempt: trySend,
    });
    // Of the two forms of each, those that return the value leak nothing in GJS 1.74.
    adaptWait(Ts.Channel, 'receive', {
        sync: 'receive_value',
        until: 'receive_until_value',
        finish: 'receive_finish_value',
        unpack: unpackItem,
        isReady: canReceive,
        attempt: tryReceive,
    });
    proto.try_send = function (item) {
        return trySend.call(this, packItem(this, item));
    };
    proto.try_receive = proto.try_receive_value = function () {
        return unpackItem(tryReceive.call(this));
    };
    // GJS cannot convert the array of values that these return in C.
    proto.receive_many = function (max = Infinity, patience = null) {
        checkMax(max);
        return receiveMore(this, [this.receive(patience)], max);
    };
    proto.try_receive_many = function (max = Infinity) {
        checkMax(max);
        return receiveMore(this, [this.try_receive()], max);
    };
    proto.receive_many_async = async function (max = Infinity, patience = null) {
        checkMax(max);
        return receiveMore(this, [await this.receive_async(patience)], max);
    };

    // A channel is its own iterator, so several loops may share it.
    proto.next = function () {
        try {
            return {value: this.receive(), done: false};
        } catch (error) {
            return endIfClosed(error);
        }
    };
    proto[Symbol.iterator] = function () {
        return this;
    };
    proto[Symbol.asyncIterator] = function () {
        return {
            next: () => this.receive_async().then(value => ({value, done: false}), endIfClosed),
            [Symbol.asyncIterator]() {
                return this;
            },
        };
    };

    adaptWatch(Ts.Channel, func => (channel, item) => func(channel, unpackItem(item)));
    proto.create_source = function (condition = GLib.IOCondition.IN, cancellable = null) {
        return createSource.call(this, condition, cancellable);
    };
}

function adaptEvent() {
    const {is_set: isReady, wait_until: waitUntil} = Ts.Event.prototype;

    adaptWait(Ts.Event, 'wait', {
        isReady,
        attempt() {
            return waitUntil.call(this, 0, null);
        },
    });
    adaptWatch(Ts.Event);
    adaptSource(Ts.Event);
}

// Runs @func while holding @self, and gives it back however that ends.
async function holding(self, func, patience) {
    await self.acquire_async(patience);
    try {
        return await func();
    } finally {
        self.release();
    }
}

function adaptAcquire(klass, isReady) {
    const proto = klass.prototype;
    const {try_acquire: tryAcquire} = proto;

    adaptWait(klass, 'acquire', {
        isReady,
        attempt() {
            if (!tryAcquire.call(this))
                throw new Error('somebody was faster');
            return true;
        },
    });
    proto.with = function (func, patience = null) {
        return holding(this, func, patience);
    };
}

function adaptSemaphore() {
    const proto = Ts.Semaphore.prototype;
    const {get_value: getValue, release} = proto;

    constructsWith(Ts.Semaphore, 'value');
    adaptAcquire(Ts.Semaphore, getValue);
    adaptWatch(Ts.Semaphore);
    adaptSource(Ts.Semaphore);
    proto.release = function (n = 1) {
        return release.call(this, n);
    };
}

function adaptLock() {
    const {is_held: isHeld} = Ts.Lock.prototype;

    adaptAcquire(Ts.Lock, function () {
        return !isHeld.call(this);
    });
}

// In the words of the library, which are translated there.
function notNotified({name}) {
    const message = name === null
        ? GLib.dgettext('tschan-1', 'The condition was not notified in time')
        : GLib.dgettext('tschan-1', 'The condition “%s” was not notified in time');
    return new Gio.IOErrorEnum({
        code: Gio.IOErrorEnum.TIMED_OUT,
        message: message.replace('%s', name),
    });
}

function adaptCondition() {
    const proto = Ts.Condition.prototype;

    constructsWith(Ts.Condition, 'lock');
    adaptWait(Ts.Condition, 'wait', {
        // One more attempt would let go of the lock once more.
        lastAttempt(condition) {
            throw notNotified(condition);
        },
    });

    // The timeout is for all of it.
    proto.wait_for_async = async function (predicate, patience = null) {
        const {cancellable, timeout} = parsePatience(patience);
        const deadline = Date.now() + timeout;
        let result = predicate();
        while (!result) {
            await this.wait_async({cancellable, timeout: deadline - Date.now()});
            result = predicate();
        }
        return result;
    };
    proto.wait_for = function (predicate, patience = null) {
        const {cancellable, timeout} = parsePatience(patience);
        const deadline = Date.now() + timeout;
        let result = predicate();
        while (!result) {
            this.wait({cancellable, timeout: deadline - Date.now()});
            result = predicate();
        }
        return result;
    };
}

function adaptListModel() {
    const proto = Ts.ListModel.prototype;

    constructsWith(Ts.ListModel, 'channel');
    proto[Symbol.iterator] = function* () {
        for (let i = 0; i < this.get_n_items(); i++)
            yield this.get_item(i);
    };
}

function adaptBarrier() {
    constructsWith(Ts.Barrier, 'parties');
    adaptWait(Ts.Barrier, 'wait', {unpack: ([, index]) => index});
}

// Errors of C have a domain and a code; what JavaScript throws has not.
function toGError(error) {
    if (error instanceof GLib.Error)
        return error;
    return new Gio.IOErrorEnum({
        code: Gio.IOErrorEnum.FAILED,
        message: error instanceof Error ? error.message : String(error),
    });
}

function adaptFuture() {
    const proto = Ts.Future.prototype;
    const {is_done: isReady, reject, resolve, wait_until_value: waitUntil} = proto;

    adaptWait(Ts.Future, 'wait', {
        sync: 'wait_value',
        until: 'wait_until_value',
        finish: 'wait_finish_value',
        unpack: unpackItem,
        isReady,
        attempt() {
            return waitUntil.call(this, 0, null);
        },
    });
    adaptSource(Ts.Future);
    proto.resolve = function (...values) {
        return resolve.call(this, values.length === 0 ? null : packItem(null, values[0]));
    };
    proto.reject = function (error) {
        return reject.call(this, toGError(error));
    };
}

function adaptSelect() {
    const proto = Ts.Select.prototype;
    const {add_send: addSend, dup_value: dupValue, get_value: getValue, poll,
        set_value: setValue} = proto;

    adaptWait(Ts.Select, 'wait', {
        isReady: () => true,
        attempt() {
            const index = poll.call(this);
            if (index < 0)
                throw new Error('nothing is ready');
            return index;
        },
    });
    adaptSource(Ts.Select);
    proto.add_send = function (channel, item) {
        return addSend.call(this, channel, packItem(channel, item));
    };
    proto.set_value = function (index, item) {
        return setValue.call(this, index, packItem(null, item));
    };
    proto.dup_value = function (index) {
        return unpackItem(dupValue.call(this, index));
    };
    // GJS 1.74 loses what an argument returns, unless it is nothing.
    proto.get_value = function (index) {
        const value = dupValue.call(this, index);
        return value === null ? getValue.call(this, index) : [true, unpackItem(value)];
    };
    proto.steal_value = proto.get_value;
}

/* Ts.select() */

function addCase(select, operation) {
    if (operation instanceof Ts.Channel)
        return select.add_receive(operation);
    if (Array.isArray(operation) && operation[0] instanceof Ts.Channel && operation.length === 2)
        return select.add_send(...operation);
    if (operation instanceof Ts.Event)
        return select.add_event(operation);
    if (operation instanceof Ts.Semaphore)
        return select.add_acquire(operation);
    if (operation instanceof Ts.Lock)
        return select.add_lock(operation);
    if (operation instanceof Ts.Future)
        return select.add_future(operation);
    throw new TypeError(`Nothing to select: ${operation}`);
}

// A new Ts.Select looks at its first case first, and here each is new: so they take turns.
let selects = 0;

function prepareSelect(cases) {
    const select = new Ts.Select();
    const keys = new Map();
    const entries = Object.entries(cases);
    const first = entries.length > 0 ? selects++ % entries.length : 0;

    for (const [key, operation] of [...entries.slice(first), ...entries.slice(0, first)])
        keys.set(addCase(select, operation), Array.isArray(cases) ? Number(key) : key);
    return {select, keys};
}

function tellSelected({select, keys}, cases, index) {
    const key = keys.get(index);
    const operation = cases[key];
    const [success, value] = select.get_value(index);

    if (!success && operation instanceof Ts.Future)
        operation.wait_until(0); // throws what it was rejected with
    const hasValue = success && (operation instanceof Ts.Channel || operation instanceof Ts.Future);
    return {key, value: hasValue ? value : undefined, closed: !success};
}

// Exactly one of @cases happens: {name: operation} or an array. An operation is a channel to
// receive from, [channel, item] to send, or an event, a semaphore, a lock or a future.
function select(cases, patience = null) {
    const prepared = prepareSelect(cases);
    return tellSelected(prepared, cases, prepared.select.wait(patience));
}

async function selectAsync(cases, patience = null) {
    const prepared = prepareSelect(cases);
    return tellSelected(prepared, cases, await prepared.select.wait_async(patience));
}

// Those that are closed and empty are left out; if all are, the library has the words for it.
function adaptOnce() {
    const {once} = Ts.Select;

    Ts.Select.once = function (channels, patience = null) {
        const {cancellable, timeout} = parsePatience(patience);
        const deadline = timeout === Infinity ? -1 : deadlineAfter(timeout);
        const prepared = prepareSelect(channels);

        for (let left = channels.length; left > 0; left--) {
            const index = prepared.select.wait_until(deadline, cancellable);
            const {key, value, closed} = tellSelected(prepared, channels, index);
            if (!closed)
                return [key, value];
            prepared.select.remove(index);
        }
        return once.call(Ts.Select, [], cancellable);
    };
}

/* Ports */

function adaptPort() {
    const {send, finish} = Ts.Port.prototype;

    Ts.Port.prototype.send = function (channel, item) {
        return send.call(this, channel, packItem(channel, item));
    };
    Ts.Port.prototype.finish = function (token) {
        const [success, value] = finish.call(this, token);
        return [success, unpackItem(value)];
    };
}

/* Other threads */

// A callback in another thread would be refused by GJS, with a message that helps nobody.
function refuse() {
    throw new Error('JavaScript cannot run in another thread');
}

function adaptRunner() {
    constructsWith(Ts.Runner, 'name');
    for (const name of ['call', 'call_async', 'call_finish', 'call_until', 'invoke', 'perform',
        'perform_until', 'spawn'])
        Ts.Runner.prototype[name] = refuse;
    Ts.offload = refuse;
}

/* Descriptions */

function adaptDescriptions() {
    for (const name of ['Barrier', 'Call', 'Channel', 'Condition', 'Event', 'Future', 'Item', 'ListModel',
        'Lock', 'Port', 'Runner', 'Select', 'Semaphore']) {
        Ts[name].prototype.toString = function () {
            return `[${this.to_string()}]`;
        };
    }
}

function _init() {
    Ts = this;

    adaptEvent();
    adaptChannel();
    adaptSemaphore();
    adaptLock();
    adaptCondition();
    adaptBarrier();
    adaptListModel();
    adaptFuture();
    adaptSelect();
    adaptOnce();
    adaptPort();
    adaptRunner();
    adaptDescriptions();
    Ts.select = select;
    Ts.select_async = selectAsync;
}
