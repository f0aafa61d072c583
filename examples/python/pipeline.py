# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A pipeline: files are found by a task, read by threads, and counted by another task.

Slow readers hold up the one who finds files, since the channels between them have little room. It
is the typed package, in which the same methods block in a thread and are awaited in a loop.
"""

from __future__ import annotations

import asyncio
import pathlib
import sys

import tschan

N_READERS = 3

Counted = tuple[pathlib.Path, int]


async def find(top: pathlib.Path, files: tschan.Channel[pathlib.Path]) -> None:
    """In the loop."""
    async with files:
        for path in sorted(top.rglob('*.py')):
            await files.send(path)


def read(files: tschan.Channel[pathlib.Path], counts: tschan.Channel[Counted]) -> None:
    """In a thread: may block."""
    for path in files:
        counts.send((path, len(path.read_text(encoding='utf-8').splitlines())))


async def read_all(files: tschan.Channel[pathlib.Path], counts: tschan.Channel[Counted]) -> None:
    async with counts:
        await asyncio.gather(*(tschan.offload(read, files, counts) for _ in range(N_READERS)))


async def main(top: pathlib.Path) -> None:
    files: tschan.Channel[pathlib.Path] = tschan.Channel(4)
    counts: tschan.Channel[Counted] = tschan.Channel(4)
    work = asyncio.gather(find(top, files), read_all(files, counts))
    total = 0
    async for path, lines in counts:
        print(f'{lines:5} {path.relative_to(top)}')
        total += lines
    await work
    print(f'{total:5} lines')


if __name__ == '__main__':
    asyncio.run(main(pathlib.Path(sys.argv[1] if sys.argv[1:] else __file__).parent))
