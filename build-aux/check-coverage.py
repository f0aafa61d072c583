#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Judges what gcovr has counted: enough must be reached, and a line that is not must be in a list.

Usage: check-coverage.py COVERAGE.json LIST. Fails below 95 % of lines or 85 % of branches, for a line that no
test reaches and that the list does not have, and for an entry of the list that no source has any more. An
entry whose lines were reached after all is only told of: some of them take two threads in the same step.
"""

import argparse
import collections
import fnmatch
import json
import re
import sys
from pathlib import Path

LINES, BRANCHES = 95.0, 85.0

Entry = collections.namedtuple('Entry', 'file function text reason')


def read_list(path):
    """The entries: FILE | FUNCTION | TEXT | REASON, the first three with wildcards."""
    for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
        if not line or line.startswith('#'):
            continue
        fields = [field.strip() for field in line.split(' | ')]
        if len(fields) != 4:
            sys.exit(f'{path}:{number}: four fields, please')
        yield Entry(*fields)


def functions_of(lines):
    """For each line of C the function that it is in, which begins in the first column."""
    name = ''
    for line in lines:
        begins = re.match(r'(?:[a-z].*[ *])?([a-z_0-9]+) \(', line)
        if begins:
            name = begins[1]
        yield name


def counted(record):
    """Whether gcovr counts a line at all."""
    return not record.get('gcovr/noncode') and not record.get('gcovr/excluded')


def share(part, whole):
    """Per cent."""
    return 100.0 * part / whole if whole else 100.0


def main():
    """Compares; the status tells whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('coverage', type=Path)
    parser.add_argument('list', type=Path)
    parser.add_argument('--branches', action='store_true', help='show the branches that were not taken, too')
    arguments = parser.parse_args()

    entries = list(read_list(arguments.list))
    used, stale = set(), set(entries)
    n_lines = hit_lines = n_branches = hit_branches = 0
    missed = []
    for record in json.loads(arguments.coverage.read_text(encoding='utf-8'))['files']:
        path = Path(record['file'])
        source = path.read_text(encoding='utf-8').splitlines()
        functions = list(functions_of(source))

        def matching(number, name=path.name, source=source, functions=functions):
            text = source[number - 1].strip()
            return [entry for entry in entries
                    if fnmatch.fnmatchcase(name, entry.file)
                    and fnmatch.fnmatchcase(functions[number - 1], entry.function)
                    and fnmatch.fnmatchcase(text, entry.text)]

        for number in range(1, len(source) + 1):
            stale.difference_update(matching(number))
        for line in filter(counted, record['lines']):
            number, branches = line['line_number'], line['branches']
            n_lines += 1
            hit_lines += line['count'] > 0
            n_branches += len(branches)
            hit_branches += sum(branch['count'] > 0 for branch in branches)
            excuses = matching(number)
            if line['count'] == 0:
                used.update(excuses)
                if not excuses:
                    missed.append(f'{path}:{number}: {functions[number - 1]}: {source[number - 1].strip()}')
            elif arguments.branches and not all(branch['count'] for branch in branches):
                taken = sum(branch['count'] > 0 for branch in branches)
                print(f'{path}:{number}: {taken} of {len(branches)}: {source[number - 1].strip()}')

    for place in missed:
        print(f'no test reaches {place}')
    for entry in sorted(stale):
        print(f'out of date: {" | ".join(entry[:3])}')
    for entry in sorted(set(entries) - used - stale):
        print(f'reached this time: {" | ".join(entry[:3])}')
    lines, branches = share(hit_lines, n_lines), share(hit_branches, n_branches)
    print(f'lines: {lines:.1f} % of {n_lines}, branches: {branches:.1f} % of {n_branches}')
    return 1 if missed or stale or lines < LINES or branches < BRANCHES else 0


if __name__ == '__main__':
    sys.exit(main())
