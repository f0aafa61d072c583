// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Whether ts-1.d.ts declares all that there is, and nothing else. What it says of the types, tsc
// checks with types.ts.

import GLib from 'gi://GLib';
import Ts from 'gi://Ts?version=1';

import {equal, ok, run, test} from './tap.js';

const decoder = new TextDecoder();

function readLines(...path) {
    const file = GLib.build_filenamev([GLib.getenv('TS_TEST_SRCDIR'), ...path]);
    return decoder.decode(GLib.file_get_contents(file)[1]).split('\n');
}

// The members of each class and enumeration as 'Class.name' or 'Class.prototype.name', and what the
// namespace itself has.
function readDeclared() {
    const declared = new Set();
    let owner = null;

    for (const line of readLines('..', 'tschan', 'gjs', 'ts-1.d.ts')) {
        const [, kind, name] = line.match(/^ {8}(const|function|class|enum|interface) (\w+)/) ?? [];
        const [, isStatic, member] = line.match(
            /^ {12}(static )?(?:readonly )?(\w+)(?=[<(:?,])/) ?? [];

        if (kind && kind !== 'interface')
            declared.add(name);
        if (kind)
            owner = ['class', 'enum'].includes(kind) ? {kind, name} : null;
        else if (owner && member && member !== 'constructor')
            declared.add(owner.name + (isStatic || owner.kind === 'enum' ? '.' : '.prototype.') + member);
    }
    return declared;
}

// What the library has for other languages, under the names that JavaScript has for it.
function* readLibrary() {
    for (const line of readLines('abi', 'Ts-1.list')) {
        const [, kind, path] = line.match(/^(\w+) ([\w.-]+)/) ?? [];
        const [, shadowed] = line.match(/ shadows=(\w+)/) ?? [];
        if (!kind || kind === 'callback' || line.includes(' moved-to='))
            continue;
        const [owner, name] = path.split('.');

        if (name === undefined)
            yield owner;
        else if (kind === 'member')
            yield `${owner}.${name.toUpperCase()}`;
        else if (kind === 'method' || kind === 'property')
            yield `${owner}.prototype.${(shadowed ?? name).replaceAll('-', '_')}`;
        else
            yield `${owner}.${shadowed ?? name}`;
    }
}

const isClass = value => typeof value === 'function' && value.prototype && value.$gtype;

// What a program meets, also what Ts.js has added.
function* lookAround() {
    const ofClasses = ['prototype', '$gtype', 'length', 'name', 'constructor', '_init'];
    const ofErrors = ['domain', 'code', 'message', 'toString', 'valueOf'];
    const hidden = [...ofClasses, ...ofErrors];
    const visible = object =>
        Object.getOwnPropertyNames(object).filter(name => !hidden.includes(name));

    for (const name of Object.getOwnPropertyNames(Ts)) {
        if (name.endsWith('Class'))
            continue;
        yield name;
        if (!isClass(Ts[name]))
            continue;
        for (const member of visible(Ts[name]))
            yield `${name}.${member}`;
        for (const member of visible(Ts[name].prototype))
            yield `${name}.prototype.${member}`;
    }
}

function exists(path) {
    const names = path.split('.');
    const last = names.pop();
    return last in names.reduce((object, name) => object[name], Ts);
}

const declared = readDeclared();

test('all of the library is declared', () => {
    const all = [...readLibrary()];
    ok(all.length > 150, 'the list of the library was read');
    equal(all.filter(path => !declared.has(path)), []);
});

test('all that a program meets is declared', () => {
    equal([...lookAround()].filter(path => !declared.has(path)), []);
});

test('all that is declared is there', () => {
    equal([...declared].filter(path => !exists(path)), []);
});

await run();
