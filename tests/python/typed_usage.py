# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""How a typed program uses the package: a type checker looks at it, nobody runs it."""

from __future__ import annotations

import asyncio
from typing import Optional

import tschan


def in_a_thread(numbers: tschan.Channel[int], done: tschan.Event) -> int:
    numbers.send(1)
    total = 0
    for number in numbers:
        total += number
    first: int = numbers.receive()
    exact: int = numbers.receive_sync(timeout=1.5)
    at_once: int = numbers.receive_nowait()
    many: list[int] = numbers.receive_all_nowait()
    is_set: bool = done.wait(timeout=0.1)
    name: Optional[str] = numbers.name
    return total + first + exact + at_once + len(many) + is_set + len(name or '')


async def in_a_loop(numbers: tschan.Channel[int], lock: tschan.Lock) -> int:
    await numbers.send(1)
    operation: tschan.Operation[int] = numbers.receive_async()
    first = await operation
    second: int = await numbers.receive()
    async with lock:
        async for number in numbers:
            first += number
    future: tschan.Future[str] = tschan.Future()
    future.resolve('text')
    text: str = await future
    results = await asyncio.gather(numbers.receive_async(), numbers.receive_async())
    return first + second + len(text) + sum(results)


def choose(numbers: tschan.Channel[int], words: tschan.Channel[str]) -> str:
    choice: tschan.Select[str] = tschan.Select([('numbers', numbers.receiving()),
                                                ('words', words.receiving())])
    identifier, _item = choice.wait_sync()
    return identifier


async def double(number: int) -> int:
    return number * 2


def with_a_runner() -> int:
    with tschan.Runner() as runner:
        four: int = runner.run(double(2))
        eight: int = runner.run_as_future(double(4)).result()
    length: int = tschan.offload(len, 'text').result()
    return four + eight + length


def show(numbers: tschan.Channel[int]) -> int:
    model = tschan.ListModel(numbers, max_items=100, overflow=tschan.Overflow.DROP_OLDEST)
    model.on_change(lambda position, removed, added: print(position + removed + added))
    first: int = model[0]
    some: list[int] = model[1:3]
    for number in model:
        first += number
    return first + len(some) + model.index(5)


def wrong(numbers: tschan.Channel[int], future: tschan.Future[str]) -> None:
    """Each line is an error, or the comment on it would be one."""
    numbers.send('text')  # type: ignore[arg-type]
    future.resolve(1)  # type: ignore[arg-type]
    text: str = numbers.receive_nowait()  # type: ignore[assignment]
    text = tschan.ListModel(numbers)[0]  # type: ignore[assignment]
    tschan.Event(colour=text)  # type: ignore[call-arg]
