# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The examples run, and say what they promise."""

import pathlib
import subprocess
import sys

import tap
from support import TestCase

EXAMPLES = pathlib.Path(__file__).parents[2] / 'examples' / 'python'


class Examples(TestCase):
    def run_example(self, name):
        done = subprocess.run([sys.executable, str(EXAMPLES / name)], capture_output=True,
                              text=True, timeout=90, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        return done.stdout.splitlines()

    def test_demo(self):
        lines = self.run_example('demo.py')
        self.assertIn('closed: everything was sold, each tray once', lines[-1])
        for kind in 'bread', 'cake':
            for number in 1, 2, 3:
                sold = [line for line in lines if f'sold {kind} tray {number},' in line]
                self.assertEqual(len(sold), 1, lines)

    def test_pipeline(self):
        lines = self.run_example('pipeline.py')
        self.assertTrue(any('demo.py' in line for line in lines))
        counts = [int(line.split()[0]) for line in lines]
        self.assertEqual(counts[-1], sum(counts[:-1]))


if __name__ == '__main__':
    tap.main()
