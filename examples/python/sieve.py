# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Prime numbers by a growing chain, in which threads and tasks take turns.

Each takes the first number that reaches it for a prime, and lets pass what cannot be divided by it.
Closing the first channel ends them all.
"""

from __future__ import annotations

import asyncio
import threading

import tschan

LIMIT = 50

Numbers = tschan.Channel[int]


async def produce(output: Numbers) -> None:
    async with output:
        for number in range(2, LIMIT):
            await output.send(number)


def sieve_in_thread(prime: int, source: Numbers, output: Numbers) -> None:
    with output:
        for number in source:
            if number % prime != 0:
                output.send(number)


async def sieve_in_task(prime: int, source: Numbers, output: Numbers) -> None:
    async with output:
        async for number in source:
            if number % prime != 0:
                await output.send(number)


async def main() -> None:
    numbers: Numbers = tschan.Channel(0)
    tasks = [asyncio.ensure_future(produce(numbers))]
    threads: list[threading.Thread] = []
    primes: list[int] = []
    while True:
        try:
            primes.append(await numbers.receive())
        except tschan.ChannelClosed:
            break
        output: Numbers = tschan.Channel(0)
        if len(primes) % 2 == 0:
            tasks.append(asyncio.ensure_future(sieve_in_task(primes[-1], numbers, output)))
        else:
            arguments = primes[-1], numbers, output
            threads.append(threading.Thread(target=sieve_in_thread, args=arguments))
            threads[-1].start()
        numbers = output
    await asyncio.gather(*tasks)
    for thread in threads:
        thread.join()
    print(*primes)


if __name__ == '__main__':
    asyncio.run(main())
