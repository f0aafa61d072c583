# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Checks, in TAP, that what tests/catalogue.md names exists.

A name is a file below tests/, a file and a word in it ("file:word"), or what stands between slashes
in the path of a C test.
"""

import re
import sys
from pathlib import Path


def test_names(tests):
    """All parts of all strings of the C tests."""
    names = set()
    for source in [*tests.glob('*.c'), *tests.glob('dst/*.c')]:
        for string in re.findall(r'"([^"\n]+)"', source.read_text()):
            names.update(string.split('/'))
    return names


def exists(name, tests, names):
    """Whether there is such a test, file or word."""
    file, _, word = name.partition(':')
    path = tests / file
    if '.' not in file and '/' not in file:
        return not word and name in names
    if not path.is_file():
        return False
    return not word or re.search(rf'\b{re.escape(word)}\b', path.read_text()) is not None


def rows(catalogue):
    """The cases, each with what looks after it."""
    for line in catalogue.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip('|').split('|')]
        if line.startswith('| ') and len(cells) == 2 and cells[0] != 'Case':
            yield cells


def main():
    """One line of TAP for each case."""
    tests = Path(sys.argv[1]) / 'tests'
    names = test_names(tests)
    cases = list(rows(tests / 'catalogue.md'))
    failures = 0
    print(f'1..{len(cases)}')
    for number, (case, keepers) in enumerate(cases, 1):
        named = re.findall(r'`([^`]+)`', keepers)
        missing = [name for name in named if not exists(name, tests, names)]
        good = not missing and (named or keepers.startswith('none: '))
        failures += not good
        print(f'{"ok" if good else "not ok"} {number} {case}'.replace('#', ''))
        if not good:
            print(f'# {", ".join(missing) or "nothing looks after it, and no reason is told"}')
    return 1 if failures or not cases else 0


if __name__ == '__main__':
    sys.exit(main())
