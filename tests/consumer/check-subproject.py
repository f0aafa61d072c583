#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Build the consumer project here with tschan as its subproject, and run it; speaks TAP."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

PRIVATE = ('LD_LIBRARY_PATH', 'GI_TYPELIB_PATH', 'PKG_CONFIG_PATH', 'MESON_DEVENV')


def run(number, claim, *command):
    """One step: what it says is shown when it fails, and ends the test."""
    environment = {name: value for name, value in os.environ.items() if name not in PRIVATE}
    result = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                            env=environment, check=False)
    if result.returncode != 0:
        for line in result.stdout.splitlines():
            print('# ' + line)
        print(f'not ok {number} - {claim}')
        sys.exit(1)
    print(f'ok {number} - {claim}', flush=True)
    return result.stdout


def main():
    meson, source = sys.argv[1], pathlib.Path(sys.argv[2])
    here = pathlib.Path(__file__).resolve().parent
    print('1..3')
    with tempfile.TemporaryDirectory(prefix='tschan-consumer-') as place:
        project = pathlib.Path(place, 'project')
        build = pathlib.Path(place, 'build')
        (project / 'subprojects').mkdir(parents=True)
        for name in ('meson.build', 'consumer.c'):
            shutil.copy(here / name, project / name)
        (project / 'subprojects' / 'tschan').symlink_to(source)
        run(1, 'the consumer is configured', meson, 'setup', str(build), str(project),
            '--fatal-meson-warnings', '--force-fallback-for=tschan', '-Dwerror=true')
        run(2, 'the consumer is built', meson, 'compile', '-C', str(build))
        run(3, 'the consumer runs', meson, 'test', '-C', str(build), '--print-errorlogs')


if __name__ == '__main__':
    main()
