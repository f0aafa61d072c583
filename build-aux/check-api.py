#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Compare what tschan exports, lists, describes and declares; speaks TAP.

With --update, write the lists of exported symbols anew instead.
"""

import argparse
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

CORE = '{http://www.gtk.org/introspection/core/1.0}'
C = '{http://www.gtk.org/introspection/c/1.0}'
GLIB = '{http://www.gtk.org/introspection/glib/1.0}'

CALLABLES = {CORE + name for name in ('function', 'method', 'constructor')}
DOCUMENTED = CALLABLES | {
    CORE + name for name in ('class', 'interface', 'record', 'enumeration', 'bitfield', 'member',
                             'callback', 'constant', 'property', 'function-macro', 'alias')
} | {GLIB + 'signal'}
SINCE = DOCUMENTED - {CORE + 'member'}
INCLUSION_ERROR = 'Only <tschan/tschan.h> can be included directly'


def exported(library):
    """The symbols that a shared library defines for others, without the toolchain's own."""
    output = subprocess.run(
        [*shlex.split(os.environ.get('NM', 'nm')), '-D', '--defined-only', '--format=posix', library],
        check=True, capture_output=True, text=True).stdout
    names = {line.split()[0].split('@')[0] for line in output.splitlines() if line}
    return sorted(name for name in names if not name.startswith('_'))


def listed(path):
    lines = path.read_text(encoding='utf-8').splitlines()
    return [line for line in lines if line and not line.startswith('#')]


def update(arguments):
    head = [line for line in arguments.symbols.read_text(encoding='utf-8').splitlines()
            if line.startswith('#')]
    names = exported(arguments.library)
    arguments.symbols.write_text('\n'.join(head + names) + '\n', encoding='utf-8')
    if arguments.package_symbols:
        update_package(arguments.package_symbols, names, arguments.version)


def update_package(path, names, version):
    """The list of the Debian package also says which version brought a symbol."""
    lines = path.read_text(encoding='utf-8').splitlines()
    head = [line for line in lines if not line.startswith(' ')]
    since = dict(line.split() for line in lines if line.startswith(' '))
    names = [f'{name}@Base' for name in names]
    body = [f' {name} {since.get(name, version)}' for name in names]
    path.write_text('\n'.join(head + body) + '\n', encoding='utf-8')


def differences(left, left_name, right, right_name):
    return ([f'{name} is in {left_name} only' for name in sorted(set(left) - set(right))] +
            [f'{name} is in {right_name} only' for name in sorted(set(right) - set(left))])


class Gir:
    """What the description for bindings says."""

    def __init__(self, path):
        self.namespace = ElementTree.parse(path).getroot().find(CORE + 'namespace')

    def symbols(self):
        """Every C function that is described, and whether bindings can call it."""
        found = {}
        for node in self.namespace.iter():
            if node.tag in CALLABLES and C + 'identifier' in node.attrib:
                found[node.get(C + 'identifier')] = node.get('introspectable') != '0'
            if GLIB + 'get-type' in node.attrib:
                found[node.get(GLIB + 'get-type')] = True
        return found

    def error_domains(self):
        return {node.get('name'): node.get(GLIB + 'error-domain')
                for node in self.namespace.iter(CORE + 'enumeration')}

    def unregistered(self):
        kinds = (CORE + 'enumeration', CORE + 'bitfield', CORE + 'class')
        return [f'{node.get("name")} has no GType' for node in self.namespace.iter()
                if node.tag in kinds and GLIB + 'get-type' not in node.attrib]

    def undocumented(self):
        return [problem for node in self.namespace for problem in self._undocumented(node, '')]

    def _undocumented(self, node, owner):
        if GLIB + 'is-gtype-struct-for' in node.attrib or 'moved-to' in node.attrib:
            return
        if node.tag == CORE + 'function-macro' and node.get('name').startswith('DEPRECATED_IN_'):
            return
        name = node.get(C + 'identifier') or node.get(C + 'type') or node.get('name', '')
        place = f'{owner}:{name}' if node.tag == CORE + 'property' else name
        if node.tag in DOCUMENTED:
            if node.find(CORE + 'doc') is None:
                yield f'{place} is not described'
            elif node.tag in SINCE and not node.get('version'):
                yield f'{place} has no "Since:"'
        if node.tag in CALLABLES | {CORE + 'callback'}:
            yield from self._undescribed_values(node, place)
        for child in node:
            yield from self._undocumented(child, name)

    @staticmethod
    def _undescribed_values(node, place):
        for parameter in node.iterfind(f'{CORE}parameters/{CORE}parameter'):
            if parameter.find(CORE + 'doc') is None:
                yield f'{place}: parameter {parameter.get("name")} is not described'
        value = node.find(CORE + 'return-value')
        if value is not None and value.find(CORE + 'doc') is None:
            if value.find(f'{CORE}type[@name="none"]') is None:
                yield f'{place}: the returned value is not described'


class Headers:
    """The public headers, seen by the compilers."""

    def __init__(self, arguments):
        self.public = arguments.header
        self.umbrella = arguments.umbrella
        self.include = [f'-I{path}' for path in arguments.include]
        pkg_config = shlex.split(os.environ.get('PKG_CONFIG', 'pkg-config'))
        self.flags = shlex.split(subprocess.run(
            [*pkg_config, '--cflags', 'gio-2.0'],
            check=True, capture_output=True, text=True).stdout)

    def compile(self, compiler, suffix, lines, *options):
        """Compile a few lines; return the status and what the compiler said."""
        with tempfile.TemporaryDirectory() as place:
            source = pathlib.Path(place, 'use' + suffix)
            source.write_text('\n'.join(lines) + '\n', encoding='utf-8')
            result = subprocess.run(
                [*shlex.split(compiler), *options, *self.include, *self.flags, str(source)],
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return result.returncode, result.stdout

    def accepted(self, compiler, suffix, *options, alone=True):
        """Complaints of a compiler that is given each header on its own, or the umbrella only."""
        warnings = ('-fsyntax-only', '-Wall', '-Wextra', '-Wpedantic', '-Wundef', '-Werror',
                    *options)
        problems = []
        for header in self.public if alone else ():
            lines = ['#define TSCHAN_INSIDE', f'#include <tschan/{header.name}>']
            status, output = self.compile(compiler, suffix, lines, *warnings)
            if status != 0:
                problems += [f'{header.name} alone:'] + output.splitlines()
        status, output = self.compile(compiler, suffix, ['#include <tschan/tschan.h>'], *warnings)
        if status != 0:
            problems += ['tschan.h:'] + output.splitlines()
        return problems

    def unchecked(self, compiler):
        problems = []
        for header in self.public:
            status, output = self.compile(
                compiler, '.c', [f'#include <tschan/{header.name}>'], '-fsyntax-only')
            if status == 0 or INCLUSION_ERROR not in output:
                problems.append(f'{header.name} can be included directly')
        return problems

    def in_umbrella(self):
        text = self.umbrella.read_text(encoding='utf-8')
        included = re.findall(r'^#include <tschan/([^>]+)>$', text, re.MULTILINE)
        problems = differences(included, 'tschan.h', [h.name for h in self.public], 'the build')
        if included != sorted(included):
            problems.append('tschan.h includes in no order')
        return problems

    def private_ones(self, compiler):
        _, output = self.compile(compiler, '.c', ['#include <tschan/tschan.h>'], '-M')
        problems = [f'tschan.h leads to {name}'
                    for name in re.findall(r'\S*tschan/\S+-private\.h|\S*config\.h\b', output)
                    if 'tschan' in name]
        for header in self.public:
            if re.search(r'#\s*include.*-private\.h', header.read_text(encoding='utf-8')):
                problems.append(f'{header.name} includes a private header')
        return problems


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def result(self, claim, problems):
        self.count += 1
        self.failed += bool(problems)
        print(f'{"not ok" if problems else "ok"} {self.count} - {claim}')
        for problem in problems:
            print(f'#   {problem}')
        sys.stdout.flush()

    def skip(self, claim, reason):
        self.count += 1
        print(f'ok {self.count} - {claim} # SKIP {reason}')

    def done(self):
        print(f'1..{self.count}')
        return 1 if self.failed else 0


def check_symbols(tap, arguments):
    names = listed(arguments.symbols)
    tap.result('the list of symbols is sorted',
               [] if names == sorted(set(names)) else ['sort it, each name once'])
    tap.result('only ts_ names are listed',
               [name for name in names if not re.fullmatch(r'ts_[a-z0-9_]+', name)])
    claim = 'the library exports what is listed'
    if '.so' not in arguments.library.name:
        tap.skip(claim, 'not a shared library')
    else:
        tap.result(claim, differences(exported(arguments.library), 'the library', names, 'the list'))


def check_gir(tap, arguments):
    claims = ('bindings see what is listed', 'the error domain is known to bindings',
              'every enumeration and class has a GType', 'every public symbol is documented')
    if arguments.gir is None:
        for claim in claims:
            tap.skip(claim, 'no introspection')
        return
    gir = Gir(arguments.gir)
    callable_names = [name for name, usable in gir.symbols().items() if usable]
    expected = set(listed(arguments.symbols)) - set(arguments.unbound)
    problems = differences(callable_names, 'the GIR', expected, 'the list')
    problems += [f'{name} is unbound, but not listed' for name in arguments.unbound
                 if name not in listed(arguments.symbols)]
    tap.result(claims[0], problems)
    domain = gir.error_domains().get('Error')
    tap.result(claims[1], [] if domain == 'ts-error-quark' else [f'Ts.Error has domain {domain}'])
    tap.result(claims[2], gir.unregistered())
    tap.result(claims[3], list(gir.undocumented()))


def check_headers(tap, arguments):
    headers = Headers(arguments)
    tap.result('the umbrella header includes every public header', headers.in_umbrella())
    tap.result('no public header can be included directly', headers.unchecked(arguments.cc))
    tap.result('no public header leads to a private one', headers.private_ones(arguments.cc))
    tap.result('each public header is valid C11 on its own',
               headers.accepted(arguments.cc, '.c', '-std=c11'))
    claim = 'each public header is valid C++17 on its own'
    if arguments.cxx is None:
        tap.skip(claim, 'no C++ compiler')
    else:
        tap.result(claim, headers.accepted(arguments.cxx, '.cpp', '-std=c++17'))
    for option, suffix, compilers in (('-std=c99', '.c', ('gcc', 'clang')), ('-std=c11', '.c', ('gcc', 'clang')),
                                      ('-std=c++17', '.cpp', ('g++', 'clang++'))):
        for compiler in compilers:
            claim = f'the umbrella header is valid for {compiler} {option}'
            if shutil.which(compiler) is None:
                tap.skip(claim, f'no {compiler}')
            else:
                tap.result(claim, headers.accepted(compiler, suffix, option, alone=False))


def check_messages(tap, arguments):
    """Translators see only what POTFILES.in names."""
    top = arguments.potfiles.parent.parent
    marked = [str(path.relative_to(top)) for path in sorted(top.glob('tschan/*.c'))
              if re.search(r'\bN?_ ?\("', path.read_text(encoding='utf-8'))]
    tap.result('every source with messages is open to translation',
               differences(listed(arguments.potfiles), 'POTFILES.in', marked, 'the sources'))


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--update', action='store_true')
    parser.add_argument('--library', type=pathlib.Path, required=True)
    parser.add_argument('--symbols', type=pathlib.Path, required=True)
    parser.add_argument('--package-symbols', type=pathlib.Path)
    parser.add_argument('--version')
    parser.add_argument('--gir', type=pathlib.Path)
    parser.add_argument('--potfiles', type=pathlib.Path)
    parser.add_argument('--unbound', default=[],
                        type=lambda text: [name for name in text.split(',') if name])
    parser.add_argument('--umbrella', type=pathlib.Path)
    parser.add_argument('--header', type=pathlib.Path, action='append', default=[])
    parser.add_argument('--include', action='append', default=[])
    parser.add_argument('--cc', default='cc')
    parser.add_argument('--cxx')
    return parser.parse_args()


def main():
    arguments = parse()
    if arguments.update:
        update(arguments)
        return 0
    tap = Tap()
    check_symbols(tap, arguments)
    check_gir(tap, arguments)
    check_headers(tap, arguments)
    check_messages(tap, arguments)
    return tap.done()


if __name__ == '__main__':
    sys.exit(main())
