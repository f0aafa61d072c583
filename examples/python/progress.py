# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A thread reports its progress, and a task shows it.

The channel has room for one report, and a new one takes the place of the old: so the thread never
waits, and what is shown is never late.
"""

from __future__ import annotations

import asyncio
import threading

import tschan

N_REPORTS = 100


def work(reports: tschan.Channel[int]) -> None:
    with reports:
        for percent in range(1, N_REPORTS + 1):
            reports.send(percent)


async def main() -> None:
    reports: tschan.Channel[int] = tschan.Channel(1, overflow=tschan.Overflow.DROP_OLDEST)
    worker = threading.Thread(target=work, args=[reports])
    worker.start()
    shown = [percent async for percent in reports]
    worker.join()
    print(f'the last report: {shown[-1]} %')
    if len(shown) + reports.dropped == N_REPORTS:
        print(f'of {N_REPORTS} reports, each was shown or out of date')


if __name__ == '__main__':
    asyncio.run(main())
