// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A small runner that speaks TAP. A test is a function, asynchronous or not; it fails by throwing.

import Gio from 'gi://Gio';
import GLib from 'gi://GLib';
import {exit} from 'system';

const tests = [];

// One test may take this long, in milliseconds; the whole program is watched over by Meson.
const LIMIT = 1000 * Number(GLib.getenv('TS_TEST_TIMEOUT') ?? 100);

export function test(name, body) {
    tests.push({name, body});
}

// How many rounds a test should make that makes @usual of them by itself.
export function rounds(usual) {
    const factor = Number(GLib.getenv('TS_TEST_ITERATIONS') ?? 1);
    return Math.max(1, Math.round(usual * factor));
}

const show = value => {
    try {
        return typeof value === 'object' ? JSON.stringify(value) : String(value);
    } catch {
        return String(value);
    }
};

const same = (a, b) => Object.is(a, b) ||
    (Array.isArray(a) && Array.isArray(b) && a.length === b.length &&
     a.every((item, index) => same(item, b[index])));

export function equal(actual, expected, what = 'value') {
    if (!same(actual, expected))
        throw new Error(`${what}: expected ${show(expected)}, got ${show(actual)}`);
}

export function ok(condition, what) {
    if (!condition)
        throw new Error(`not so: ${what}`);
}

function check(error, [domain, code]) {
    if (code === undefined ? error instanceof domain : error.matches?.(domain, code))
        return error;
    throw new Error(`expected ${domain.name} ${code ?? ''}, got ${error}\n${error.stack}`);
}

// Each returns the error, which must be of @domain and @code: (Ts.Error, Ts.Error.CLOSED, …).
export function throws(body, ...expected) {
    let result;
    try {
        result = body();
    } catch (error) {
        return check(error, expected);
    }
    throw new Error(`expected an error, got ${show(result)}`);
}

export async function rejects(promise, ...expected) {
    let result;
    try {
        result = await promise;
    } catch (error) {
        return check(error, expected);
    }
    throw new Error(`expected a rejection, got ${show(result)}`);
}

// For throws() and rejects().
export const CANCELLED = [Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED];
export const TIMED_OUT = [Gio.IOErrorEnum, Gio.IOErrorEnum.TIMED_OUT];

export function cancelled() {
    const cancellable = new Gio.Cancellable();
    cancellable.cancel();
    return cancellable;
}

// Where @promises stand: 'done', 'failed' or 'pending' for each.
export function observe(promises) {
    const states = promises.map(() => 'pending');
    promises.forEach((promise, i) => promise.then(() => (states[i] = 'done'),
        () => (states[i] = 'failed')));
    return states;
}

// Lets main loop and promises run until @condition holds.
export async function until(condition, what = String(condition)) {
    const end = GLib.get_monotonic_time() + LIMIT * 1000;
    while (!condition()) {
        if (GLib.get_monotonic_time() > end)
            throw new Error(`waited in vain: ${what}`);
        await new Promise(resolve => setTimeout(resolve, 1));
    }
}

// Lets the main loop dispatch what is ready now, twice over.
export async function turn() {
    for (let i = 0; i < 2; i++)
        await new Promise(resolve => setTimeout(resolve, 0));
}

function limited(name, body) {
    let timer;
    const late = new Promise((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error('it took too long')), LIMIT);
    });
    return Promise.race([(async () => body())(), late]).finally(() => clearTimeout(timer));
}

export async function run() {
    let failed = 0;

    print(`1..${tests.length}`);
    for (const [index, {name, body}] of tests.entries()) {
        try {
            await limited(name, body);
            print(`ok ${index + 1} - ${name}`);
        } catch (error) {
            failed++;
            print(`not ok ${index + 1} - ${name}`);
            for (const line of `${error}\n${error.stack}`.trimEnd().split('\n'))
                print(`#   ${line}`);
        }
    }
    // Not by running out of code: a forgotten source must not keep the program.
    exit(failed ? 1 : 0);
}
