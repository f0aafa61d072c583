# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Compares the library's binary interface with the one in the tree, in TAP; needs libabigail.

What is added is no difference: programs that were built before still run. With --update the interface
in the tree is written anew, which is for a release that has added something, or for one of another
soname.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def run(*command):
    """Exit status and output."""
    result = subprocess.run(command, text=True, check=False, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT)
    return result.returncode, result.stdout


def write_dump(library, headers, dump):
    """The interface as XML, without what is of this machine."""
    status, output = run('abidw', '--headers-dir', headers, '--drop-private-types', '--no-corpus-path',
                         '--no-comp-dir-path', '--no-show-locs', '--no-elf-needed', '--out-file', dump,
                         library)
    if status != 0:
        sys.exit(output)
    path = Path(dump)
    path.write_text(re.sub(r" path='[^']*/", " path='", path.read_text()))


def compare(dump, library, headers):
    """Exit status (0: compatible) and report of abidiff."""
    return run('abidiff', '--headers-dir2', headers, '--no-added-syms', str(dump), library)


def plant_change(dump, changed):
    """A dump in which one function has another parameter than the library's."""
    tree = ElementTree.parse(dump)
    function = tree.find('.//function-decl[@name="ts_semaphore_release"]')
    first, second = function.findall('parameter')[:2]
    second.set('type-id', first.get('type-id'))
    tree.write(changed)


def plant_removal(dump, changed):
    """A dump with a function that the library does not have."""
    changed.write_text(dump.read_text().replace('ts_semaphore_release', 'ts_semaphore_recede'))


def check(args, headers, directory):
    """The library as it is, and as it must not be."""
    cases = [('the library is compatible', args.dump, False)]
    for name, plant in [('parameter', plant_change), ('removal', plant_removal)]:
        changed = Path(directory) / f'{name}.abi'
        plant(args.dump, changed)
        cases.append((f'a planted {name} is noticed', changed, True))
    print(f'1..{len(cases)}')
    failures = 0
    for number, (name, dump, expected) in enumerate(cases, 1):
        status, output = compare(dump, args.library, headers)
        good = (status != 0) == expected
        failures += not good
        print(f'{"ok" if good else "not ok"} {number} {name}')
        if not good:
            print('\n'.join(f'# {line}' for line in output.splitlines()))
    return 1 if failures else 0


def main():
    """Compares, or with --update writes."""
    parser = argparse.ArgumentParser()
    parser.add_argument('--library', required=True)
    parser.add_argument('--dump', type=Path, required=True)
    parser.add_argument('--header', action='append', default=[])
    parser.add_argument('--update', action='store_true')
    args = parser.parse_args()

    if not shutil.which('abidiff'):
        print('1..0 # SKIP abidiff is not installed')
        return 0
    if not args.update and run('uname', '-m')[1].strip() != 'x86_64':
        print('1..0 # SKIP the interface in the tree is that of x86_64')
        return 0
    with tempfile.TemporaryDirectory() as directory:
        headers = Path(directory) / 'headers'
        headers.mkdir()
        for header in args.header:
            shutil.copy(header, headers)
        if args.update:
            write_dump(args.library, str(headers), str(args.dump))
            return 0
        return check(args, str(headers), directory)


if __name__ == '__main__':
    sys.exit(main())
