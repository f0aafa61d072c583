# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""TsChannel with threads, main loops, ports and asyncio; the numbers are those of scenarios.md."""

import asyncio
import itertools
import select

import tap
from support import (Gio, GLib, GObject, TestCase, Ts, Worker, cancelled_cancellable, drain,
                     iterate_until, pushed_context, receive_async, send_async)

CAPACITIES = 0, 1, 2, 100, Ts.CHANNEL_UNLIMITED


def fill(channel, items):
    for item in items:
        channel.send(item)
    channel.close()


class Thing(GObject.Object):
    pass


class Threads(TestCase):
    def test_c01_order(self):
        for capacity in CAPACITIES:
            with self.subTest(capacity=capacity):
                channel = Ts.Channel(capacity)
                worker = Worker(fill, channel, range(500))
                self.assertEqual(list(channel), list(range(500)))
                worker.join()

    def test_c01_the_other_way_round(self):
        for capacity in CAPACITIES:
            with self.subTest(capacity=capacity):
                channel = Ts.Channel(capacity)
                worker = Worker(list, channel)
                fill(channel, range(500))
                self.assertEqual(worker.join(), list(range(500)))

    def test_c02_rendezvous(self):
        channel = Ts.Channel()
        sender = Worker(channel.send, 'item').until_blocked()
        self.assertTrue(sender.is_alive())
        self.assertEqual(len(channel), 0)
        self.assertEqual(channel.receive(), 'item')
        self.assertTrue(sender.join())

    def test_c03_full(self):
        channel = Ts.Channel(1)
        channel.send(1)
        sender = Worker(channel.send, 2).until_blocked()
        self.assertTrue(sender.is_alive())
        self.assertEqual(channel.receive(), 1)
        self.assertRaises(Ts.Full, channel.try_send, 3)
        self.assertTrue(sender.join())
        self.assertEqual(channel.receive(), 2)

    def test_c04_unlimited(self):
        channel = Ts.Channel(Ts.CHANNEL_UNLIMITED)
        for number in range(5000):
            channel.send(number)
        self.assertEqual(len(channel), 5000)
        channel.close()
        self.assertEqual(sum(channel), sum(range(5000)))

    def test_c05_try(self):
        channel = Ts.Channel(1, name='letter box')
        with self.assertRaises(Ts.Empty) as caught:
            channel.try_receive()
        self.assertIn('letter box', caught.exception.message)
        self.assertTrue(caught.exception.matches(Ts.Error.quark(), Ts.Error.EMPTY))
        self.assertIs(channel.try_send('letter'), True)
        self.assertRaises(Ts.Full, channel.try_send, 'parcel')
        self.assertEqual(channel.try_receive(), 'letter')
        channel.close()
        self.assertRaises(Ts.Closed, channel.try_send, 'late')
        self.assertRaises(Ts.Closed, channel.try_receive)

    def test_c05_try_on_a_rendezvous_channel(self):
        channel = Ts.Channel(0)
        self.assertRaises(Ts.Full, channel.try_send, 1)
        self.assertRaises(Ts.Empty, channel.try_receive)
        receiver = Worker(channel.receive).until_blocked()
        self.assertTrue(channel.props.can_send)
        channel.try_send(1)
        self.assertEqual(receiver.join(), 1)
        sender = Worker(channel.send, 2).until_blocked()
        self.assertTrue(channel.props.can_receive)
        self.assertEqual(channel.try_receive(), 2)
        sender.join()

    def test_c06_deadline(self):
        channel = Ts.Channel(1)
        for run in (lambda call: call()), (lambda call: Worker(call).join()):
            for timeout in 0.02, 0, -1:
                start = GLib.get_monotonic_time()
                with self.assertTimedOut():
                    run(lambda: channel.receive(timeout=timeout))
                self.assertGreaterEqual(GLib.get_monotonic_time() - start, timeout * 1e6)
            channel.send('one')
            with self.assertRaises(TimeoutError):
                run(lambda: channel.send('two', timeout=0.01))
            self.assertRaises(Ts.TimedOut, run, lambda: channel.send_until('two', 0, None))
            self.assertEqual(run(lambda: channel.receive(timeout=0)), 'one')
            self.assertRaises(Ts.TimedOut, run, lambda: channel.receive_until(0))

    def test_c06_cancelled_before(self):
        channel = Ts.Channel(2)
        channel.send(1)
        for run in (lambda call: call()), (lambda call: Worker(call).join()):
            with self.assertCancelled():
                run(lambda: channel.send(2, cancelled_cancellable()))
            with self.assertCancelled():
                run(lambda: channel.receive(cancelled_cancellable()))
        self.assertEqual(len(channel), 1)

    def test_c06_cancelled_during(self):
        channel, cancellable = Ts.Channel(), Gio.Cancellable()
        workers = [Worker(channel.receive, cancellable).until_blocked() for _ in range(2)]
        cancellable.cancel()
        for worker in workers:
            with self.assertCancelled():
                worker.join()
        cancellable.reset()
        worker = Worker(channel.send, 1, cancellable).until_blocked()
        cancellable.cancel()
        with self.assertCancelled():
            worker.join()
        self.assertRaises(Ts.Empty, channel.try_receive)

    def test_c07_close(self):
        channel = Ts.Channel(10)
        for number in range(3):
            channel.send(number)
        self.assertIs(channel.close(), True)
        self.assertIs(channel.close(), False)
        self.assertTrue(channel.is_closed())
        self.assertRaises(Ts.Closed, channel.send, 4)
        self.assertEqual([channel.receive() for _ in range(3)], [0, 1, 2])
        for call in channel.receive, channel.try_receive, lambda: Worker(channel.receive).join():
            with self.assertRaises(Ts.Closed) as caught:
                call()
            self.assertTrue(caught.exception.matches(Ts.Error.quark(), Ts.Error.CLOSED))

    def test_c08_close_wakes_everyone(self):
        channel = Ts.Channel()
        receivers = [Worker(channel.receive).until_blocked() for _ in range(3)]
        channel.close()
        for receiver in receivers:
            self.assertRaises(Ts.Closed, receiver.join)
        channel = Ts.Channel(1)
        channel.send('in')
        senders = [Worker(channel.send, 'out').until_blocked() for _ in range(3)]
        channel.close()
        for sender in senders:
            self.assertRaises(Ts.Closed, sender.join)
        self.assertEqual(list(channel), ['in'])

    def test_c11_item_type(self):
        channel = Ts.Channel(10, item_type=float)
        channel.send(1.5)
        channel.send(2)
        with self.assertRaises(GLib.Error) as caught:
            channel.send('text')
        self.assertTrue(caught.exception.matches(Ts.Error.quark(), Ts.Error.WRONG_TYPE))
        self.assertRaises(GLib.Error, channel.try_send, None)
        channel.close()
        received = list(channel)
        self.assertEqual((received, [type(item) for item in received]), ([1.5, 2.0], [float] * 2))

        channel = Ts.Channel(10, item_type=GObject.TYPE_INT64)
        channel.send(2 ** 40)
        channel.send(7)
        self.assertEqual([channel.receive(), channel.receive()], [2 ** 40, 7])

        channel = Ts.Channel(10, item_type=GObject.Object)
        thing = Thing()
        channel.send(thing)
        self.assertIs(channel.receive(), thing)

    def test_c12_overflow(self):
        channel = Ts.Channel(2, overflow=Ts.Overflow.DROP_OLDEST)
        fill(channel, range(5))
        self.assertEqual((channel.get_dropped(), list(channel)), (3, [3, 4]))
        channel = Ts.Channel(2, overflow=Ts.Overflow.DROP_NEWEST)
        fill(channel, range(5))
        self.assertEqual((channel.get_dropped(), list(channel)), (3, [0, 1]))

    def test_c13_iteration_and_with(self):
        with Ts.Channel(3) as channel:
            for item in 'abc':
                channel.send(item)
        self.assertTrue(channel.is_closed())
        self.assertEqual(''.join(channel), 'abc')
        self.assertEqual(list(channel), [])
        self.assertIsNone(channel.next())

    def test_c16_receive_many(self):
        channel = Ts.Channel(10)
        for number in range(5):
            channel.send(number)
        self.assertEqual(channel.receive_many(3), [0, 1, 2])
        self.assertEqual(channel.receive_many(0), [])
        self.assertEqual(channel.try_receive_many(100), [3, 4])
        self.assertRaises(Ts.Empty, channel.try_receive_many, 3)
        self.assertRaises(TimeoutError, channel.receive_many, 3, timeout=0)
        channel.close()
        self.assertRaises(Ts.Closed, channel.receive_many, 3)

    def test_c20_what_can_be_read(self):
        channel = Ts.Channel(2, name='box')
        self.assertEqual(channel.get_name(), 'box')
        self.assertEqual(channel.get_capacity(), 2)
        self.assertEqual(channel.get_overflow(), Ts.Overflow.WAIT)
        self.assertEqual((len(channel), bool(channel)), (0, True))
        self.assertEqual((channel.props.can_send, channel.props.can_receive), (True, False))
        channel.send(1)
        channel.send(2)
        self.assertEqual((len(channel), channel.props.length), (2, 2))
        self.assertEqual((channel.props.can_send, channel.props.can_receive), (False, True))
        self.assertEqual(Ts.Channel().get_capacity(), 0)
        self.assertEqual(Ts.Channel(capacity=Ts.CHANNEL_UNLIMITED).get_capacity(), -1)
        self.assertIs(type(Ts.Channel.new(3)), Ts.Channel)

    def test_bad_input(self):
        channel = Ts.Channel(2)
        self.assertRaises(TypeError, Ts.Channel, 'many')
        self.assertRaises(TypeError, Ts.Channel, 1, 2)
        self.assertRaises(TypeError, channel.send)
        self.assertRaises(TypeError, channel.send, 1, 'cancellable')
        self.assertRaises(TypeError, channel.receive, 1.5)
        self.assertRaises(TypeError, channel.receive, timeout='long')
        self.assertRaises(TypeError, Ts.Port().receive, None)
        self.assertEqual(len(channel), 0)


class Loops(TestCase):
    def test_c09_async(self):
        channel = Ts.Channel(1)
        receives = [receive_async(channel) for _ in range(3)]
        worker = Worker(fill, channel, 'abc')
        iterate_until(lambda: all(receives))
        self.assertEqual(receives, [['a'], ['b'], ['c']])
        worker.join()
        late = receive_async(channel)
        iterate_until(lambda: late)
        self.assertIsInstance(late[0], Ts.Closed)

    def test_c09_async_sends(self):
        channel = Ts.Channel()
        sends = [send_async(channel, item) for item in 'abc']
        worker = Worker(lambda: [channel.receive() for _ in range(3)])
        iterate_until(lambda: all(sends))
        self.assertEqual((sends, worker.join()), ([[True]] * 3, ['a', 'b', 'c']))
        late = send_async(channel, 'd')
        channel.close()
        iterate_until(lambda: late)
        self.assertIsInstance(late[0], Ts.Closed)

    def test_c10_dropped_result(self):
        channel = Ts.Channel(3)
        channel.receive_async(None, lambda source, result: None)
        for item in 'ab':
            channel.send(item)
        drain()
        self.assertEqual(channel.try_receive_many(3), ['a', 'b'])

    def test_c10_port(self):
        channel = Ts.Channel(3)
        for item in 'abc':
            channel.send(item)
        with Ts.Port() as port:
            token = port.receive(channel)
            self.assertEqual(select.select([port], [], [], 0)[0], [port])
            port.cancel(token)
            self.assertEqual(channel.receive(), 'a')
            port.receive(channel)
        self.assertEqual(channel.receive(), 'b')
        with Ts.Port() as port:
            channel.close()
            channel.receive()
            token = port.receive(channel)
            self.assertEqual(port.next_ready(), token)
            self.assertRaises(Ts.Closed, port.finish, token)

    def test_c14_watch(self):
        channel, items, ended = Ts.Channel(5), [], []

        class Data:
            def __del__(self):
                ended.append(True)

        def on_item(source, item, data):
            self.assertIsInstance(data, Data)
            items.append((source, item))
            return True

        channel.add_watch(GLib.PRIORITY_DEFAULT, on_item, Data())
        worker = Worker(fill, channel, ['a', None, 2 ** 70])
        iterate_until(lambda: ended)
        self.assertEqual(items, [(channel, 'a'), (channel, None), (channel, 2 ** 70)])
        worker.join()

    def test_c14_watch_with_boxed_items(self):
        channel, items = Ts.Channel(5), []
        channel.add_watch(GLib.PRIORITY_DEFAULT, lambda _channel, item: items.append(item) or True)
        channel.send(GLib.Bytes.new(b'from Python'))
        channel.send(GObject.Value(GLib.Bytes, GLib.Bytes.new(b'from elsewhere')))
        iterate_until(lambda: len(items) == 2)
        self.assertEqual([item.get_data() for item in items], [b'from Python', b'from elsewhere'])

    def test_c14_flood(self):
        channel, stop, ticks = Ts.Channel(1000), Ts.Event(), []

        def flood():
            while not stop.is_set():
                channel.send(0)

        worker = Worker(flood)
        items = [0]

        def on_item(_channel, _item):
            items[0] += 1
            return True

        watch = channel.add_watch(GLib.PRIORITY_DEFAULT, on_item)
        iterate_until(lambda: items[0])  # the flood has begun
        GLib.timeout_add(1, lambda: ticks.append(items[0]) or True)
        iterate_until(lambda: len(ticks) >= 10)
        stop.set()
        channel.close()
        GLib.source_remove(watch)
        try:
            worker.join()
        except Ts.Closed:
            pass
        self.assertGreaterEqual(ticks[-1], ticks[0])

    def test_c15_source(self):
        with pushed_context() as context:
            channel, seen = Ts.Channel(5), []

            def on_ready(_data):
                try:
                    seen.append(channel.try_receive())
                except Ts.Closed:
                    seen.append('closed')
                    return False
                return True

            source = channel.create_source(GLib.IOCondition.IN, None)
            source.set_callback(on_ready, None)
            source.attach(context)
            drain(context)
            self.assertEqual(seen, [])
            worker = Worker(fill, channel, 'ab')
            iterate_until(lambda: len(seen) == 3, context)
            self.assertEqual(seen, ['a', 'b', 'closed'])
            worker.join()


class Tasks(TestCase):
    def test_c01_thread_to_task(self):
        for capacity in CAPACITIES:
            with self.subTest(capacity=capacity):
                channel = Ts.Channel(capacity)

                async def main(channel=channel):
                    return [item async for item in channel]

                worker = Worker(fill, channel, range(500))
                self.assertEqual(asyncio.run(main()), list(range(500)))
                worker.join()

    def test_c01_task_to_thread(self):
        for capacity in CAPACITIES:
            with self.subTest(capacity=capacity):
                channel = Ts.Channel(capacity)

                async def main(channel=channel):
                    async with channel:
                        for number in range(500):
                            self.assertIs(await channel.send_async(number), True)

                worker = Worker(list, channel)
                asyncio.run(main())
                self.assertEqual(worker.join(), list(range(500)))

    def test_c06_wait_for(self):
        async def main():
            channel = Ts.Channel()
            for waiting in channel.receive_async(), channel.send_async(1):
                with self.assertRaises(asyncio.TimeoutError):
                    await asyncio.wait_for(waiting, 0.01)
            self.assertRaises(Ts.Empty, channel.try_receive)
            with self.assertCancelled():
                await channel.receive_async(cancelled_cancellable())

        asyncio.run(main())

    def test_c08_close_wakes_tasks(self):
        async def main():
            channel = Ts.Channel()
            tasks = [asyncio.ensure_future(channel.receive_async()) for _ in range(3)]
            await asyncio.sleep(0)
            Worker(channel.close)
            for task in tasks:
                with self.assertRaises(Ts.Closed):
                    await task
            with self.assertRaises(Ts.Closed):
                await channel.send_async(1)

        asyncio.run(main())

    def test_c10_cancelled_task(self):
        """Wherever the cancellation falls, no item is lost, and the order is kept."""
        async def main():
            for delay in range(6):
                channel = Ts.Channel(5)
                task = asyncio.ensure_future(channel.receive_async())
                for step in range(6):
                    if step == delay:
                        task.cancel()
                    if step == 2:
                        for item in 'abc':
                            channel.try_send(item)
                    await asyncio.sleep(0)
                received = []
                try:
                    received.append(await task)
                except asyncio.CancelledError:
                    pass
                channel.close()
                self.assertEqual(''.join(received + list(channel)), 'abc')

        asyncio.run(main())

    def test_c10_random_cancellation_loses_nothing(self):
        count = tap.iterations(3000)
        channel = Ts.Channel(10)

        async def main():
            received, rounds = [], itertools.count()

            async def receive_once():
                received.append(await channel.receive_async())

            while not (channel.is_closed() and not channel.props.can_receive):
                task = asyncio.ensure_future(receive_once())
                for _ in range(next(rounds) % 5):
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.wait([task])
            return received

        worker = Worker(fill, channel, range(count))
        self.assertEqual(asyncio.run(main()), list(range(count)))
        worker.join()

    def test_c14_a_flood_does_not_starve_the_loop(self):
        channel, ticks = Ts.Channel(1000), []

        def flood():
            while True:
                channel.send(0)

        async def tick(begun):
            await begun.wait()
            for number in range(10):
                await asyncio.sleep(0.001)
                ticks.append(number)
            channel.close()

        async def main():
            begun, count = asyncio.Event(), 0
            ticker = asyncio.ensure_future(tick(begun))
            async for _item in channel:
                begun.set()
                count += 1
            await ticker
            return count

        worker = Worker(flood)
        self.assertGreater(asyncio.run(main()), 0)
        self.assertEqual(len(ticks), 10)
        self.assertRaises(Ts.Closed, worker.join)

    def test_c17_everyone(self):
        """Producers and consumers: threads, asyncio loops, GLib loops."""
        channel, count = Ts.Channel(4), tap.iterations(400)

        def thread_producer(name):
            for number in range(count):
                channel.send((name, number))

        def asyncio_producer(name):
            async def main():
                for number in range(count):
                    await channel.send_async((name, number))

            asyncio.run(main())

        def glib_producer(name):
            with pushed_context() as context:
                sent = [0]

                def on_sent(source, result):
                    source.send_finish(result)
                    sent[0] += 1
                    if sent[0] < count:
                        channel.send_async((name, sent[0]), None, on_sent)

                channel.send_async((name, 0), None, on_sent)
                iterate_until(lambda: sent[0] == count, context)

        def thread_consumer():
            return list(channel)

        def asyncio_consumer():
            async def main():
                return [item async for item in channel]

            return asyncio.run(main())

        def glib_consumer():
            items, closed = [], []

            def on_item(source, result):
                try:
                    items.append(source.receive_finish(result))
                    source.receive_async(None, on_item)
                except Ts.Closed:
                    closed.append(True)

            with pushed_context() as context:
                channel.receive_async(None, on_item)
                iterate_until(lambda: closed, context)
            return items

        producers = [Worker(kind, f'{kind.__name__} {number}') for number in range(2)
                     for kind in (thread_producer, asyncio_producer, glib_producer)]
        consumers = [Worker(kind) for _ in range(2)
                     for kind in (thread_consumer, asyncio_consumer, glib_consumer)]
        for producer in producers:
            producer.join()
        channel.close()
        received = [consumer.join() for consumer in consumers]
        everything = [item for items in received for item in items]
        self.assertEqual(len(everything), len(set(everything)))
        self.assertEqual(len(everything), len(producers) * count)
        for items in received:
            for name in {name for name, _number in items}:
                numbers = [number for other, number in items if other == name]
                self.assertEqual(numbers, sorted(numbers))


if __name__ == '__main__':
    tap.main()
