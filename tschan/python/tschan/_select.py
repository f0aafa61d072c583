# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Several operations, of which the first that is possible happens."""

from __future__ import annotations

import asyncio
from typing import (TYPE_CHECKING, Any, Awaitable, Generic, Hashable, Iterable, Optional, TypeVar,
                    Union)

from ._errors import channel_error
from ._library import Described, Ts
from ._operation import Operation, running_loop

if TYPE_CHECKING:
    from ._channel import Channel
    from ._sync import Event, Future, Lock, Semaphore

T = TypeVar('T')
K = TypeVar('K')


class Case(Generic[T]):
    """An operation that has not started: one of those that a select chooses from."""

    _what = 'operation'
    _on: Any = None

    def __repr__(self) -> str:
        return f'<tschan.Case: {self._what} {self._on!r}>'

    def add_to(self, ts_select: Any) -> int:
        """Adds it to a Ts.Select: its index there."""
        raise NotImplementedError

    def get_result(self, ts_select: Any, index: int) -> T:
        """What it has come to, or raises the error, after it was chosen."""
        raise NotImplementedError

    def start(self) -> Operation[Any]:
        """The same operation on its own; in a running loop."""
        raise NotImplementedError


class Receiving(Case[T]):
    _what = 'receive from'

    def __init__(self, channel: Channel[T]) -> None:
        self._channel = self._on = channel

    def add_to(self, ts_select: Any) -> int:
        return ts_select.add_receive(self._channel.ts)  # type: ignore[no-any-return]

    def get_result(self, ts_select: Any, index: int) -> T:
        try:
            return ts_select.steal_value(index)  # type: ignore[no-any-return]
        except Ts.Closed as error:
            raise channel_error(error) from None

    def start(self) -> Operation[T]:
        return self._channel.receive_async()


class Sending(Case[None]):
    _what = 'send to'

    def __init__(self, channel: Channel[T], item: T) -> None:
        self._channel: Channel[Any] = channel
        self._on = channel
        self._item = item

    def add_to(self, ts_select: Any) -> int:
        return ts_select.add_send(self._channel.ts, self._item)  # type: ignore[no-any-return]

    def get_result(self, ts_select: Any, index: int) -> None:
        try:
            ts_select.get_value(index)
        except Ts.Closed as error:
            raise channel_error(error) from None

    def start(self) -> Operation[None]:
        return self._channel.send_async(self._item)


class Waiting(Case[bool]):
    _what = 'wait for'

    def __init__(self, event: Event) -> None:
        self._event = self._on = event

    def add_to(self, ts_select: Any) -> int:
        return ts_select.add_event(self._event.ts)  # type: ignore[no-any-return]

    def get_result(self, ts_select: Any, index: int) -> bool:
        return True

    def start(self) -> Operation[bool]:
        return self._event.wait_async()


class Acquiring(Case[bool]):
    _what = 'acquire'

    def __init__(self, thing: Union[Lock, Semaphore], is_lock: bool) -> None:
        self._thing = self._on = thing
        self._is_lock = is_lock

    def add_to(self, ts_select: Any) -> int:
        add = ts_select.add_lock if self._is_lock else ts_select.add_acquire
        return add(self._thing.ts)  # type: ignore[no-any-return]

    def get_result(self, ts_select: Any, index: int) -> bool:
        return True

    def start(self) -> Operation[bool]:
        return self._thing.acquire_async()


class Resolving(Case[T]):
    _what = 'wait for'

    def __init__(self, future: Future[T]) -> None:
        self._future = self._on = future

    def add_to(self, ts_select: Any) -> int:
        return ts_select.add_future(self._future.ts)  # type: ignore[no-any-return]

    def get_result(self, ts_select: Any, index: int) -> T:
        return self._future.result(0)

    def start(self) -> Operation[T]:
        return self._future.wait_async()


class _WaitForSelect(Operation[tuple[K, Any]]):
    _kind = 'select'

    def __init__(self, loop: asyncio.AbstractEventLoop, select_: Select[K],
                 timeout: Optional[float]) -> None:
        self._select = select_
        super().__init__(loop, timeout)

    def _submit(self, port: Any) -> int:
        return port.select(self._select.ts)  # type: ignore[no-any-return]

    def _timed_out(self) -> tuple[K, Any]:
        return self._select._outcome(self._select.ts.wait_until(0))

    def _convert(self, result: Any) -> tuple[K, Any]:
        return self._select._outcome(result)


class Select(Described, Generic[K]):
    """Several operations, of which exactly one happens at each :meth:`wait`.

    The cases stay for the next wait, but one that has sent its item goes. An exception, such as
    that a channel is closed, carries the `identifier` of its case, which goes as well.
    """

    def __init__(self, cases: Iterable[tuple[K, Case[Any]]] = ()) -> None:
        self.ts = Ts.Select()
        self._cases: dict[int, tuple[K, Case[Any]]] = {}
        for identifier, case in cases:
            self.add(identifier, case)

    def add(self, identifier: K, case: Case[Any]) -> None:
        """Adds a case for the next wait."""
        self._cases[case.add_to(self.ts)] = (identifier, case)

    def remove(self, identifier: K) -> None:
        """Removes all cases with that identifier."""
        for index, (other, _case) in list(self._cases.items()):
            if other == identifier:
                self._remove(index)

    def _remove(self, index: int) -> tuple[K, Case[Any]]:
        self.ts.remove(index)
        return self._cases.pop(index)

    def __len__(self) -> int:
        return len(self._cases)

    def __bool__(self) -> bool:
        return True

    @property
    def cases(self) -> list[tuple[K, Case[Any]]]:
        """What is there for the next wait."""
        return list(self._cases.values())

    def wait(self, timeout: Optional[float] = None) -> Any:
        """Blocks until one operation has happened, or is to be awaited: identifier and result."""
        loop = running_loop()
        if loop is None:
            return self.wait_sync(timeout)
        return _WaitForSelect(loop, self, timeout)

    def wait_sync(self, timeout: Optional[float] = None) -> tuple[K, Any]:
        """Blocks, wherever it is called."""
        return self._outcome(self.ts.wait(timeout=timeout))

    def wait_async(self, timeout: Optional[float] = None) -> Operation[tuple[K, Any]]:
        """Is to be awaited."""
        return _WaitForSelect(asyncio.get_running_loop(), self, timeout)

    def poll(self) -> Optional[tuple[K, Any]]:
        """Identifier and result of an operation that was possible at once, or None."""
        index = self.ts.poll()
        return None if index < 0 else self._outcome(index)

    def _outcome(self, index: int) -> tuple[K, Any]:
        identifier, case = self._cases[index]
        try:
            result = case.get_result(self.ts, index)
        except Exception as error:
            self._remove(index)
            error.identifier = identifier  # type: ignore[attr-defined]
            raise
        if isinstance(case, (Sending, Resolving)):
            self._remove(index)
        return identifier, result


def select(pairs: Iterable[tuple[Hashable, Union[Case[Any], Awaitable[Any]]]],
           timeout: Optional[float] = None) -> Any:
    """Waits for the first of several operations: `((identifier, result), others)`.

    Blocks, or is to be awaited. Each pair is an identifier and an operation: a case, such as
    `channel.receiving()`, of which exactly one happens; inside a running loop also an awaitable,
    such as `channel.receive()`, which has started already. The others can be given to the next
    call, with more beside them.
    """
    given = list(pairs)
    loop = running_loop()
    if all(isinstance(operation, Case) for _identifier, operation in given):
        cases: Any = given
        if loop is None:
            return _select_sync(cases, timeout)
        return loop.create_task(_select_cases(cases, timeout))
    if loop is None:
        raise TypeError('without a running loop, select() takes cases, such as channel.receiving()')
    started = [(identifier, operation.start() if isinstance(operation, Case)
                else operation if isinstance(operation, Operation)
                else asyncio.ensure_future(operation)) for identifier, operation in given]
    return loop.create_task(_select_started(started, timeout))


def _select_sync(cases: list[tuple[Hashable, Case[Any]]], timeout: Optional[float]) -> Any:
    numbered = Select(enumerate(case for _identifier, case in cases))
    return _outcome_of(cases, lambda: numbered.wait_sync(timeout))


async def _select_cases(cases: list[tuple[Hashable, Case[Any]]], timeout: Optional[float]) -> Any:
    numbered = Select(enumerate(case for _identifier, case in cases))
    waited = numbered.wait_async(timeout)
    try:
        await waited
    except Exception:  # pylint: disable=broad-except
        pass  # asked for again below
    return _outcome_of(cases, waited.result)


def _outcome_of(cases: list[tuple[Hashable, Any]], get: Any) -> Any:
    try:
        number, result = get()
    except Exception as error:
        if hasattr(error, 'identifier'):
            number = error.identifier
            error.identifier = cases[number][0]
            error.others = cases[:number] + cases[number + 1:]  # type: ignore[attr-defined]
        raise
    return (cases[number][0], result), cases[:number] + cases[number + 1:]


async def _select_started(pairs: list[tuple[Hashable, Any]], timeout: Optional[float]) -> Any:
    loop = asyncio.get_running_loop()
    woken = loop.create_future()

    def wake(_operation: object) -> None:
        if not woken.done():
            woken.set_result(None)

    for _identifier, operation in pairs:
        operation.add_done_callback(wake)
    try:
        await asyncio.wait_for(woken, timeout)
    finally:
        for _identifier, operation in pairs:
            operation.remove_done_callback(wake)
    number = next(i for i, pair in enumerate(pairs) if pair[1].done())
    return _outcome_of(pairs, lambda: (number, pairs[number][1].result()))
