# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Runs an example: check-output.py EXPECTED COMMAND...

It must print what the file EXPECTED contains, and nothing but that, and end well. If EXPECTED is -,
it may print anything but errors.
"""

import difflib
import pathlib
import subprocess
import sys


def main(expected_path, *command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    expected = done.stdout or 'something'
    if expected_path != '-':
        expected = pathlib.Path(expected_path).read_text(encoding='utf-8')
    sys.stderr.write(done.stderr)
    sys.stdout.writelines(difflib.unified_diff(
        expected.splitlines(True), done.stdout.splitlines(True), expected_path, command[-1]))
    if done.returncode != 0:
        print(f'{command[-1]} ended with {done.returncode}')
    return (done.stdout, done.stderr, done.returncode) != (expected, '', 0)


if __name__ == '__main__':
    sys.exit(main(*sys.argv[1:]))
