# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Semaphores, locks, conditions, barriers, futures, selects and runners."""

import asyncio
import threading

import tap
from support import (Gio, GLib, TestCase, Ts, Worker, cancelled_cancellable, drain,
                     iterate_until)


def acquire_async(thing, cancellable=None):
    outcomes = []

    def on_done(source, result):
        try:
            outcomes.append(source.acquire_finish(result))
        except GLib.Error as error:
            outcomes.append(error)

    thing.acquire_async(cancellable, on_done)
    return outcomes


class Acquired:
    """The same for a lock and for a semaphore with one permit."""

    make = None
    code = None

    def is_free(self, thing):
        free = thing.try_acquire()
        if free:
            thing.release()
        return free

    def test_s01_acquire_and_release(self):
        thing = self.make()
        self.assertIs(thing.acquire(), True)
        self.assertFalse(thing.try_acquire())
        worker = Worker(thing.acquire).until_blocked()
        thing.release()
        self.assertTrue(worker.join())
        self.assertFalse(thing.try_acquire())
        thing.release()
        self.assertTrue(thing.try_acquire())

    def test_s01_with(self):
        thing = self.make()
        with thing:
            self.assertFalse(self.is_free(thing))
        self.assertTrue(self.is_free(thing))

        async def main():
            async with thing:
                self.assertFalse(self.is_free(thing))

        asyncio.run(main())
        self.assertTrue(self.is_free(thing))
        with self.assertRaises(ZeroDivisionError), thing:
            raise ZeroDivisionError
        self.assertTrue(self.is_free(thing))

    def test_s02_in_order_of_arrival(self):
        thing, order = self.make(), []
        thing.acquire()

        async def main():
            async def wait(number):
                async with thing:
                    order.append(number)

            tasks = []
            for number in range(3):
                tasks.append(asyncio.ensure_future(wait(f'task {number}')))
                await asyncio.sleep(0)
                outcomes = acquire_async(thing)
                thing_waits.append((f'callback {number}', outcomes))
            thing.release()
            for name, outcomes in thing_waits:
                while not outcomes:
                    drain()
                    await asyncio.sleep(0)
                order.append(name)
                thing.release()
            await asyncio.gather(*tasks)

        thing_waits = []
        asyncio.run(main())
        self.assertEqual(order, [f'{kind} {number}' for number in range(3)
                                 for kind in ('task', 'callback')])

    def test_s03_deadline_and_cancellable(self):
        thing = self.make()
        with self.assertCancelled():
            thing.acquire(cancelled_cancellable())
        thing.acquire()
        for run in (lambda call: call()), (lambda call: Worker(call).join()):
            self.assertIs(run(lambda: thing.acquire(timeout=0.01)), False)
            self.assertIs(run(lambda: thing.acquire(timeout=0)), False)
            with self.assertTimedOut():
                run(lambda: thing.acquire_until(0))
            cancellable = Gio.Cancellable()
            threading.Timer(0.02, cancellable.cancel).start()
            with self.assertCancelled():
                run(lambda cancellable=cancellable: thing.acquire(cancellable))
        outcomes = acquire_async(thing, cancellable)
        iterate_until(lambda: outcomes)
        with self.assertCancelled():
            raise outcomes[0]
        thing.release()
        self.assertTrue(self.is_free(thing))

    def test_s04_given_back(self):
        thing = self.make()
        thing.acquire()
        thing.acquire_async(None, lambda source, result: None)
        thing.release()
        drain()
        self.assertTrue(self.is_free(thing))

        async def main():
            thing.acquire()
            task = asyncio.ensure_future(thing.acquire_async())
            await asyncio.sleep(0)
            thing.release()
            self.assertFalse(self.is_free(thing))
            task.cancel()
            await asyncio.wait([task])
            self.assertTrue(task.cancelled())

        asyncio.run(main())
        self.assertTrue(self.is_free(thing))

    def test_s05_released_too_often(self):
        thing = self.make()
        with self.assertRaises(GLib.Error) as caught:
            thing.release()
        self.assertTrue(caught.exception.matches(Ts.Error.quark(), self.code))
        self.assertTrue(self.is_free(thing))

    def test_s06_released_by_another(self):
        thing = self.make()
        Worker(thing.acquire).join()
        thing.release()
        self.assertTrue(asyncio.run(thing.acquire_async()))
        Worker(thing.release).join()
        self.assertTrue(self.is_free(thing))

    def test_s07_only_one_at_a_time(self):
        thing, inside, rounds = self.make(), [], tap.iterations(300)
        done = []

        def work():
            inside.append(1)
            self.assertEqual(len(inside), 1)
            done.append(1)
            inside.pop()

        def thread():
            for _ in range(rounds):
                with thing:
                    work()

        def loop():
            async def task():
                for _ in range(rounds):
                    async with thing:
                        work()

            async def main():
                await asyncio.gather(task(), task())

            asyncio.run(main())

        workers = [Worker(function) for function in (thread, thread, loop, loop)]
        thread()
        for worker in workers:
            worker.join()
        self.assertEqual(len(done), 7 * rounds)


class Lock(Acquired, TestCase):
    make = Ts.Lock
    code = Ts.Error.NOT_HELD

    def test_is_held(self):
        lock = Ts.Lock(name='door')
        self.assertEqual((lock.is_held(), lock.get_name()), (False, 'door'))
        with lock as same:
            self.assertIs(same, lock)
            self.assertTrue(lock.is_held())
        with self.assertRaises(RuntimeError) as caught:
            lock.release()
        self.assertIn('door', caught.exception.message)


class BoundedSemaphore(Acquired, TestCase):
    code = Ts.Error.OVERFLOW

    @staticmethod
    def make():
        return Ts.Semaphore(1, 1)


class Semaphore(TestCase):
    def test_s01_several_permits(self):
        semaphore = Ts.Semaphore(3)
        for left in 2, 1, 0:
            semaphore.acquire()
            self.assertEqual(semaphore.get_value(), left)
        workers = [Worker(semaphore.acquire).until_blocked() for _ in range(2)]
        semaphore.release(3)
        for worker in workers:
            worker.join()
        self.assertEqual(semaphore.get_value(), 1)
        self.assertRaises(TypeError, semaphore.acquire, 'cancellable')


class Condition(TestCase):
    def test_n01_the_lock_is_held_again(self):
        condition = Ts.Condition()
        lock = condition.get_lock()

        def notify():
            with condition:
                condition.notify_one()

        for run in (lambda call: call()), (lambda call: Worker(call).join()):
            with condition:
                self.assertIs(run(lambda: condition.wait(timeout=0.01)), False)
                self.assertTrue(lock.is_held())
                threading.Timer(0.01, notify).start()
                self.assertIs(run(condition.wait), True)
                self.assertTrue(lock.is_held())
                with self.assertCancelled():
                    run(lambda: condition.wait(cancelled_cancellable()))
                self.assertTrue(lock.is_held())
                cancellable = Gio.Cancellable()
                threading.Timer(0.02, cancellable.cancel).start()
                with self.assertCancelled():
                    run(lambda cancellable=cancellable: condition.wait(cancellable))
                self.assertTrue(lock.is_held())
            self.assertFalse(lock.is_held())

    def test_n01_in_a_task(self):
        async def main():
            condition = Ts.Condition()
            lock = condition.get_lock()

            async def wait():
                async with condition:
                    try:
                        return await condition.wait_async()
                    finally:
                        self.assertTrue(lock.is_held())

            with self.assertRaises(asyncio.TimeoutError):
                await asyncio.wait_for(wait(), 0.01)
            self.assertFalse(lock.is_held())

            task = asyncio.ensure_future(wait())
            await asyncio.sleep(0)
            with condition:
                task.cancel()
                for _ in range(5):
                    await asyncio.sleep(0)
                self.assertFalse(task.done())
            with self.assertRaises(asyncio.CancelledError):
                await task
            self.assertFalse(lock.is_held())

            tasks = [asyncio.ensure_future(wait()) for _ in range(5)]
            await asyncio.sleep(0.001)
            async with condition:
                condition.notify_all()
            self.assertEqual(await asyncio.gather(*tasks), [True] * 5)

        asyncio.run(main())

    def test_n02_how_many(self):
        lock = Ts.Lock()
        condition, woken = Ts.Condition(lock), []

        async def wait(number):
            async with condition:
                await condition.wait_async()
                woken.append(number)

        async def main():
            tasks = []
            for number in range(6):
                tasks.append(asyncio.ensure_future(wait(number)))
                await asyncio.sleep(0)
            for expected, notify in ((1, condition.notify_one),
                                     (3, lambda: condition.notify_many(2)),
                                     (6, condition.notify_all)):
                with lock:
                    notify()
                while len(woken) < expected:
                    await asyncio.sleep(0.001)
                for _ in range(5):
                    await asyncio.sleep(0)
                self.assertEqual(woken, list(range(expected)))
            await asyncio.gather(*tasks)

        asyncio.run(main())

    def test_n03_not_held(self):
        condition = Ts.Condition()
        calls = (condition.wait, condition.notify_one, condition.notify_all,
                 lambda: Worker(condition.wait).join(),
                 lambda: asyncio.run(condition.wait_async()))
        for call in calls:
            with self.assertRaises(GLib.Error) as caught:
                call()
            self.assertTrue(caught.exception.matches(Ts.Error.quark(), Ts.Error.NOT_HELD))
        self.assertFalse(condition.get_lock().is_held())

    def test_n04_producers_and_consumers(self):
        lock, shelf, taken = Ts.Lock(), [], []
        filled, emptied = Ts.Condition(lock), Ts.Condition(lock)
        count = tap.iterations(100)

        def produce():
            for number in range(count):
                with lock:
                    emptied.wait_for(lambda: len(shelf) < 2)
                    shelf.append(number)
                    filled.notify_one()

        async def consume():
            for _ in range(count):
                async with lock:
                    await filled.wait_for_async(lambda: shelf)
                    taken.append(shelf.pop(0))
                    emptied.notify_one()

        workers = [Worker(produce) for _ in range(4)]
        workers += [Worker(lambda: asyncio.run(consume())) for _ in range(4)]
        for worker in workers:
            worker.join()
        self.assertEqual(sorted(taken), sorted(list(range(count)) * 4))

    def test_wait_for_with_timeout(self):
        condition = Ts.Condition()
        with condition:
            self.assertEqual(condition.wait_for(lambda: 5), 5)
            self.assertFalse(condition.wait_for(lambda: False, timeout=0.01))


class Barrier(TestCase):
    def test_b01_everyone(self):
        barrier = Ts.Barrier(4, name='start')
        for _ in range(tap.iterations(20)):
            outcomes = []

            def on_done(source, result, outcomes=outcomes):
                outcomes.append(source.wait_finish(result))

            workers = [Worker(barrier.wait),
                       Worker(lambda: asyncio.run(barrier.wait_async()))]
            barrier.wait_async(None, on_done)
            indices = [barrier.wait()] + [worker.join() for worker in workers]
            iterate_until(lambda outcomes=outcomes: outcomes)
            self.assertEqual(sorted(indices + outcomes), [0, 1, 2, 3])
        self.assertEqual((barrier.get_parties(), barrier.get_waiting()), (4, 0))

    def test_b02_given_up(self):
        barrier = Ts.Barrier(2)
        for run in (lambda call: call()), (lambda call: Worker(call).join()):
            with self.assertTimedOut():
                run(lambda: barrier.wait(timeout=0.01))
            with self.assertCancelled():
                run(lambda: barrier.wait(cancelled_cancellable()))
        self.assertEqual(barrier.get_waiting(), 0)
        worker = Worker(barrier.wait).until_blocked()
        self.assertEqual((barrier.wait(), worker.join()), (1, 0))

    def test_b03_abort(self):
        barrier = Ts.Barrier(3)
        workers = [Worker(barrier.wait).until_blocked(),
                   Worker(lambda: asyncio.run(barrier.wait_async())).until_blocked()]
        barrier.abort()
        for worker in workers:
            self.assertRaises(Ts.Closed, worker.join)
        self.assertRaises(Ts.Closed, barrier.wait)
        self.assertTrue(barrier.is_broken())
        barrier.reset()
        self.assertFalse(barrier.is_broken())


class Future(TestCase):
    def test_f01_value(self):
        for value in None, 5, 2 ** 70, 'text', object(), (1, 2):
            future, outcomes = Ts.Future(), []
            future.wait_async(None, lambda source, result, outcomes=outcomes:
                              outcomes.append(source.wait_finish(result)))
            worker = Worker(future.wait)
            self.assertIs(future.resolve(value), True)
            self.assertEqual((worker.join(), future.wait()), (value, value))

            async def main(future=future):
                return await future, await asyncio.wait_for(future.wait_async(), 10)

            self.assertEqual(asyncio.run(main()), (value, value))
            iterate_until(lambda outcomes=outcomes: outcomes)
            self.assertEqual(outcomes, [value])
            self.assertIs(future.resolve(None), False)
            self.assertTrue(future.is_done())

    def test_f02_error(self):
        for error in Ts.Closed('mine'), GLib.Error('mine', 'my-domain', 3), KeyError('mine'):
            future = Ts.Future()
            worker = Worker(future.wait).until_blocked()
            self.assertIs(future.reject(error), True)
            self.assertIs(future.reject(error), False)
            for call in (worker.join, future.wait, lambda: Worker(future.wait).join(),
                         lambda: asyncio.run(future.wait_async())):
                with self.assertRaises(type(error)) as caught:
                    call()
                self.assertEqual(str(caught.exception), str(error))
            if isinstance(error, KeyError):
                self.assertIs(caught.exception, error)

    def test_f03_cancel(self):
        cancellable = Gio.Cancellable()
        future = Ts.Future(cancellable=cancellable, name='work')
        self.assertIs(future.cancel(), True)
        self.assertIs(future.cancel(), False)
        self.assertTrue(cancellable.is_cancelled())
        with self.assertCancelled():
            future.wait()

    def test_f04_giving_up(self):
        future = Ts.Future()
        with self.assertTimedOut():
            future.wait(timeout=0.01)
        with self.assertCancelled():
            future.wait(cancelled_cancellable())
        with self.assertRaises(asyncio.TimeoutError):
            asyncio.run(asyncio.wait_for(future.wait_async(), 0.01))
        future.resolve(1)
        self.assertEqual(future.wait(), 1)


class Select(TestCase):
    def test_x01_one_of_several(self):
        select = Ts.Select()
        channel, full, event = Ts.Channel(5), Ts.Channel(1), Ts.Event(auto_reset=True)
        semaphore, lock, future = Ts.Semaphore(0), Ts.Lock(), Ts.Future()
        full.send('in')
        lock.acquire()
        receive, send = select.add_receive(channel), select.add_send(full, None)
        cases = {
            receive: lambda: channel.send(2 ** 70),
            send: full.receive,
            select.add_event(event): event.set,
            select.add_acquire(semaphore): semaphore.release,
            select.add_lock(lock): lock.release,
            select.add_future(future): lambda: future.resolve('value'),
        }
        for wait in select.wait, lambda: asyncio.run(select.wait_async()):
            for case, make_possible in cases.items():
                if case == send and wait != select.wait:
                    continue
                self.assertEqual(select.poll(), -1)
                worker = Worker(make_possible)
                self.assertEqual(wait(), case)
                worker.join()
                if case == receive:
                    self.assertEqual(select.get_value(case), 2 ** 70)
            self.assertEqual(select.get_value(case), 'value')
            select.remove(case)
            future = Ts.Future()
            del cases[case]
            cases[select.add_future(future)] = lambda future=future: future.resolve('value')
        self.assertEqual(full.receive(), None)

    def test_x02_closed(self):
        select, channel = Ts.Select(), Ts.Channel()
        case = select.add_receive(channel)
        worker = Worker(channel.close)
        self.assertEqual(select.wait(), case)
        self.assertRaises(Ts.Closed, select.get_value, case)
        worker.join()

    def test_x03_again(self):
        select, first, second = Ts.Select(), Ts.Channel(1), Ts.Channel(5)
        send = select.add_send(first, 'a')
        self.assertEqual(select.wait(), send)
        self.assertEqual(first.receive(), 'a')
        self.assertRaises(TimeoutError, select.wait, timeout=0)
        select.set_value(send, None)
        self.assertEqual(select.wait(), send)
        self.assertIsNone(first.receive())
        self.assertTrue(select.remove(send))
        receive = select.add_receive(second)
        second.send('b')
        self.assertEqual((select.poll(), select.steal_value(receive)), (receive, 'b'))
        self.assertEqual(len(first), 0)

    def test_x04_given_up(self):
        select, channel, event = Ts.Select(), Ts.Channel(1), Ts.Event(auto_reset=True)
        select.add_receive(channel)
        select.add_event(event)
        for run in (lambda call: call()), (lambda call: Worker(call).join()):
            with self.assertTimedOut():
                run(lambda: select.wait(timeout=0.01))
            with self.assertCancelled():
                run(lambda: select.wait(cancelled_cancellable()))
        with self.assertRaises(asyncio.TimeoutError):
            asyncio.run(asyncio.wait_for(select.wait_async(), 0.01))
        event.set()
        channel.send(1)
        self.assertTrue(event.is_set())
        self.assertEqual(len(channel), 1)
        select.clear()
        late = select.add_timeout(0.01)
        self.assertEqual(select.wait(), late)

    def test_x05_fair(self):
        select, counts = Ts.Select(), {}
        for _ in range(3):
            event = Ts.Event()
            event.set()
            counts[select.add_event(event)] = 0
        for _ in range(300):
            counts[select.wait()] += 1
        self.assertGreater(min(counts.values()), 30)

    def test_x06_everyone(self):
        channels, count = [Ts.Channel(2) for _ in range(3)], tap.iterations(200)

        def send():
            for number in range(count):
                for channel in channels:
                    channel.send(number)

        def take(wait):
            select, items = Ts.Select(), []
            cases = {select.add_receive(channel) for channel in channels}
            while cases:
                case = wait(select)
                try:
                    items.append(select.steal_value(case))
                except Ts.Closed:
                    select.remove(case)
                    cases.remove(case)
            return items

        def take_in_loop():
            loop = asyncio.new_event_loop()
            try:
                return take(lambda select: loop.run_until_complete(select.wait_async()))
            finally:
                loop.close()

        senders = [Worker(send) for _ in range(2)]
        takers = [Worker(take, Ts.Select.wait), Worker(take_in_loop), Worker(take, Ts.Select.wait)]
        for sender in senders:
            sender.join()
        for channel in channels:
            channel.close()
        items = [item for taker in takers for item in taker.join()]
        self.assertEqual(sorted(items), sorted(list(range(count)) * 6))


class Runner(TestCase):
    def test_r01_results_and_errors(self):
        with Ts.Runner('helper') as runner:
            main = threading.get_ident()
            self.assertNotEqual(runner.call(threading.get_ident), main)
            self.assertTrue(runner.call(runner.is_current))
            self.assertFalse(runner.is_current())
            for value in None, 2 ** 70, (1, 2), Ts.Event():
                self.assertEqual(runner.call(lambda value: value, value), value)
                self.assertEqual(runner.spawn(lambda value: value, value).wait(), value)
                self.assertEqual(asyncio.run(runner.call_async(lambda value: value, value)), value)
            for error in ZeroDivisionError('x'), Ts.Full('y'):
                def fail(error=error):
                    raise error

                for call in (lambda: runner.call(fail), lambda: runner.spawn(fail).wait(),
                             lambda: asyncio.run(runner.call_async(fail)),
                             lambda: Ts.offload(fail).wait()):
                    with self.assertRaises(type(error)) as caught:
                        call()
                    self.assertEqual(str(caught.exception), str(error))

    def test_r01_order(self):
        with Ts.Runner() as runner:
            seen = []
            for number in range(50):
                runner.invoke(seen.append, number)
            self.assertEqual(runner.call(lambda: list(seen)), list(range(50)))

    def test_r02_would_deadlock(self):
        with Ts.Runner() as runner:
            with self.assertRaises(GLib.Error) as caught:
                runner.call(lambda: runner.call(print))
            self.assertTrue(caught.exception.matches(Ts.Error.quark(), Ts.Error.WOULD_DEADLOCK))

    def test_r03_close(self):
        runner, seen = Ts.Runner(), []
        for number in range(5):
            runner.invoke(seen.append, number)
        runner.close()
        runner.close()
        self.assertEqual(seen, list(range(5)))
        self.assertRaises(Ts.Closed, runner.call, print)
        self.assertRaises(Ts.Closed, runner.invoke, print)
        self.assertRaises(Ts.Closed, runner.spawn(print).wait)

    def test_r04_perform(self):
        with Ts.Runner() as runner:
            file = Gio.File.new_for_path(__file__)
            result = runner.perform(file.load_contents_async)
            self.assertIn(b'test_r04_perform', file.load_contents_finish(result)[1])
            result = runner.perform(file.query_info_async, 'standard::name', 0, 0)
            self.assertEqual(file.query_info_finish(result).get_name(), 'test_primitives.py')

    def test_r04_perform_cancelled(self):
        with Ts.Runner() as runner:
            kept, patience = [], 0.02
            while not kept:  # the machine may be too slow for it to begin
                with self.assertRaises(TimeoutError):
                    runner.perform(lambda *arguments: kept.append(arguments), timeout=patience)
                patience *= 2
            self.assertTrue(kept[0][0].is_cancelled())

    def test_r05_dropped(self):
        with Ts.Runner() as runner:
            self.assertRaises(GLib.Error, runner.perform, lambda cancellable, callback: None)

    def test_offload(self):
        futures = [Ts.offload(lambda number: number ** 2, number) for number in range(20)]
        self.assertEqual([future.wait() for future in futures], [n ** 2 for n in range(20)])
        event = Ts.Event()
        future = Ts.offload(event.wait)

        async def main():
            event.set()
            return await future

        self.assertIs(asyncio.run(main()), True)


class Descriptions(TestCase):
    def test_every_class_says_what_it_is_like(self):
        for thing, expected in (
                (Ts.Barrier(2), ': 0 of 2 are there>'),
                (Ts.Channel(3, name='jobs'), ' "jobs": 0 of 3 items>'),
                (Ts.Condition(), ', which is free>'),
                (Ts.Event(), ': not set>'),
                (Ts.Future(), ': pending>'),
                (Ts.Item.new('text'), ': gchararray "text">'),
                (Ts.ListModel(Ts.Channel(3, name='found')), ' "found">'),
                (Ts.Lock(), ': free>'),
                (Ts.Port(), ': 0 operations, 0 to be told>'),
                (Ts.Runner('worker'), ' "worker": not started, 0 jobs in the queue>'),
                (Ts.Select(), ': 0 cases>'),
                (Ts.Semaphore(2), ': 2 permits>')):
            kind = type(thing).__name__
            self.assertRegex(repr(thing), f'^<Ts{kind} 0x')
            self.assertTrue(repr(thing).endswith(expected), repr(thing))
            self.assertEqual(str(thing), repr(thing))
            self.assertEqual(f'<{thing.to_string()}>', repr(thing))

    def test_typed(self):
        import tschan
        for thing in (tschan.Channel(), tschan.Event(), tschan.Lock(), tschan.Semaphore(),
                      tschan.Condition(), tschan.Barrier(2), tschan.Future()):
            kind = type(thing).__name__
            self.assertRegex(repr(thing), f'^<tschan.{kind}: Ts{kind} 0x')


if __name__ == '__main__':
    tap.main()
