#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Compile and run the code that the documentation shows; speaks TAP, one test per block.

Takes Markdown files, and C sources, whose documentation comments are Markdown too. Run it where the
library is found (meson devenv). What happens to a block depends on its language:

  c        A program (it has a main) is compiled and run. Functions are compiled. Statements are
           compiled as the body of a function, whose parameters are those of PARAMETERS, below,
           that they mention and do not declare.
  python   Is run. js: is run with gjs.
  vala     With a main it is compiled and run. Functions and classes are compiled. Statements are
           compiled as the body of an async method, with parameters as in C.
  meson    Is configured, as the rest of a file that begins with project().
  sh, console
           Is not run. Each command must be a known one: subcommands of ./dev must exist, as must
           options of the build, keys of TS_DEBUG, and files named by their path in the tree.
  ini      Is a wrap file of Meson's, which must be readable and provide the library.
  text     Is no code, and no test.

A comment before the block says what else is to be known about it:

  <!-- snippet: fragment -->      compiled, but not run: it needs surroundings that it does not show
  <!-- snippet: continues -->     goes on where the block of that language before it ended
  <!-- snippet: prints -->        before a text block: what the program before it prints, exactly
  <!-- snippet: skip: REASON -->  excluded; counted as skipped, with its reason

Links inside the documentation must lead somewhere, and what the files at the top say about versions
must be true, too.
"""

import argparse
import ast
import configparser
import dataclasses
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

TIME_LIMIT = 200

# What statements may take for granted. Each becomes a parameter of the function around them.
PARAMETERS = {
    'barrier': 'Barrier', 'cancellable': 'Cancellable', 'channel': 'Channel',
    'condition': 'Condition', 'event': 'Event', 'future': 'Future', 'lock': 'Lock',
    'numbers': 'Channel', 'port': 'Port', 'results': 'Channel', 'runner': 'Runner',
    'select': 'Select', 'semaphore': 'Semaphore',
}
C_PARAMETERS = {name: f'Ts{kind} *{name}' for name, kind in PARAMETERS.items()} | {
    'cancellable': 'GCancellable *cancellable', 'error': 'GError **error',
    'value': 'GValue *value', 'user_data': 'gpointer user_data', 'result': 'GAsyncResult *result',
}
VALA_PARAMETERS = {name: f'Ts.{kind} {name}' for name, kind in PARAMETERS.items()} | {
    'cancellable': 'GLib.Cancellable? cancellable',
}
C_WARNINGS = ['-Wall', '-Wextra', '-Werror', '-Wno-unused-function', '-Wno-unused-parameter',
              '-Wno-missing-field-initializers']

# Commands that the documentation may name besides ./dev, and that need no looking after.
SHELL_COMMANDS = {'apt-get', 'cc', 'cd', 'dpkg-buildpackage', 'export', 'gdb', 'git', 'gjs',
                  'gnome-desktop-testing-runner', 'meson', 'ninja', 'pkg-config', 'python3', 'sudo',
                  'sysprof', 'sysprof-cli', 'valac'}
BUILD_OPTIONS = {'b_sanitize', 'buildtype', 'prefix', 'werror'}  # Meson's own, in the documentation


# gi-docgen says nothing of it, but has no links to members: %TS_TYPE_MEMBER is one.
NO_LINK = re.compile(r'\[(?:enum|error|flags)@(?!(?:Gio|GLib|GObject|Ts)\.\w+\])\w+\.[\w.]+\]')


class Failure(Exception):
    """What is wrong with a block."""


class Skipped(Exception):
    """Why a block could not be tested here."""


@dataclasses.dataclass
class Block:
    path: pathlib.Path
    line: int
    language: str
    text: str
    notes: list
    prints: 'str | None' = None

    def note(self, word):
        return any(note == word for note in self.notes)

    def reason(self):
        return next((note[5:].strip() for note in self.notes if note.startswith('skip:')), None)


# Finding blocks

def documentation_comments(text):
    """A C source with everything blanked that is not a documentation comment."""
    lines, inside = [], False
    for line in text.splitlines():
        stripped = line.strip()
        if stripped == '/**':
            inside = True
            lines.append('')
        elif inside and stripped.startswith('*/'):
            inside = False
            lines.append('')
        else:
            lines.append(re.sub(r'^\s*\* ?', '', line) if inside else '')
    return lines


def lines_of(path):
    text = path.read_text(encoding='utf-8')
    return documentation_comments(text) if path.suffix in ('.c', '.h') else text.splitlines()


def blocks_of(path):
    lines = lines_of(path)
    found, notes, index = [], [], 0
    while index < len(lines):
        fence = re.match(r'(\s*)(```+|~~~+)\s*(\S*)\s*$', lines[index])
        note = re.match(r'\s*<!--\s*snippet:\s*(.*?)\s*-->\s*$', lines[index])
        if fence:
            start, index = index + 1, index + 1
            while index < len(lines) and lines[index].strip() != fence[2]:
                index += 1
            body = [line[len(fence[1]):] if line.startswith(fence[1]) else line
                    for line in lines[start:index]]
            found.append(Block(path, start, fence[3], '\n'.join(body) + '\n', notes))
        if note:
            notes = notes + [note[1]]
        elif lines[index:] and lines[index].strip():
            notes = []
        index += 1
    return found


def joined(blocks):
    """Blocks to test: continued ones with what they continue, printed text with its program."""
    whole, last = [], {}
    for block in blocks:
        if block.language == 'text':
            if block.note('prints'):
                whole[-1].prints = block.text
            continue
        if block.note('continues'):
            before = last[block.language]
            block.text = before.text + block.text
            whole.remove(before)
        last[block.language] = block
        whole.append(block)
    return whole


# Testing them

def mentions(text, name):
    return re.search(rf'(?<![\w.>"]){name}\b(?!\s*\()', text) is not None


def declares(text, name):
    return re.search(rf'(?:[\w>\])?]\s+\*?|\*){name}\s*(?:=[^=]|;|,|\)\s*=)', text) is not None


def parameters(text, table):
    return [declaration for name, declaration in table.items()
            if mentions(text, name) and not declares(text, name)]


def indented(text):
    return ''.join('  ' + line if line.strip() else line for line in text.splitlines(True))


class Tester:
    def __init__(self, arguments, directory):
        self.arguments = arguments
        self.directory = directory

    def run(self, command, what, **options):
        try:
            done = subprocess.run([str(word) for word in command], capture_output=True, text=True,
                                  timeout=TIME_LIMIT, cwd=self.directory, check=False,
                                  stdin=subprocess.DEVNULL, **options)
        except subprocess.TimeoutExpired as expired:
            output = (expired.stdout or b'') + (expired.stderr or b'')
            raise Failure(f'{what}: not over after {TIME_LIMIT} s\n{output.decode()}') from None
        if done.returncode != 0:
            raise Failure(f'{what}: status {done.returncode}\n{done.stdout}{done.stderr}')
        return done

    def run_and_compare(self, command, block):
        done = self.run(command, 'running')
        if 'CRITICAL' in done.stderr or 'WARNING' in done.stderr:
            raise Failure(f'running: it warns\n{done.stderr}')
        if block.prints is not None and done.stdout != block.prints:
            raise Failure(f'it prints\n{done.stdout}instead of\n{block.prints}')

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text, encoding='utf-8')
        return path

    def flags(self):
        done = self.run(['pkg-config', '--cflags', '--libs', 'tschan-1'], 'pkg-config')
        return shlex.split(done.stdout)

    def test_c(self, block):
        text = block.text
        program = re.search(r'^main \(', text, re.MULTILINE) is not None
        if not program:
            text = '#include <tschan/tschan.h>\n\n' + self.c_body(text)
        source = self.write('snippet.c', text)
        compile_command = [*shlex.split(self.arguments.cc), '-std=gnu11', *C_WARNINGS]
        if not program or block.note('fragment'):
            self.run([*compile_command, '-c', source, *self.flags(), '-o', 'snippet.o'],
                     'compiling')
            return
        self.run([*compile_command, source, *self.flags(), '-lm', '-o', 'snippet'], 'compiling')
        self.run_and_compare([self.directory / 'snippet'], block)

    @staticmethod
    def c_body(text):
        if re.search(r'^\{', text, re.MULTILINE):
            return text
        if re.match(r'\s*#include', text):
            return text
        words = ', '.join(parameters(text, C_PARAMETERS)) or 'void'
        declared = ''.join(f'{line};\n' for line in ['void snippet (' + words + ')'])
        return f'{declared}\nvoid\nsnippet ({words})\n{{\n{indented(text)}}}\n'

    def test_python(self, block):
        if not self.arguments.python:
            raise Skipped('no Python with PyGObject')
        path = self.write('snippet.py', block.text)
        if block.note('fragment'):
            self.check_python_names(block.text)
        else:
            self.run_and_compare([self.arguments.python, '-W', 'error::RuntimeWarning',
                                  '-W', 'error::ResourceWarning', path], block)

    def check_python_names(self, text):
        """Not run, a fragment must at least be Python, and name what exists."""
        flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree = compile(text, 'snippet', 'exec', flags)
        names = {f'{node.value.id}.{node.attr}' for node in ast.walk(tree)
                 if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and
                 node.value.id in ('GLib', 'Gio', 'Ts', 'tschan')}
        program = ('import gi\ngi.require_version("Ts", "1")\n'
                   'from gi.repository import GLib, Gio, Ts\n' +
                   'import tschan\n' * any(name.startswith('tschan.') for name in names) +
                   ''.join(f'{name}\n' for name in sorted(names)))
        self.run([self.arguments.python, self.write('names.py', program)], 'looking up names')

    def test_js(self, block):
        if not self.arguments.gjs:
            raise Skipped('no gjs')
        text = block.text
        if block.note('fragment'):
            text = f'export async function snippet() {{\n{text}\n}}\n'
        path = self.write('snippet.js', text)
        self.run_and_compare([self.arguments.gjs, '-m', path], block)

    def test_vala(self, block):
        if not shutil.which('valac'):
            raise Skipped('no valac')
        text = block.text
        command = ['valac', '--fatal-warnings', '--pkg', 'tschan-1', '-X', '-w']
        runs = re.search(r'^(?:async )?(?:int|void) main \(', text, re.MULTILINE)
        if not runs and not re.search(r'^\}', text, re.MULTILINE):
            words = ', '.join(parameters(text, VALA_PARAMETERS))
            text = f'public async void snippet ({words}) throws GLib.Error {{\n{indented(text)}}}\n'
        source = self.write('snippet.vala', text)
        if runs and not block.note('fragment'):
            self.run([*command, source, '-o', 'snippet'], 'compiling')
            self.run_and_compare([self.directory / 'snippet'], block)
        else:
            self.run([*command, '-c', source], 'compiling')

    def test_meson(self, block):
        if not shutil.which('meson'):
            raise Skipped('no meson')
        self.write('main.c', '#include <tschan/tschan.h>\nint main (void) { return 0; }\n')
        self.write('meson.build', "project('snippet', 'c')\n" + block.text)
        self.run(['meson', 'setup', '--wrap-mode=nodownload', 'build'], 'configuring')

    @staticmethod
    def test_ini(block):
        wrap = configparser.ConfigParser()
        try:
            wrap.read_string(block.text)
        except configparser.Error as error:
            raise Failure(str(error)) from None
        if wrap.get('provide', 'dependency_names', fallback='') != 'tschan-1':
            raise Failure('it does not provide tschan-1')

    def test_sh(self, block):
        checker = Shell(self.arguments.source_root)
        text = block.text.replace('\\\n', ' ')
        if block.language == 'console':
            text = '\n'.join(line[2:] for line in text.splitlines() if line.startswith('$ '))
        for line in text.splitlines():
            checker.check(line)

    test_console = test_sh

    def test(self, block):
        function = getattr(self, 'test_' + block.language, None)
        if function is None:
            raise Failure(f'a block of language "{block.language}" cannot be tested')
        function(block)


class Shell:
    """Looks whether commands name what exists."""

    def __init__(self, root):
        self.root = root
        helped = subprocess.run([root / 'dev', 'help'], capture_output=True, text=True, check=True)
        self.subcommands = set(re.findall(r'^  ([a-z]+)\b', helped.stdout, re.MULTILINE)) | {'help'}
        options = (root / 'meson_options.txt').read_text(encoding='utf-8')
        self.options = set(re.findall(r"^option\('(\w+)'", options, re.MULTILINE))
        debug = (root / 'tschan' / 'ts-debug.c').read_text(encoding='utf-8')
        self.debug_keys = set(re.findall(r'\{ "(\w+)", TS_DEBUG_', debug))

    def check(self, line):
        for command in re.split(r'&&|\|\||[;|]', line.split(' #')[0]):
            words = command.split()
            while words and re.match(r'\w+=', words[0]):
                self.check_variable(words.pop(0))
            if words and not words[0].startswith('#'):
                self.check_command(words)

    def check_variable(self, word):
        name, _, value = word.partition('=')
        if name == 'TS_DEBUG':
            for key in value.split(','):
                if key not in self.debug_keys | {'all', 'help'}:
                    raise Failure(f'TS_DEBUG knows no "{key}"')

    def check_command(self, words):
        if words[0] == './dev':
            if len(words) < 2 or words[1] not in self.subcommands:
                raise Failure('./dev knows no ' + ' '.join(words[1:2]))
        elif words[0] not in SHELL_COMMANDS and not (self.root / words[0]).exists():
            raise Failure(f'"{words[0]}" is not among the commands that the documentation may name')
        for word in words[1:]:
            option = re.match(r'-D(\w+)=', word)
            if option and option[1] not in self.options | BUILD_OPTIONS:
                raise Failure(f'the build has no option "{option[1]}"')
            if re.match(r'(examples|tests|benchmarks|tschan|doc)/', word) and \
                    not (self.root / word).exists():
                raise Failure(f'{word} does not exist')


def check_links(path, guides):
    """Links to files lead to files, links to pages to guides."""
    broken = []
    text = re.sub(r'^```.*?^```$', '', '\n'.join(lines_of(path)), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r'\]\(([^)\s]+)\)|src="([^"]+)"', text):
        target = (target[0] or target[1]).split('#')[0]
        if not target or re.match(r'[a-z]+:', target):
            continue
        page = target[:-len('.html')] if target.endswith('.html') else None
        if page is not None and (page in guides or re.match(r'(class|enum|error|index)\b', page)):
            continue
        if not (path.parent / target).exists():
            broken.append(target)
    broken += [match[0] for match in NO_LINK.finditer(text)]
    if broken:
        raise Failure('links that lead nowhere: ' + ', '.join(broken))


def check_facts(path, root):
    """What is said about versions is what the build says."""
    build = (root / 'meson.build').read_text(encoding='utf-8')
    text = path.read_text(encoding='utf-8')
    version = re.search(r"version: '([\d.]+)'", build)[1]
    floor = re.search(r"glib_floor = '([\d.]+)'", build)[1]
    wrong = [f'GLib {said}' for said in re.findall(r'GLib (\d+\.\d+)', text) if said != floor]
    wrong += [f'version {said}' for said in re.findall(r'^(?:Version|tschan) (\d[\d.]*\d)', text,
                                                       re.MULTILINE)[:1]
              if version != said and not version.startswith(said + '.')]
    if wrong:
        raise Failure(f'this is {version}, for GLib {floor}, not ' + ', '.join(wrong))


# Telling

def report(number, name, function, *arguments):
    """One line of TAP; FALSE if it is not ok."""
    try:
        function(*arguments)
    except Skipped as reason:
        print(f'ok {number} - {name} # SKIP {reason}', flush=True)
    except (Failure, SyntaxError) as failure:
        print(f'not ok {number} - {name}')
        print(*(f'# {line}' for line in str(failure).splitlines()), sep='\n', flush=True)
        return False
    else:
        print(f'ok {number} - {name}', flush=True)
    return True


def test_block(arguments, block):
    if block.reason() is not None:
        if not block.reason():
            raise Failure('excluded without a reason')
        raise Skipped(block.reason())
    with tempfile.TemporaryDirectory(prefix='tschan-snippet-') as directory:
        Tester(arguments, pathlib.Path(directory)).test(block)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--source-root', type=pathlib.Path, required=True)
    parser.add_argument('--cc', default=os.environ.get('CC', 'cc'))
    parser.add_argument('--python', default='')
    parser.add_argument('--gjs', default='')
    parser.add_argument('--only', type=int, metavar='LINE', help='only the block at this line')
    parser.add_argument('files', nargs='+', type=pathlib.Path)
    arguments = parser.parse_args()
    root = arguments.source_root.resolve()
    arguments.source_root = root
    guides = {path.stem for path in (root / 'doc').glob('*.md')}

    tests = []
    for path in arguments.files:
        name = path.resolve().relative_to(root)
        if not arguments.only:
            tests.append((f'{name}: links', check_links, path.resolve(), guides))
            if path.parent.resolve() == root:
                tests.append((f'{name}: facts', check_facts, path, root))
        for block in joined(blocks_of(path)):
            if arguments.only in (None, block.line):
                what = f'{name}:{block.line}: {block.language or "no language"}'
                tests.append((what, test_block, arguments, block))

    print('TAP version 13')
    print(f'1..{len(tests)}' if tests else '1..0 # SKIP no code blocks', flush=True)
    passed = [report(number, *test) for number, test in enumerate(tests, 1)]
    return 0 if all(passed) else 1


if __name__ == '__main__':
    sys.exit(main())
