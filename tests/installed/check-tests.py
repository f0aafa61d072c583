#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Install what is built under another root, and run some of the installed tests; speaks TAP.

Where gnome-desktop-testing-runner would look for them they are not: in the command lines the root is
put before their directory. All of them are run by debian/tests.
"""

import argparse
import configparser
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

# One of each language, and one that needs the translations to be installed.
SAMPLE = ('event', 'translation', 'python-event', 'gjs-event', 'vala-event')
# What a build directory's environment would lead to.
PRIVATE = ('GJS_PATH', 'TS_TEST_SRCDIR', 'TS_TEST_BUILDDIR')


def run(command, environment):
    """None, or what a command that failed has said."""
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            env=environment, check=False)
    return None if result.returncode == 0 else f'{shlex.join(command)}\n{result.stdout}'


class Root:
    """A directory that stands for the root of another system."""

    def __init__(self, path, arguments):
        self.path = path
        self.programs = arguments.programs
        self.environment = {name: value for name, value in os.environ.items()
                            if name not in PRIVATE}
        for name, places in (('LD_LIBRARY_PATH', arguments.libraries),
                             ('GI_TYPELIB_PATH', f'{arguments.libraries}/girepository-1.0'),
                             ('PYTHONPATH', arguments.python),
                             ('XDG_DATA_DIRS', arguments.data),
                             # The library looks in the place where it will be.
                             ('TS_TEST_LOCALEDIR', f'{arguments.data}/locale')):
            self.environment[name] = f'{path}{places}'
        self.environment['XDG_DATA_DIRS'] += ':/usr/local/share:/usr/share'

    def descriptions(self, directory):
        """Each installed test: its name and its command, as it is to be run here."""
        for path in sorted(pathlib.Path(f'{self.path}{directory}').glob('*.test')):
            parser = configparser.ConfigParser(interpolation=None)
            parser.optionxform = str
            parser.read(path, encoding='utf-8')
            yield path.stem, parser['Test']

    def missing(self, test):
        """What is wrong with a description."""
        if (test.get('Type'), test.get('Output')) != ('session', 'TAP'):
            yield 'is not a test of a session that speaks TAP'
        for word in re.findall(r"[^\s:=']+", test['Exec']):
            if word.startswith('/') and not any(map(os.path.exists, (f'{self.path}{word}', word))):
                yield f'there is no {word}'
        if self.programs not in test['Exec']:
            yield f'runs nothing in {self.programs}'

    def run(self, test):
        command = test['Exec'].replace(self.programs, f'{self.path}{self.programs}')
        return run(shlex.split(command), self.environment)


def report(number, claim, problems):
    print(f'{"not ok" if problems else "ok"} {number} - {claim}')
    for line in '\n'.join(problems).splitlines():
        print('#   ' + line)
    sys.stdout.flush()
    return not problems


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--meson', required=True)
    parser.add_argument('--build', required=True)
    parser.add_argument('--programs', required=True)
    parser.add_argument('--descriptions', required=True)
    parser.add_argument('--libraries', required=True)
    parser.add_argument('--python', required=True)
    parser.add_argument('--data', required=True)
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix='tschan-root-') as place:
        failure = run([arguments.meson, 'install', '-C', arguments.build, '--no-rebuild', '--quiet',
                       '--destdir', place], os.environ)
        if failure:
            print(f'Bail out! {failure}')
            return 1
        root = Root(place, arguments)
        tests = dict(root.descriptions(arguments.descriptions))
        sample = [name for name in SAMPLE if name in tests]
        print(f'1..{1 + len(sample)}')
        problems = [f'{name}: {problem}' for name, test in tests.items()
                    for problem in root.missing(test)]
        good = report(1, f'all {len(tests)} descriptions lead to programs',
                      problems if tests else ['there are no descriptions'])
        for number, name in enumerate(sample, 2):
            failure = root.run(tests[name])
            good &= report(number, f'{name} runs as installed', [failure] if failure else [])
    return 0 if good else 1


if __name__ == '__main__':
    sys.exit(main())
