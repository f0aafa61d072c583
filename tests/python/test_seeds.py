# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Programs of the shapes that users of other libraries know, and the page that translates them.

One class for each library of doc/coming-from.md whose examples these are.
"""

import asyncio
import pathlib
import re
import threading
import time

import tap
import tschan
from support import TestCase, Worker
from tschan import (Channel, ChannelClosed, ChannelEmpty, ChannelFull, Condition, Event, Lock,
                    Runner, Semaphore, go, offload, select)


class ThreadsafeAsync(TestCase):
    """An event and a channel for coroutines and threads."""

    def test_event(self):
        event = Event()

        async def coroutine(event):
            await event.wait()
            return event.is_set()

        def thread(event):
            event.set()

        waiting = Worker(event.wait)
        setting = Worker(thread, event)
        self.assertTrue(asyncio.run(coroutine(event)))
        event.wait()
        self.assertTrue(waiting.join())
        setting.join()
        event.clear()
        self.assertFalse(event.is_set())

    def test_channel(self):
        async def consumer_coroutine(channel):
            return await channel.receive()

        def consumer_thread(channel):
            return channel.receive()

        async def producer_coroutine(channel):
            await channel.send('data')

        def producer_thread(channel):
            channel.send('data')

        for channel in Channel(), Channel(10):
            for produce in producer_thread, lambda ch: asyncio.run(producer_coroutine(ch)):
                for consume in consumer_thread, lambda ch: asyncio.run(consumer_coroutine(ch)):
                    producing, consuming = Worker(produce, channel), Worker(consume, channel)
                    self.assertEqual(consuming.join(), 'data')
                    producing.join()

    def test_a_full_channel_blocks(self):
        channel = Channel(10)
        for number in range(10):
            channel.send(number)
        sending = Worker(channel.send, 10).until_blocked()
        self.assertTrue(sending.is_alive())
        self.assertEqual([channel.receive() for _ in range(11)], list(range(11)))
        sending.join()


class Pychanasync(TestCase):
    """Channels between the coroutines of a loop."""

    def test_unbuffered_and_buffered(self):
        async def main(channel):
            async def push():
                await channel.send('item')

            pushing = asyncio.create_task(push())
            self.assertEqual(await channel.receive(), 'item')
            await pushing

        for channel in Channel(), Channel(300):
            asyncio.run(main(channel))

    def test_producer_and_consumer(self):
        lines = []

        async def producer(ch):
            for i in range(3):
                await ch.send(f'msg {i}')
                lines.append(f'Sent msg {i}')
            ch.close()

        async def consumer(ch):
            while True:
                try:
                    msg = await ch.receive()
                    lines.append(f'Received {msg}')
                except ChannelClosed:
                    break

        async def main():
            ch = Channel(2)
            await asyncio.gather(producer(ch), consumer(ch))

        asyncio.run(main())
        for word in 'Sent', 'Received':
            self.assertEqual([line for line in lines if line.startswith(word)],
                             [f'{word} msg {i}' for i in range(3)])

    def test_iteration_and_context_manager(self):
        async def producer(channel):
            async with channel as ch:
                for i in range(3):
                    await ch.send(f'msg {i}')

        async def consumer(ch):
            received = []
            async for msg in ch:
                received.append(msg)
            return received

        async def main(channel):
            return (await asyncio.gather(producer(channel), consumer(channel)))[1]

        for capacity in 0, 2:
            self.assertEqual(asyncio.run(main(Channel(capacity))), ['msg 0', 'msg 1', 'msg 2'])

    def test_nowait(self):
        async def main():
            ch = Channel(1)
            ch.send_nowait('item')
            self.assertRaises(ChannelFull, ch.send_nowait, 'more')
            self.assertEqual(ch.receive_nowait(), 'item')
            self.assertRaises(ChannelEmpty, ch.receive_nowait)
            ch.close()
            self.assertRaises(ChannelClosed, ch.receive_nowait)

        asyncio.run(main())


class Awaitchannel(TestCase):
    """Channels, select() and go()."""

    def test_go(self):
        c, got = Channel(), Channel(-1)

        async def give(v):
            for i in range(0, 10):
                await c.send(v + str(i))

        async def consume(name):
            async for v in c:
                await got.send((name, v))

        consuming = [go(consume, 'A'), go(consume, 'B')]
        r1 = go(give, 'x')
        consuming.append(go(consume, 'C'))
        r2 = go(give, 'y')
        r1.result()
        r2.result()
        go(c.close)
        for future in consuming:
            future.result()
        self.assertEqual(sorted(v for _name, v in got.receive_all_nowait()),
                         sorted(f'{v}{i}' for v in 'xy' for i in range(10)))

    def test_sieve(self):
        async def generate(channel, stop):
            number = 2
            while not stop.is_set():
                await channel.send(number)
                number += 1

        async def sift(source, sink, prime):
            async for number in source:
                if number % prime:
                    await sink.send(number)

        stop, channel, primes = Event(), Channel(), []
        go(generate, channel, stop)
        channels = [channel]
        for _ in range(10):
            prime = channel.receive()
            primes.append(prime)
            following = Channel()
            go(sift, channel, following, prime)
            channel = following
            channels.append(channel)
        stop.set()
        self.assertEqual(primes, [2, 3, 5, 7, 11, 13, 17, 19, 23, 29])
        for channel in channels:
            channel.close()

    def test_testers(self):
        c = Channel(1)
        self.assertEqual((c.send_ready(), c.receive_ready()), (True, False))
        c.send(1)
        self.assertEqual((c.send_ready(), c.receive_ready()), (False, True))

    def test_select_goes_on_with_the_pending_ones(self):
        async def main():
            a, b, c = Channel(), Channel(), Channel(1)
            (identifier, result), pending = await select([('r', a.receive()), (c, c.send(2))])
            self.assertEqual((identifier, result), (c, None))
            pending.append(('b', b.receive()))
            sending = b.send('item')
            (identifier, result), pending = await select(pending)
            self.assertEqual((identifier, result), ('b', 'item'))
            await sending
            sending = a.send(7)
            (identifier, result), pending = await select(pending)
            self.assertEqual((identifier, result, pending), ('r', 7, []))
            await sending

        asyncio.run(main())

    def test_select_takes_any_awaitable(self):
        async def main():
            waiting = Event().wait()
            (identifier, result), pending = await select([('event', waiting),
                                                          ('time', asyncio.sleep(0.001, 'up'))])
            self.assertEqual((identifier, result, len(pending)), ('time', 'up', 1))

        asyncio.run(main())

    def test_a_blocking_function_elsewhere(self):
        def long_running(number):
            time.sleep(0)
            return number * 2, threading.get_ident()

        async def main():
            return await offload(long_running, 21)

        result, thread = asyncio.run(main())
        self.assertEqual(result, 42)
        self.assertNotEqual(thread, threading.get_ident())


class Response:
    """What is asked for, as lines."""

    def __init__(self, lines):
        self.content = self._iterate(lines)

    @staticmethod
    async def _iterate(lines):
        for line in lines:
            await asyncio.sleep(0)
            yield line


class Request:
    def __init__(self, session):
        self._session = session

    async def __aenter__(self):
        self._session.log.append('request')
        return Response(['one', 'two'])

    async def __aexit__(self, *_exception):
        self._session.log.append('request done')


class Session:
    """Wants a running loop when it is made, as an HTTP client's does."""

    log = []

    def __init__(self):
        self._loop = asyncio.get_running_loop()

    async def __aenter__(self):
        self.log.append('session')
        return self

    async def __aexit__(self, *_exception):
        assert asyncio.get_running_loop() is self._loop
        self.log.append('session done')

    def get(self, _address):
        return Request(self)


class AsyncioThreadRunner(TestCase):
    """A little async for programs that are not."""

    def test_run(self):
        async def double(i):
            return i * 2

        runner = Runner()
        self.assertEqual(runner.run(double(2)), 4)
        runner.close()

    def test_a_session(self):
        with Runner() as runner:
            session = runner.enter_context(Session)
            request = session.get('https://example.org')
            with runner.wrap_context(request) as response:
                lines = list(runner.wrap_iter(response.content))
            self.assertEqual(lines, ['one', 'two'])
            self.assertEqual(Session.log, ['session', 'request', 'request done'])
        self.assertEqual(Session.log[-1], 'session done')


class Asyncio(TestCase):
    """The primitives of asyncio."""

    def test_lock_and_semaphore(self):
        async def main():
            lock, sem, shared, most = Lock(), Semaphore(10), [], []

            async def work():
                async with sem:
                    shared.append(1)
                    most.append(len(shared))
                    async with lock:
                        self.assertTrue(lock.locked())
                        await asyncio.sleep(0)
                    shared.pop()

            await asyncio.gather(*[work() for _ in range(20)])
            self.assertEqual((max(most), lock.locked(), sem.value), (10, False, 10))

        asyncio.run(main())

    def test_condition(self):
        async def main():
            cond, waiting = Condition(), Event()

            async def wait():
                async with cond:
                    waiting.set()
                    return await cond.wait()

            tasks = [asyncio.create_task(wait()) for _ in range(2)]
            await waiting.wait()
            await asyncio.sleep(0)
            async with cond:
                cond.notify_all()
            self.assertEqual(await asyncio.gather(*tasks), [True, True])

        asyncio.run(main())

    def test_event(self):
        lines = []

        async def listener(event):
            lines.append('Waiting for event')
            await event.wait()
            lines.append('Event processed')

        async def main():
            event = Event()
            handler = asyncio.create_task(listener(event))
            await asyncio.sleep(0.001)
            event.set()
            await handler

        asyncio.run(main())
        self.assertEqual(lines, ['Waiting for event', 'Event processed'])


PAGE = pathlib.Path(__file__).resolve().parents[2] / 'doc' / 'coming-from.md'


class Page(TestCase):
    """doc/coming-from.md names what there is."""

    THINGS = {'ch': Channel, 'event': Event, 'cond': Condition, 'runner': Runner}

    @staticmethod
    def translations():
        """The sections of the part on Python, each with the right halves of its table."""
        part = PAGE.read_text(encoding='utf-8').split('\n## Python\n')[1]
        for section in part.split('\n### ')[1:]:
            rows = re.findall(r'^\|.*\| ([^|]*) \|$', section, re.MULTILINE)
            yield section.split('\n')[0], ' '.join(rows)

    def test_python_names_exist(self):
        sections = dict(self.translations())
        for wanted in ('threadsafe-async', 'pychanasync', 'awaitchannel', 'asyncio-thread-runner',
                       'asyncio.Queue and asyncio\'s synchronisation', 'queue.Queue', 'janus'):
            self.assertTrue(sections.get(wanted), wanted)
        names = 0
        for title, text in sections.items():
            for owner, name in re.findall(r'\b(tschan|ch|c|event|cond|runner)\.(\w+)', text):
                thing = tschan if owner == 'tschan' else self.THINGS.get(owner, Channel)
                with self.subTest(section=title, name=f'{owner}.{name}'):
                    self.assertTrue(hasattr(thing, name))
                names += 1
        self.assertGreater(names, 40)

    def test_others_have_a_section(self):
        text = PAGE.read_text(encoding='utf-8')
        for word in 'GAsyncQueue', 'g_idle_add', 'libdex', 'gtk-rs', 'Go':
            self.assertRegex(text, f'(?m)^##+ .*{word}')


if __name__ == '__main__':
    tap.main()
