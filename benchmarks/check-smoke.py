# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs the benchmark program for one tiny round: every row prints every implementation that it lists,
with numbers that can be numbers. What they are is nobody's business here."""

import math
import subprocess
import sys


def run(*args):
    result = subprocess.run([sys.argv[1], *args], stdout=subprocess.PIPE, text=True, check=True)
    return result.stdout.splitlines()


def is_a_measure(text):
    number = float(text)
    return math.isfinite(number) and number >= 0


def main():
    wanted = ['--patience=0', *sys.argv[2:]]
    listed = run('--list', *wanted)
    printed = {line.rsplit(',', 2)[0]: line.split(',')[3:] for line in run('--smoke', '--csv', *wanted)}
    rows = sorted({case.rsplit(',', 1)[0] for case in listed})
    print(f'1..{len(rows)}')
    for number, row in enumerate(rows, 1):
        cases = [case for case in listed if case.rsplit(',', 1)[0] == row]
        good = all(all(map(is_a_measure, printed.get(case, ['nan']))) for case in cases)
        peers = len(cases) > 1 and any(case.endswith(',tschan') for case in cases)
        print('ok' if good and peers else 'not ok', number, f'- {row}: {len(cases)} implementations')


if __name__ == '__main__':
    main()
