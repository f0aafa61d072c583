#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""The rows of Python, for the benchmark program: --peer "python3 benchmarks/python.py"

W8: one task sends to another in the same asyncio loop. W9: a thread sends to a task. The first of a
row is asyncio.Queue (in W9 without a limit, filled with call_soon_threadsafe, since it knows no
threads).

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


IMPLEMENTATIONS = {'asyncio.Queue': AsyncioQueue, 'tschan': Package, 'tschan-gi': Overrides}
if janus is not None:
    IMPLEMENTATIONS['janus'] = Janus
ROWS = {('W8', 'cap=1'): 1, ('W8', 'cap=64'): 64,
        ('W9', 'cap=64'): 64, ('W9', 'cap=unlimited'): UNLIMITED}


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


async def run_once(workload, implementation, capacity):
    if workload == 'W9' and implementation is AsyncioQueue:
        capacity = UNLIMITED
    queue = implementation(capacity)
    start = time.perf_counter_ns()
    await (task_to_task if workload == 'W8' else thread_to_task)(queue)
    return (time.perf_counter_ns() - start) / N_ITEMS


def main(arguments):
    if arguments == ['--list']:
        for workload, parameter in ROWS:
            for name in IMPLEMENTATIONS:
                print(f'{workload},{parameter},{name}')
        return
    workload, parameter, name, milliseconds = arguments
    end = time.monotonic() + float(milliseconds) / 1000
    values = []
    while not values or time.monotonic() < end:
        values.append(asyncio.run(run_once(workload, IMPLEMENTATIONS[name],
                                           ROWS[workload, parameter])))
    print(statistics.median(values))


if __name__ == '__main__':
    main(sys.argv[1:])
