// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What GJS adds to the namespace Ts, for gi://Ts and imports.gi.Ts alike. GJS runs this file, which
// cannot be a module, when the namespace is first used.
//
// A call that waits takes its cancellable last, and it may be left out. In its place may stand
// {cancellable, timeout}, with the timeout in milliseconds as for setTimeout().

/* exported _init */

const {Gio, GLib} = imports.gi;

let Ts;

// Whether a rejected promise tells in its stack where it was made. That doubles the cost of each.
const tracing = (GLib.getenv('TS_DEBUG') ?? '').split(/[:;,\s]+/).includes('stacks');

/* Arguments */

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
    if (typeof given !== 'object' || Object.getPrototypeOf(given) !== Object.prototype)
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

// Makes the wait @name of @klass one that JavaScript would expect. There are @name, @name_until,
// @name_async and @name_finish; @sync and @finish name other forms of the first and the last, @pack
// and @unpack convert arguments and result.
function adaptWait(klass, name, options = {}) {
    const proto = klass.prototype;
    const {pack = args => args, unpack = result => result} = options;
    const until = proto[options.until ?? `${name}_until`];
    const sync = proto[options.sync ?? name];
    const async = proto[`${name}_async`];
    const finish = proto[options.finish ?? `${name}_finish`];
    const arity = async.length - 2;

    function split(args) {
        if (args.length < arity)
            throw new TypeError(`${name}() needs ${arity} arguments, got ${args.length}`);
        return [pack(args.slice(0, arity)), ...args.slice(arity)];
    }

    function begin(self, args, cancellable) {
        const origin = tracing ? new Error() : null;

        return new Promise((resolve, reject) => {
            async.call(self, ...args, cancellable, (_source, result) => {
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

    proto[name] = function (...given) {
        const [args, patience] = split(given);
        const {cancellable, timeout} = parsePatience(patience);
        if (timeout === Infinity)
            return unpack(sync.call(this, ...args, cancellable));
        return unpack(until.call(this, ...args, deadlineAfter(timeout), cancellable));
    };

    proto[`${name}_until`] = function (...given) {
        const [args, deadline, cancellable = null] = split(given);
        return unpack(until.call(this, ...args, deadline, cancellable));
    };

    proto[`${name}_async`] = function (...given) {
        const [args, patience, callback] = split(given);
        const {cancellable, timeout} = parsePatience(patience);
        if (callback && timeout !== Infinity)
            throw new TypeError('A timeout is for promises: leave the callback out');
        if (callback)
            return async.call(this, ...args, cancellable, callback);
        if (timeout === Infinity)
            return begin(this, args, cancellable);
        return giveUpAfter(timeout, cancellable,
            limit => begin(this, args, limit),
            own => unpack(until.call(this, ...args, 0, own)));
    };
}

/* Main loops */

function adaptSources(klass) {
    const proto = klass.prototype;
    const {add_watch: addWatch, create_source: createSource} = proto;
    const arity = addWatch.length - 2;

    proto.create_source = takesNulls(createSource);

    // The priority may be left out.
    proto.add_watch = function (...args) {
        if (typeof args[0] === 'number' && args.length >= arity + 2)
            return addWatch.apply(this, args);
        return addWatch.call(this, GLib.PRIORITY_DEFAULT, ...args);
    };
}

/* The classes */

function adaptEvent() {
    adaptWait(Ts.Event, 'wait');
    adaptSources(Ts.Event);
}

function _init() {
    Ts = this;

    adaptEvent();
}
