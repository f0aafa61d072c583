#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""See to it that all places that name a version name the same; speaks TAP."""

import importlib.util
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree

DOAP = '{http://usefulinc.com/ns/doap#}'
NEWS = re.compile(r'tschan (\S+) \((unreleased|\d{4}-\d\d-\d\d)\)\n=+\n')
CHANGELOG = re.compile(r'tschan \(([^-)]+)-[^-)]+\) \S+; urgency=\w+\n')
SINCE = re.compile(r'^ \* Since: *(\S+)$', re.MULTILINE)


def read(path):
    return path.read_text(encoding='utf-8')


def known_series(top):
    """The series that gen-version-header.py has macros for, such as "1.0"."""
    specification = importlib.util.spec_from_file_location(
        'generator', top / 'build-aux' / 'gen-version-header.py')
    generator = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(generator)
    return {f'{major}.{minor}' for major, minor in generator.SERIES}


def problems_of_news(top, version):
    heading = NEWS.match(read(top / 'NEWS'))
    if not heading:
        yield 'NEWS does not begin with "tschan VERSION (unreleased)", or a date as YYYY-MM-DD'
    elif heading[1] != version:
        yield f'NEWS begins with {heading[1]}'


def problems_of_doap(top, version):
    """A version that NEWS has a date for is listed as a release of that day."""
    heading = NEWS.match(read(top / 'NEWS'))
    if not heading or heading[2] == 'unreleased':
        return
    releases = {node.findtext(DOAP + 'revision'): node.findtext(DOAP + 'created')
                for node in ElementTree.parse(top / 'tschan.doap').iter(DOAP + 'Version')}
    if releases.get(version) != heading[2]:
        yield f'tschan.doap has no release {version} of {heading[2]}'


def problems_of_packages(top, version):
    entry = CHANGELOG.match(read(top / 'debian' / 'changelog'))
    if not entry or entry[1] != version:
        yield f'debian/changelog begins with {entry[1] if entry else "something else"}'
    listed = set(re.findall(r'^(ts_\w+)$', read(top / 'tschan' / 'tschan-1.symbols'), re.MULTILINE))
    packaged = re.findall(r'^ (ts_\w+)@', read(top / 'debian' / 'libtschan-1-0.symbols'), re.MULTILINE)
    for name in sorted(listed.symmetric_difference(packaged)):
        yield f'{name} is in one list of symbols only; run: meson compile update-symbols'


def problems_of_sources(top, _version):
    series = known_series(top)
    for path in sorted((top / 'tschan').glob('*.[ch]')):
        for since in SINCE.findall(read(path)):
            if since not in series:
                yield f'{path.name}: "Since: {since}" is of no series'


# What names the series, X.Y of the version X.Y.Z, for a reader or a tool.
NAMING_SERIES = {
    'README.md': r'^Version (\d+\.\d+)\b',
    'doc/building.md': r"^tschan_dep = dependency\('tschan-1', version: '>= (\d+\.\d+)'\)",
    'tschan/vala/Ts-1.metadata': r'^\S+ since="(\d+\.\d+)"',
}


def problems_of_series(top, version):
    for name, pattern in NAMING_SERIES.items():
        found = re.findall(pattern, read(top / name), re.MULTILINE)
        if not found:
            yield f'{name} does not name the series as expected: {pattern}'
        for series in sorted(set(found)):
            if not version.startswith(series + '.'):
                yield f'{name} names {series}'


CLAIMS = {
    'NEWS begins with this version': problems_of_news,
    'a version with a date is listed as released': problems_of_doap,
    'the packages are of this version, and know its symbols': problems_of_packages,
    'everything has come with a known series': problems_of_sources,
    'README, guides and bindings name this series': problems_of_series,
}


def main():
    top, version = pathlib.Path(sys.argv[1]), sys.argv[2]
    failed = False
    print(f'1..{len(CLAIMS)}')
    for number, (claim, look) in enumerate(CLAIMS.items(), 1):
        problems = list(look(top, version))
        failed |= bool(problems)
        print(f'{"not ok" if problems else "ok"} {number} - {claim}')
        for problem in problems:
            print(f'#   {problem}')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
