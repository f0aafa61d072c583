# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Events, locks, semaphores, conditions, barriers and futures, for threads and loops alike."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Callable, Generator, Generic, Optional, TypeVar

from ._library import Described, GLib, Ts
from ._operation import Done, Operation, running_loop
from ._select import Acquiring, Resolving, Waiting

T = TypeVar('T')


class _WaitForEvent(Operation[bool]):
    _kind = 'wait'

    def __init__(self, loop: asyncio.AbstractEventLoop, event: Any,
                 timeout: Optional[float]) -> None:
        self._event = event
        super().__init__(loop, timeout)

    def _submit(self, port: Any) -> int:
        return port.wait_event(self._event)  # type: ignore[no-any-return]

    def _convert(self, result: Any) -> bool:
        return True

    def _timed_out(self) -> bool:
        return False


class Event(Described):
    """Something that threads and loops wait for until it is set.

    With `auto_reset`, each :meth:`set` releases exactly one waiter.
    """

    def __init__(self, *, auto_reset: bool = False, name: Optional[str] = None) -> None:
        self.ts: Any = Ts.Event(auto_reset=auto_reset, name=name)

    def set(self) -> None:
        """Sets it: whoever waits is released; with auto_reset, the first that waits."""
        self.ts.set()

    def clear(self) -> None:
        """Takes it back: who comes from now on has to wait."""
        self.ts.clear()

    def is_set(self) -> bool:
        """Is it set at this moment?"""
        return self.ts.is_set()  # type: ignore[no-any-return]

    def wait(self, timeout: Optional[float] = None) -> Any:
        """Blocks until the event is set, or is to be awaited: True; False if the time is up."""
        loop = running_loop()
        if loop is None:
            return self.wait_sync(timeout)
        return self._wait_in(loop, timeout)

    def wait_sync(self, timeout: Optional[float] = None) -> bool:
        """Blocks, wherever it is called."""
        return self.ts.wait(timeout=timeout)  # type: ignore[no-any-return]

    def wait_async(self, timeout: Optional[float] = None) -> Operation[bool]:
        """Is to be awaited."""
        return self._wait_in(asyncio.get_running_loop(), timeout)

    def waiting(self) -> Waiting:
        """A case of :func:`tschan.select`."""
        return Waiting(self)

    def _wait_in(self, loop: asyncio.AbstractEventLoop,
                 timeout: Optional[float]) -> Operation[bool]:
        if self.ts.is_set() and not self.ts.get_auto_reset():
            return Done(True)
        return _WaitForEvent(loop, self.ts, timeout)


class _Acquire(Operation[bool]):
    _kind = 'acquire'

    def __init__(self, loop: asyncio.AbstractEventLoop, thing: Any,
                 timeout: Optional[float]) -> None:
        self._thing = thing
        super().__init__(loop, timeout)

    def _submit(self, port: Any) -> int:
        return self._thing._submit(port)  # type: ignore[no-any-return]

    def _convert(self, result: Any) -> bool:
        return True

    def _timed_out(self) -> bool:
        return False


class _Acquired(Described):
    """What is acquired and released."""

    ts: Any

    def acquire(self, blocking: bool = True, timeout: Optional[float] = None) -> Any:
        """Blocks until it is ours, or is to be awaited: True; False if the time is up."""
        if not blocking:
            timeout = 0
        loop = running_loop()
        if loop is None:
            return self.acquire_sync(timeout)
        return _Acquire(loop, self.ts, timeout)

    def acquire_sync(self, timeout: Optional[float] = None) -> bool:
        """Blocks, wherever it is called."""
        return self.ts.acquire(timeout=timeout)  # type: ignore[no-any-return]

    def acquire_async(self, timeout: Optional[float] = None) -> Operation[bool]:
        """Is to be awaited."""
        return _Acquire(asyncio.get_running_loop(), self.ts, timeout)

    def acquire_nowait(self) -> bool:
        """True if it is ours now."""
        return self.ts.try_acquire()  # type: ignore[no-any-return]

    def release(self) -> None:
        """Gives it to the first that waits, if anybody does."""
        self.ts.release()

    def __enter__(self) -> Any:
        self.ts.acquire()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.release()

    async def __aenter__(self) -> Any:
        await self.ts.acquire_async()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self.release()


class Lock(_Acquired):
    """A lock that belongs to no thread: a task may take it, and a thread release it."""

    def __init__(self, *, name: Optional[str] = None) -> None:
        self.ts = Ts.Lock(name=name)

    def locked(self) -> bool:
        """Has somebody got it?"""
        return self.ts.is_held()  # type: ignore[no-any-return]

    def acquiring(self) -> Acquiring:
        """A case of :func:`tschan.select`."""
        return Acquiring(self, True)


class Semaphore(_Acquired):
    """So many permits, given in the order in which they were asked for."""

    def __init__(self, value: int = 1, *, name: Optional[str] = None) -> None:
        if value < 0:
            raise ValueError('a semaphore starts with 0 permits or more')
        self.ts = Ts.Semaphore(value, name=name)

    @property
    def value(self) -> int:
        """How many permits there are at this moment."""
        return self.ts.get_value()  # type: ignore[no-any-return]

    def locked(self) -> bool:
        """Would somebody who wants a permit have to wait?"""
        return self.value == 0

    def acquiring(self) -> Acquiring:
        """A case of :func:`tschan.select`."""
        return Acquiring(self, False)

    def release(self, n: int = 1) -> None:
        """Gives permits; more than there may be are a ValueError."""
        if n < 1:
            raise ValueError('one permit at least is released')
        try:
            self.ts.release(n)
        except GLib.Error as error:
            raise ValueError(error.message) from None


class BoundedSemaphore(Semaphore):
    """A semaphore that cannot be released more often than it was acquired."""

    def __init__(self, value: int = 1, *, name: Optional[str] = None) -> None:
        # pylint: disable=super-init-not-called
        if value < 1:
            raise ValueError('a bounded semaphore starts with 1 permit or more')
        self.ts = Ts.Semaphore(value, value, name=name)


class Condition(Described):
    """Something that happens to what a lock protects."""

    def __init__(self, lock: Optional[Lock] = None, *, name: Optional[str] = None) -> None:
        self.lock = lock if lock is not None else Lock(name=name)
        self.ts: Any = Ts.Condition(self.lock.ts, name=name)

    def acquire(self, blocking: bool = True, timeout: Optional[float] = None) -> Any:
        """Acquires the lock, as :meth:`Lock.acquire` does."""
        return self.lock.acquire(blocking, timeout)

    def release(self) -> None:
        """Releases the lock."""
        self.lock.release()

    def locked(self) -> bool:
        """Has somebody got the lock?"""
        return self.lock.locked()

    def wait(self, timeout: Optional[float] = None) -> Any:
        """Releases the lock until notified, and then has it again: True; False if the time is up.

        Blocks, or is to be awaited.
        """
        loop = running_loop()
        if loop is None:
            return self.wait_sync(timeout)
        return loop.create_task(self._wait(timeout))

    def wait_sync(self, timeout: Optional[float] = None) -> bool:
        """Blocks, wherever it is called."""
        return self.ts.wait(timeout=timeout)  # type: ignore[no-any-return]

    def wait_async(self, timeout: Optional[float] = None) -> asyncio.Task[bool]:
        """Is to be awaited."""
        return asyncio.get_running_loop().create_task(self._wait(timeout))

    async def _wait(self, timeout: Optional[float]) -> bool:
        try:
            return await asyncio.wait_for(self.ts.wait_async(), timeout)
        except asyncio.TimeoutError:
            return False

    def wait_for(self, predicate: Callable[[], T], timeout: Optional[float] = None) -> Any:
        """Waits until predicate() is true, which it looks at under the lock: what it returned."""
        loop = running_loop()
        if loop is None:
            return self.ts.wait_for(predicate, timeout=timeout)
        return loop.create_task(self._wait_for(predicate, timeout))

    async def _wait_for(self, predicate: Callable[[], T], timeout: Optional[float]) -> T:
        try:
            return await asyncio.wait_for(
                self.ts.wait_for_async(predicate), timeout)
        except asyncio.TimeoutError:
            return predicate()

    def notify(self, n: int = 1) -> None:
        """Wakes the first n that wait."""
        self.ts.notify_many(n)

    def notify_all(self) -> None:
        """Wakes all that wait."""
        self.ts.notify_all()

    def __enter__(self) -> Condition:
        self.lock.ts.acquire()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.lock.release()

    async def __aenter__(self) -> Condition:
        await self.lock.ts.acquire_async()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        self.lock.release()


class _WaitAtBarrier(Operation[int]):
    _kind = 'wait'

    def __init__(self, loop: asyncio.AbstractEventLoop, barrier: Any,
                 timeout: Optional[float]) -> None:
        self._barrier = barrier
        super().__init__(loop, timeout)

    def _submit(self, port: Any) -> int:
        return port.wait_barrier(self._barrier)  # type: ignore[no-any-return]

    def _timed_out(self) -> int:
        return self._barrier.wait_until(0)  # type: ignore[no-any-return]

    def _translate(self, error: Any) -> BaseException:
        return _barrier_error(error)  # type: ignore[no-any-return]


def _barrier_error(error: Any) -> Any:
    return threading.BrokenBarrierError() if isinstance(error, Ts.Closed) else error


class Barrier(Described):
    """A place where a number of threads and tasks wait for each other."""

    def __init__(self, parties: int, *, name: Optional[str] = None) -> None:
        if parties < 1:
            raise ValueError('a barrier has one party at least')
        self.ts: Any = Ts.Barrier(parties, name=name)

    @property
    def parties(self) -> int:
        """How many have to come."""
        return self.ts.get_parties()  # type: ignore[no-any-return]

    @property
    def n_waiting(self) -> int:
        """How many wait at this moment."""
        return self.ts.get_waiting()  # type: ignore[no-any-return]

    @property
    def broken(self) -> bool:
        """Was it aborted, and not reset?"""
        return self.ts.is_broken()  # type: ignore[no-any-return]

    def wait(self, timeout: Optional[float] = None) -> Any:
        """Blocks until everyone is here, or is to be awaited: how many came before."""
        loop = running_loop()
        if loop is None:
            return self.wait_sync(timeout)
        return _WaitAtBarrier(loop, self.ts, timeout)

    def wait_sync(self, timeout: Optional[float] = None) -> int:
        """Blocks, wherever it is called."""
        try:
            return self.ts.wait(timeout=timeout)  # type: ignore[no-any-return]
        except GLib.Error as error:
            raise _barrier_error(error) from None

    def wait_async(self, timeout: Optional[float] = None) -> Operation[int]:
        """Is to be awaited."""
        return _WaitAtBarrier(asyncio.get_running_loop(), self.ts, timeout)

    def abort(self) -> None:
        """Breaks it: who waits, or comes, gets a threading.BrokenBarrierError."""
        self.ts.abort()

    def reset(self) -> None:
        """Begins anew; who waits gets a threading.BrokenBarrierError."""
        self.ts.reset()


class _WaitForFuture(Operation[T]):
    _kind = 'wait'

    def __init__(self, loop: asyncio.AbstractEventLoop, future: Any,
                 timeout: Optional[float]) -> None:
        self._awaited = future
        super().__init__(loop, timeout)

    def _submit(self, port: Any) -> int:
        return port.wait_future(self._awaited)  # type: ignore[no-any-return]

    def _timed_out(self) -> T:
        return self._awaited.wait_until(0)  # type: ignore[no-any-return]

    def _translate(self, error: Any) -> BaseException:
        return self._awaited._original(error)  # type: ignore[no-any-return]


class Future(Described, Generic[T]):
    """A value that will come, or an exception."""

    def __init__(self, *, name: Optional[str] = None) -> None:
        self.ts: Any = Ts.Future(name=name)

    def resolve(self, value: T) -> bool:
        """Ends it with a value: True, unless it was over already."""
        return self.ts.resolve(value)  # type: ignore[no-any-return]

    def reject(self, exception: BaseException) -> bool:
        """Ends it with an exception: True, unless it was over already."""
        return self.ts.reject(exception)  # type: ignore[no-any-return]

    def cancel(self) -> bool:
        """Ends it as cancelled, which reaches the work: True, unless it was over already."""
        return self.ts.cancel()  # type: ignore[no-any-return]

    def done(self) -> bool:
        """Has it a value or an exception?"""
        return self.ts.is_done()  # type: ignore[no-any-return]

    def result(self, timeout: Optional[float] = None) -> T:
        """Blocks, wherever it is called."""
        return self.ts.wait(timeout=timeout)  # type: ignore[no-any-return]

    def wait(self, timeout: Optional[float] = None) -> Any:
        """Blocks until there is a value, or is to be awaited."""
        loop = running_loop()
        if loop is None:
            return self.result(timeout)
        return _WaitForFuture(loop, self.ts, timeout)

    def wait_async(self, timeout: Optional[float] = None) -> Operation[T]:
        """Is to be awaited."""
        return _WaitForFuture(asyncio.get_running_loop(), self.ts, timeout)

    def waiting(self) -> Resolving[T]:
        """A case of :func:`tschan.select`."""
        return Resolving(self)

    def __await__(self) -> Generator[Any, None, T]:
        return self.wait_async().__await__()
