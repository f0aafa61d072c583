# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The types of the package, as mypy sees them."""

import pathlib
import shutil
import subprocess
import tempfile
import unittest

import tap
import tschan

HERE = pathlib.Path(__file__).parent
PACKAGE = pathlib.Path(tschan.__file__).parent


@unittest.skipUnless(shutil.which('mypy'), 'mypy is not installed')
class Types(unittest.TestCase):
    def check(self, *paths):
        # What is beside the package (gi/overrides) is not mypy's to look at: it sees a copy.
        with tempfile.TemporaryDirectory() as directory:
            shutil.copytree(PACKAGE, pathlib.Path(directory) / 'tschan',
                            ignore=shutil.ignore_patterns('__pycache__'))
            done = subprocess.run(
                ['mypy', '--strict', '--config-file=', '--cache-dir', f'{directory}/cache', *paths],
                cwd=directory, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_package(self):
        self.check('tschan')

    def test_a_program_that_uses_it(self):
        self.check(str(HERE / 'typed_usage.py'))
        self.check(str(HERE.parents[1] / 'examples' / 'python' / 'pipeline.py'))

    def test_the_package_says_that_it_is_typed(self):
        self.assertTrue((PACKAGE / 'py.typed').exists())


if __name__ == '__main__':
    tap.main()
