# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Lets Spin search the models for states that must not be, and reports in TAP.

Each scenario of a model must hold. Each planted defect (BREAK_...) must be found: a model that does
not notice them proves nothing. A scenario is a set of definitions; with "cycles" it is searched for
cycles without progress instead of bad states, with "fair" only for those in which everybody runs.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

# model: (scenarios that hold, defects that are found, what is known not to hold)
MODELS = {
    'channel': (
        [
            'CAPACITY=0',
            'CAPACITY=1',
            'CAPACITY=0 GIVE_BACK RECEIVERS=3',
            'CAPACITY=1 GIVE_BACK GIVE_UP',
            'CAPACITY=0 CANCEL',
            'CAPACITY=1 CANCEL GIVE_BACK',
            'CAPACITY=0 CLOSE_EARLY',
            'CAPACITY=1 CLOSE_EARLY',
            'CAPACITY=1 SENDERS=3 RECEIVERS=1',
            'CAPACITY=1 RECEIVERS=1 CLOSE_EARLY CANCEL GIVE_UP GIVE_BACK',
        ],
        [
            'BREAK_LOOK_AGAIN',
            'BREAK_CLAIM GIVE_UP',
            'BREAK_STALE GIVE_UP',
            'BREAK_STORE_FIRST CAPACITY=1',
            'BREAK_REFILL CAPACITY=1 RECEIVERS=1',
            'BREAK_GIVE_BACK GIVE_BACK SENDERS=1',
            'BREAK_LEAVE GIVE_UP',
            'BREAK_UNPARK GIVE_UP',
            'BREAK_CANCEL CANCEL',
            'BREAK_CANCEL_WAKE CANCEL',
            'BREAK_CLOSE RECEIVERS=1',
        ],
        [],
    ),
    'select': (
        [
            'FACING GIVE_UP CLOSE_EARLY',
            'CROSSED',
            'CROSSED GIVE_UP CLOSE_EARLY',
            'SAME',
            'SAME GIVE_UP CLOSE_EARLY',
            'ALONE',
            'THIRD',
            'THIRD GIVE_UP CLOSE_EARLY',
            'cycles FACING',
            'cycles CROSSED',
            'cycles ALONE',
            'cycles THIRD',
        ],
        [
            'BREAK_LOOK_AGAIN FACING',
            'BREAK_CLAIM_SELF THIRD',
            'BREAK_CLAIM_SELF SAME',
            'BREAK_RESET THIRD',
            'BREAK_SETTLE FACING',
            'cycles BREAK_ORDER CROSSED',
            'cycles BREAK_ORDER THIRD',
            'cycles BREAK_SELF ALONE',
        ],
        # Two who both send into and receive from one channel have no order that sets one before the
        # other. In exact lockstep, and only then, they begin again together.
        ['cycles SAME'],
    ),
    'front': (
        [
            '',
            'SENDERS=2 ITEMS=2',
            'GIVE_BACK',
            'GIVE_BACK SENDERS=2 ITEMS=1 RECEIVERS=3',
            'RECEIVERS=3',
        ],
        [
            'BREAK_UNLOCKED',
            'BREAK_SHUT GIVE_BACK',
            'BREAK_NOT_SHUT GIVE_BACK',
            'BREAK_FILL',
            'BREAK_LOOK',
            'BREAK_ORDER',
        ],
        [],
    ),
    'lock': (
        ['', 'THREADS=2 ROUNDS=4', 'fair cycles', 'fair cycles THREADS=2'],
        ['BREAK_SWAP', 'BREAK_QUICK', 'fair cycles BREAK_ZERO'],
        [],
    ),
    'orphan': (
        ['', 'SLEEP', 'PASSER_BY', 'SLEEP PASSER_BY', 'GUESTS=3'],
        ['BREAK_ADOPT', 'BREAK_HOLD', 'BREAK_RELEASE', 'BREAK_KEEP', 'BREAK_KEEP SLEEP'],
        [],
    ),
    'delivery': (
        ['', 'DESTROY'],
        [
            'BREAK_KICK',
            'BREAK_SLEEP',
            'BREAK_KICKED_SLEEPS',
            'BREAK_STARTED',
            'BREAK_START_LOOK',
            'BREAK_LATE_READ DESTROY',
            'BREAK_ALIVE DESTROY',
            'BREAK_ABANDON_CONNECTED DESTROY',
            'BREAK_PENDING DESTROY',
        ],
        [],
    ),
}

DEPTH = 300000
MEGABYTES = 2000


def run(command, directory):
    """What a command says; it must succeed."""
    result = subprocess.run(command, cwd=directory, text=True, timeout=900, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode != 0 or 'Error:' in result.stdout:
        raise RuntimeError(f'{" ".join(map(str, command))}:\n{result.stdout}')
    return result.stdout


def search(spin, compiler, model, scenario, optimise):
    """Whether Spin found something wrong, and how many states it saw."""
    words = scenario.split()
    cycles, fair = 'cycles' in words, 'fair' in words
    definitions = [f'-D{word}' for word in words if word not in ('cycles', 'fair')]
    with tempfile.TemporaryDirectory() as directory:
        run([spin, '-a', *definitions, model], directory)
        run([*compiler, '-O1' if optimise else '-O0', '-w', '-DNP' if cycles else '-DSAFETY', f'-DMEMLIM={MEGABYTES}',
             '-o', 'pan', 'pan.c'], directory)
        output = run(['./pan', f'-m{DEPTH}', *(['-l'] if cycles else []), *(['-f'] if fair else [])], directory)
    errors = re.search(r'errors: (\d+)', output)
    states = re.search(r'(\d+) states, stored', output)
    if not errors or not states:
        raise RuntimeError(output)
    found = int(errors[1]) > 0
    if not found and re.search(r'max search depth too small|Search not completed', output):
        raise RuntimeError(f'the search was not completed:\n{output}')
    return found, int(states[1])


def main():
    """Searches one model in all scenarios."""
    parser = argparse.ArgumentParser()
    parser.add_argument('model', type=Path)
    parser.add_argument('--spin', default='')
    parser.add_argument('--cc', default='cc')
    args = parser.parse_args()

    if not args.spin:
        print('1..0 # SKIP spin is not installed')
        return 0
    holds, defects, known = MODELS[args.model.stem]
    cases = [(False, 'holds', s) for s in holds] + [(True, 'is found', s) for s in defects]
    cases += [(True, 'is a known limit', s) for s in known]
    print(f'1..{len(cases)}')
    failures = 0
    for number, (expected, what, scenario) in enumerate(cases, 1):
        try:
            found, states = search(args.spin, args.cc.split(), args.model.resolve(), scenario,
                                   not expected)
            result, note = found == expected, f'{states} states'
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            result, note = False, str(error)
        failures += not result
        print(f'{"ok" if result else "not ok"} {number} {scenario or "plain"} {what}')
        print('\n'.join(f'# {line}' for line in note.splitlines()), flush=True)
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
