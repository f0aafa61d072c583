#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Checks that tests/catalogue.md names tests that exist. Usage: check-catalogue.py SOURCE-ROOT"""

import re
import sys
from pathlib import Path

ROW = re.compile(r'^\| (\d+) \| (.+) \| (.+) \|$')
EXCUSE = re.compile(r'^(Not offered|Documented|Open): \S')


def problems_of(tests, cell):
    """What is wrong with the last cell of a row."""
    if EXCUSE.match(cell):
        return
    references = re.findall(r'`([^`]+)`', cell)
    if not references:
        yield 'names no test, and no reason'
    for reference in references:
        name, _, test = reference.partition(' ')
        path = tests / name
        if not path.is_file():
            yield f'there is no tests/{name}'
        elif test not in path.read_text(encoding='utf-8'):
            yield f'tests/{name} has no {test}'


def main():
    tests = Path(sys.argv[1]) / 'tests'
    text = (tests / 'catalogue.md').read_text(encoding='utf-8')
    rows = [match.groups() for match in map(ROW.match, text.splitlines()) if match]
    failures = []
    for expected, (number, _, cell) in enumerate(rows, start=1):
        if int(number) != expected:
            failures.append(f'case {number} stands where {expected} should')
        failures += [f'case {number}: {problem}' for problem in problems_of(tests, cell)]
    if not rows:
        failures.append('no cases found')

    print('1..1')
    for failure in failures:
        print('#', failure)
    open_cases = [number for number, _, cell in rows if cell.startswith('Open:')]
    print('#', len(rows), 'cases; without a test yet:', ', '.join(open_cases) or 'none')
    print('not ok' if failures else 'ok', '1 - the catalogue names tests that exist')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
