# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What the methods of the package tschan return inside a running loop."""

import asyncio
import contextlib
import gc
import warnings

import tap
from support import TestCase, Worker
from tschan import Barrier, Channel, ChannelClosed, ChannelEmpty, Event, Lock, Operation


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


class Awaitables(TestCase):
    """What a method returns inside a running loop."""

    def run_task(self, main):
        with warnings.catch_warnings():
            warnings.simplefilter('error')
            asyncio.run(main())

    def test_started_without_being_awaited(self):
        async def main():
            channel = Channel(1)
            for number in range(3):
                channel.send(number)
            gc.collect()
            self.assertEqual([await channel.receive() for _ in range(3)], [0, 1, 2])
            first, second = channel.receive(), channel.receive()
            channel.send('a')
            channel.send('b')
            self.assertEqual((await second, await first), ('b', 'a'))

        self.run_task(main)

    def test_dropped(self):
        async def main():
            channel, event = Channel(2), Event(auto_reset=True)
            operation, waiting = channel.receive(), event.wait()
            await settle()
            channel.send('item')
            event.set()
            self.assertEqual((len(channel), event.is_set()), (0, False))
            del operation, waiting
            self.assertEqual((len(channel), event.is_set()), (1, True))
            operation = channel.receive()
            await settle()
            del operation
            self.assertEqual(channel.receive_nowait(), 'item')

        self.run_task(main)

    def test_a_task_that_nobody_refers_to_goes_on(self):
        async def main():
            channel, received = Channel(0), []

            async def receive():
                received.append(await channel.receive())

            async def iterate():
                async for item in channel:
                    received.append(item)
                    break

            for coroutine in receive, iterate:
                asyncio.ensure_future(coroutine())
                await settle()
                gc.collect()
                await channel.send('item')
            await settle()
            self.assertEqual(received, ['item', 'item'])

        self.run_task(main)

    def test_cancelled(self):
        async def main():
            channel = Channel(2)
            operation = channel.receive()
            self.assertFalse(operation.done())
            self.assertTrue(operation.cancel())
            self.assertTrue(operation.cancelled())
            self.assertFalse(operation.cancel())
            with self.assertRaises(asyncio.CancelledError):
                await operation
            channel.send(1)
            lazy = channel.receive()
            self.assertTrue(lazy.cancel())
            with self.assertRaises(asyncio.CancelledError):
                await lazy

            async def receive():
                return await channel.receive()

            channel.receive_nowait()
            task = asyncio.ensure_future(receive())
            await settle()
            channel.send(2)
            task.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await task
            self.assertEqual(channel.receive_nowait(), 2)

            full = Channel(0)
            sending = full.send('never')
            sending.cancel()
            self.assertRaises(ChannelEmpty, full.receive_nowait)

        self.run_task(main)

    def test_every_way_to_wait(self):
        async def main():
            channel = Channel(1)
            self.assertEqual(await asyncio.gather(channel.receive(), channel.send(1)), [1, None])
            self.assertEqual(await asyncio.gather(channel.send(2), channel.receive()), [None, 2])
            for give_first in True, False:
                for wrap in (lambda operation: asyncio.wait_for(operation, 10),
                             asyncio.ensure_future, asyncio.shield, lambda operation: operation):
                    if give_first:
                        channel.send(3)
                    waiting = wrap(channel.receive())
                    if not give_first:
                        channel.send(3)
                    self.assertEqual(await waiting, 3)

            operations = [channel.receive(), Event().wait(), Lock().acquire()]
            channel.send(4)
            done, pending = await asyncio.wait(operations, return_when=asyncio.FIRST_COMPLETED)
            self.assertTrue(done)
            self.assertIn(operations[1], pending)
            done, pending = await asyncio.wait(operations, timeout=0.05)
            self.assertEqual((done, pending), ({operations[0], operations[2]}, {operations[1]}))
            self.assertEqual((operations[0].result(), operations[2].result()), (4, True))

            for waiting in asyncio.as_completed([channel.receive(), channel.send(5)]):
                await waiting

            async def receive(operation):
                return await operation

            channel.send(6)
            self.assertEqual(await asyncio.create_task(receive(channel.receive())), 6)

        self.run_task(main)

    def test_result_and_exception(self):
        async def main():
            channel, seen = Channel(1), []
            operation = channel.receive()
            self.assertIsInstance(operation, Operation)
            self.assertRaises(asyncio.InvalidStateError, operation.result)
            operation.add_done_callback(seen.append)
            operation.add_done_callback(print)
            self.assertEqual(operation.remove_done_callback(print), 1)
            channel.send(1)
            await settle()
            self.assertEqual(seen, [operation])
            self.assertEqual((operation.result(), operation.exception(), await operation),
                             (1, None, 1))
            channel.close()
            closed = channel.receive()
            with self.assertRaises(ChannelClosed):
                await closed
            self.assertIsInstance(closed.exception(), ChannelClosed)
            self.assertIs(operation.get_loop(), asyncio.get_running_loop())

        self.run_task(main)

    def test_timeout(self):
        async def main():
            channel, lock = Channel(1), Lock()
            for timeout in 0, 0.01:
                with self.assertRaises(TimeoutError):
                    await channel.receive(timeout=timeout)
                self.assertIs(await Event().wait(timeout=timeout), False)
            channel.send(1)
            with self.assertRaises(TimeoutError):
                await channel.send(2, timeout=0.01)
            self.assertEqual((await channel.receive(timeout=0), len(channel)), (1, 0))
            async with lock:
                self.assertIs(await lock.acquire(timeout=0.01), False)
                self.assertIs(await lock.acquire(blocking=False), False)
            with self.assertRaises(TimeoutError):
                await Barrier(2).wait(timeout=0.01)

        self.run_task(main)

    def test_a_failed_send_that_nobody_awaits_is_told_of(self):
        async def main():
            told = []
            asyncio.get_running_loop().set_exception_handler(
                lambda _loop, context: told.append(context))
            channel = Channel(0)
            channel.send('x')
            channel.close()
            await settle()
            gc.collect()
            self.assertIsInstance(told[0]['exception'], ChannelClosed)
            operation = Channel(0)
            sending = operation.send('x')
            operation.close()
            with self.assertRaises(ChannelClosed):
                await sending
            del sending
            await settle()
            self.assertEqual(len(told), 1)

        self.run_task(main)

    def test_blocks_in_a_helper_thread_of_a_loop(self):
        async def main():
            channel = Channel(0)
            received = asyncio.ensure_future(asyncio.to_thread(channel.receive))
            await channel.send('item')
            return await received

        self.assertEqual(asyncio.run(main()), 'item')

    def test_sync_and_async_by_name(self):
        channel = Channel(1)
        channel.send_sync(1)
        self.assertEqual(channel.receive_sync(), 1)

        async def main():
            channel.send_sync(2)
            self.assertEqual(channel.receive_sync(), 2)
            await channel.send_async(3)
            self.assertEqual(await channel.receive_async(), 3)

        self.run_task(main)
        self.assertRaises(RuntimeError, channel.receive_async)

    def test_a_flood_does_not_starve_the_loop(self):
        channel = Channel(1000)

        def flood():
            try:
                while True:
                    channel.send(0)
            except ChannelClosed:
                pass

        async def main():
            async def consume():
                with contextlib.suppress(ChannelClosed):
                    async for _item in channel:
                        await channel.receive()

            consumer = asyncio.ensure_future(consume())
            for _ in range(5):
                await asyncio.sleep(0.001)
            channel.close()
            await asyncio.wait([consumer])

        worker = Worker(flood)
        asyncio.run(main())
        worker.join()


if __name__ == '__main__':
    tap.main()
