# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Three threads square numbers for a task in an asyncio loop.

Each takes the next number when it is ready for it, and who hands them out waits while all are busy.
"""

from __future__ import annotations

import asyncio

import tschan

N_WORKERS = 3
N_JOBS = 10


def work(jobs: tschan.Channel[int], results: tschan.Channel[int]) -> None:
    """In a thread: blocks where it has to."""
    for number in jobs:
        results.send(number * number)


async def hand_out(jobs: tschan.Channel[int], results: tschan.Channel[int]) -> None:
    workers = [tschan.offload(work, jobs, results) for _ in range(N_WORKERS)]
    async with jobs:
        for number in range(1, N_JOBS + 1):
            await jobs.send(number)
    await asyncio.gather(*workers)
    results.close()


async def main() -> None:
    jobs: tschan.Channel[int] = tschan.Channel(0)
    results: tschan.Channel[int] = tschan.Channel(0)
    handing_out = asyncio.ensure_future(hand_out(jobs, results))
    squares = [result async for result in results]
    await handing_out
    print(f'{len(squares)} results, {sum(squares)} in all')


if __name__ == '__main__':
    asyncio.run(main())
