# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs the GTK example on a display of its own, with the driver in it that uses it, in TAP.

check-window.py DRIVER PROGRAM [ARGUMENT...]
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TIMEOUT = 300  # seconds, for each run


@contextlib.contextmanager
def display():
    """The name of an X display that nobody else has."""
    reader, writer = os.pipe()
    server = subprocess.Popen(['Xvfb', '-displayfd', str(writer), '-screen', '0', '1100x700x24',
                               '-nolisten', 'tcp'], pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with open(reader) as file:
            number = file.readline().strip()
        if not number:
            raise RuntimeError('Xvfb does not start')
        yield f':{number}'
    finally:
        server.terminate()
        server.wait()


def small_files(folder):
    """A tree whose files are done soon: how many there are."""
    for directory in range(10):
        (folder / f'{directory}').mkdir()
        for number in range(20):
            (folder / f'{directory}' / f'file {number}').write_bytes(b'x' * number * 100)
    return 200


def large_files(folder):
    """More than anybody waits for, though they take no room."""
    for number in range(6000):
        with open(folder / f'large {number:04}', 'wb') as file:
            file.truncate(2 << 20)
    return 6000


def run(driver, program, what, make_files):
    """What the program prints when it is driven, and how it ends."""
    with tempfile.TemporaryDirectory() as folder, display() as name:
        root = Path(folder) / 'tree'
        root.mkdir()
        n_files = make_files(root)
        home = Path(folder) / 'home'
        home.mkdir(mode=0o700)
        preload = [*os.environ.get('LD_PRELOAD', '').split(':'), driver]
        environment = {
            **os.environ,
            'DISPLAY': name, 'GDK_BACKEND': 'x11', 'GSK_RENDERER': 'cairo',
            'LIBGL_ALWAYS_SOFTWARE': '1', 'GTK_A11Y': 'none', 'G_DEBUG': 'fatal-criticals',
            'GSETTINGS_BACKEND': 'memory', 'HOME': str(home), 'XDG_RUNTIME_DIR': str(home),
            'GIO_USE_VFS': 'local', 'LC_ALL': 'C.UTF-8', 'NO_AT_BRIDGE': '1',
            'LD_PRELOAD': ':'.join(filter(None, preload)),
            'TS_DRIVE': what, 'TS_DRIVE_ROWS': str(n_files),
        }
        environment.pop('WAYLAND_DISPLAY', None)
        return subprocess.run([*program, str(root)], env=environment, text=True, timeout=TIMEOUT,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def main():
    driver, *program = sys.argv[1:]
    if shutil.which('Xvfb') is None:
        print('1..0 # SKIP no Xvfb')
        return
    runs = [('buttons', large_files), ('whole', small_files), ('close', large_files)]
    print(f'1..{len(runs)}')
    for number, (what, make_files) in enumerate(runs, 1):
        try:
            result = run(driver, program, what, make_files)
            output, good = result.stdout, result.returncode == 0
            if not good:
                output += f'exit status {result.returncode}\n'
        except subprocess.TimeoutExpired as error:
            output, good = (error.stdout or b'').decode() + 'it did not end\n', False
        # What is not of the driver is something that the program complains of.
        complaints = [line for line in output.splitlines()
                      if not line.startswith(('ok ', '1..', '# ')) and line]
        good = good and 'the program ends by itself' in output and not complaints
        for line in output.splitlines():
            print(f'# {line}')
        print(f'{"ok" if good else "not ok"} {number} - {what}', flush=True)


if __name__ == '__main__':
    main()
