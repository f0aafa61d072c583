# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs the benchmark program for one tiny round: every row prints every implementation that it lists,
with numbers that can be numbers. What they are is nobody's business here. And another program may bring
rows of its own."""

import math
import shlex
import subprocess
import sys


def run(*args):
    result = subprocess.run([sys.argv[1], *args], stdout=subprocess.PIPE, text=True, check=True)
    return result.stdout.splitlines()


def is_a_measure(text):
    number = float(text)
    return math.isfinite(number) and number >= 0


def knows_rows_of_others():
    peer = shlex.join([sys.executable, __file__, '--as-peer'])
    return 'W0,own,tschan' in run('--list', f'--peer={peer}')


def main():
    if sys.argv[1] == '--as-peer':
        print('W0,own,tschan')
        return
    wanted = ['--patience=0', *sys.argv[2:]]
    listed = run('--list', *wanted)
    printed = {line.rsplit(',', 2)[0]: line.split(',')[3:] for line in run('--smoke', '--csv', *wanted)}
    rows = sorted({case.rsplit(',', 1)[0] for case in listed})
    print(f'1..{len(rows) + 1}')
    for number, row in enumerate(rows, 1):
        cases = [case for case in listed if case.rsplit(',', 1)[0] == row]
        good = all(all(map(is_a_measure, printed.get(case, ['nan']))) for case in cases)
        peers = len(cases) > 1 and any(case.endswith(',tschan') for case in cases)
        print('ok' if good and peers else 'not ok', number, f'- {row}: {len(cases)} implementations')
    print('ok' if knows_rows_of_others() else 'not ok', len(rows) + 1, '- rows of another program')


if __name__ == '__main__':
    main()
