#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Has gdb stop a program in which threads and tasks wait, and reads what it says of them.

Usage: test_gdb.py GDB PROGRAM SCRIPT
"""

import re
import subprocess
import sys

gdb, program, script = sys.argv[1:]

COMMANDS = [
    'set debuginfod enabled off',
    'break look_here',
    'run',
    f'source {script}',
    'print jobs', 'print results', 'print event', 'print lock', 'print future',
    'print (TsEvent *) 0',
    'echo [waiters]\\n',
    'tschan waiters',
    'echo [info]\\n',
    'info tschan',
    'echo [end]\\n',
    'break look_there',
    'continue',
    'print model', 'print number', 'print text', 'print call',
    'continue',
]

ADDRESS = '0x[0-9a-f]+'
PRINTED = {
    'a channel and who waits': rf'TsChannel {ADDRESS} "jobs": rendezvous, 3 wait to receive$',
    'a channel and its items': rf'TsChannel {ADDRESS}: 2 of 4 items$',
    'an event': rf'TsEvent {ADDRESS} "news": not set, auto-reset, 1 waits$',
    'a lock': rf'TsLock {ADDRESS}: held$',
    'a future': rf'TsFuture {ADDRESS}: pending, 1 waits$',
    'a list': rf'TsListModel {ADDRESS}: 2 of at most 8 rows, 1 to be shown, drops the oldest, 0 so far, '
              rf'from channel {ADDRESS} "found"$',
    'a number in a list': rf'TsItem {ADDRESS}: gint -7$',
    'a text in a list': rf'TsItem {ADDRESS}: gchararray {ADDRESS} "a text"$',
    'a call': rf'TsCall {ADDRESS}: answers future {ADDRESS}, pending$',
    'nothing': r'\$\d+ = .*0x0$',
}
WAITERS = {
    'threads': rf'TsChannel {ADDRESS} "jobs": rendezvous\n  thread 2 \(LWP \d+.*\), waits to receive$',
    'other threads': rf'TsEvent {ADDRESS} "news": not set, auto-reset\n  thread 3 \(LWP \d+.*\), waits$',
    'sources': r'  a source, waits to receive$',
    'tasks': rf'TsFuture {ADDRESS}: pending\n  a task, for on_answer\(\), waits$',
    'selects': rf'TsSelect {ADDRESS}: 1 case, waited on\n  a task, for on_answer\(\), waits$',
    'cases of selects': r'  a task, for on_answer\(\), in a select, waits to receive$',
}


def run_gdb():
    arguments = [gdb, '-nx', '-batch']
    for command in COMMANDS:
        arguments += ['-ex', command]
    done = subprocess.run(arguments + [program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=350, check=False)
    return done.stdout


def report(number, passed, name):
    print(f'{"ok" if passed else "not ok"} {number} {name}')
    return passed


output = run_gdb()
if re.search('(?i)ptrace: Operation not permitted|Cannot PTRACE', output):
    print('1..0 # SKIP gdb may not look into other processes here')
    sys.exit(0)

waiters = output.partition('[waiters]\n')[2].partition('[info]\n')[0]
printed = output.partition('[waiters]')[0] + output.partition('[end]')[2]
info = output.partition('[info]\n')[2].partition('[end]\n')[0]
print(f'1..{len(PRINTED) + len(WAITERS) + 2}')
results = [(re.search(pattern, printed, re.M), f'print tells of {name}')
           for name, pattern in PRINTED.items()]
results += [(re.search(pattern, waiters, re.M), f'waiters tells of {name}')
            for name, pattern in WAITERS.items()]
results.append((bool(info) and info == waiters, 'info tschan is the same'))
results.append(('exited normally' in output, 'the program goes on'))
if not all([report(number, passed, name) for number, (passed, name) in enumerate(results, 1)]):
    print('\n'.join(f'# {line}' for line in output.splitlines()))
    sys.exit(1)
