# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sending and receiving: what a channel inherits from.

There are two of everything here. One is written in Python, and works everywhere; the other, where
it was built, is C (tschan/python/native), and several times as quick.
"""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, Generator, Generic, Optional, TypeVar

from ._errors import channel_error
from ._library import GLib, Ts, tools
from ._operation import (IN_A_ROW, UNSET, Done, Going, Operation, Unseen, expire_later, next_quick,
                         running_loop)

T = TypeVar('T')

# The library's own, without what the overrides do first.
_try_send = tools.Ts.Channel.try_send
_try_receive = tools.Ts.Channel.try_receive  # leaks where it fails: only if it should not
_try_receive_many = tools.Ts.Channel.try_receive_many
_send_until = tools.Ts.Channel.send_until
_receive_until = tools.receive_until
_pack = tools.pack
_PLAIN_TYPES = tools.PLAIN_TYPES
_unpack = tools.unpack
_deadline_in = tools.deadline_in
_get_ident = threading.get_ident
_GLibError = GLib.Error


class _Over:
    """The future of a receive that was done at once."""

    done = staticmethod(lambda: True)
    cancelled = staticmethod(lambda: False)
    result = staticmethod(lambda: None)


_OVER: Any = _Over()


class _Send(Going[None]):
    _kind = 'send'

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
    _kind = 'receive'

    def __init__(self, loop: asyncio.AbstractEventLoop, channel: PureCore[T],
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


class _Sent(Done[None]):
    """A send that was done at once."""

    def __await__(self) -> Any:
        return iter(())


_SENT: Any = _Sent(None)


class Syncing(Generic[T]):
    """What blocks, whatever loop runs here."""

    ts: Any

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

    def receive_sync(self, timeout: Optional[float] = None) -> T:
        """Blocks, wherever it is called."""
        try:
            if timeout is not None or _get_ident() == threading.main_thread().ident:
                return self.ts.receive(timeout=timeout)  # type: ignore[no-any-return]
            return _receive_until(self.ts, -1, None)  # type: ignore[no-any-return]
        except _GLibError as error:
            raise channel_error(error) from None


class PureCore(Syncing[T]):
    """Sends and receives, in Python."""

    # How much room and how many items were seen inside, and should still be there unless others are
    # quicker. As long as there are some nobody has to look first: a failure is dear, as it is an
    # exception.
    _room = 0
    _credit = 0
    _has_rivals = False

    def _bind(self, channel: Any) -> None:
        self.ts: Any = channel
        capacity = channel.get_capacity()
        self._capacity: int = capacity if capacity >= 0 else 1 << 31

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

    def _send_in(self, loop: asyncio.AbstractEventLoop, item: T,
                 timeout: Optional[float]) -> Operation[None]:
        packed = _pack(item)
        room = self._capacity - self.ts.get_length()
        if room > 0 or self.ts.get_can_send():
            try:
                _try_send(self.ts, packed)
                self._room = room - 1
                tools.look_around(loop)
                return _SENT  # type: ignore[no-any-return]
            except _GLibError:
                pass
        return _Send(loop, self.ts, packed, timeout)

    def send_nowait(self, item: T) -> None:
        """Sends at once, or raises ChannelFull or ChannelClosed."""
        try:
            _try_send(self.ts, _pack(item))
        except _GLibError as error:
            raise channel_error(error) from None

    def receive(self, timeout: Optional[float] = None) -> Any:
        """Receives an item: blocks until there is one, or is to be awaited."""
        loop = running_loop()
        if loop is None:
            return self.receive_sync(timeout)
        return _Receive(loop, self, timeout)

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


Core = PureCore

if not TYPE_CHECKING and tools.native is not None:

    class Core(tools.native.ChannelCore, Syncing[T]):  # noqa: F811
        """Sends and receives, in C; waits in Python."""

    class _NativeReceive(tools.native.Operation, Operation[T]):
        __slots__ = ()
        _kind = 'receive'

        def _timed_out(self):
            return self._channel.receive_sync(0)

        def _translate(self, error):
            return channel_error(error)

    class _NativeSend(_NativeReceive[None]):
        __slots__ = ()
        _kind = 'send'

        def _timed_out(self):
            tools.call(_send_until, self._channel.ts, _pack(self._item), 0, None)

    class _NativeSent(tools.native.Sent, Done[None]):
        pass

    _SENT = _NativeSent(None)

    tools.native.configure(
        make_error=lambda domain, code, message: channel_error(GLib.Error(message, domain, code)),
        expire_later=expire_later, unseen=Unseen, unset=UNSET, over=_OVER, sent=_SENT,
        receive=_NativeReceive, send=_NativeSend, closed=Ts.Closed)
