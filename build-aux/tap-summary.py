#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sum up the subtests of a "meson test" run from Meson's testlog.json.

Prints why tests were skipped, which failed with the end of their output, and as the last line
"N passed, N failed, N skipped". A program that speaks no TAP counts as one test; one that speaks
TAP but crashes, times out or ends before its plan adds one failure of its own.

Logs given with --again are of later runs of what failed, with nothing beside it. A program that passed
in each of them counts as passed, and is named as unsteady, with its first output: on a machine with
too much to do a deadline can pass that nobody meant to. What a sanitizer reported, and a program that
accessed memory that it must not, stay failures: no load explains those.
"""

import argparse
import collections
import json
import re
import signal
import sys

TEST = re.compile(r'(not )?ok\b\s*\d*\s*(?:- )?([^#]*)(?:#\s*(skip|todo)\S*\s*(.*))?',
                  re.IGNORECASE)
PLAN = re.compile(r'1\.\.(\d+)\s*(?:#\s*skip\S*\s*(.*))?', re.IGNORECASE)
TAIL = 40  # lines of output of a program that failed
MOST_AGAIN = 3
GOOD = {'OK', 'EXPECTEDFAIL'}
REPORT = re.compile(r'Sanitizer: |runtime error: ')
FORBIDDEN = {-signal.SIGSEGV, -signal.SIGBUS, -signal.SIGILL, -signal.SIGFPE}


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


def has_failed(record):
    return Totals().add_program(record)


def is_excusable(record):
    """Whether it can have failed for want of time."""
    output = (record.get('stdout') or '') + (record.get('stderr') or '')
    return not REPORT.search(output) and record['returncode'] not in FORBIDDEN


def to_try_again(records):
    """The tests to give to "meson test", or nothing if more failed than bad luck explains."""
    failed = [record for record in records if has_failed(record)]
    if len(failed) > MOST_AGAIN or not all(map(is_excusable, failed)):
        return []
    return sorted({record['name'].split(' / ')[-1] for record in failed})


def without_unsteady(records, again):
    """The records, with those of a later run in place of those that failed by bad luck."""
    later = collections.defaultdict(list)
    for record in again:
        later[record['name']].append(record)
    for record in records:
        others = later[record['name']]
        if (has_failed(record) and is_excusable(record) and others and
                not any(map(has_failed, others))):
            print_output(record, TAIL)
            print(f'unsteady: {record["name"]}: failed once, then passed {len(others)} times by itself')
            record = others[0]
        yield record


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('log', nargs='*', help='testlog.json as written by "meson test"')
    parser.add_argument('--again', nargs='*', default=[], help='those of later runs of what failed')
    parser.add_argument('--status', type=int, default=0, help='exit status of "meson test"')
    parser.add_argument('--to-try-again', action='store_true',
                        help='only print the names of the tests that may have failed by bad luck')
    options = parser.parse_args()

    records = [record for log in options.log for record in read_log(log)]
    if options.to_try_again:
        print('\n'.join(to_try_again(records)))
        return 0
    again = [record for log in options.again for record in read_log(log)]
    return summarise(without_unsteady(records, again), 0 if again else options.status)


def summarise(records, status):
    totals = Totals()
    for record in records:
        if totals.add_program(record):
            print_output(record, TAIL)
    if status != 0 and not totals.failed:
        totals.failed.append(f'the run itself: it ended with exit status {status}')

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
