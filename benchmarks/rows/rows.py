#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Measures each way of filling a list several times, in turns, and prints what it does to the frames.

rows.py PROGRAM [--window] [--rounds N] [ARGUMENT of tschan-rows...]

With --window in a GTK window on a display of its own (Xvfb), otherwise with a timer in its place. With
--smoke it only sees whether everything runs, in TAP.
"""

import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

LATE = 25  # milliseconds: a frame is left out


@contextlib.contextmanager
def display():
    """The environment for a window that nobody sees."""
    reader, writer = os.pipe()
    with tempfile.TemporaryDirectory() as home:
        server = subprocess.Popen(['Xvfb', '-displayfd', str(writer), '-screen', '0', '800x700x24',
                                   '-nolisten', 'tcp'], pass_fds=[writer], stderr=subprocess.DEVNULL)
        os.close(writer)
        try:
            with open(reader) as file:
                number = file.readline().strip()
            yield {
                **os.environ, 'DISPLAY': f':{number}', 'GDK_BACKEND': 'x11', 'GSK_RENDERER': 'cairo',
                'LIBGL_ALWAYS_SOFTWARE': '1', 'GTK_A11Y': 'none', 'GSETTINGS_BACKEND': 'memory',
                'HOME': home, 'XDG_RUNTIME_DIR': home, 'GIO_USE_VFS': 'local', 'NO_AT_BRIDGE': '1',
            }
        finally:
            server.terminate()
            server.wait()


def measure(program, feed, arguments, environment):
    """What one run prints: a name and its numbers in each line."""
    result = subprocess.run([program, *arguments, feed], env=environment, stdout=subprocess.PIPE,
                            text=True, timeout=300, check=True)
    lines = [line.split() for line in result.stdout.splitlines()]
    return {name: [float(number) for number in numbers] for name, *numbers in lines}


def measure_all(program, feeds, rounds, arguments, environment):
    results = {feed: [] for feed in feeds}
    for turn in range(rounds):
        for place in range(len(feeds)):
            feed = feeds[(turn + place) % len(feeds)]
            results[feed].append(measure(program, feed, arguments, environment))
    return results


def describe(gaps):
    """Of all rounds."""
    gaps = sorted(gaps)
    late = sum(gap > LATE for gap in gaps)
    return (f'{statistics.median(gaps):6.1f} {gaps[min(len(gaps) * 99 // 100, len(gaps) - 1)]:7.1f} '
            f'{gaps[-1]:7.1f} {late:4}/{len(gaps):<5}')


def print_table(results):
    print(f'{"":20} {"rows":>8} {"fill":>8} {"a row":>7}   {"frames meanwhile, ms":28}   '
          'before there are rows')
    print(f'{"":20} {"":8} {"ms":>8} {"bytes":>7} {"p50":>7} {"p99":>7} {"max":>7} {"late":>5}      '
          f'{"p50":>5} {"p99":>7} {"max":>7} {"late":>5}')
    for feed, runs in results.items():
        fill = statistics.median(run['fill-ms'][0] for run in runs)
        size = statistics.median(run['bytes-per-row'][0] for run in runs)
        during, without = ([gap for run in runs for gap in run[when]] for when in ('fill', 'control'))
        print(f'{feed:20} {runs[0]["rows"][0]:8.0f} {fill:8.0f} {size:7.0f}  {describe(during)}  '
              f'{describe(without)}')


def smoke(program, feeds, arguments, environment, kind):
    print(f'1..{len(feeds)}')
    for number, feed in enumerate(feeds, 1):
        result = measure(program, feed, ['--rows=3000', '--control=200', *arguments], environment)
        good = all(result.get(name) for name in ('control', 'fill', 'fill-ms', 'bytes-per-row'))
        print(f'{"ok" if good else "not ok"} {number} - {kind}: {feed}', flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('program')
    parser.add_argument('--window', action='store_true')
    parser.add_argument('--smoke', action='store_true')
    parser.add_argument('--rounds', type=int, default=5)
    options, arguments = parser.parse_known_args()
    if options.window and shutil.which('Xvfb') is None:
        print('1..0 # SKIP no Xvfb')
        return
    feeds = subprocess.run([options.program, '--list'], stdout=subprocess.PIPE, text=True,
                           check=True).stdout.split()
    arguments += ['--window'] if options.window else []
    with display() if options.window else contextlib.nullcontext(dict(os.environ)) as environment:
        if options.smoke:
            smoke(options.program, feeds, arguments, environment, 'window' if options.window else 'timer')
        else:
            print_table(measure_all(options.program, feeds, options.rounds, arguments, environment))


if __name__ == '__main__':
    sys.exit(main())
