# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""TsEvent in the loops of asyncio: the plain one, gbulb's and PyGObject's own."""

import asyncio
import ctypes
import gc
import unittest
import weakref

import tap
from gi.overrides._tschan import bridge_of
from support import (Gio, GLib, TestCase, Ts, Worker, cancelled_cancellable, count_fds,
                     gbulb, gi, pushed_context, why_no_gbulb)

try:
    from gi.events import GLibEventLoopPolicy
except ImportError:
    GLibEventLoopPolicy = None


def run_plain(main):
    return asyncio.run(main())


def run_gbulb(main):
    """In a loop of its own context, as asyncio.run() would."""
    loop = gbulb.GLibEventLoop()
    try:
        with pushed_context_of(loop):
            return loop.run_until_complete(main())
    finally:
        asyncio.set_event_loop(None)
        loop.close()


class pushed_context_of:  # pylint: disable=invalid-name
    def __init__(self, loop):
        self._context = loop._context  # pylint: disable=protected-access

    def __enter__(self):
        self._context.push_thread_default()

    def __exit__(self, *_exception):
        self._context.pop_thread_default()


def run_gi_events(main):
    with pushed_context():
        loop = GLibEventLoopPolicy().new_event_loop()
        try:
            return loop.run_until_complete(main())
        finally:
            loop.close()


_tschan = ctypes.CDLL('libtschan-1.so.0')
_tschan.ts_runner_invoke.argtypes = [ctypes.c_void_p] * 4


def set_in_c(runner, event):
    """Has a runner's thread set the event: it needs no GIL for that."""
    function = ctypes.cast(_tschan.ts_event_set, ctypes.c_void_p)
    _tschan.ts_runner_invoke(hash(runner), function, hash(event), None)


async def settle():
    """Lets all tasks that can run do so."""
    for _ in range(5):
        await asyncio.sleep(0)


class AnyLoop:
    """The same for each kind of loop."""

    run_main = None

    def test_e08_set_by_a_thread(self):
        async def main():
            event = Ts.Event()
            worker = Worker(event.set)
            self.assertIs(await event.wait_async(), True)
            worker.join()

        self.run_main(main)

    def test_e01_set_before(self):
        async def main():
            event = Ts.Event()
            event.set()
            for _ in range(3):
                self.assertIs(await event.wait_async(), True)
            event = Ts.Event(auto_reset=True)
            event.set()
            self.assertIs(await event.wait_async(), True)
            self.assertFalse(event.is_set())

        self.run_main(main)

    def test_e05_task_cancelled(self):
        async def main():
            event = Ts.Event(auto_reset=True)
            task = asyncio.ensure_future(event.wait_async())
            await settle()
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            event.set()
            self.assertTrue(event.is_set())

        self.run_main(main)

    def test_e18_task_cancelled_after_the_release(self):
        async def main():
            event = Ts.Event(auto_reset=True)
            task = asyncio.ensure_future(event.wait_async())
            await settle()
            event.set()
            self.assertFalse(event.is_set())
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            self.assertTrue(event.is_set())

        self.run_main(main)

    def test_e03_wait_for(self):
        async def main():
            event = Ts.Event(auto_reset=True)
            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(event.wait_async(), 0.01)
            event.set()
            self.assertTrue(event.is_set())
            self.assertIs(await asyncio.wait_for(event.wait_async(), 10), True)

        self.run_main(main)

    def test_e06_fifo(self):
        async def main():
            event, order = Ts.Event(auto_reset=True), []

            async def wait(number):
                await event.wait_async()
                order.append(number)
                event.set()

            tasks = [asyncio.ensure_future(wait(number)) for number in range(20)]
            await settle()
            event.set()
            await asyncio.gather(*tasks)
            self.assertEqual(order, list(range(20)))
            self.assertTrue(event.is_set())

        self.run_main(main)

    def test_e10_cancellable(self):
        async def main():
            event, cancellable = Ts.Event(auto_reset=True), Gio.Cancellable()
            task = asyncio.ensure_future(event.wait_async(cancellable))
            await settle()
            worker = Worker(cancellable.cancel)
            with self.assertCancelled():
                await task
            worker.join()
            event.set()
            with self.assertCancelled():
                await event.wait_async(cancelled_cancellable())
            self.assertTrue(event.is_set())
            cancellable.reset()
            self.assertIs(await event.wait_async(cancellable), True)

        self.run_main(main)

    def test_e15_many_tasks(self):
        async def main():
            event = Ts.Event()
            tasks = [asyncio.ensure_future(event.wait_async()) for _ in range(500)]
            await settle()
            worker = Worker(event.set)
            self.assertEqual(await asyncio.gather(*tasks), [True] * 500)
            worker.join()

        self.run_main(main)

    def test_e20_bad_input(self):
        async def main():
            event = Ts.Event()
            with self.assertRaises(TypeError):
                await event.wait_async('cancellable')
            self.assertFalse(event.is_set())

        self.run_main(main)

    def test_two_loops_in_threads(self):
        event, started = Ts.Event(), [Ts.Event() for _ in range(4)]

        def work(number):
            async def main():
                tasks = [asyncio.ensure_future(event.wait_async()) for _ in range(10)]
                await settle()
                started[number].set()
                return await asyncio.gather(*tasks)

            return self.run_main(main)

        workers = [Worker(work, number) for number in range(4)]
        for ready in started:
            ready.wait()
        event.set()
        for worker in workers:
            self.assertEqual(worker.join(), [True] * 10)

    def test_loops_leave_no_descriptors(self):
        async def main():
            event = Ts.Event()
            worker = Worker(event.set)
            await event.wait_async()
            worker.join()

        self.run_main(main)
        before = count_fds()
        for _ in range(20):
            self.run_main(main)
        self.assertEqual(count_fds(), before)


class PlainLoop(AnyLoop, TestCase):
    run_main = staticmethod(run_plain)

    def test_release_while_the_loop_looks(self):
        async def main():
            look = bridge_of(asyncio.get_running_loop())
            event, over = Ts.Event(auto_reset=True), Ts.Event(auto_reset=True)
            with Ts.Runner(name='sets') as runner:
                for _ in range(tap.iterations(300)):
                    task = asyncio.ensure_future(event.wait_async())
                    await asyncio.sleep(0)
                    set_in_c(runner, event)
                    set_in_c(runner, over)
                    while not over.wait(timeout=0):
                        for _ in range(50):
                            look()
                    look()
                    await settle()
                    self.assertTrue(task.done())

        self.run_main(main)

    def test_bridge_that_is_garbage(self):
        """The collector may clear the port's wrapper first."""
        async def main():
            return bridge_of(asyncio.get_running_loop())

        bridge = asyncio.run(main())
        bridge.waiting['itself'] = bridge
        freed = weakref.ref(bridge)
        del bridge
        gc.collect()
        self.assertIsNone(freed())

    def test_closing_the_loop_gives_everything_back(self):
        event, loop = Ts.Event(auto_reset=True), asyncio.new_event_loop()
        task = loop.create_task(event.wait_async())
        loop.run_until_complete(asyncio.sleep(0))
        event.set()
        self.assertFalse(event.is_set())
        loop.close()
        self.assertTrue(event.is_set())
        task._log_destroy_pending = False  # pylint: disable=protected-access

    def test_the_loop_is_freed(self):
        async def main():
            event = Ts.Event()
            event.set()
            worker = Worker(event.set)
            await event.wait_async()
            worker.join()
            await asyncio.wait([asyncio.ensure_future(Ts.Event().wait_async())], timeout=0.001)
            return weakref.ref(asyncio.get_running_loop())

        loop = asyncio.run(main())
        gc.collect()
        self.assertIsNone(loop())


@unittest.skipIf(why_no_gbulb(), why_no_gbulb())
class GbulbLoop(AnyLoop, TestCase):
    run_main = staticmethod(run_gbulb)

    def test_in_the_default_context(self):
        async def main():
            event, calls = Ts.Event(), []
            event.add_watch(GLib.PRIORITY_DEFAULT, lambda _event: bool(calls.append('watch')))
            event.wait_async(None, lambda source, result: calls.append(source.wait_finish(result)))
            worker = Worker(event.set)
            await event.wait_async()
            while len(calls) < 2:
                await asyncio.sleep(0)
            worker.join()
            return calls

        loop = gbulb.GLibEventLoop(context=GLib.MainContext.default())
        try:
            self.assertCountEqual(loop.run_until_complete(main()), ['watch', True])
        finally:
            loop.close()


@unittest.skipUnless(GLibEventLoopPolicy, f'PyGObject {gi.__version__} has no gi.events')
class GiEventsLoop(AnyLoop, TestCase):
    run_main = staticmethod(run_gi_events)


if __name__ == '__main__':
    tap.main()
