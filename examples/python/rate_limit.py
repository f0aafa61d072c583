# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Three threads and three tasks, of which a semaphore lets two at a time do the work."""

from __future__ import annotations

import asyncio
import threading
import time

import tschan

N_AT_A_TIME = 2

permits = tschan.Semaphore(N_AT_A_TIME)
lock = threading.Lock()
working = 0
most = 0
done = 0


def begin() -> None:
    global working, most  # pylint: disable=global-statement
    with lock:
        working += 1
        most = max(most, working)


def end() -> None:
    global working, done  # pylint: disable=global-statement
    with lock:
        working -= 1
        done += 1


def work_in_thread() -> None:
    with permits:
        begin()
        time.sleep(0.005)
        end()


async def work_in_task() -> None:
    async with permits:
        begin()
        await asyncio.sleep(0.005)
        end()


async def main() -> None:
    threads = [threading.Thread(target=work_in_thread) for _ in range(3)]
    for thread in threads:
        thread.start()
    await asyncio.gather(*(work_in_task() for _ in range(3)))
    for thread in threads:
        thread.join()
    if most <= N_AT_A_TIME:
        print(f'{done} jobs done, never more than {N_AT_A_TIME} at once')


if __name__ == '__main__':
    asyncio.run(main())
