# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What a method returns inside a running loop: something that has started, and can be awaited.

An operation is like an asyncio.Future: gather(), wait_for(), wait(), ensure_future() take it. It
knows two phases. Until its result is collected, by awaiting it or by result(), what it has taken is
only reserved, and goes back if the operation is cancelled or dropped.

One that could be done at once when it was called does not reserve anything: it is done when it is
awaited.
"""

from __future__ import annotations

import asyncio
import itertools
import weakref
from typing import Any, Callable, Generator, Generic, Optional, TypeVar

from ._library import GLib, tools

T = TypeVar('T')

UNSET: Any = object()

# Asks which loop runs in this thread: None in a plain thread.
running_loop: Callable[[], Optional[asyncio.AbstractEventLoop]] = asyncio._get_running_loop

# Counts what was done at once. Now and then (see IN_A_ROW) the loop gets its turn in between.
next_quick: Callable[[], int] = itertools.count(1).__next__
IN_A_ROW = 63  # a mask


class _Guard:
    """What a port has under way for an operation, or has reserved: given up if it is dropped."""

    __slots__ = ('port', 'token', 'waiting')

    def __init__(self, port: Any, token: int, waiting: dict[int, Any]) -> None:
        self.port, self.token, self.waiting = port, token, waiting

    def finish(self) -> Any:
        token, self.token = self.token, 0
        return tools.finish(self.port, token)

    def give_up(self) -> bool:
        """True: it has not happened now."""
        token, self.token = self.token, 0
        if token == 0:
            return False
        self.waiting.pop(token, None)
        return bool(self.port.cancel(token))

    def __del__(self) -> None:
        self.give_up()


class Unseen:
    """An error that nobody has asked for: is told of if it is dropped like this."""

    __slots__ = ('loop', 'error')

    def __init__(self, loop: asyncio.AbstractEventLoop, error: BaseException) -> None:
        self.loop = loop
        self.error: Optional[BaseException] = error

    def __del__(self) -> None:
        if self.error is not None:
            self.loop.call_exception_handler({
                'message': 'An operation has failed, and nobody has asked for its result',
                'exception': self.error,
            })


def expire_later(operation: Operation[Any], timeout: float) -> asyncio.TimerHandle:
    """Ends it in so many seconds, unless it is dropped before."""
    return operation.get_loop().call_later(max(timeout, 0), _expire, weakref.ref(operation))


def _expire(reference: Callable[[], Optional[Operation[Any]]]) -> None:
    operation = reference()
    if operation is not None:
        operation._expire()


class Operation(Generic[T]):
    """Something that is under way, and can be awaited."""

    _kind = 'operation'

    _future: Optional[asyncio.Future[None]] = None  # none yet: possible at once
    _guard: Optional[_Guard] = None
    _result: Any = UNSET
    _error: Optional[BaseException] = None
    _unseen: Optional[Unseen] = None  # of one that goes on by itself
    _timer: Optional[asyncio.TimerHandle] = None
    _callbacks: Optional[list[tuple[Callable[[Any], object], Any]]] = None

    def __init__(self, loop: asyncio.AbstractEventLoop, timeout: Optional[float] = None) -> None:
        self._loop = loop
        self._timeout = timeout
        if not self._is_possible():
            self._start()

    # What each kind of operation brings

    def _is_possible(self) -> bool:
        """Would an attempt succeed now?"""
        return False

    def _attempt(self) -> T:
        """Does it at once, or raises an error of the library."""
        raise NotImplementedError

    def _submit(self, port: Any) -> int:
        """Starts it in a port."""
        raise NotImplementedError

    def _convert(self, result: Any) -> T:
        """What to make of the result of the port."""
        return result  # type: ignore[no-any-return]

    def _translate(self, error: BaseException) -> BaseException:
        return error

    def _timed_out(self) -> T:
        """What the operation comes to when its time is up: the library says it, in the user's
        language. It looks once more, and may find that it is possible after all."""
        raise NotImplementedError

    # Starting, ending

    def _start(self) -> asyncio.Future[None]:
        future = self._future = self._loop.create_future()
        self._guard = _Guard(*tools.start_in(self._loop, future, self._submit))
        if self._timeout is not None:
            self._timer = expire_later(self, self._timeout)
        return future

    def _attempt_or_start(self) -> asyncio.Future[None]:
        try:
            self._result = self._attempt()
        except GLib.Error:
            return self._start()  # somebody else was quicker, or it says better what is wrong
        return self._be_done()

    def _be_done(self) -> asyncio.Future[None]:
        future = self._future = self._loop.create_future()
        future.set_result(None)
        return future

    def _commit(self) -> None:
        """Collects the result, or the error, if that is still to be done."""
        guard, self._guard = self._guard, None
        if guard is None:
            return
        if self._timer is not None:
            self._timer.cancel()
        try:
            self._result = self._convert(guard.finish())
        except Exception as error:  # pylint: disable=broad-except
            self._error = self._translate(error)

    def _give_up(self) -> bool:
        """True: it was under way, or reserved, and has not happened now."""
        guard, self._guard = self._guard, None
        if self._timer is not None:
            self._timer.cancel()
        return guard is not None and guard.give_up()

    def _expire(self) -> None:
        self._timer = None
        future = self._future
        if future is None or future.done() or not self._give_up():
            return
        try:
            self._result = self._timed_out()
        except Exception as error:  # pylint: disable=broad-except
            self._error = self._translate(error)
        future.set_result(None)

    def __repr__(self) -> str:
        state = 'cancelled' if self.cancelled() else 'done' if self.done() else 'pending'
        return f'<tschan.Operation: {self._kind}, {state}>'

    # Awaiting

    def __await__(self) -> Generator[Any, None, T]:
        future = self._future
        if future is None:
            if not next_quick() & IN_A_ROW:
                yield
            future = self._future or self._attempt_or_start()
        return (yield from self._wait(future))

    def _wait(self, future: asyncio.Future[None]) -> Generator[Any, None, T]:
        if not future.done():
            try:
                yield from future
            except BaseException:
                self._give_up()
                raise
        return self.result()

    # As a future

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """The loop that it belongs to."""
        return self._loop

    def done(self) -> bool:
        """Is it over? What it has reserved is still to be collected, by awaiting it or by result()."""
        return self._future is not None and self._future.done()

    def cancelled(self) -> bool:
        """Was it cancelled?"""
        return self._future is not None and self._future.cancelled()

    def cancel(self, msg: Optional[str] = None) -> bool:
        """Gives it up, if it is not over: nothing is taken."""
        if self.done():
            return False
        if self._future is None:
            self._future = self._loop.create_future()
        self._give_up()
        return self._future.cancel(msg)

    def result(self) -> T:
        """Collects the result, or raises the error; asyncio.InvalidStateError if it is not over."""
        if self._future is None:
            raise asyncio.InvalidStateError('the operation is not over yet')
        self._future.result()  # raises if it was cancelled, or is not over
        self._commit()
        if self._error is not None:
            if self._unseen is not None:
                self._unseen.error = None
            raise self._error
        if self._result is UNSET:
            raise asyncio.CancelledError
        return self._result  # type: ignore[no-any-return]

    def exception(self) -> Optional[BaseException]:
        """The error, or None; collects the result like :meth:`result`."""
        try:
            self.result()
        except (asyncio.CancelledError, asyncio.InvalidStateError):
            raise
        except BaseException as error:
            return error
        return None

    def add_done_callback(self, func: Callable[[Any], object], *, context: Any = None) -> None:
        """Has the loop call func(operation) when it is over."""
        future = self._future or self._attempt_or_start()
        if self._callbacks is None:
            self._callbacks = []
            future.add_done_callback(self._call_back)
        self._callbacks.append((func, context))

    def remove_done_callback(self, func: Callable[[Any], object]) -> int:
        """No longer calls func: how many times it was to be called."""
        before = self._callbacks or []
        self._callbacks = [entry for entry in before if entry[0] != func]
        return len(before) - len(self._callbacks)

    def _call_back(self, _future: object) -> None:
        callbacks, self._callbacks = self._callbacks, None
        for func, context in callbacks or ():
            self._loop.call_soon(func, self, context=context)


class Going(Operation[T]):
    """One that goes on by itself if nobody refers to it any more."""

    _is_over = False

    def _start(self) -> asyncio.Future[None]:
        future = self._future = self._loop.create_future()
        # It waits itself, so that it is there when it is over, and commits.
        self._guard = _Guard(*tools.start_in(self._loop, self, self._submit))
        if self._is_over:
            self.set_result(None)
        elif self._timeout is not None:
            self._timer = expire_later(self, self._timeout)
        return future

    def set_result(self, _none: None) -> None:
        """The port has it ready."""
        self._is_over = True
        if self._guard is None or self._future is None:
            return  # the start itself is not over yet
        self._commit()
        if self._error is not None:
            self._unseen = Unseen(self._loop, self._error)
        if not self._future.done():
            self._future.set_result(None)


class Done(Operation[T]):
    """One that was done at once."""

    _kind = 'done at once'

    def __init__(self, result: T) -> None:
        # pylint: disable=super-init-not-called
        self._result = result

    def get_loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    def done(self) -> bool:
        return True

    def result(self) -> T:
        return self._result  # type: ignore[no-any-return]

    def cancel(self, msg: Optional[str] = None) -> bool:
        return False

    def add_done_callback(self, func: Callable[[Any], object], *, context: Any = None) -> None:
        asyncio.get_running_loop().call_soon(func, self, context=context)

    def __await__(self) -> Generator[Any, None, T]:
        if not next_quick() & IN_A_ROW:
            yield
        return self._result  # type: ignore[no-any-return]
