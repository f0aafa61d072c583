# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The package tschan: one name for threads and loops."""

import asyncio
import os
import threading
import unittest

import tap
import tschan
from support import (PREAMBLE, GLib, TestCase, Ts, Worker, count_fds, growth, iterate_until,
                     gbulb, run_program, why_no_gbulb)
from tschan import (Barrier, BoundedSemaphore, Channel, ChannelClosed, ChannelEmpty, ChannelError,
                    ChannelFull, Condition, Event, Future, Lock, Overflow, Select,
                    Semaphore, select)
from tschan._library import tools


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


def fill(channel, items):
    for item in items:
        channel.send(item)
    channel.close()


class Extension(TestCase):
    def test_is_used_where_it_was_built(self):
        if 'TS_TEST_NATIVE' not in os.environ:
            self.skipTest('only the build knows')
        wanted = bool(os.environ['TS_TEST_NATIVE'])
        self.assertEqual(tools.native is not None, wanted)
        self.assertEqual(type(Channel().send_nowait).__name__ != 'method', wanted)

    def test_fails_with_words(self):
        channel = Channel(1)
        for call in (lambda: channel.send(), lambda: channel.send(1, 2, 3),
                     lambda: channel.send(1, item=2), lambda: channel.send(1, time=2),
                     lambda: channel.receive(1, 2), lambda: channel.receive(item=1)):
            self.assertRaises(TypeError, call)
        channel.send(item=1, timeout=None)
        self.assertEqual(channel.receive(timeout=1), 1)


class Channels(TestCase):
    def test_threads(self):
        for capacity in 0, 1, 10, tschan.UNLIMITED:
            channel = Channel(capacity)
            worker = Worker(fill, channel, range(200))
            self.assertEqual(channel.receive(), 0)
            self.assertEqual(list(channel), list(range(1, 200)))
            worker.join()

    def test_thread_to_task_and_back(self):
        for capacity in 0, 1, 10, tschan.UNLIMITED:
            there, back = Channel(capacity), Channel(capacity)

            async def echo(there=there, back=back):
                async with back:
                    async for item in there:
                        await back.send(item)

            worker = Worker(fill, there, range(200))
            loop = Worker(lambda echo=echo: asyncio.run(echo()))
            self.assertEqual(list(back), list(range(200)))
            worker.join()
            loop.join()

    def test_tasks(self):
        async def main(capacity):
            channel, received = Channel(capacity), []

            async def produce():
                async with channel:
                    for number in range(200):
                        self.assertIsNone(await channel.send(number))

            task = asyncio.ensure_future(produce())
            received.append(await channel.receive())
            async for item in channel:
                received.append(item)
            await task
            return received

        for capacity in 0, 1, 10, tschan.UNLIMITED:
            self.assertEqual(asyncio.run(main(capacity)), list(range(200)))

    def test_exceptions(self):
        channel = Channel(1)
        self.assertRaises(ChannelEmpty, channel.receive_nowait)
        channel.send_nowait(1)
        self.assertRaises(ChannelFull, channel.send_nowait, 2)
        with self.assertRaises(TimeoutError):
            channel.send(2, timeout=0.01)
        self.assertTrue(channel.close())
        self.assertFalse(channel.close())
        self.assertEqual(channel.receive_nowait(), 1)
        for call in (channel.receive, channel.receive_nowait, lambda: channel.send(1),
                     lambda: channel.send_nowait(1), lambda: Worker(channel.receive).join(),
                     lambda: Worker(channel.send, 1).join(),
                     lambda: asyncio.run(self.in_task(channel.receive)),
                     lambda: asyncio.run(self.in_task(channel.send, 1))):
            with self.assertRaises(ChannelClosed) as caught:
                call()
            self.assertIsInstance(caught.exception, ChannelError)
            self.assertIsInstance(caught.exception, Ts.Closed)
            self.assertTrue(caught.exception.matches(Ts.Error.quark(), Ts.Error.CLOSED))

    @staticmethod
    async def in_task(method, *args):
        return await method(*args)

    def test_looking(self):
        channel = Channel(2, name='box')
        self.assertEqual((len(channel), bool(channel), channel.name), (0, True, 'box'))
        self.assertEqual((channel.empty(), channel.full(), channel.closed), (True, False, False))
        self.assertEqual((channel.send_ready(), channel.receive_ready()), (True, False))
        channel.send(1)
        channel.send(2)
        self.assertEqual((channel.empty(), channel.full(), channel.capacity), (False, True, 2))
        self.assertEqual((channel.send_ready(), channel.receive_ready()), (False, True))
        self.assertEqual(channel.receive_all_nowait(), [1, 2])
        with channel:
            pass
        self.assertTrue(channel.closed)
        self.assertTrue(Channel(0).full())
        self.assertFalse(Channel(tschan.UNLIMITED).full())

    def test_overflow(self):
        channel = Channel(1, overflow=Overflow.DROP_OLDEST)
        fill(channel, range(5))
        self.assertEqual((channel.dropped, list(channel)), (4, [4]))

    def test_receive_many(self):
        channel = Channel(5)
        worker = Worker(channel.send, None)
        self.assertEqual(channel.receive_many(3), [None])
        worker.join()
        for item in range(5):
            channel.send(item)
        self.assertEqual(channel.receive_many(3), [0, 1, 2])
        self.assertEqual(asyncio.run(self.in_task(channel.receive_many, 1)), [3])
        self.assertEqual(channel.receive_many_nowait(5), [4])
        self.assertEqual((channel.receive_many_nowait(5), channel.receive_many(0)), ([], []))
        self.assertRaises(TimeoutError, channel.receive_many, 1, timeout=0.01)
        with self.assertRaises(TimeoutError):
            asyncio.run(self.in_task(channel.receive_many, 5, 0.01))
        channel.close()
        self.assertRaises(ChannelClosed, channel.receive_many, 1)

    def test_wrap_and_ts(self):
        channel = Channel.wrap(Ts.Channel(3))
        channel.ts.send('from elsewhere')
        self.assertEqual(channel.receive(), 'from elsewhere')

    def test_values(self):
        channel = Channel(1)
        for value in None, 2 ** 70, 'a\0b', (1, 2), object(), ValueError('x'), Event():
            channel.send(value)
            self.assertIs(channel.receive(), value)
            asyncio.run(self.in_task(channel.send, value))
            self.assertIs(asyncio.run(self.in_task(channel.receive)), value)

    def test_watch(self):
        channel, items = Channel(5), []
        channel.watch(items.append)
        worker = Worker(fill, channel, 'abc')
        iterate_until(lambda: len(items) == 3)
        self.assertEqual(items, ['a', 'b', 'c'])
        worker.join()


class Primitives(TestCase):
    def both(self, main):
        """Runs a generator in threads, and in a task: it yields what is to be waited for."""
        def in_thread():
            steps, result = main(), None
            try:
                while True:
                    result = steps.send(result)
            except StopIteration:
                pass

        async def in_task():
            steps, result = main(), None
            try:
                while True:
                    result = await steps.send(result)
            except StopIteration:
                pass

        in_thread()
        Worker(in_thread).join()
        asyncio.run(in_task())

    def test_event(self):
        def main():
            event = Event(name='x')
            self.assertIs((yield event.wait(timeout=0.001)), False)
            worker = Worker(event.set)
            self.assertIs((yield event.wait()), True)
            self.assertIs((yield event.wait()), True)
            worker.join()
            event.clear()
            self.assertFalse(event.is_set())

        self.both(main)

    def test_lock(self):
        def main():
            lock = Lock()
            self.assertIs((yield lock.acquire()), True)
            self.assertTrue(lock.locked())
            worker = Worker(lock.release)
            self.assertIs((yield lock.acquire()), True)
            worker.join()
            self.assertFalse(lock.acquire_nowait())
            lock.release()
            self.assertRaises(RuntimeError, lock.release)

        self.both(main)

    def test_semaphores(self):
        def main():
            semaphore = Semaphore(2)
            yield semaphore.acquire()
            yield semaphore.acquire()
            self.assertTrue(semaphore.locked())
            semaphore.release(3)
            self.assertEqual(semaphore.value, 3)
            bounded = BoundedSemaphore(1)
            yield bounded.acquire()
            bounded.release()
            self.assertRaises(ValueError, bounded.release)
            self.assertRaises(ValueError, Semaphore, -1)

        self.both(main)

    def test_with(self):
        lock, semaphore, condition = Lock(), Semaphore(1), Condition()
        with lock, semaphore, condition:
            self.assertTrue(lock.locked() and semaphore.locked() and condition.locked())

        async def main():
            async with lock, semaphore, condition:
                self.assertTrue(lock.locked() and semaphore.locked() and condition.locked())

        asyncio.run(main())
        self.assertFalse(lock.locked() or semaphore.locked() or condition.locked())

    def test_condition(self):
        def main():
            condition, ready = Condition(), []

            def notify():
                with condition:
                    ready.append(1)
                    condition.notify()

            yield condition.acquire()
            self.assertIs((yield condition.wait(timeout=0.001)), False)
            self.assertTrue(condition.locked())
            worker = Worker(notify)
            self.assertIs((yield condition.wait()), True)
            worker.join()
            self.assertEqual((yield condition.wait_for(lambda: ready)), [1])
            self.assertFalse((yield condition.wait_for(lambda: False, timeout=0.001)))
            worker = Worker(notify)
            self.assertEqual((yield condition.wait_for(lambda: len(ready) > 1 and 'two')), 'two')
            worker.join()
            condition.release()

        self.both(main)

    def test_barrier(self):
        def main():
            barrier = Barrier(2)
            worker = Worker(barrier.wait)
            index = yield barrier.wait()
            self.assertEqual({index, worker.join()}, {0, 1})
            self.assertEqual((barrier.parties, barrier.n_waiting), (2, 0))
            barrier.abort()
            self.assertTrue(barrier.broken)
            barrier.reset()

        self.both(main)
        barrier = Barrier(2)
        barrier.abort()
        self.assertRaises(threading.BrokenBarrierError, barrier.wait)

    def test_future(self):
        def main():
            future = Future()
            worker = Worker(future.resolve, 2 ** 70)
            self.assertEqual((yield future.wait()), 2 ** 70)
            worker.join()
            self.assertFalse(future.resolve(1))
            self.assertEqual(future.result(), 2 ** 70)
            self.assertTrue(future.done())

        self.both(main)

        async def fails():
            future = Future()
            error = KeyError('x')
            future.reject(error)
            with self.assertRaises(KeyError) as caught:
                await future
            self.assertIs(caught.exception, error)

        asyncio.run(fails())


class Selecting(TestCase):
    def test_select_in_a_thread(self):
        first, second, event = Channel(1), Channel(1), Event(auto_reset=True)
        cases = [('first', first.receiving()), ('event', event.waiting())]
        worker = Worker(first.send, None)
        (identifier, item), others = select(cases)
        self.assertEqual((identifier, item, others), ('first', None, cases[1:]))
        worker.join()
        others.append((second, second.sending('x')))
        (identifier, item), others = select(others)
        self.assertEqual((identifier, item, others), (second, None, cases[1:]))
        self.assertRaises(TimeoutError, select, others, timeout=0.01)
        event.set()
        self.assertEqual(select(others), (('event', True), []))
        self.assertRaises(TypeError, select, [('x', asyncio.sleep)])

    def test_select_in_a_task(self):
        async def main():
            first, second, event = Channel(1), Channel(1), Event()
            (identifier, _), others = await select([('r', first.receive()), ('e', event.wait()),
                                                    ('s', second.send(1))])
            self.assertEqual((identifier, len(others)), ('s', 2))
            others.append(('s', second.sending(2)))
            first.send('item')
            (identifier, item), others = await select(others)
            self.assertEqual((identifier, item, len(others)), ('r', 'item', 2))
            self.assertEqual(await second.receive(), 1)
            (identifier, item), others = await select(others)
            self.assertEqual((identifier, item, len(others)), ('s', None, 1))
            with self.assertRaises(TimeoutError):
                await select(others, timeout=0.01)
            with self.assertRaises(TimeoutError):
                await select([('e', event.waiting())], timeout=0.01)
            third = Channel()
            third.close()
            for operation in third.receiving(), third.receive():
                with self.assertRaises(ChannelClosed) as caught:
                    await select([('e', event.wait()), ('third', operation)])

            with self.assertRaises(ChannelClosed) as caught:
                await select([('e', event.waiting()), ('third', third.receiving())])
            self.assertEqual(caught.exception.identifier, 'third')
            (identifier, item), _others = await select([(1, asyncio.sleep(0.001, 'slept')),
                                                        (2, event.waiting())])
            self.assertEqual((identifier, item), (1, 'slept'))

        asyncio.run(main())

    def test_select_object(self):
        numbers, words, stop = Channel(5), Channel(5), Event()
        chooser = Select([('numbers', numbers.receiving()), ('words', words.receiving())])
        chooser.add('stop', stop.waiting())
        self.assertIsNone(chooser.poll())
        numbers.send(1)
        self.assertEqual(chooser.wait(), ('numbers', 1))
        words.send('one')
        self.assertEqual(chooser.poll(), ('words', 'one'))
        self.assertRaises(TimeoutError, chooser.wait, timeout=0.01)
        words.close()
        with self.assertRaises(ChannelClosed) as caught:
            chooser.wait()
        self.assertEqual(caught.exception.identifier, 'words')
        self.assertEqual([identifier for identifier, _case in chooser.cases], ['numbers', 'stop'])
        chooser.remove('numbers')
        chooser.add('send', numbers.sending(2))

        async def main():
            self.assertEqual(await chooser.wait(), ('send', None))
            with self.assertRaises(TimeoutError):
                await chooser.wait(timeout=0.01)
            operation = chooser.wait()
            await settle()
            stop.set()
            self.assertEqual(await operation, ('stop', True))

        asyncio.run(main())
        self.assertEqual((len(chooser), numbers.receive()), (1, 2))

    def test_locks_and_futures(self):
        lock, semaphore, future = Lock(), Semaphore(0), Future()
        cases = [('l', lock.acquiring()), ('s', semaphore.acquiring()), ('f', future.waiting())]
        self.assertEqual(select(cases)[0], ('l', True))
        semaphore.release()
        self.assertEqual(select(cases)[0], ('s', True))
        future.reject(KeyError('mine'))
        with self.assertRaises(KeyError) as caught:
            select(cases)
        self.assertEqual(caught.exception.identifier, 'f')


class Everyone(TestCase):
    def test_threads_loops_and_callbacks_on_one_channel(self):
        channel, count = Channel(3), tap.iterations(300)

        def in_thread():
            return list(channel)

        def in_loop():
            async def main():
                return [item async for item in channel]

            return asyncio.run(main())

        def producing_loop(number):
            async def main():
                for i in range(count):
                    await channel.send((number, i))

            asyncio.run(main())

        def in_gbulb():
            loop = gbulb.GLibEventLoop()
            try:
                async def main():
                    return [item async for item in channel]

                return loop.run_until_complete(main())
            finally:
                loop.close()

        items, producers = [], [Worker(producing_loop, number) for number in range(2)]
        consumers = [Worker(in_thread) for _ in range(3)] + [Worker(in_loop) for _ in range(2)]
        if why_no_gbulb() is None:
            consumers.append(Worker(in_gbulb))
        watch = channel.watch(items.append)

        def close():
            for producer in producers:
                producer.join()
            channel.close()
            done.set()

        done = Event()
        closer = Worker(close)
        iterate_until(lambda: done.is_set() and channel.empty() or wake())
        closer.join()
        for consumer in consumers:
            items += consumer.join()
        self.assertEqual(sorted(items), sorted((n, i) for n in range(2) for i in range(count)))
        self.assertGreater(watch, 0)

    def test_thousands_of_operations_leave_nothing(self):
        before = count_fds()
        channel, loop = Channel(2), asyncio.new_event_loop()

        async def once():
            channel.send('text' * 20)
            await channel.receive()
            operation = channel.receive()
            await channel.send('text' * 20)
            await operation
            dropped = channel.receive()
            del dropped
            try:
                await channel.receive(timeout=0)
            except TimeoutError:
                pass

        def in_thread():
            channel.send('text' * 20)
            channel.receive()

        self.assertLess(growth(lambda: loop.run_until_complete(once()), tap.iterations(6000)), 20)
        self.assertLess(growth(in_thread, tap.iterations(10000)), 8)
        loop.close()
        self.assertEqual(count_fds(), before)

    def test_a_forked_child_uses_its_own_objects(self):
        done = run_program(PREAMBLE + '''
import multiprocessing, warnings
import tschan

def in_child(results):
    channel, event = tschan.Channel(1), tschan.Event()
    thread = threading.Thread(target=lambda: (channel.send('thread'), event.set()))
    thread.start()
    seen = [channel.receive(), event.wait(timeout=30)]
    thread.join()
    async def main():
        other = tschan.Channel(0)
        sending = other.send('task')
        return await other.receive(), await sending
    seen += asyncio.run(main())
    with tschan.Runner() as runner:
        seen.append(runner.run(asyncio.sleep(0, 'runner')))
    results.put(seen)

warnings.simplefilter('ignore')  # newer versions warn of forks beside threads
channel, event = tschan.Channel(), tschan.Event()
threading.Thread(target=channel.receive, daemon=True).start()
async def wait():
    await event.wait()
threading.Thread(target=lambda: asyncio.run(wait()), daemon=True).start()
tschan.go(wait)
context = multiprocessing.get_context('fork')
results = context.Queue()
child = context.Process(target=in_child, args=[results])
child.start()
print(results.get(timeout=60))
child.join()
print(child.exitcode)
''')
        self.assertEqual(done.stdout, "['thread', True, 'task', None, 'runner']\n0\n", done.stderr)

    def test_exit_with_everything_pending(self):
        for _ in range(tap.iterations(5)):
            done = run_program(PREAMBLE + '''
import tschan
channel, full, event = tschan.Channel(), tschan.Channel(1), tschan.Event()
async def waits():
    channel.send('x')
    full.send(1)
    full.send([2])
    operations = [event.wait(), full.receive(), tschan.Lock().acquire()]
    await event.wait()
for target in channel.receive, event.wait, lambda: asyncio.run(waits()):
    threading.Thread(target=target, daemon=True).start()
tschan.go(waits)
tschan.offload(event.wait, timeout=0.2)
full.watch(print)
time.sleep(0.02)
print('end')
''')
            self.assertEqual((done.stdout, done.returncode), ('end\n', 0), done.stderr)


def wake():
    """Lets iterate_until() look again, though nothing has happened in its context."""
    GLib.timeout_add(1, lambda: False)
    return False


if __name__ == '__main__':
    unittest.TestCase.maxDiff = None
    tap.main()
