#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Breaks the library in the places of mutants.list, one at a time, and checks that the tests notice.

Works in copies of the tree, one for each job. Succeeds if every mutant is noticed, and if the unbroken
library passes all the programs that are to notice them. With --check it only sees to it that each line of
the list still changes something in the sources, in TAP.
"""

import argparse
import collections
import os
import pathlib
import queue
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# A program that runs longer hangs. Its own watchdog comes first, and says more.
LIMIT = 100
ENVIRONMENT = {
    'G_SLICE': 'always-malloc',
    'TS_TEST_TIMEOUT': '20',
    # A small quarantine: addresses are used again, and mistakes with old ones show.
    'ASAN_OPTIONS': 'detect_stack_use_after_return=1:quarantine_size_mb=1',
    'UBSAN_OPTIONS': 'halt_on_error=1',
    'TSAN_OPTIONS': f'suppressions={ROOT / "tests" / "tsan.supp"} halt_on_error=1 atexit_sleep_ms=0',
}
BUILDS = {
    'address': ['-Db_sanitize=address,undefined', '-Db_lundef=false'],
    'thread': ['-Db_sanitize=thread', '-Db_lundef=false'],
    'clang': ['-Dwerror=true'],
}
COMMON = ['-Dintrospection=disabled', '-Ddocumentation=disabled', '-Dexamples=false']
COMPLAINT = re.compile(r'^Bail out!|ERROR: |SUMMARY|WARNING: Thread|^not ok|runtime error:|error:|CRITICAL|'
                       r'^step [0-9]+: |The watchdog ends ', re.MULTILINE)

TABLE_HEAD = '| Mutant | What it breaks | Noticed by |\n|---|---|---|\n'

Mutant = collections.namedtuple('Mutant', 'name files script programs what')


class Broken(Exception):
    """Says nothing about the tests: the mutant, or the build, is at fault."""


def read_list(path):
    """The mutants. A sed script may itself contain the separator."""
    for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
        if not line or line.startswith('#'):
            continue
        fields = line.split(' | ')
        if len(fields) < 5:
            sys.exit(f'{path.name}:{number}: five fields, please')
        name, files = fields[:2]
        programs, what = fields[-2:]
        yield Mutant(name, files, ' | '.join(fields[2:-2]), programs.split(), what)


def mutate(mutant, tree):
    """The file that the mutant changes, and its broken text."""
    for path in sorted((tree / 'tschan').glob(mutant.files)):
        broken = subprocess.run(['sed', mutant.script, path], capture_output=True, text=True, check=False)
        if broken.returncode != 0:
            raise Broken(f'sed: {broken.stderr.strip()}')
        if broken.stdout != path.read_text(encoding='utf-8'):
            return path, broken.stdout
    raise Broken(f'stale: nothing to replace in {mutant.files}')


def patiently(command, env, log):
    """Runs a program; returns its status, or None if it hangs.

    What counts is the time that this process has seen pass: a machine that was suspended meanwhile is no
    reason to call a program slow. If it was, and the program failed, it gets another chance.
    """
    while True:
        disturbed = False
        with open(log, 'w', encoding='utf-8') as output, \
                subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=output,
                                 stderr=subprocess.STDOUT, start_new_session=True) as process:
            for _ in range(LIMIT):
                before = time.monotonic()
                try:
                    process.wait(1)
                    break
                except subprocess.TimeoutExpired:
                    disturbed = disturbed or time.monotonic() - before > 5
            else:
                os.killpg(process.pid, 9)
        if process.returncode == 0 or not disturbed:
            return process.returncode


class Build:
    """One way to build one copy of the tree."""

    def __init__(self, kind, place, tree):
        self.kind = kind
        self.directory = place / f'build-{kind}'
        self.log = place / f'{kind}.log'
        self.tree = tree
        self.env = {**os.environ, **ENVIRONMENT, 'TS_TEST_SRCDIR': str(tree / 'tests')}
        if kind == 'clang':
            self.env['CC'] = 'clang'
        glib = os.environ.get('TS_THREAD_GLIB')
        if kind == 'thread' and glib:
            self.env['PKG_CONFIG_PATH'] = f'{glib}/lib/pkgconfig'
            self.env['LD_LIBRARY_PATH'] = f'{glib}/lib'

    def _logged(self, *command):
        with open(self.log, 'w', encoding='utf-8') as log:
            return subprocess.run(command, env=self.env, stdin=subprocess.DEVNULL, stdout=log,
                                  stderr=subprocess.STDOUT, check=False).returncode == 0

    def _configure(self):
        if not (self.directory / 'build.ninja').exists():
            if not self._logged('meson', 'setup', self.directory, self.tree, *COMMON, *BUILDS[self.kind]):
                raise Broken(f'the setup fails: {self.complaint()}')

    def make(self, *targets):
        """Builds, having configured if need be. TRUE if that went well."""
        self._configure()
        return self._logged('ninja', '-C', self.directory, '-j2', *targets)

    def make_library(self):
        """The same for the library, whose file has its version in its name."""
        self._configure()
        return self._logged('meson', 'compile', '-C', self.directory, '-j', '2', 'tschan-1:shared_library')

    def complaint(self):
        """The most telling line of what was said last."""
        for line in self.log.read_text(encoding='utf-8', errors='replace').splitlines():
            if COMPLAINT.search(line):
                return line.replace(str(self.tree), '').strip()[:120]
        return 'no word of it'

    def run(self, program, perturbed):
        """How a test program fails; None if it passes."""
        directory, _, name = program.rpartition('/')
        target = f'tests/{directory}/{name}' if directory else f'tests/test-{name}'
        env = dict(self.env)
        if not self.make(target, *(['tests/libts-perturb.so'] if perturbed else [])):
            raise Broken(f'does not build: {self.complaint()}')
        if perturbed:
            runtime = subprocess.check_output(
                [os.environ.get('CC', 'cc'), f'-print-file-name=lib{self.kind[0]}san.so'], text=True)
            env['LD_PRELOAD'] = f'{runtime.strip()}:{self.directory}/tests/libts-perturb.so'
        status = patiently([self.directory / target], env, self.log)
        if status is None or status == -9:
            return 'hangs'
        return self.complaint() if status != 0 else None


class Worker:
    """A copy of the tree, and its builds."""

    def __init__(self, place):
        self.tree = place / 'tree'
        shutil.copytree(ROOT, self.tree, symlinks=True,
                        ignore=shutil.ignore_patterns('.git', '_build*', '__pycache__'))
        self.builds = {kind: Build(kind, place, self.tree) for kind in BUILDS}

    def noticed_by(self, program):
        """What a program of the list, such as perturb:race-event, has to say; None if nothing."""
        if program == 'clang':
            build = self.builds['clang']
            return None if build.make_library() else build.complaint()
        *prefixes, name = program.split(':')
        return self.builds['thread' if 'thread' in prefixes else 'address'].run(name, 'perturb' in prefixes)

    def attempt(self, mutant):
        """A verdict, and who noticed."""
        try:
            path, broken = mutate(mutant, self.tree)
        except Broken as reason:
            return 'broken', str(reason)
        original = path.read_text(encoding='utf-8')
        path.write_text(broken, encoding='utf-8')
        try:
            for program in mutant.programs:
                complaint = self.noticed_by(program)
                if complaint is not None:
                    return 'noticed', f'{program}: {complaint}'
            return 'MISSED', ' '.join(mutant.programs)
        except Broken as reason:
            return 'broken', str(reason)
        finally:
            path.write_text(original, encoding='utf-8')


def work(place, tasks, results, note):
    """One of several threads: takes a task after the other, and tells how it ended."""
    worker = Worker(place)
    while True:
        try:
            subject, is_mutant = tasks.get_nowait()
        except queue.Empty:
            return
        started = time.monotonic()
        if is_mutant:
            verdict, remark = worker.attempt(subject)
            name = f'{subject.name} ({subject.what})'
        else:
            try:
                remark = worker.noticed_by(subject)
                verdict = 'unbroken' if remark is None else 'FAILED'
            except Broken as reason:
                verdict, remark = 'FAILED', str(reason)
            name = f'the library as it is: {subject}'
        results.append((subject.name if is_mutant else None, verdict, remark))
        note()
        print(f'{verdict:8} {name}: {remark or "passes"}, {time.monotonic() - started:.0f} s', flush=True)


def run_all(mutants, jobs, place, note):
    """Tries all, several at a time, then the programs on the unbroken library."""
    tasks, results = queue.Queue(), []
    for mutant in mutants:
        tasks.put((mutant, True))
    for program in sorted({program for mutant in mutants for program in mutant.programs}):
        tasks.put((program, False))
    threads = []
    for number in range(jobs):
        directory = place / str(number)
        directory.mkdir(parents=True)
        threads.append(threading.Thread(target=work, args=[directory, tasks, results,
                                                            lambda: note(results)]))
        threads[-1].start()
    for thread in threads:
        thread.join()
    counts = collections.Counter(verdict for _, verdict, _ in results)
    print(f'{counts["noticed"]} noticed, {counts["MISSED"]} missed, {counts["broken"]} broken, '
          f'{counts["FAILED"]} programs fail without a mutant')
    return counts['MISSED'] + counts['broken'] + counts['FAILED'] == 0


def who_noticed(remark):
    """For the table: the program, and whether it took a watchdog to see that."""
    program, _, complaint = remark.partition(': ')
    return f'{program} (hangs)' if complaint == 'hangs' or 'The watchdog ends' in complaint else program


class Table:
    """The outcomes for people, which a page ends with. A mutant that is not tried now keeps its row."""

    def __init__(self, path, mutants):
        self.path = path
        self.mutants = mutants
        self.lock = threading.Lock()
        self.text, mark, rows = path.read_text(encoding='utf-8').partition(TABLE_HEAD)
        if not mark:
            sys.exit(f'{path} has no table')
        self.who = {row.split(' | ')[0].strip('| '): row.rpartition(' | ')[2].strip('| ')
                    for row in rows.splitlines()}

    def write(self, results):
        """Done after each mutant, so that a run which is broken off was not for nothing."""
        with self.lock:
            for name, verdict, remark in results:
                self.who[name] = who_noticed(remark) if verdict == 'noticed' else verdict
            rows = [f'| {mutant.name} | {mutant.what} | {self.who[mutant.name]} |\n'
                    for mutant in self.mutants if mutant.name in self.who]
            self.path.write_text(self.text + TABLE_HEAD + ''.join(rows), encoding='utf-8')


def check(mutants):
    """The list itself, without running anything."""
    problems = []
    for mutant in mutants:
        try:
            path, broken = mutate(mutant, ROOT)
        except Broken as reason:
            problems.append(f'{mutant.name}: {reason}')
            continue
        before, after = path.read_text(encoding='utf-8').splitlines(), broken.splitlines()
        changed = sum(a != b for a, b in zip(before, after)) + abs(len(before) - len(after))
        if changed > 8:
            problems.append(f'{mutant.name}: changes {changed} lines of {path.name}')
    names = collections.Counter(mutant.name for mutant in mutants)
    problems += [f'{name}: twice in the list' for name, count in names.items() if count > 1]
    print('1..1')
    for problem in problems:
        print('#', problem)
    print('not ok' if problems else 'ok', f'1 - each of the {len(mutants)} mutants still changes the library')
    return not problems


def main():
    """Parses the arguments; the status tells whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('names', nargs='*', metavar='NAME', help='these mutants alone')
    parser.add_argument('--check', action='store_true', help='only see that the list is not out of date')
    parser.add_argument('--jobs', type=int, default=min(os.cpu_count() or 1, 4))
    parser.add_argument('--table', type=pathlib.Path, help='a page whose table is to have the outcomes')
    parser.add_argument('--keep', type=pathlib.Path, help='a directory for the copies, to look at them')
    arguments = parser.parse_args()

    mutants = list(read_list(HERE / 'mutants.list'))
    if arguments.check:
        return 0 if check(mutants) else 1
    unknown = set(arguments.names) - {mutant.name for mutant in mutants}
    if unknown:
        parser.error(f'no such mutant: {", ".join(sorted(unknown))}')
    table = Table(arguments.table, mutants) if arguments.table else None
    if arguments.names:
        mutants = [mutant for mutant in mutants if mutant.name in arguments.names]
    place = arguments.keep or pathlib.Path(tempfile.mkdtemp(prefix='tschan-mutants-'))
    try:
        return 0 if run_all(mutants, arguments.jobs, place,
                            table.write if table else lambda results: None) else 1
    finally:
        if arguments.keep is None:
            shutil.rmtree(place, ignore_errors=True)


if __name__ == '__main__':
    sys.exit(main())
