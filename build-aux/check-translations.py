#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Check that each language has every message of the sources, well-formed; speaks TAP."""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile


def lines_of(path):
    lines = path.read_text(encoding='utf-8').splitlines()
    return [line for line in lines if line and not line.startswith('#')]


def extract(root, template):
    subprocess.run(['xgettext', '--from-code=UTF-8', '--keyword=_', '--keyword=N_',
                    '--flag=N_:1:pass-c-format', f'--output={template}',
                    *lines_of(root / 'po' / 'POTFILES.in')], cwd=root, check=True)


def problems(*commands):
    """What commands say that do not succeed."""
    found = ''
    for command in commands:
        done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                              check=False)
        if done.returncode != 0:
            found += done.stdout + done.stderr
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('root', type=pathlib.Path)
    root = parser.parse_args().root.resolve()
    if not all(shutil.which(tool) for tool in ('xgettext', 'msgcmp', 'msgfmt')):
        print('1..0 # SKIP no gettext tools')
        return 0

    failed = False
    languages = lines_of(root / 'po' / 'LINGUAS')
    print(f'1..{len(languages)}')
    with tempfile.TemporaryDirectory() as directory:
        template = pathlib.Path(directory) / 'tschan.pot'
        extract(root, template)
        for number, language in enumerate(languages, 1):
            catalogue = root / 'po' / f'{language}.po'
            found = problems(['msgfmt', '--check', '--output-file=/dev/null', catalogue],
                             ['msgcmp', catalogue, template])
            failed = failed or bool(found)
            print(f'{"not ok" if found else "ok"} {number} - {language} is complete')
            for line in found.splitlines():
                print(f'# {line}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
