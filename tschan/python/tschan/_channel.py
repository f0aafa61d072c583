# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Channels: values from any thread or loop to any other."""

from __future__ import annotations

import asyncio
import enum
import threading
from typing import Any, Callable, Generator, Generic, Iterator, Optional, TypeVar

from ._errors import channel_error
from ._library import GLib, Ts, tools
from ._operation import IN_A_ROW, Done, Going, Operation, next_quick, running_loop
from ._select import Receiving, Sending

T = TypeVar('T')

# The library's own, without what the overrides do first.
_try_send = tools.Ts.Channel.try_send
_try_receive = tools.Ts.Channel.try_receive  # leaks where it fails: only if it should not
_try_receive_many = tools.Ts.Channel.try_receive_many
_send_until = tools.Ts.Channel.send_until
_receive_until = tools.Ts.Channel.receive_until
_pack = tools.pack
_PLAIN_TYPES = tools.PLAIN_TYPES
_unpack = tools.unpack
_deadline_in = tools.deadline_in
_get_ident = threading.get_ident
_GLibError = GLib.Error

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


class _Send(Going[None]):
    def __init__(self, loop: asyncio.AbstractEventLoop, channel: Any, packed: Any,
                 timeout: Optional[float]) -> None:
        self._channel, self._packed = channel, packed
        super().__init__(loop, timeout)

    def _submit(self, port: Any) -> int:
        return tools.Ts.Port.send(port, self._channel, self._packed)  # type: ignore[no-any-return]

    def _convert(self, result: Any) -> None:
        return None

    def _timed_out(self) -> None:
        tools.call(_send_until, self._channel, self._packed, 0, None)

    def _translate(self, error: Any) -> BaseException:
        return channel_error(error)  # type: ignore[no-any-return]


class _Receive(Operation[T]):
    def __init__(self, loop: asyncio.AbstractEventLoop, channel: Channel[T],
                 timeout: Optional[float]) -> None:
        # pylint: disable=super-init-not-called
        self._loop = loop
        self._channel = channel
        self._timeout = timeout
        if channel._credit <= 0 and not channel._look():
            self._start()

    def _attempt(self) -> T:
        return self._channel._receive_at_once()

    def _submit(self, port: Any) -> int:
        return port.receive(self._channel.ts)  # type: ignore[no-any-return]

    def _timed_out(self) -> T:
        return self._channel.receive_sync(0)

    def _translate(self, error: Any) -> BaseException:
        return channel_error(error)  # type: ignore[no-any-return]

    def __await__(self) -> Generator[Any, None, T]:
        if self._future is None:
            if not next_quick() & IN_A_ROW:
                yield
            channel = self._channel
            quick = channel._credit > 0
            try:
                if quick:  # as in _receive_at_once(), which is one call more
                    channel._credit -= 1
                    result = _try_receive(channel.ts)
                    if type(result) not in _PLAIN_TYPES:
                        result = _unpack(result)
                else:
                    result = channel._receive_at_once()
                self._result = result
                self._future = _OVER
                return result  # type: ignore[no-any-return]
            except _GLibError:
                channel._has_rivals |= quick
                channel._credit = 0
                self._start()
        assert self._future is not None
        return (yield from self._wait(self._future))


class _Over:
    """The future of a receive that was done at once."""

    done = staticmethod(lambda: True)
    cancelled = staticmethod(lambda: False)
    result = staticmethod(lambda: None)


class _Sent(Done[None]):
    def __await__(self) -> Any:
        return iter(())


_OVER: Any = _Over()
_SENT = _Sent(None)


class Channel(Generic[T]):
    """A queue of items between any threads and loops.

    `capacity` 0 is a rendezvous: a send is over when somebody has received the item. With a number,
    as many items wait inside; UNLIMITED (-1) takes any.

    In a thread without a running loop, :meth:`send` and :meth:`receive` block. Inside a running
    loop they return an awaitable that has started.
    """

    def __init__(self, capacity: int = 0, *, overflow: Overflow = Overflow.WAIT,
                 name: Optional[str] = None) -> None:
        self._bind(Ts.Channel(capacity, overflow=_overflows[overflow], name=name))

    def _bind(self, channel: Any) -> None:
        self.ts: Any = channel
        capacity = channel.get_capacity()
        self._capacity: int = capacity if capacity >= 0 else 1 << 31

    # How much room and how many items were seen inside, and should still be there unless others are
    # quicker. As long as there are some nobody has to look first: a failure is dear, as it is an
    # exception.
    _room = 0
    _credit = 0
    _has_rivals = False

    @classmethod
    def wrap(cls, channel: Any) -> Channel[T]:
        """The same channel as a Ts.Channel, which may have come from another language."""
        self = cls.__new__(cls)
        self._bind(channel)
        return self

    # Sending

    def send(self, item: T, timeout: Optional[float] = None) -> Any:
        """Sends an item: blocks until the channel has taken it, or is to be awaited."""
        loop = running_loop()
        if loop is None:
            return self.send_sync(item, timeout)
        if self._room > 0:
            self._room -= 1
            try:
                _try_send(self.ts, _pack(item))
                return _SENT
            except _GLibError:
                self._room = 0
        return self._send_in(loop, item, timeout)

    def send_sync(self, item: T, timeout: Optional[float] = None) -> None:
        """Blocks, wherever it is called."""
        try:
            if _get_ident() == threading.main_thread().ident:
                self.ts.send(item, timeout=timeout)
            else:
                _send_until(self.ts, _pack(item), -1 if timeout is None else _deadline_in(timeout),
                            None)
        except _GLibError as error:
            raise channel_error(error) from None

    def send_async(self, item: T, timeout: Optional[float] = None) -> Operation[None]:
        """Is to be awaited. Goes on by itself if it is not."""
        return self._send_in(asyncio.get_running_loop(), item, timeout)

    def _send_in(self, loop: asyncio.AbstractEventLoop, item: T,
                 timeout: Optional[float]) -> Operation[None]:
        packed = _pack(item)
        room = self._capacity - self.ts.get_length()
        if room > 0 or self.ts.get_can_send():
            try:
                _try_send(self.ts, packed)
                self._room = room - 1
                tools.look_around(loop)
                return _SENT
            except _GLibError:
                pass
        return _Send(loop, self.ts, packed, timeout)

    def send_nowait(self, item: T) -> None:
        """Sends at once, or raises ChannelFull or ChannelClosed."""
        try:
            _try_send(self.ts, _pack(item))
        except _GLibError as error:
            raise channel_error(error) from None

    # Receiving

    def receive(self, timeout: Optional[float] = None) -> Any:
        """Receives an item: blocks until there is one, or is to be awaited."""
        loop = running_loop()
        if loop is None:
            return self.receive_sync(timeout)
        return _Receive(loop, self, timeout)

    def receive_sync(self, timeout: Optional[float] = None) -> T:
        """Blocks, wherever it is called."""
        try:
            if timeout is not None or _get_ident() == threading.main_thread().ident:
                return self.ts.receive(timeout=timeout)  # type: ignore[no-any-return]
            return _unpack(_receive_until(self.ts, -1, None))  # type: ignore[no-any-return]
        except _GLibError as error:
            raise channel_error(error) from None

    def receive_async(self, timeout: Optional[float] = None) -> Operation[T]:
        """Is to be awaited."""
        return _Receive(asyncio.get_running_loop(), self, timeout)

    def receive_nowait(self) -> T:
        """Receives at once, or raises ChannelEmpty or ChannelClosed."""
        try:
            return _unpack(_try_receive_many(self.ts, 1)[0])  # type: ignore[no-any-return]
        except _GLibError as error:
            raise channel_error(error) from None

    def _look(self) -> bool:
        """Is there something to receive?"""
        length = self.ts.get_length()
        if length > 0 and not self._has_rivals:
            self._credit = length
        return length > 0 or self.ts.get_can_receive()  # type: ignore[no-any-return]

    def _receive_at_once(self) -> T:
        """In a loop. Fails with an error of the library."""
        if self._credit > 0:
            self._credit -= 1
            try:
                return _unpack(_try_receive(self.ts))  # type: ignore[no-any-return]
            except _GLibError:
                self._has_rivals = True
                self._credit = 0
                raise
        item = _try_receive_many(self.ts, 1)[0]
        loop = running_loop()
        if loop is not None:
            tools.look_around(loop)
        return _unpack(item)  # type: ignore[no-any-return]

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
        return self.ts.get_capacity()  # type: ignore[no-any-return]

    @property
    def name(self) -> Optional[str]:
        return self.ts.get_name()  # type: ignore[no-any-return]

    @property
    def dropped(self) -> int:
        """How many items were dropped, because the channel was full."""
        return self.ts.get_dropped()  # type: ignore[no-any-return]

    @property
    def closed(self) -> bool:
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

    async def __anext__(self) -> T:
        if self._credit > 0 and next_quick() & IN_A_ROW:
            try:
                return self._receive_at_once()
            except _GLibError:
                pass
        try:
            return await _Receive(asyncio.get_running_loop(), self, None)
        except Ts.Closed:
            raise StopAsyncIteration from None

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
