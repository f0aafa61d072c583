#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The rows of Python, for the benchmark program: --peer "python3 benchmarks/python.py"

W8: one task sends to another in the same asyncio loop. W9: a thread sends to a task. The first of a
row is asyncio.Queue (in W9 without a limit, filled with call_soon_threadsafe, since it knows no
threads). W13: a thread has a runner run an empty coroutine, beside what one would write with
run_coroutine_threadsafe().

  python.py --list
  python.py WORKLOAD PARAMETER IMPLEMENTATION MILLISECONDS    prints nanoseconds per item
"""

import asyncio
import statistics
import sys
import threading
import time

import gi

gi.require_version('Ts', '1')
from gi.repository import Ts  # noqa: E402

import tschan  # noqa: E402

try:
    import janus
except ImportError:
    janus = None

N_ITEMS = 5000
UNLIMITED = -1


class AsyncioQueue:
    """What a task calls is `send` and `receive`; what a thread calls is `send_from_thread`."""

    def __init__(self, capacity):
        self._queue = asyncio.Queue(max(capacity, 0))
        self._call_soon = asyncio.get_running_loop().call_soon_threadsafe
        self.send, self.receive = self._queue.put, self._queue.get

    def send_from_thread(self, item):
        self._call_soon(self._queue.put_nowait, item)


class Janus:
    def __init__(self, capacity):
        self._queue = janus.Queue(max(capacity, 0))
        self.send, self.receive = self._queue.async_q.put, self._queue.async_q.get
        self.send_from_thread = self._queue.sync_q.put


class Overrides:
    def __init__(self, capacity):
        channel = Ts.Channel(capacity)
        self.send, self.receive = channel.send_async, channel.receive_async
        self.send_from_thread = channel.send


class Package:
    def __init__(self, capacity):
        channel = tschan.Channel(capacity)
        self.send, self.receive = channel.send, channel.receive
        self.send_from_thread = channel.send


QUEUES = {'asyncio.Queue': AsyncioQueue, 'tschan': Package, 'tschan-gi': Overrides}
if janus is not None:
    QUEUES['janus'] = Janus


async def task_to_task(queue):
    async def produce():
        for number in range(N_ITEMS):
            await queue.send(number)

    producer = asyncio.ensure_future(produce())
    for _ in range(N_ITEMS):
        await queue.receive()
    await producer


async def thread_to_task(queue):
    def produce():
        for number in range(N_ITEMS):
            queue.send_from_thread(number)

    producer = threading.Thread(target=produce)
    producer.start()
    for _ in range(N_ITEMS):
        await queue.receive()
    producer.join()


async def pass_items(workload, implementation, capacity):
    if workload == 'W9' and implementation is AsyncioQueue:
        capacity = UNLIMITED
    queue = implementation(capacity)
    start = time.perf_counter_ns()
    await (task_to_task if workload == 'W8' else thread_to_task)(queue)
    return (time.perf_counter_ns() - start) / N_ITEMS


def queue_row(workload, capacity):
    return QUEUES, lambda queue: asyncio.run(pass_items(workload, queue, capacity))


class ThreadRunner:
    """What one writes without a library."""

    def __init__(self):
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def run(self, coro):
        return asyncio.run_coroutine_threadsafe(coro, self._loop).result()

    def close(self):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


RUNNERS = {'run_coroutine_threadsafe': ThreadRunner, 'tschan': tschan.Runner}
N_CALLS = 500


async def do_nothing():
    pass


async def start_staying_awake():
    async def stay_awake():
        while True:
            await asyncio.sleep(0)

    return asyncio.ensure_future(stay_awake())


async def cancel(task):
    task.cancel()


def call_runner(runner_class, is_awake):
    runner = runner_class()
    runner.run(do_nothing())
    task = runner.run(start_staying_awake()) if is_awake else None
    start = time.perf_counter_ns()
    for _ in range(N_CALLS):
        runner.run(do_nothing())
    elapsed = time.perf_counter_ns() - start
    if task is not None:
        runner.run(cancel(task))
    runner.close()
    return elapsed / N_CALLS


def runner_row(is_awake):
    return RUNNERS, lambda runner_class: call_runner(runner_class, is_awake)


# What competes, and how it is measured once
ROWS = {
    ('W8', 'cap=1'): queue_row('W8', 1),
    ('W8', 'cap=64'): queue_row('W8', 64),
    ('W9', 'cap=64'): queue_row('W9', 64),
    ('W9', 'cap=unlimited'): queue_row('W9', UNLIMITED),
    ('W13', 'asleep'): runner_row(False),
    ('W13', 'awake'): runner_row(True),
}


def main(arguments):
    if arguments == ['--list']:
        for (workload, parameter), (implementations, _measure) in ROWS.items():
            for name in implementations:
                print(f'{workload},{parameter},{name}')
        return
    workload, parameter, name, milliseconds = arguments
    implementations, measure = ROWS[workload, parameter]
    end = time.monotonic() + float(milliseconds) / 1000
    values = []
    while not values or time.monotonic() < end:
        values.append(measure(implementations[name]))
    print(statistics.median(values))


if __name__ == '__main__':
    main(sys.argv[1:])
