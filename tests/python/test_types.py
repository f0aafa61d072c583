# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The types of the package, as mypy sees them, and what else its users read."""

import asyncio
import enum
import inspect
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

    def test_the_examples_that_use_it(self):
        paths = [str(path) for path in sorted((HERE.parents[1] / 'examples' / 'python').iterdir())
                 if 'import tschan' in path.read_text(encoding='utf-8')]
        self.assertGreater(len(paths), 5)
        self.check(*paths)

    def test_the_package_says_that_it_is_typed(self):
        self.assertTrue((PACKAGE / 'py.typed').exists())


class Public(unittest.TestCase):
    """Whatever a user may call has a docstring, and types on all that goes in and out."""

    # What Python's own protocols name needs no words.
    @staticmethod
    def wants_words(name):
        return not name.startswith('_')

    @staticmethod
    def members(thing):
        """Name and value of what a class of ours has, by itself or by inheritance from us."""
        found = {}
        for owner in reversed(inspect.getmro(thing)):
            if owner.__module__.startswith(('tschan', '_tschan')):
                found.update((name, value) for name, value in vars(owner).items()
                             if inspect.isroutine(value) or isinstance(value, property))
        return {name: value for name, value in found.items()
                if not name.startswith('_') or name.startswith('__') and name.endswith('__')}

    def functions(self):
        """Each public function, as (its name, the docstring, what has the types)."""
        for public in tschan.__all__:
            thing = getattr(tschan, public)
            if inspect.isfunction(thing):
                yield public, inspect.getdoc(thing), thing
            elif inspect.isclass(thing) and not issubclass(thing, (enum.Enum, Exception)):
                for name, value in self.members(thing).items():
                    function = value.fget if isinstance(value, property) else value
                    function = getattr(function, '__func__', function)
                    yield f'{public}.{name}', inspect.getdoc(getattr(thing, name)), function

    def test_docstrings(self):
        for public in tschan.__all__:
            thing = getattr(tschan, public)
            if inspect.isclass(thing):
                with self.subTest(name=public):
                    self.assertTrue((thing.__doc__ or '').strip())
        for name, words, _function in self.functions():
            if self.wants_words(name.split('.')[-1]):
                with self.subTest(name=name):
                    self.assertTrue(words)

    def test_annotations(self):
        count = 0
        for name, _words, function in self.functions():
            if not inspect.isfunction(function):
                continue  # in the extension: its twin in Python has them, and is what mypy sees
            signature = inspect.signature(function)
            untyped = [parameter.name for parameter in signature.parameters.values()
                       if parameter.annotation is parameter.empty
                       and parameter.name not in ('self', 'cls')]
            with self.subTest(name=name):
                self.assertEqual(untyped, [])
                self.assertIsNot(signature.return_annotation, signature.empty)
            count += 1
        self.assertGreater(count, 100)


class Representations(unittest.TestCase):
    """repr() tells what a thing is, and what it is like at this moment."""

    def test_each_class(self):
        channel, lock, event = tschan.Channel(3, name='orders'), tschan.Lock(), tschan.Event()
        future, semaphore = tschan.Future(), tschan.Semaphore(2)
        channel.send('item')
        things = {
            'Barrier': tschan.Barrier(2), 'BoundedSemaphore': tschan.BoundedSemaphore(2),
            'Case': channel.receiving(), 'Channel': channel, 'Condition': tschan.Condition(lock),
            'Event': event, 'Future': future, 'ListModel': tschan.ListModel(channel), 'Lock': lock,
            'Runner': tschan.Runner(name='worker'), 'Select': tschan.Select(),
            'Semaphore': semaphore, 'RunnerFuture': tschan.RunnerFuture(),
        }
        classes = {name for name in tschan.__all__ if inspect.isclass(getattr(tschan, name))
                   and not issubclass(getattr(tschan, name), (enum.Enum, Exception))}
        self.assertEqual(classes, {*things, 'Operation'})
        for name, thing in things.items():
            self.assertRegex(repr(thing), f'^<(tschan.)?{name}\\b.+>$')
        self.assertIn('orders', repr(channel))
        for case, words in ((channel.receiving(), 'receive from'), (channel.sending(1), 'send to'),
                            (event.waiting(), 'wait for'), (lock.acquiring(), 'acquire'),
                            (semaphore.acquiring(), 'acquire'), (future.waiting(), 'wait for')):
            self.assertRegex(repr(case), f'^<tschan.Case: {words} <tschan.')

    def test_what_changes(self):
        runner = tschan.Runner(name='worker')
        self.assertEqual(repr(runner), "<tschan.Runner: 'worker', not started>")
        with runner:
            self.assertEqual(repr(runner), "<tschan.Runner: 'worker', running, 0 callers wait>")
        self.assertEqual(repr(runner), "<tschan.Runner: 'worker', closed>")
        channel = tschan.Channel(1)
        model = tschan.ListModel(channel)
        self.assertEqual(repr(model),
                         '<tschan.ListModel: 0 items, 0 received, 0 dropped, open>')
        model.close()
        self.assertIn('finished', repr(model))

    def test_operations(self):
        async def main():
            channel, lock = tschan.Channel(), tschan.Lock()
            receive = channel.receive()
            self.assertEqual(repr(receive), '<tschan.Operation: receive, pending>')
            await channel.send(1)
            self.assertEqual(await receive, 1)
            self.assertEqual(repr(receive), '<tschan.Operation: receive, done>')
            lock.acquire_nowait()
            for operation, kind in ((channel.receive(), 'receive'), (lock.acquire(), 'acquire'),
                                    (tschan.Event().wait(), 'wait'),
                                    (tschan.Select().wait(), 'select'),
                                    (tschan.Future().wait(), 'wait'),
                                    (tschan.Barrier(2).wait(), 'wait'),
                                    (tschan.Channel().send(1), 'send')):
                operation.cancel()
                self.assertEqual(repr(operation), f'<tschan.Operation: {kind}, cancelled>')

        asyncio.run(main())


if __name__ == '__main__':
    tap.main()
