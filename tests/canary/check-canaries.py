#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Shows that a run under a sanitizer, or under valgrind, can be believed; speaks TAP.

In each language a correct program must pass in silence, and each planted defect must be reported for what
it is. The programs run in the very surroundings of the tests: a gate that cannot fail is worth nothing.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys

# The late write may come so late that its item is freed already: the same race, by another name.
RACES = {name: 'data race|heap-use-after-free'
         for name in ('queue-late-write', 'task-late-write', 'channel-late-write')}
REPORTS = {
    'address': {
        'use-after-free': 'heap-use-after-free',
        'dead-frame': 'stack-use-after-return',
        'leaked-item': 'detected memory leaks',
        'leaked-channel': 'detected memory leaks',
    },
    'undefined': {'overflow': 'signed integer overflow'},
    'thread': {**RACES, 'lock-inversion': 'lock-order-inversion'},
    'memcheck': {
        'use-after-free': 'Invalid read',
        'uninitialised': 'uninitialised (value|byte)',  # a compiler may do without the branch
        'leaked-item': 'definitely lost',
        'leaked-channel': 'definitely lost',
    },
}
PYTHON = '''
import sys
import gi
gi.require_version('TsTest', '1')
from gi.repository import TsTest
sys.exit(not TsTest.plant(sys.argv[1]))
'''
GJS = '''
imports.gi.versions.TsTest = '1';
imports.system.exit(imports.gi.TsTest.plant(ARGV[0]) ? 0 : 1);
'''


def languages(arguments):
    """How to run a canary in each language. Interpreters want a sanitizer's runtime to be preloaded."""
    wrapper = shlex.split(os.environ.get('TS_TEST_WRAPPER', ''))
    preload = ['env', f'LD_PRELOAD={os.environ.get("TS_TEST_PRELOAD", "")}']
    yield 'C', [*wrapper, arguments.program]
    if arguments.python:
        yield 'Python', [*preload, *wrapper, arguments.python, '-c', PYTHON]
    if arguments.gjs:
        yield 'GJS', [*preload, *wrapper, arguments.gjs, '-c', GJS]


def complaint(command, defect, report):
    """What is wrong with the outcome; None if it is as it must be."""
    done = subprocess.run([*command, defect], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors='replace', check=False)
    if report is None:
        return None if done.returncode == 0 else f'a correct program is reported:\n{done.stdout}'
    if done.returncode != 0 and re.search(report, done.stdout):
        return None
    return f'status {done.returncode}, and no “{report}” in:\n{done.stdout}'


def main():
    """Runs all; the status tells whether each was as it must be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--sanitizer', default='none')
    parser.add_argument('--program', required=True)
    parser.add_argument('--python')
    parser.add_argument('--gjs')
    arguments = parser.parse_args()

    tool = 'memcheck' if 'TS_TEST_WRAPPER' in os.environ else arguments.sanitizer
    defects = {'clean': None}
    for part in tool.split(','):
        defects.update(REPORTS.get(part, {}))
    if len(defects) == 1:
        print('1..0 # SKIP neither under a sanitizer nor under valgrind')
        return 0

    number = failures = 0
    for language, command in languages(arguments):
        for defect, report in defects.items():
            number += 1
            problem = complaint(command, defect, report)
            failures += problem is not None
            for line in (problem or '').splitlines():
                print('#', line)
            verdict = 'passes' if report is None else 'is reported'
            print('not ok' if problem else 'ok', f'{number} - {language}: {defect} {verdict}', flush=True)
    print(f'1..{number}')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
