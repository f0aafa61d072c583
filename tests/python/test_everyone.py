# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Everyone waits on one event at the same time (E24)."""

import asyncio

import tap
from support import TestCase, Ts, Worker, iterate_until, pushed_context

# 10,000 waits of each waiter: the event is set and taken down that often.
ROUNDS = tap.iterations(10000)


class Everyone(TestCase):
    """Four threads, two GLib loops and two asyncio loops.

    They all wait for the same manual event, tell that they were released, and wait at the gate
    until the round is over: two events, of which one is set while the other is taken down.
    """

    WAITERS = 8

    def test_e24_threads_glib_loops_and_asyncio_loops(self):
        events = [Ts.Event(), Ts.Event()]
        counts = [0] * self.WAITERS
        arrived = Ts.Event(auto_reset=True)

        def arrive(number):
            counts[number] += 1
            arrivals.append(number)
            if len(arrivals) == self.WAITERS:
                arrived.set()

        def thread(number):
            for turn in range(ROUNDS):
                events[turn % 2].wait()
                arrive(number)

        def glib_loop(number):
            with pushed_context() as context:
                turn = 0

                def on_set(source, result):
                    nonlocal turn
                    source.wait_finish(result)
                    turn += 1
                    arrive(number)
                    if turn < ROUNDS:
                        events[turn % 2].wait_async(None, on_set)

                events[0].wait_async(None, on_set)
                iterate_until(lambda: turn == ROUNDS, context)

        async def asyncio_loop(number):
            for turn in range(ROUNDS):
                await events[turn % 2].wait_async()
                arrive(number)

        arrivals = []
        kinds = [thread] * 4 + [glib_loop] * 2 + [lambda n: asyncio.run(asyncio_loop(n))] * 2
        workers = [Worker(kind, number) for number, kind in enumerate(kinds)]
        for turn in range(ROUNDS):
            events[turn % 2].set()
            arrived.wait()
            self.assertEqual(sorted(arrivals), list(range(self.WAITERS)))
            arrivals.clear()
            events[turn % 2].clear()
        for worker in workers:
            worker.join()
        self.assertEqual(counts, [ROUNDS] * self.WAITERS)

    def test_e24_auto_reset_passes_each_release_to_one(self):
        event, rounds = Ts.Event(auto_reset=True), tap.iterations(2000)
        taken, done = [0] * 6, Ts.Event()

        def turn(number):
            """Takes a release and passes it on, until there are enough."""
            taken[number] += 1
            if sum(taken) >= rounds:
                done.set()
            event.set()

        def thread(number):
            while not done.is_set():
                event.wait()
                turn(number)

        async def task(number):
            while not done.is_set():
                await event.wait_async()
                turn(number)

        workers = [Worker(thread, number) for number in range(4)]
        workers += [Worker(lambda n=n: asyncio.run(task(n))) for n in (4, 5)]
        for worker in workers:
            worker.until_blocked()
        event.set()
        for worker in workers:
            worker.join()
        self.assertGreaterEqual(sum(taken), rounds)
        self.assertEqual([count for count in taken if count == 0], [])


if __name__ == '__main__':
    tap.main()
