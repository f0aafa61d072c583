# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Compares what other languages see of the library with the list of it in the tree, in TAP.

The binary interface says nothing of what an enumeration's members are, of who owns a result, or of what
may be NULL; programs in other languages depend on it all the same. What is added is no difference. With
--update the list is written anew, which is for a release that has added something, or for one of another
soname.
"""

import argparse
import difflib
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'

HEAD = '''# What other languages see of the library: build-aux/check-gir.py compares it, and with --update writes it.
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
'''
CALLABLES = {CORE + name: name for name in ('function', 'method', 'constructor', 'callback')}
# Attributes on which callers depend, in the order in which they are shown.
PARAMETER = ('direction', 'caller-allocates', 'nullable', 'optional', 'transfer-ownership', 'scope')
CALLABLE = (C + 'identifier', 'shadows', 'moved-to', 'throws')
PROPERTY = ('writable', 'readable', 'construct', 'construct-only', 'transfer-ownership', 'getter')
TYPE = (C + 'type', GLIB + 'get-type', GLIB + 'error-domain', 'parent', 'final', 'abstract')
# Counts up with each release.
VERSION = {'MAJOR_VERSION', 'MINOR_VERSION', 'MICRO_VERSION', 'VERSION_STRING'}


def attributes(node, names):
    """Those of the named attributes that a node has, as text."""
    return ''.join(f' {name.rpartition("}")[2]}={node.get(name)}' for name in names
                   if name in node.attrib)


def type_of(node):
    """The type of a parameter, a result or a property."""
    if node.find(CORE + 'varargs') is not None:
        return '...'
    array = node.find(CORE + 'array')
    if array is not None:
        return f'[{type_of(array)}{attributes(array, ("length", "zero-terminated", "fixed-size"))}]'
    inner = node.find(CORE + 'type')
    if inner is None:
        return '?'
    arguments = [child.get('name') for child in inner.findall(CORE + 'type')]
    return inner.get('name') + (f'<{", ".join(arguments)}>' if arguments else '')


def describe_callable(node, owner):
    """One line for a function, with all that a caller must know."""
    kind = CALLABLES[node.tag]
    parameters = [f'{parameter.get("name")}: {type_of(parameter)}{attributes(parameter, PARAMETER)}'
                  for parameter in node.iterfind(f'{CORE}parameters/{CORE}parameter')]
    result = node.find(CORE + 'return-value')
    skip = ' skipped' if result.get('skip') == '1' else ''
    returned = type_of(result) + attributes(result, ('nullable', 'transfer-ownership')) + skip
    return (f'{kind} {owner}{node.get("name")} ({", ".join(parameters)}) -> {returned}'
            f'{attributes(node, CALLABLE)}')


def describe(node, owner=''):
    """The lines for a node of the GIR and for what is in it."""
    kind, name = node.tag.rpartition('}')[2], node.get('name')
    if GLIB + 'is-gtype-struct-for' in node.attrib or node.get('introspectable') == '0' or name in VERSION:
        return
    if node.tag in CALLABLES:
        yield describe_callable(node, owner)
    elif kind == 'member':
        yield f'member {owner}{name} = {node.get("value")} {node.get(C + "identifier")}'
    elif kind == 'property':
        yield f'property {owner}{name}: {type_of(node)}{attributes(node, PROPERTY)}'
    elif kind == 'constant':
        yield f'constant {name} = {node.get("value")}: {type_of(node)}'
    elif kind in {'class', 'interface', 'record', 'enumeration', 'bitfield', 'alias'}:
        yield f'{kind} {name}{attributes(node, TYPE)}'
        for child in node:
            yield from describe(child, f'{name}.')


def lines_of(gir):
    """All lines for a GIR file, sorted."""
    namespace = ElementTree.parse(gir).getroot().find(CORE + 'namespace')
    return sorted(line for node in namespace for line in describe(node))


def missing(old, new):
    """Lines that were there and are not any more, each with what may have become of it."""
    present = set(new)
    for line in old:
        if line not in present:
            yield f'was: {line}'
            for candidate in difflib.get_close_matches(line, set(new) - set(old), 1, 0.8):
                yield f'is:  {candidate}'


def shift_members(lines):
    """As if a member had been inserted before all others of each enumeration."""
    for line in lines:
        name, equals, rest = line.partition(' = ')
        value, _, identifier = rest.partition(' ')
        yield f'{name}{equals}{int(value) + 1} {identifier}' if line.startswith('member ') else line


def main():
    """Compares, or with --update writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument('--gir', required=True)
    parser.add_argument('--list', type=Path, required=True)
    parser.add_argument('--update', action='store_true')
    args = parser.parse_args()

    new = lines_of(args.gir)
    if args.update:
        args.list.write_text(HEAD + ''.join(f'{line}\n' for line in new), encoding='utf-8')
        return 0
    old = [line for line in args.list.read_text(encoding='utf-8').splitlines() if not line.startswith('#')]
    cases = [
        ('programs in other languages still find what they found', new, False),
        ('a planted member of an enumeration is noticed', list(shift_members(new)), True),
        ('a planted change of ownership is noticed',
         [line.replace('transfer-ownership=full', 'transfer-ownership=none') for line in new], True),
        ('a planted removal is noticed', [line for line in new if 'ts_semaphore_release' not in line], True),
    ]
    print(f'1..{len(cases)}')
    failures = 0
    for number, (name, lines, expected) in enumerate(cases, 1):
        problems = list(missing(old, lines))
        good = bool(problems) == expected
        failures += not good
        print(f'{"ok" if good else "not ok"} {number} {name}')
        if not good:
            print('\n'.join(f'# {problem}' for problem in problems))
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
