# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What each operation leaves behind: nothing."""

import asyncio
import sys

import tap
import test_values
from gi.overrides._tschan import native
from support import (Gio, GLib, GObject, TestCase, Ts, Worker, gi, growth, iterate_until,
                     receive_async, send_async)


class Events(TestCase):
    """What each wait leaves behind, in bytes of the process."""

    # Less than the smallest thing that could be forgotten with each wait; growth is in pages.
    LIMIT = 8

    def check(self, function, rounds=10000):
        self.assertLess(growth(function, tap.iterations(rounds)), self.LIMIT)

    def test_blocking_wait(self):
        event = Ts.Event(auto_reset=True)

        def once():
            event.set()
            event.wait()
            event.wait(timeout=0)

        self.check(once)
        self.assertFalse(event.is_set())

    def test_blocking_wait_in_a_thread(self):
        event = Ts.Event(auto_reset=True)

        def once():
            event.set()
            event.wait()
            event.wait(timeout=0)

        Worker(self.check, once).join()

    def test_task(self):
        event, loop = Ts.Event(auto_reset=True), asyncio.new_event_loop()

        async def waits():
            event.set()
            await event.wait_async()
            task = asyncio.ensure_future(event.wait_async())
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])

        self.check(lambda: loop.run_until_complete(waits()), 5000)
        loop.close()

    def test_callback(self):
        event = Ts.Event()
        event.set()

        def once():
            calls = []
            event.wait_async(None, lambda source, result: calls.append(source.wait_finish(result)))
            iterate_until(lambda: calls)

        # PyGObject before 3.50 loses this much with any callback.
        lost = 128 if gi.version_info < (3, 50) else 0
        self.assertLess(growth(once, tap.iterations(5000)), lost + self.LIMIT)

    def test_objects(self):
        def once():
            event = Ts.Event(name='short-lived')
            with Ts.Port() as port:
                port.wait_event(event)

        self.check(once)

    def test_source(self):
        event = Ts.Event()
        event.set()

        def once(source):
            calls = []
            source.set_callback(lambda _data: bool(calls.append(1)))
            source.attach(None)
            iterate_until(lambda: calls)

        # PyGObject loses something with the callback of any source.
        lost = growth(lambda: once(GLib.Idle()), tap.iterations(5000))
        left = growth(lambda: once(event.create_source(None)), tap.iterations(5000))
        self.assertLess(left, lost + 48)


class Channels(TestCase):
    LIMIT = 8

    def check(self, function, rounds=10000, lost=0):
        self.assertLess(growth(function, tap.iterations(rounds)), lost + self.LIMIT)

    def test_send_and_receive(self):
        channel = Ts.Channel(5)

        def once():
            for value in 1, 'text' * 20, None, [], 2 ** 40:
                channel.send(value)
                channel.receive()

        self.check(once, 3000)

    def test_blocking_in_the_main_thread(self):
        channel, cancellable = Ts.Channel(5), Gio.Cancellable()

        def once():
            channel.send('text' * 20, cancellable)
            channel.receive(cancellable)
            try:
                channel.receive(timeout=0)
            except TimeoutError:
                pass

        self.check(once, 5000)

    def test_in_vain(self):
        channel = Ts.Channel(1)

        def in_thread():
            for call in channel.try_receive, lambda: channel.receive(timeout=0):
                try:
                    call()
                except (Ts.Empty, TimeoutError):
                    pass

        self.check(in_thread, 5000)
        Worker(self.check, in_thread, 5000).join()

    def test_refused(self):
        channel = Ts.Channel(1)
        channel.send(1)

        def once():
            try:
                channel.try_send('text' * 20)
            except Ts.Full:
                pass

        self.check(once)

    def test_tasks(self):
        channel, loop = Ts.Channel(), asyncio.new_event_loop()

        async def once():
            task = asyncio.ensure_future(channel.receive_async())
            await asyncio.sleep(0)
            await channel.send_async('text' * 20)
            await task
            task = asyncio.ensure_future(channel.receive_async())
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait([task])

        self.check(lambda: loop.run_until_complete(once()), 5000)
        loop.close()

    def test_callbacks(self):
        channel = Ts.Channel(5)

        def once():
            sends = send_async(channel, 'text' * 20)
            receives = receive_async(channel)
            iterate_until(lambda: sends and receives)

        # PyGObject before 3.50 loses this much with any callback.
        self.check(once, 4000, 256 if gi.version_info < (3, 50) else 0)

    def test_items_of_a_dropped_channel(self):
        def once():
            channel = Ts.Channel(5)
            channel.send('text' * 20)
            channel.send([])
            channel.send(None)

        self.check(once)

    def test_references(self):
        channel, item = Ts.Channel(5), ['item']
        before = sys.getrefcount(item)
        for _ in range(100):
            channel.send(item)
            channel.receive()
        self.assertEqual(sys.getrefcount(item), before)


class Kinds(TestCase):
    """Every kind of value that Python sends."""

    LIMIT = 8

    MAKE = {
        'integer': lambda: 2 ** 30,
        'great integer': lambda: 2 ** 40,
        'greater integer': lambda: 2 ** 70,
        'float': lambda: 0.5,
        'boolean': lambda: True,
        'nothing': lambda: None,
        'string': lambda: 'text' * 20,
        'string with NUL': lambda: 'text\0' * 20,
        'bytes': lambda: bytes(100),
        'list': lambda: [1, {}],
        'function': lambda: lambda: None,
        'exception': lambda: ValueError('text'),
        'flags': lambda: GLib.IOCondition.IN,
        'variant': lambda: GLib.Variant('s', 'text' * 20),
        'GBytes': lambda: GLib.Bytes.new(bytes(100)),
        'boxed': lambda: GLib.DateTime.new_from_unix_utc(5),
        'object': Gio.Cancellable,
        'object of Python': test_values.Thing,
        'channel': lambda: Ts.Channel(1),
    }

    @staticmethod
    def same_thread(make):
        channel = Ts.Channel(1)

        def once():
            channel.send(make())
            channel.receive()

        return once

    def another_thread(self, make):
        there, back = Ts.Channel(1), Ts.Channel(1)

        def forward():
            for item in there:
                back.send(item)

        worker = Worker(forward)
        self.addCleanup(worker.join)
        self.addCleanup(there.close)

        def once():
            there.send(make())
            back.receive()

        return once

    @staticmethod
    def left(make):
        def once():
            channel = Ts.Channel(3)
            for _ in range(3):
                channel.send(make())

        return once

    @staticmethod
    def overflow(make):
        channel = Ts.Channel(1, overflow=Ts.Overflow.DROP_OLDEST)
        return lambda: channel.send(make())

    def check(self, way):
        for name, make in self.MAKE.items():
            # What making one leaves behind is not ours.
            lost = max(growth(make, tap.iterations(500)), 0)
            left = min(growth(way(make), tap.iterations(500)) for _ in range(2))
            with self.subTest(kind=name):
                self.assertLess(left, 3 * lost + self.LIMIT)

    def test_received_by_the_same_thread(self):
        self.check(self.same_thread)

    def test_by_way_of_another_thread(self):
        self.check(self.another_thread)

    def test_left_in_a_channel_that_goes(self):
        self.check(self.left)

    def test_overflow(self):
        self.check(self.overflow)


class FromElsewhere(TestCase):
    """What another language has sent, out of everything that hands out values, is freed once."""

    LIMIT = 24  # a forgotten GValue alone is 32

    # PyGObject before 3.50 loses this much with any callback; 'callback' and 'watch' pass one.
    LOST = 128 if gi.version_info < (3, 50) else 0

    def check(self, ways_from):
        for value, _tell in test_values.from_elsewhere():
            if value.g_type.name not in ('GBytes', 'GStrv', 'gchararray'):
                continue
            for name, way in ways_from(value).items():
                if any(word in name for word in ('thread', 'waits', 'await', 'async')):
                    continue  # starts a thread or a loop each time; they take the ways of the others
                if native is None and isinstance(value.get_value(), GObject.GBoxed) \
                        and name not in test_values.LENT:
                    continue
                lost = self.LOST if 'callback' in name or name == 'watch' else 0
                with self.subTest(type=value.g_type.name, way=name):
                    self.assertLess(growth(way, tap.iterations(1000)), lost + self.LIMIT)

    def test_from_a_channel(self):
        self.check(test_values.from_channel)

    def test_from_a_future(self):
        self.check(test_values.from_future)


class Others(TestCase):
    LIMIT = 8

    def check(self, function, rounds=5000, lost=0):
        self.assertLess(growth(function, tap.iterations(rounds)), lost + self.LIMIT)

    def test_locks(self):
        lock, semaphore, loop = Ts.Lock(), Ts.Semaphore(1), asyncio.new_event_loop()

        async def in_task():
            async with lock, semaphore:
                pass

        def once():
            with lock, semaphore:
                lock.acquire(timeout=0)
            loop.run_until_complete(in_task())

        self.check(once)
        loop.close()

    def test_conditions(self):
        condition = Ts.Condition()

        def once():
            with condition:
                condition.wait(timeout=0)
                condition.notify_all()

        self.check(once)

    def test_futures(self):
        def once():
            future = Ts.Future()
            future.resolve('text' * 20)
            future.wait()

        self.check(once)

    def test_failed_futures(self):
        def once():
            future = Ts.Future()
            future.reject(KeyError())
            try:
                future.wait()
            except KeyError:
                pass

        # PyGObject loses this much where a call that hands out a value fails.
        self.check(once, lost=32)

    def test_select(self):
        select, channel = Ts.Select(), Ts.Channel(1)
        receive, send = select.add_receive(channel), select.add_send(channel, 'text' * 20)

        def once():
            self.assertEqual(select.wait(), send)
            self.assertEqual(select.wait(), receive)
            select.get_value(receive)
            select.set_value(send, 'text' * 20)

        self.check(once)

    def test_runner(self):
        with Ts.Runner() as runner:
            # PyGObject before 3.50 loses this much with any callback.
            self.check(lambda: runner.call(len, 'text'), 3000,
                       128 if gi.version_info < (3, 50) else 0)


if __name__ == '__main__':
    tap.main()
