#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sum up the subtests of a "meson test" run from Meson's testlog.json.

Prints why tests were skipped, which failed with the end of their output, and as the last line
"N passed, N failed, N skipped". A program that speaks no TAP counts as one test; one that speaks
TAP but crashes, times out or ends before its plan adds one failure of its own.
"""

import argparse
import collections
import json
import re
import sys

TEST = re.compile(r'(not )?ok\b\s*\d*\s*(?:- )?([^#]*)(?:#\s*(skip|todo)\S*\s*(.*))?',
                  re.IGNORECASE)
PLAN = re.compile(r'1\.\.(\d+)\s*(?:#\s*skip\S*\s*(.*))?', re.IGNORECASE)
GOOD = {'OK', 'EXPECTEDFAIL'}


class Totals:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = collections.Counter()

    def skip(self, program, reason):
        self.skipped[f'{program}: {reason or "no reason given"}'] += 1

    def add_tap(self, program, lines):
        """Counts the subtests of one program; returns True if it spoke TAP."""
        spoke = False
        for line in lines:
            plan = PLAN.match(line)
            test = TEST.match(line)
            if plan:
                spoke = True
                if plan[1] == '0':
                    self.skip(program, plan[2])
            elif test:
                spoke = True
                self.add_subtest(program, test)
        return spoke

    def add_subtest(self, program, test):
        broken, name, directive, reason = test.groups()
        if directive and directive.lower() == 'todo':
            self.skip(program, f'to do: {name.strip()}')
        elif broken:
            self.failed.append(f'{program}: {name.strip()}')
        elif directive:
            self.skip(program, reason.strip() or name.strip())
        else:
            self.passed += 1

    def add_program(self, record):
        """Counts one program; returns True if anything in it failed."""
        program, result = record['name'], record['result']
        before = len(self.failed)
        spoke = self.add_tap(program, (record.get('stdout') or '').splitlines())
        if not spoke and result in GOOD:
            self.passed += 1
        elif not spoke and result == 'SKIP':
            self.skip(program, (record.get('stderr') or record.get('stdout') or '').strip()[:80])
        elif result not in GOOD | {'SKIP'}:
            # A program that reported its failures also ends with 1; anything else is one more.
            if len(self.failed) == before or record['returncode'] not in {0, 1}:
                self.failed.append(f'{program}: {result.lower()}, status {record["returncode"]}')
        return len(self.failed) > before


def failures(lines):
    """The lines of each failed subtest, with the remarks before and after it."""
    remarks, inside = [], False
    for line in lines:
        if line.startswith(('#', ' ')):
            remarks.append(line)
            continue
        failed = line.startswith('not ok')
        if inside or failed:
            yield from remarks
        if failed:
            yield line
        inside, remarks = failed, []
    if inside:
        yield from remarks


def print_output(record, length):
    """Prints what failed; for a program that broke off, how it ended too."""
    print(f'--- {record["name"]}')
    stdout = (record.get('stdout') or '').splitlines()
    stderr = (record.get('stderr') or '').splitlines()
    reported = list(failures(stdout))
    if not reported or record['returncode'] not in {0, 1}:
        reported += ['... ends with:'] + stdout[-length:]
    for line in reported + stderr[-length:]:
        print(f'    {line}')


def read_log(path):
    try:
        with open(path, encoding='utf-8', errors='replace') as log:
            return [json.loads(line) for line in log if line.strip()]
    except FileNotFoundError:
        return []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('log', nargs='+', help='testlog.json as written by "meson test"')
    parser.add_argument('--status', type=int, default=0, help='exit status of "meson test"')
    parser.add_argument('--tail', type=int, default=40, help='lines of output per failed program')
    options = parser.parse_args()

    totals = Totals()
    for record in (record for log in options.log for record in read_log(log)):
        if totals.add_program(record):
            print_output(record, options.tail)
    if options.status != 0 and not totals.failed:
        totals.failed.append(f'the run itself: it ended with exit status {options.status}')

    skipped = sum(totals.skipped.values())
    for reason, count in totals.skipped.items():
        print(f'skipped: {reason} ({count})')
    for name in totals.failed:
        print(f'failed: {name}')
    if not totals.passed and not totals.failed and not skipped:
        totals.failed.append('no test ran')
        print('failed: no test ran')
    print(f'{totals.passed} passed, {len(totals.failed)} failed, {skipped} skipped')
    return 1 if totals.failed else 0


if __name__ == '__main__':
    sys.exit(main())
