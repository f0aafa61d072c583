# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""An asyncio loop in a thread of its own, for code that is not asynchronous.

A :class:`Runner` keeps one loop for as long as it lives, and any number of threads use it: they run
coroutines in it and wait, or take a future; they enter asynchronous context managers, and iterate
over asynchronous iterables.

On PyGObject 3.50 and newer the loop is also the GLib main loop of its thread, so that a coroutine
may await GIO's methods beside asyncio's. On older ones it is asyncio's own; pass gbulb's as
`loop_factory` for the same.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import inspect
import threading
from typing import (Any, AsyncContextManager, AsyncIterable, AsyncIterator, Awaitable, Callable,
                    Coroutine, Generator, Generic, Iterator, Optional, TypeVar, Union)

from ._loop import Inbox, LoopMaker

T = TypeVar('T')

_ContextOrFactory = Union[AsyncContextManager[T], Callable[[], AsyncContextManager[T]]]


class RunnerFuture(concurrent.futures.Future, Generic[T]):  # type: ignore[type-arg]
    """The result of something that runs elsewhere.

    `result(timeout)` blocks; `await` waits for it in any asyncio loop; `cancel()` reaches the work.
    """

    def __await__(self) -> Generator[Any, None, T]:
        return asyncio.wrap_future(self).__await__()


class _Call:
    """One coroutine on its way through the loop, and the thread that sleeps until it is done."""

    __slots__ = ('coro', 'done', 'finished', 'task', 'cancelled', 'result', 'error')

    def __init__(self, coro: Coroutine[Any, Any, Any]) -> None:
        self.coro = coro
        self.done = threading.Lock()
        self.done.acquire()
        self.finished = False
        self.task: Optional[asyncio.Task[Any]] = None
        self.cancelled = False
        self.result: Any = None
        self.error: Optional[BaseException] = None

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self.task = loop.create_task(self._drive())
        self.task.add_done_callback(self._finish)
        if self.cancelled:
            self.task.cancel()

    def cancel(self) -> None:
        self.cancelled = True
        if self.task is not None:
            self.task.cancel()

    async def _drive(self) -> None:
        """Tells the thread as soon as there is a result: the task's callbacks come a turn later."""
        try:
            self.result = await self.coro
        except BaseException as error:  # it is the caller's
            self.error = error
        self._finish()

    def _finish(self, task: Optional[asyncio.Task[Any]] = None) -> None:
        if self.finished:
            return
        if task is not None:  # it has not even begun
            self.coro.close()
            self.error = asyncio.CancelledError()
        self.finished = True
        self.done.release()

    def get_result(self) -> Any:
        error, self.error = self.error, None
        if error is None:
            return self.result
        try:
            raise error
        finally:
            error = None  # it has this frame in its traceback


class Runner:
    """Runs asynchronous code from synchronous code, in one thread with a long-lived loop.

    The thread starts when it is first needed. The runner is a context manager; leaving it, or
    :meth:`close`, leaves what :meth:`enter_context` has entered, cancels what still runs, and joins
    the thread. Every method may be called from any thread but the runner's own.
    """

    def __init__(self, *, debug: Optional[bool] = None,
                 loop_factory: Optional[Callable[[], asyncio.AbstractEventLoop]] = None,
                 name: str = 'tschan-runner') -> None:
        self._debug = debug
        self._loop_factory = loop_factory
        self._name = name
        self._lock = threading.Lock()
        self._thread: Optional[threading.Thread] = None
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._inbox: Optional[Inbox] = None
        self._contexts: Optional[contextlib.AsyncExitStack] = None
        self._calls: set[_Call] = set()
        self._closed = False
        self._stopped = threading.Event()

    def __repr__(self) -> str:
        state = ('closed' if self._closed else 'not started' if self._loop is None
                 else f'running, {len(self._calls)} callers wait')
        return f'<tschan.Runner: {self._name!r}, {state}>'

    def __enter__(self) -> Runner:
        self.get_loop()
        return self

    def __exit__(self, *exc_info: Any) -> Optional[bool]:
        return self._close(*exc_info)

    # The thread

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """The loop, which runs from now on."""
        loop = self._loop
        if loop is not None and not self._closed:
            return loop
        with self._lock:
            if self._closed:
                raise RuntimeError('the runner is closed')
            if self._loop is None:
                self._start()
            assert self._loop is not None
            return self._loop

    def _start(self) -> None:
        ready: concurrent.futures.Future[asyncio.AbstractEventLoop] = concurrent.futures.Future()
        self._thread = threading.Thread(target=self._main, args=[ready], name=self._name,
                                        daemon=True)
        self._thread.start()
        try:
            self._loop = ready.result()
        except BaseException:
            self._thread = None
            raise

    def _main(self, ready: concurrent.futures.Future[asyncio.AbstractEventLoop]) -> None:
        with contextlib.ExitStack() as stack:
            try:
                maker = LoopMaker(self._loop_factory, stack)
                runner = asyncio.Runner(debug=self._debug, loop_factory=maker.factory)
                loop = stack.enter_context(runner).get_loop()
                self._inbox = maker.get_inbox(loop)
            except BaseException as error:
                ready.set_exception(error)
                return
            asyncio.set_event_loop(loop)
            self._contexts = contextlib.AsyncExitStack()
            loop.call_soon(ready.set_result, loop)
            loop.run_forever()
            self._inbox.close()

    def _check(self) -> asyncio.AbstractEventLoop:
        loop = self.get_loop()
        if threading.current_thread() is self._thread:
            raise RuntimeError('a runner cannot wait for itself')
        return loop

    # Coroutines

    def run(self, coro: Coroutine[Any, Any, T]) -> T:
        """Runs a coroutine in the loop, and returns its result; blocks until then.

        An interruption, such as by Ctrl-C, cancels the coroutine.
        """
        return self._run(coro, self._begin(coro, self._check))

    def _begin(self, coro: Coroutine[Any, Any, T],
               get_loop: Callable[[], asyncio.AbstractEventLoop]) -> asyncio.AbstractEventLoop:
        if not asyncio.iscoroutine(coro):
            raise ValueError(f'a coroutine was expected, got {coro!r}')
        try:
            return get_loop()
        except BaseException:
            coro.close()
            raise

    def _run(self, coro: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> T:
        call = _Call(coro)
        self._calls.add(call)
        try:
            if not self._post(call.start, loop) or self._stopped.is_set():
                self._release(call)
            call.done.acquire()
        except BaseException:
            self._post(call.cancel)
            raise
        finally:
            self._calls.discard(call)
        if not call.finished:
            coro.close()
            raise RuntimeError('the runner is closed')
        return call.get_result()  # type: ignore[no-any-return]

    def _post(self, func: Callable[..., object], *args: Any) -> bool:
        assert self._inbox is not None
        return self._inbox.post(func, *args)

    @staticmethod
    def _release(call: _Call) -> None:
        with contextlib.suppress(RuntimeError):  # it was answered at the same time
            call.done.release()

    def run_as_future(self, coro: Coroutine[Any, Any, T]) -> RunnerFuture[T]:
        """Runs a coroutine in the loop, and returns a future for its result."""
        loop = self._begin(coro, self.get_loop)
        future: RunnerFuture[T] = RunnerFuture()
        if not self._post(_start_for_future, self._post, loop, coro, future):
            coro.close()
            raise RuntimeError('the runner is closed')
        return future

    # Context managers

    @contextlib.contextmanager
    def wrap_context(self, context: _ContextOrFactory[T]) -> Iterator[T]:
        """An asynchronous context manager as a usual one, or what a factory of such makes.

        A factory is called in the runner's thread.
        """
        manager, value = self.run(_enter(context))
        try:
            yield value
        except BaseException as error:
            if not self.run(_leave(manager, type(error), error, error.__traceback__)):
                raise
        else:
            self.run(_leave(manager, None, None, None))

    def enter_context(self, context: _ContextOrFactory[T]) -> T:
        """Enters an asynchronous context manager, or what a factory makes, until the runner closes.

        Returns what it gives. Contexts are left in the reverse order.
        """
        async def enter() -> T:
            assert self._contexts is not None
            return await self._contexts.enter_async_context(_make_context(context))

        return self.run(enter())

    def wrap_iter(self, iterable: AsyncIterable[T]) -> Iterator[T]:
        """An asynchronous iterable as a usual iterator, which can be left at any time."""
        iterator = self.run(_get_iterator(iterable))
        try:
            while True:
                try:
                    item = self.run(_get_next(iterator))
                except StopAsyncIteration:
                    return
                yield item
        finally:
            close = getattr(iterator, 'aclose', None)
            if close is not None and not self._closed:
                self.run(_await(close()))

    # The end

    def close(self) -> None:
        """Leaves the contexts, cancels what still runs, stops the loop, and joins the thread.

        Closing again, or before anything ran, does no harm. From the runner's own thread it is an
        error.
        """
        self._close(None, None, None)

    def _close(self, *exc_info: Any) -> Optional[bool]:
        if threading.current_thread() is self._thread:
            raise RuntimeError('a runner cannot be closed from its own thread')
        with self._lock:
            first = not self._closed
            self._closed = True
            thread, loop = self._thread, self._loop
        if thread is None or loop is None:
            return None
        if first:
            return self._shut_down(thread, loop, *exc_info)
        thread.join()
        return None

    def _shut_down(self, thread: threading.Thread, loop: asyncio.AbstractEventLoop,
                   *exc_info: Any) -> Optional[bool]:
        assert self._contexts is not None
        try:
            return self._run(_await(self._contexts.__aexit__(*exc_info)), loop)
        finally:
            self._post(loop.stop)
            thread.join()
            self._stopped.set()
            for call in list(self._calls):
                self._release(call)


def _start_for_future(post: Callable[..., bool], loop: asyncio.AbstractEventLoop,
                      coro: Coroutine[Any, Any, T], future: RunnerFuture[T]) -> None:
    """In the loop: what becomes of the task becomes of the future, and cancelling goes back.

    The future stays pending meanwhile, since one that is said to run cannot be cancelled.
    """
    if future.cancelled():
        coro.close()
        return
    task = loop.create_task(coro)
    task.add_done_callback(lambda done: _copy_result(done, future))
    future.add_done_callback(lambda done: post(task.cancel) if done.cancelled() else None)


def _copy_result(task: asyncio.Task[T], future: RunnerFuture[T]) -> None:
    if task.cancelled():
        future.cancel()
    if not future.set_running_or_notify_cancel():
        return
    error = task.exception()
    if error is not None:
        future.set_exception(error)
    else:
        future.set_result(task.result())


def _make_context(context: _ContextOrFactory[T]) -> AsyncContextManager[T]:
    if not hasattr(type(context), '__aenter__') and callable(context):
        context = context()
    if not (hasattr(type(context), '__aenter__') and hasattr(type(context), '__aexit__')):
        raise TypeError(f'{type(context).__name__!r} object is not an asynchronous context manager')
    return context  # type: ignore[return-value]


async def _enter(context: _ContextOrFactory[T]) -> tuple[AsyncContextManager[T], T]:
    manager = _make_context(context)
    return manager, await manager.__aenter__()


async def _leave(manager: AsyncContextManager[Any], *exc_info: Any) -> Optional[bool]:
    return await manager.__aexit__(*exc_info)


async def _get_iterator(iterable: AsyncIterable[T]) -> AsyncIterator[T]:
    return aiter(iterable)


async def _get_next(iterator: AsyncIterator[T]) -> T:
    return await anext(iterator)


async def _await(awaitable: Awaitable[T]) -> T:
    return await awaitable


async def _apply(func: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    result = func(*args, **kwargs)
    return await result if inspect.isawaitable(result) else result


_shared_lock = threading.Lock()
_shared_runner: Optional[Runner] = None
_shared_pool: Optional[concurrent.futures.ThreadPoolExecutor] = None


def _get_shared_runner() -> Runner:
    global _shared_runner
    with _shared_lock:
        if _shared_runner is None:
            _shared_runner = Runner(name='tschan-go')
        return _shared_runner


def go(func: Callable[..., Any], *args: Any, **kwargs: Any) -> RunnerFuture[Any]:
    """Calls a coroutine function, or any function, in the library's own loop, and returns a future.

    The future can be waited for in threads, `go(f).result(timeout)`, and in any asyncio loop,
    `await go(f)`; `cancel()` cancels the coroutine.
    """
    return _get_shared_runner().run_as_future(_apply(func, args, kwargs))


def offload(func: Callable[..., T], *args: Any, **kwargs: Any) -> RunnerFuture[T]:
    """Calls a function that may block in a thread of a pool: a future, as of :func:`go`."""
    global _shared_pool
    with _shared_lock:
        if _shared_pool is None:
            _shared_pool = concurrent.futures.ThreadPoolExecutor(
                thread_name_prefix='tschan-offload')
    future: RunnerFuture[T] = RunnerFuture()
    _shared_pool.submit(_call_for_future, future, func, args, kwargs)
    return future


def _call_for_future(future: RunnerFuture[T], func: Callable[..., T], args: tuple[Any, ...],
                     kwargs: dict[str, Any]) -> None:
    if not future.set_running_or_notify_cancel():
        return
    try:
        result = func(*args, **kwargs)
    except BaseException as error:
        future.set_exception(error)
    else:
        future.set_result(result)
