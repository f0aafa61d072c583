#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Whether the Vala API has all of the library, and Vala programs compile without a warning, in TAP.

Compares the vapi with the list of what other languages see of the library: each class, method, property,
constructor and member is there, and throws if, and only if, it fails in C.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# Other forms of what is there already; see Ts-1-custom.vala.
FORMS = re.compile(r'\.(?:\w+_value|dup_value)$')
RENAMED = {
    'Channel.next': 'Channel.next_value',
    'Event.new_auto_reset': 'Event.with_auto_reset',
    'Select.oncev': 'Select.once',
    'error_quark': 'Error.quark',
}
HAS_VALUES = {'Select.get_value', 'Select.steal_value', 'Select.set_value', 'Semaphore.get_value'}


def read_vapi(path):
    """What the vapi declares: its name, and what stands there."""
    declared, owner = {}, None
    for line in path.read_text(encoding='utf-8').splitlines():
        line = re.sub(r'\[CCode[^]]*(?:\([^)]*\)[^]]*)*\] ?', '', line).strip().replace('@', '')
        opened = re.match(r'public (?:sealed )?(class|enum|errordomain) (\w+)', line)
        symbol = re.match(r'(?:public|protected) (?:.*? )?([\w.]+)(?: \(| \{|;)', line)
        if opened:
            owner = opened[2]
            declared[owner] = line
        elif line == '}':
            owner = None
        elif owner and re.fullmatch(r'[A-Z_]+[,;]?', line):
            declared[f'{owner}.{line.rstrip(",;").lower()}'] = line
        elif symbol and owner is None:
            declared[symbol[1]] = line
        elif symbol:
            name = re.sub(rf'^{owner}(?:\.|$)', '', symbol[1]) or 'new'
            # A method and a property may have one name.
            declared[f'{owner}.{name}'] = declared.get(f'{owner}.{name}', '') + line
    return declared


def read_library(path):
    """What the library has: how Vala calls it, and whether it may fail."""
    for line in path.read_text(encoding='utf-8').splitlines():
        match = re.match(r'(class|constant|constructor|enumeration|function|member|method|property) ([\w.-]+)',
                         line)
        if not match:
            continue
        kind, name = match[1], match[2].replace('-', '_')
        shadows = re.search(r' shadows=(\w+)', line)
        if shadows:
            name = f'{name.split(".")[0]}.{shadows[1]}'
        if FORMS.search(name) and name not in HAS_VALUES:
            continue
        if kind == 'constructor' and name not in RENAMED:
            name = re.sub(r'\.new_', '.', name)
        yield kind, RENAMED.get(name, name), ' throws=1' in line


def compare(declared, library):
    """What is missing or wrong."""
    for kind, name, fails in library:
        stem, _, finish = name.rpartition('_')
        if finish == 'finish' and 'async ' in declared.get(f'{stem}_async', ''):
            name = f'{stem}_async'
        elif finish == 'async':
            continue
        if name not in declared:
            yield f'{kind} {name} is missing'
        elif kind in ('method', 'function') and fails != (' throws ' in declared[name]):
            yield f'{name} throws, and does not fail in C' if not fails else f'{name} does not throw'


def complaints(valac, arguments, source):
    """What valac has to say of a program."""
    with tempfile.TemporaryDirectory() as directory:
        result = subprocess.run([valac, '--ccode', '--fatal-warnings', f'--directory={directory}', *arguments,
                                 *source], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                check=False)
    return result.stdout if result.returncode != 0 else ''


def main():
    """Speaks TAP."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--valac', required=True)
    parser.add_argument('--vapi', type=Path, required=True)
    parser.add_argument('--list', type=Path, required=True)
    parser.add_argument('--with', dest='helpers', action='append', default=[],
                        help='compiled with each program')
    parser.add_argument('programs', nargs='+')
    args = parser.parse_args()

    library = list(read_library(args.list))
    results = [('the Vala API is complete', '\n'.join(compare(read_vapi(args.vapi), library)))]
    if len(library) < 150:
        results.append(('the list of the library was read', f'only {len(library)} lines'))
    arguments = [f'--vapidir={args.vapi.parent}', '--pkg=gio-2.0', '--pkg=tschan-1']
    for program in args.programs:
        results.append((f'{Path(program).name} compiles without a warning',
                        complaints(args.valac, arguments, [*args.helpers, program])))
    print(f'1..{len(results)}')
    for number, (name, wrong) in enumerate(results, 1):
        print('not ok' if wrong else 'ok', number, '-', name)
        for line in wrong.splitlines():
            print('#', line)
    return any(wrong for _, wrong in results)


if __name__ == '__main__':
    sys.exit(main())
