# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The loop of a runner, and how other threads get something into it."""

from __future__ import annotations

import asyncio
import collections
import contextlib
import importlib
import selectors
import threading
from typing import Any, Callable, Deque, Optional

from ._library import GLib

_Function = Callable[..., object]


class Inbox:
    """What a loop is to call: with call_soon_threadsafe(), which any loop has."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._lock = threading.Lock()
        self._closed = False

    def post(self, func: _Function, *args: Any) -> bool:
        """From any thread. False: it is closed; what was taken before is called."""
        with self._lock:
            if self._closed:
                return False
            self._add(func, args)
        return True

    def close(self) -> None:
        """In the loop's thread, when it has stopped."""
        with self._lock:
            self._closed = True
        self._call_rest()

    def _add(self, func: _Function, args: tuple[Any, ...]) -> None:
        self._loop.call_soon_threadsafe(func, *args)

    def _call_rest(self) -> None:
        self._loop.call_soon(self._loop.stop)
        self._loop.run_forever()


class _Selector(selectors.DefaultSelector):
    """Where asyncio's loop sleeps: calls what was posted before the loop looks what is ready.

    So the loop need not be woken if it is awake, and what is posted runs in the same turn.
    """

    def __init__(self) -> None:
        super().__init__()
        self.posted: Deque[tuple[_Function, tuple[Any, ...]]] = collections.deque()
        self.sleeps = False
        self.loop: Any = None

    def select(self, timeout: Optional[float] = None) -> Any:
        # Whoever posts after the second line sees the first.
        self.sleeps = True
        events = super().select(0 if self.posted else timeout)
        self.sleeps = False
        if self.posted:
            self.call_posted()
        return events

    def call_posted(self) -> None:
        for _ in range(len(self.posted)):
            func, args = self.posted.popleft()
            try:
                func(*args)
            except Exception as error:  # pylint: disable=broad-except
                self.loop.call_exception_handler({
                    'message': 'Exception in a call from another thread', 'exception': error})


class _SelectorInbox(Inbox):
    def __init__(self, loop: asyncio.AbstractEventLoop, selector: _Selector) -> None:
        super().__init__(loop)
        self._selector = selector

    def _call_rest(self) -> None:
        self._selector.call_posted()

    def _add(self, func: _Function, args: tuple[Any, ...]) -> None:
        selector = self._selector
        selector.posted.append((func, args))
        if selector.sleeps:
            selector.sleeps = False  # one wakes it for all
            self._loop.call_soon_threadsafe(_do_nothing)


def _do_nothing() -> None:
    pass


class LoopMaker:
    """Makes the loop in its thread, and then tells of its inbox."""

    def __init__(self, factory: Optional[Callable[[], asyncio.AbstractEventLoop]],
                 stack: contextlib.ExitStack) -> None:
        self.factory = factory or _find_factory(stack) or self._make_default()
        self._selector: Optional[_Selector] = None

    def _make_default(self) -> Optional[Callable[[], asyncio.AbstractEventLoop]]:
        """Only if nobody has asked for another kind of loop."""
        if type(asyncio.get_event_loop_policy()) is not asyncio.DefaultEventLoopPolicy:
            return None
        return self._make_with_selector

    def _make_with_selector(self) -> asyncio.AbstractEventLoop:
        self._selector = _Selector()
        self._selector.loop = asyncio.SelectorEventLoop(self._selector)
        return self._selector.loop

    def get_inbox(self, loop: asyncio.AbstractEventLoop) -> Inbox:
        return Inbox(loop) if self._selector is None else _SelectorInbox(loop, self._selector)


def _find_factory(stack: contextlib.ExitStack
                  ) -> Optional[Callable[[], asyncio.AbstractEventLoop]]:
    """A loop that is the thread's GLib main loop as well, where PyGObject brings one."""
    try:
        events: Any = importlib.import_module('gi.events')
    except ImportError:
        return None
    context = GLib.MainContext.new()
    context.push_thread_default()
    stack.callback(context.pop_thread_default)
    return lambda: events.GLibEventLoop(context)  # type: ignore[no-any-return]
