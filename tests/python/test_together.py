# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""One object, at the same time: three threads, two asyncio loops, the GLib main loop, a gbulb loop.

What each of them does is written once for each primitive, as a script: a generator that yields the
operations that it waits for, as (object, name of the method, arguments), and is sent the results.
How it waits is the player's affair: a thread blocks, a loop awaits, the main loop is called back.
"""

import asyncio
import collections

import tap
import tschan
from support import GLib, TestCase, Ts, Worker, gbulb, iterate_until, why_no_gbulb

ROUNDS = tap.iterations(100)


# Players


def in_thread(script, _suffix):
    result = None
    try:
        while True:
            thing, name, *args = script.send(result)
            result = getattr(thing, name)(*args)
    except StopIteration:
        pass


async def in_task(script, suffix):
    result = None
    try:
        while True:
            thing, name, *args = script.send(result)
            result = await getattr(thing, name + suffix)(*args)
    except StopIteration:
        pass


def in_asyncio(script, suffix):
    asyncio.run(in_task(script, suffix))


def in_gbulb(script, suffix):
    loop = gbulb.GLibEventLoop()
    try:
        loop.run_until_complete(in_task(script, suffix))
    finally:
        loop.close()


def in_main_loop(script, _suffix):
    """With callbacks, which the library alone has: `ts` is what the package's objects wrap."""
    over, failures = [], []

    def go_on(result):
        try:
            thing, name, *args = script.send(result)
            thing = getattr(thing, 'ts', thing)
            finish = getattr(thing, name + '_finish')
            getattr(thing, name + '_async')(
                *args, None, lambda _source, result: go_on_after(finish, result))
        except StopIteration:
            over.append(True)
        except BaseException as error:  # pylint: disable=broad-except
            failures.append(error)

    def go_on_after(finish, result):
        try:
            outcome = finish(result)
        except BaseException as error:  # pylint: disable=broad-except
            failures.append(error)
        else:
            go_on(outcome)

    go_on(None)
    iterate_until(lambda: over or failures)
    if failures:
        raise failures[0]


class Together:
    """The scripts, for the classes of whichever interface `api` is."""

    api = None
    suffix = ''

    @property
    def players(self):
        """The main loop is the last one: it plays in this thread."""
        with_gbulb = [in_gbulb] if why_no_gbulb() is None else []
        return [in_thread] * 3 + [in_asyncio] * 2 + with_gbulb + [in_main_loop]

    def play(self, make_script):
        """Has each player play make_script(number); True: all have come to the end of it."""
        players, ended = self.players, []

        def scripted(number):
            yield from make_script(number)
            ended.append(number)

        workers = [Worker(player, scripted(number), self.suffix)
                   for number, player in enumerate(players[:-1])]
        main = len(players) - 1
        players[-1](scripted(main), self.suffix)
        for worker in workers:
            worker.join()
        self.assertEqual(sorted(ended), list(range(len(players))))

    def check_items(self, sent, received):
        """Each item came out once, those of one sender in their order, and everyone got some."""
        counts = collections.Counter(item for items in received.values() for item in items)
        self.assertEqual(counts, {item: 1 for item in sent})
        for items in received.values():
            self.assertTrue(items)
            for sender in range(len(self.players)):
                numbers = [number for me, number in items if me == sender]
                self.assertEqual(numbers, sorted(numbers))

    def test_e24_channel(self):
        for capacity in 1, 4, tschan.UNLIMITED:
            channel, received = self.api.Channel(capacity), collections.defaultdict(list)

            def script(me, channel=channel, received=received):
                for number in range(ROUNDS):
                    yield channel, 'send', (me, number)
                    received[me].append((yield channel, 'receive'))

            self.play(script)
            self.check_items([(me, number) for me in range(len(self.players))
                              for number in range(ROUNDS)], received)
            self.assertEqual({len(items) for items in received.values()}, {ROUNDS})

    def test_e24_channel_without_room(self):
        """Every other player sends, and then they change sides."""
        everyone, some = set(range(len(self.players))), ROUNDS // 10 + 1
        for parity in 0, 1:
            senders = {me for me in everyone if me % 2 == parity}
            channel, received = self.api.Channel(), collections.defaultdict(list)
            n_sends, n_receives = some * len(everyone - senders), some * len(senders)

            def script(me, channel=channel, received=received, senders=senders,
                       n_sends=n_sends, n_receives=n_receives):
                if me in senders:
                    for number in range(n_sends):
                        yield channel, 'send', (me, number)
                else:
                    for _ in range(n_receives):
                        received[me].append((yield channel, 'receive'))

            self.play(script)
            self.check_items([(me, number) for me in senders for number in range(n_sends)],
                             received)
            self.assertEqual(set(received), everyone - senders)

    def test_e24_event(self):
        event, inside, counts = self.api.Event(auto_reset=True), [], collections.Counter()

        def script(me):
            for _ in range(ROUNDS):
                yield event, 'wait'
                inside.append(me)
                counts[me] += 1
                self.assertEqual(inside, [me])
                inside.pop()
                event.set()

        event.set()
        self.play(script)
        self.assertEqual(counts, {me: ROUNDS for me in range(len(self.players))})
        self.assertTrue(event.is_set())

    def test_e24_lock(self):
        lock, inside, counts = self.api.Lock(), [], collections.Counter()

        def script(me):
            for _ in range(ROUNDS):
                yield lock, 'acquire'
                inside.append(me)
                counts[me] += 1
                self.assertEqual(inside, [me])
                inside.pop()
                lock.release()

        self.play(script)
        self.assertEqual(counts, {me: ROUNDS for me in range(len(self.players))})
        self.assertFalse(getattr(lock, 'ts', lock).is_held())

    def test_e24_semaphore(self):
        semaphore, counts = self.api.Semaphore(2), collections.Counter()
        inside, most = collections.deque(), collections.Counter()

        def script(me):
            for _ in range(ROUNDS):
                yield semaphore, 'acquire'
                inside.append(me)
                most[len(inside)] += 1
                counts[me] += 1
                inside.remove(me)
                semaphore.release()

        self.play(script)
        self.assertLessEqual(max(most), 2)
        self.assertEqual(counts, {me: ROUNDS for me in range(len(self.players))})
        self.assertEqual(getattr(semaphore, 'ts', semaphore).get_value(), 2)

    def test_e24_condition(self):
        lock = self.api.Lock()
        condition, n_players = self.api.Condition(lock), len(self.players)
        log = []

        def script(me):
            for _ in range(ROUNDS):
                yield lock, 'acquire'
                while len(log) % n_players != me:
                    yield condition, 'wait'
                log.append(me)
                condition.notify_all()
                lock.release()

        self.play(script)
        self.assertEqual(log, list(range(n_players)) * ROUNDS)

    def test_e24_barrier(self):
        n_players = len(self.players)
        barrier = self.api.Barrier(n_players)
        places = [[] for _ in range(ROUNDS)]

        def script(_me):
            for number in range(ROUNDS):
                places[number].append((yield barrier, 'wait'))

        self.play(script)
        for came in places:
            self.assertEqual(sorted(came), list(range(n_players)))

    def test_e24_future(self):
        n_players = len(self.players)
        futures = [self.api.Future() for _ in range(ROUNDS)]
        seen, first = [[] for _ in range(n_players)], []

        def script(me):
            for number, future in enumerate(futures):
                if number % n_players == me:
                    first.append(future.resolve([number]))
                seen[me].append((yield future, 'wait'))

        self.play(script)
        self.assertEqual(first, [True] * ROUNDS)
        for values in seen:
            self.assertEqual(values, [[number] for number in range(ROUNDS)])
            self.assertTrue(all(a is b for a, b in zip(values, seen[0])))


class Overrides(Together, TestCase):
    api = Ts
    suffix = '_async'


class Package(Together, TestCase):
    api = tschan


if __name__ == '__main__':
    tap.main()
