#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Build the consumer project here with tschan as its subproject, and run it; speaks TAP.

The subproject comes by the wrap file of the documentation, from a repository made for it; without git
it is there already.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

WRAP = re.compile(r'^```ini\n(\[wrap-git\]\n.*?)^```$', re.MULTILINE | re.DOTALL)
# What is in a source tree and does not belong to it.
LEFTOVERS = ('_build*', 'obj-*', 'subprojects', '.git', '.cache', '__pycache__')
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


def publish(source, origin, tag):
    """A repository with the source tree as it is now."""
    shutil.copytree(source, origin, symlinks=True, ignore=shutil.ignore_patterns(*LEFTOVERS))
    git = ['git', '-C', str(origin), '-c', 'user.name=tests', '-c', 'user.email=tests@localhost']
    for command in (['init', '-q'], ['add', '-A'], ['commit', '-q', '-m', 'Test'], ['tag', tag]):
        subprocess.run([*git, *command], check=True)


def provide(source, place, subprojects):
    """The subproject, in the way that the documentation tells."""
    wrap = WRAP.search((source / 'doc' / 'building.md').read_text(encoding='utf-8'))[1]
    tag = re.search(r'^revision = (.*)$', wrap, re.MULTILINE)[1]
    if shutil.which('git'):
        origin = place / 'origin'
        publish(source, origin, tag)
        wrap = re.sub(r'^url = .*$', f'url = {origin.as_uri()}', wrap, flags=re.MULTILINE)
    else:
        (subprojects / 'tschan').symlink_to(source)
    (subprojects / 'tschan.wrap').write_text(wrap, encoding='utf-8')


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
        provide(source, pathlib.Path(place), project / 'subprojects')
        run(1, 'the consumer is configured', meson, 'setup', str(build), str(project),
            '--fatal-meson-warnings', '--force-fallback-for=tschan', '-Dwerror=true')
        run(2, 'the consumer is built', meson, 'compile', '-C', str(build))
        run(3, 'the consumer runs', meson, 'test', '-C', str(build), '--print-errorlogs')


if __name__ == '__main__':
    main()
