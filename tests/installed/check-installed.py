#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Install tschan into a fresh prefix and use it from there in each language; speaks TAP.

Without a source tree: use the one that the system has.
"""

import argparse
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
# What a build directory's environment would lead to.
PRIVATE = ('LD_LIBRARY_PATH', 'GI_TYPELIB_PATH', 'GJS_PATH', 'PYTHONPATH', 'MESON_DEVENV')


class Failure(Exception):
    pass


def run(command, environment, **options):
    result = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, env=environment, check=False,
                            **options)
    if result.returncode != 0:
        raise Failure(f'{shlex.join(map(str, command))}\n{result.stdout}')
    return result.stdout


class Prefix:
    """A prefix with tschan in it, and the environment that programs need to find it."""

    def __init__(self, place):
        self.place = place
        self.path = place / 'prefix'
        self.work = place / 'work'
        self.work.mkdir()
        self.environment = {name: value for name, value in os.environ.items()
                            if name not in PRIVATE}

    def install(self, meson, source):
        build = self.place / 'build'
        run([meson, 'setup', build, source, f'--prefix={self.path}', '--libdir=lib',
             '-Dbuildtype=debug', '-Dtests=false', '-Dexamples=false',
             '-Ddocumentation=disabled', f'-Dpython_dir={self.path}/python'], self.environment)
        run([meson, 'install', '-C', build], self.environment)
        # Nothing may be found in the build directory from here on.
        shutil.rmtree(build)

    def enter(self):
        self._prepend('LD_LIBRARY_PATH', self.path / 'lib')
        self._prepend('GI_TYPELIB_PATH', self.path / 'lib' / 'girepository-1.0')
        self._prepend('PKG_CONFIG_PATH', self.path / 'lib' / 'pkgconfig')
        self._prepend('PYTHONPATH', self.path / 'python')
        self._prepend('XDG_DATA_DIRS', self.path / 'share', '/usr/local/share:/usr/share')

    def _prepend(self, name, value, otherwise=''):
        old = self.environment.get(name) or otherwise
        self.environment[name] = f'{value}:{old}' if old else str(value)

    def expect(self, command):
        output = run(command, self.environment, cwd=self.work)
        if output.strip() != 'ok':
            raise Failure(f'{shlex.join(map(str, command))} said:\n{output}')


def use_c(prefix, _arguments):
    pkg_config = shlex.split(os.environ.get('PKG_CONFIG', 'pkg-config'))
    flags = shlex.split(run([*pkg_config, '--cflags', '--libs', 'tschan-1'], prefix.environment))
    program = prefix.work / 'use-c'
    run(['cc', '-Wall', '-Wextra', '-Werror', HERE / 'use.c', '-o', program, *flags],
        prefix.environment)
    prefix.expect([program])


def use_python(prefix, arguments):
    prefix.expect([arguments.python, HERE / 'use.py'])


def use_gjs(prefix, _arguments):
    prefix.expect(['gjs', '-m', HERE / 'use.js'])


def use_vala(prefix, _arguments):
    program = prefix.work / 'use-vala'
    run(['valac', '--pkg', 'tschan-1', '-X', '-w', '-o', program, HERE / 'use.vala'],
        prefix.environment, cwd=prefix.work)
    prefix.expect([program])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('meson', nargs='?')
    parser.add_argument('source', nargs='?')
    parser.add_argument('--python', default='')
    arguments = parser.parse_args()
    steps = [('a C program by pkg-config', use_c, 'cc'),
             ('a Python program', use_python, arguments.python),
             ('a JavaScript program', use_gjs, 'gjs'),
             ('a Vala program', use_vala, 'valac')]
    failed = False
    print(f'1..{len(steps) + 1}', flush=True)
    with tempfile.TemporaryDirectory(prefix='tschan-installed-') as place:
        prefix = Prefix(pathlib.Path(place))
        if not arguments.source:
            print('ok 1 - tschan is installed into a fresh prefix # SKIP the system has it')
        else:
            try:
                prefix.install(arguments.meson, arguments.source)
            except Failure as failure:
                print('Bail out! tschan cannot be installed')
                print(failure, file=sys.stderr)
                return 1
            prefix.enter()
            print('ok 1 - tschan is installed into a fresh prefix', flush=True)
        for number, (claim, step, program) in enumerate(steps, 2):
            if not program or not shutil.which(program):
                print(f'ok {number} - {claim} # SKIP no interpreter or compiler for it', flush=True)
                continue
            try:
                step(prefix, arguments)
                print(f'ok {number} - {claim}', flush=True)
            except Failure as failure:
                failed = True
                print(f'not ok {number} - {claim}')
                for line in str(failure).splitlines():
                    print('#   ' + line)
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
