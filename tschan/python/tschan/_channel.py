# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Channels: values from any thread or loop to any other."""

from __future__ import annotations

import asyncio
import enum
from typing import Any, Callable, Generic, Iterator, Optional, TypeVar

from ._core import Core
from ._library import Described, Ts
from ._operation import Operation, running_loop
from ._select import Receiving, Sending

T = TypeVar('T')

UNLIMITED: int = Ts.CHANNEL_UNLIMITED


class Overflow(enum.Enum):
    """What a send does when the channel is full."""

    WAIT = 'wait'
    DROP_OLDEST = 'drop-oldest'
    DROP_NEWEST = 'drop-newest'


_overflows = {
    Overflow.WAIT: Ts.Overflow.WAIT,
    Overflow.DROP_OLDEST: Ts.Overflow.DROP_OLDEST,
    Overflow.DROP_NEWEST: Ts.Overflow.DROP_NEWEST,
}


def to_ts_overflow(overflow: Overflow) -> Any:
    """The same, as the library has it."""
    return _overflows[overflow]


class Channel(Described, Core[T], Generic[T]):
    """A queue of items between any threads and loops.

    `capacity` 0 is a rendezvous: a send is over when somebody has received the item. With a number,
    as many items wait inside; UNLIMITED (-1) takes any.

    In a thread without a running loop, :meth:`send` and :meth:`receive` block. Inside a running
    loop they return an awaitable that has started.
    """

    def __init__(self, capacity: int = 0, *, overflow: Overflow = Overflow.WAIT,
                 name: Optional[str] = None) -> None:
        self._bind(Ts.Channel(capacity, overflow=to_ts_overflow(overflow), name=name))

    @classmethod
    def wrap(cls, channel: Any) -> Channel[T]:
        """The same channel as a Ts.Channel, which may have come from another language."""
        self = cls.__new__(cls)
        self._bind(channel)
        return self

    # Sending and receiving; more of it is inherited

    def send_async(self, item: T, timeout: Optional[float] = None) -> Operation[None]:
        """Is to be awaited. Goes on by itself if it is not."""
        asyncio.get_running_loop()
        return self.send(item, timeout)  # type: ignore[no-any-return]

    def receive_async(self, timeout: Optional[float] = None) -> Operation[T]:
        """Is to be awaited."""
        asyncio.get_running_loop()
        return self.receive(timeout)  # type: ignore[no-any-return]

    def receive_many(self, maximum: int, timeout: Optional[float] = None) -> Any:
        """A list of what is there, at least one item and at most so many: the quickest way to take
        many. Blocks until there is an item, or is to be awaited."""
        loop = running_loop()
        if loop is None:
            return self.receive_many_sync(maximum, timeout)
        return loop.create_task(self._receive_many(maximum, timeout))

    def receive_many_sync(self, maximum: int, timeout: Optional[float] = None) -> list[T]:
        """Blocks, wherever it is called."""
        if maximum <= 0:
            return []
        return [self.receive_sync(timeout), *self.receive_many_nowait(maximum - 1)]

    async def _receive_many(self, maximum: int, timeout: Optional[float]) -> list[T]:
        if maximum <= 0:
            return []
        return [await self.receive_async(timeout), *self.receive_many_nowait(maximum - 1)]

    def receive_many_nowait(self, maximum: int) -> list[T]:
        """What is there now, at most so many items and perhaps none."""
        return self.ts._take(maximum)  # type: ignore[no-any-return]

    def receive_all_nowait(self) -> list[T]:
        """What is there now, perhaps nothing."""
        return self.receive_many_nowait(len(self) + 1)

    # Looking

    def __len__(self) -> int:
        return self.ts.get_length()  # type: ignore[no-any-return]

    def __bool__(self) -> bool:
        return True

    @property
    def capacity(self) -> int:
        """How many items may wait inside; UNLIMITED if any number may."""
        return self.ts.get_capacity()  # type: ignore[no-any-return]

    @property
    def name(self) -> Optional[str]:
        """What it is called in messages."""
        return self.ts.get_name()  # type: ignore[no-any-return]

    @property
    def dropped(self) -> int:
        """How many items were dropped, because the channel was full."""
        return self.ts.get_dropped()  # type: ignore[no-any-return]

    @property
    def closed(self) -> bool:
        """Was it closed?"""
        return self.ts.is_closed()  # type: ignore[no-any-return]

    def empty(self) -> bool:
        """Is nothing inside?"""
        return len(self) == 0

    def full(self) -> bool:
        """Would a sender have to wait?"""
        capacity = self.capacity
        return 0 <= capacity <= len(self)

    def send_ready(self) -> bool:
        """Would send_nowait() succeed now?"""
        return self.ts.get_can_send()  # type: ignore[no-any-return]

    def receive_ready(self) -> bool:
        """Would receive_nowait() succeed now?"""
        return self.ts.get_can_receive()  # type: ignore[no-any-return]

    # Closing

    def close(self) -> bool:
        """No more sends; what is inside can still be received. True if it was open."""
        return self.ts.close()  # type: ignore[no-any-return]

    def __enter__(self) -> Channel[T]:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    async def __aenter__(self) -> Channel[T]:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self.close()

    # Iteration

    def __iter__(self) -> Iterator[T]:
        return self

    def __next__(self) -> T:
        try:
            return self.ts.receive()  # type: ignore[no-any-return]
        except Ts.Closed:
            raise StopIteration from None

    def __aiter__(self) -> Channel[T]:
        return self

    # For select

    def sending(self, item: T) -> Sending:
        """A case of :func:`tschan.select`."""
        return Sending(self, item)

    def receiving(self) -> Receiving[T]:
        """A case of :func:`tschan.select`."""
        return Receiving(self)

    # Main loops

    def watch(self, func: Callable[[T], object], *, priority: int = 0) -> int:
        """Calls func(item) in the GLib main loop of this thread for each item, until the channel is
        closed and empty: the ID of the source."""
        def on_item(_channel: object, item: T) -> bool:
            func(item)
            return True

        return self.ts.add_watch(priority, on_item)  # type: ignore[no-any-return]
