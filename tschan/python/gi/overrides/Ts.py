# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What makes tschan feel at home in Python, on top of its introspected interface."""

import asyncio
import itertools

from gi.repository import GLib

from ..module import get_introspection_module
from ..overrides import override
from ._tschan import (Closed, Empty, Full, TimedOut, call, deadline_in, finish, future_wait_finish,
                      future_wait_until, give_up_future, give_up_receiving, loop_is_due, pack,
                      receive_finish, receive_until, select_value, try_receive, try_receive_many,
                      unpack_lent, wait_in_task, wait_in_thread)

Ts = get_introspection_module('Ts')

__all__ = ['Closed', 'Empty', 'Full', 'TimedOut']


def _public(item):
    __all__.append(item.__name__)
    return item


@_public
@override
class Port(Ts.Port):
    def fileno(self):
        return self.get_fd()

    def finish(self, token):
        return finish(self, token)

    def send(self, channel, value):
        return super().send(channel, pack(value))

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()


# Events


@_public
@override
class Event(Ts.Event):
    def __init__(self, *, auto_reset=False, name=None):
        super().__init__(auto_reset=auto_reset, name=name)

    def wait(self, cancellable=None, *, timeout=None):
        """Blocks until the event is set: True; False if that takes longer than timeout seconds."""
        if cancellable is None and not self.get_auto_reset() and self.is_set():
            return True
        try:
            return self.wait_until(deadline_in(timeout), cancellable)
        except TimedOut:
            return False

    def wait_until(self, deadline, cancellable=None):
        wait_in_thread(deadline, cancellable, Port.wait_event, Ts.Event.wait_until, self)
        return True

    def wait_async(self, cancellable=None, callback=None, *user_data):
        """To be awaited; with a callback, as in other languages."""
        if callback is None:
            return self._wait_in_task(cancellable)
        return super().wait_async(cancellable, callback, *user_data)

    async def _wait_in_task(self, cancellable):
        await wait_in_task(cancellable, Port.wait_event, self)
        return True


# Channels

_MAX_UINT = 0xffffffff


@_public
@override
class Channel(Ts.Channel):
    def __init__(self, capacity=0, *, item_type=None, overflow=Ts.Overflow.WAIT, name=None):
        properties = {} if item_type is None else {'item_type': item_type}
        super().__init__(capacity=capacity, overflow=overflow, name=name, **properties)

    # Sending

    def try_send(self, value):
        """Sends at once, or raises Ts.Full or Ts.Closed."""
        return call(super().try_send, pack(value))

    def send(self, value, cancellable=None, *, timeout=None):
        """Blocks until the channel has taken the value, for timeout seconds at most."""
        return self.send_until(value, deadline_in(timeout), cancellable)

    def send_until(self, value, deadline, cancellable=None):
        value = pack(value)
        if cancellable is None and self.get_can_send():
            try:
                return super().try_send(value)
            except GLib.Error:
                pass  # what is wrong will be said below
        wait_in_thread(deadline, cancellable, Ts.Port.send, Ts.Channel.send_until, self, value)
        return True

    def send_async(self, value, cancellable=None, callback=None, *user_data):
        """To be awaited; with a callback, as in other languages."""
        if callback is None:
            return self._send_in_task(pack(value), cancellable)
        return super().send_async(pack(value), cancellable, callback, *user_data)

    async def _send_in_task(self, value, cancellable):
        if cancellable is None and self.get_can_send():
            if loop_is_due():
                await asyncio.sleep(0)
            try:
                return super().try_send(value)
            except GLib.Error:
                pass
        await wait_in_task(cancellable, Ts.Port.send, self, value)
        return True

    def send_finish(self, result):
        return call(super().send_finish, result)

    # Receiving

    def try_receive(self):
        """Receives at once, or raises Ts.Empty or Ts.Closed."""
        return call(try_receive, self)

    def receive(self, cancellable=None, *, timeout=None):
        """Blocks until there is an item, for timeout seconds at most."""
        return self.receive_until(deadline_in(timeout), cancellable)

    def receive_until(self, deadline, cancellable=None):
        if cancellable is None and self.get_can_receive():
            try:
                return try_receive(self)
            except GLib.Error:
                pass  # somebody else was quicker
        return wait_in_thread(deadline, cancellable, Port.receive, receive_until, self,
                              give_up=give_up_receiving)

    def receive_async(self, cancellable=None, callback=None, *user_data):
        """To be awaited; with a callback, as in other languages."""
        if callback is None:
            return self._receive_in_task(cancellable)
        return super().receive_async(cancellable, callback, *user_data)

    async def _receive_in_task(self, cancellable):
        if cancellable is None and self.get_can_receive():
            if loop_is_due():
                await asyncio.sleep(0)
            try:
                return try_receive(self)
            except GLib.Error:
                pass
        return await wait_in_task(cancellable, Port.receive, self)

    def receive_finish(self, result):
        return call(receive_finish, self, result)

    def receive_many(self, maximum, cancellable=None, *, timeout=None):
        """A list of what is there, at least one item and at most so many."""
        if maximum <= 0:
            return []
        return [self.receive(cancellable, timeout=timeout), *self._take(maximum - 1)]

    def try_receive_many(self, maximum):
        """A list of what is there, at most so many items; raises Ts.Empty or Ts.Closed."""
        if maximum <= 0:
            return []
        return call(try_receive_many, self, min(maximum, _MAX_UINT))

    async def receive_many_async(self, maximum, cancellable=None):
        """A list of what is there, at least one item and at most so many."""
        if maximum <= 0:
            return []
        return [await self._receive_in_task(cancellable), *self._take(maximum - 1)]

    def _take(self, maximum):
        if maximum <= 0 or not self.get_can_receive():
            return []
        try:
            return self.try_receive_many(maximum)
        except (Closed, Empty):
            return []

    # These hand out allocated values, which PyGObject does not free.
    receive_value = receive
    receive_until_value = receive_until
    try_receive_value = try_receive
    receive_finish_value = receive_finish

    def next(self):
        """The next item, or None once the channel is closed and empty."""
        return next(self, None)

    # Main loops

    def add_watch(self, priority, func, *user_data):
        """Calls func(channel, value, *user_data) in the main loop for each item."""

        def on_item(channel, value, *data):
            return func(channel, unpack_lent(value), *data)

        return super().add_watch(priority, on_item, *user_data)

    # Python's own habits

    def __len__(self):
        return self.get_length()

    def __bool__(self):
        return True

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return self.receive()
        except Closed:
            raise StopIteration from None

    def __aiter__(self):
        return self

    async def __anext__(self):
        try:
            return await self._receive_in_task(None)
        except Closed:
            raise StopAsyncIteration from None

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_exception):
        self.close()


# List models


@_public
@override
class Item(Ts.Item):
    def get_value(self):
        return unpack_lent(super().get_value())

    value = property(get_value, doc='What was sent.')


@_public
@override
class ListModel(Ts.ListModel):
    """Has the methods of a sequence, as each list model in Python."""

    def __init__(self, channel, **settings):
        super().__init__(channel=channel, **settings)


# Semaphores, locks, conditions


class _Acquired:
    """What is acquired and released, by threads and tasks alike: also with `with`."""

    # submit(port, self)
    _submit = None

    def acquire(self, cancellable=None, *, timeout=None):
        """Blocks until it is ours: True; False if that takes longer than timeout seconds."""
        if cancellable is None and self.try_acquire():
            return True
        try:
            return self.acquire_until(deadline_in(timeout), cancellable)
        except TimedOut:
            return False

    def acquire_until(self, deadline, cancellable=None):
        wait_in_thread(deadline, cancellable, self._submit, super().acquire_until)
        return True

    def acquire_async(self, cancellable=None, callback=None, *user_data):
        """To be awaited; with a callback, as in other languages."""
        if callback is None:
            return self._acquire_in_task(cancellable)
        return super().acquire_async(cancellable, callback, *user_data)

    async def _acquire_in_task(self, cancellable=None):
        if cancellable is None and self.try_acquire():
            return True
        await wait_in_task(cancellable, self._submit)
        return True

    def __enter__(self):
        self.acquire()
        return self

    def __exit__(self, *_exception):
        self.release()

    async def __aenter__(self):
        await self._acquire_in_task()
        return self

    async def __aexit__(self, *_exception):
        self.release()


@_public
@override
class Semaphore(_Acquired, Ts.Semaphore):
    def __init__(self, value=1, limit=None, *, name=None):
        properties = {} if limit is None else {'limit': limit}
        super().__init__(value=value, name=name, **properties)

    def _submit(self, port):
        return port.acquire(self)

    def release(self, n=1):
        return super().release(n)


@_public
@override
class Lock(_Acquired, Ts.Lock):
    def __init__(self, *, name=None):
        super().__init__(name=name)

    def _submit(self, port):
        return port.acquire_lock(self)


@_public
@override
class Condition(Ts.Condition):
    def __init__(self, lock=None, *, name=None):
        super().__init__(lock=lock, name=name)

    def wait(self, cancellable=None, *, timeout=None):
        """Releases the lock and blocks until notified, then has the lock again: True; False if
        that took longer than timeout seconds."""
        try:
            return self.wait_until(deadline_in(timeout), cancellable)
        except TimedOut:
            return False

    def wait_until(self, deadline, cancellable=None):
        wait_in_thread(deadline, cancellable, Port.wait_condition, Ts.Condition.wait_until, self,
                       restore=self.get_lock().acquire)
        return True

    def wait_for(self, predicate, cancellable=None, *, timeout=None):
        """Waits until predicate() is true, and returns what it returned last."""
        deadline = deadline_in(timeout)
        while not (result := predicate()):
            try:
                self.wait_until(deadline, cancellable)
            except TimedOut:
                return predicate()
        return result

    def wait_async(self, cancellable=None, callback=None, *user_data):
        """To be awaited; with a callback, as in other languages."""
        if callback is None:
            return self._wait_in_task(cancellable)
        return super().wait_async(cancellable, callback, *user_data)

    async def _wait_in_task(self, cancellable):
        await wait_in_task(cancellable, Port.wait_condition, self, restore=self._acquire_anyway)
        return True

    async def _acquire_anyway(self):
        """A task that is cancelled gets on, and out of its `async with`, under the lock."""
        cancelled = None
        while True:
            try:
                await self.get_lock().acquire_async()
                break
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled

    async def wait_for_async(self, predicate, cancellable=None):
        while not (result := predicate()):
            await self._wait_in_task(cancellable)
        return result

    def __enter__(self):
        self.get_lock().acquire()
        return self

    def __exit__(self, *_exception):
        self.get_lock().release()

    async def __aenter__(self):
        await self.get_lock().acquire_async()
        return self

    async def __aexit__(self, *_exception):
        self.get_lock().release()


@_public
@override
class Barrier(Ts.Barrier):
    def __init__(self, parties, *, name=None):
        super().__init__(parties=parties, name=name)

    def wait(self, cancellable=None, *, timeout=None):
        """Blocks until everyone is here: how many of this round came before."""
        return self.wait_until(deadline_in(timeout), cancellable)

    def wait_until(self, deadline, cancellable=None):
        return wait_in_thread(deadline, cancellable, Port.wait_barrier,
                              _index_of(super().wait_until), self)

    def wait_async(self, cancellable=None, callback=None, *user_data):
        """To be awaited; with a callback, as in other languages."""
        if callback is None:
            return wait_in_task(cancellable, Port.wait_barrier, self)
        return super().wait_async(cancellable, callback, *user_data)

    def wait_finish(self, result):
        return call(super().wait_finish, result)[1]


def _index_of(wait_until):
    """Of the pair that the library returns, the second."""
    return lambda _barrier, deadline, cancellable: wait_until(deadline, cancellable)[1]


# Futures and runners


class _Failure:
    """An exception of Python on its way through an error of the library, which it is not."""

    DOMAIN = 'ts-python-exception'

    def __init__(self, exception):
        self.exception = exception
        self.error = GLib.Error(f'{type(exception).__name__}: {exception}', self.DOMAIN, 0)


@_public
@override
class Future(Ts.Future):
    def __init__(self, *, cancellable=None, name=None):
        super().__init__(cancellable=cancellable, name=name)

    def resolve(self, value=None):
        return super().resolve(pack(value))

    def reject(self, reason):
        """Takes any exception; whoever waits in Python gets the very same."""
        if isinstance(reason, GLib.Error):
            return super().reject(reason)
        failure = _Failure(reason)
        self._failures().append(failure)
        return super().reject(failure.error)

    def _failures(self):
        return self.__dict__.setdefault('_tschan_failures', [])

    def _original(self, error):
        """The exception behind an error."""
        if error.domain == _Failure.DOMAIN:
            for failure in self._failures():
                return failure.exception
        return error

    def wait(self, cancellable=None, *, timeout=None):
        """Blocks until there is a value, and returns it, or raises the error."""
        return self.wait_until(deadline_in(timeout), cancellable)

    def wait_until(self, deadline, cancellable=None):
        try:
            return wait_in_thread(deadline, cancellable, Port.wait_future, future_wait_until,
                                  self, give_up=give_up_future)
        except GLib.Error as error:
            raise self._original(error) from None

    def wait_async(self, cancellable=None, callback=None, *user_data):
        """To be awaited; with a callback, as in other languages."""
        if callback is None:
            return self._wait_in_task(cancellable)
        return super().wait_async(cancellable, callback, *user_data)

    async def _wait_in_task(self, cancellable=None):
        try:
            return await wait_in_task(cancellable, Port.wait_future, self)
        except GLib.Error as error:
            raise self._original(error) from None

    def wait_finish(self, result):
        try:
            return call(future_wait_finish, self, result)
        except GLib.Error as error:
            raise self._original(error) from None

    # These hand out allocated values, which PyGObject does not free.
    wait_value = wait
    wait_until_value = wait_until
    wait_finish_value = wait_finish

    def __await__(self):
        return self._wait_in_task().__await__()


@_public
@override
class Call(Ts.Call):
    def complete(self, value=None):
        return super().complete(pack(value))


def _start(starter, function, args, *rest, to_finish=False):
    """Has starter() run function(*args) elsewhere: the future of its result, or exception.

    If it is to be finished, it is a function of GIO's kind, and its GAsyncResult is the result.
    """
    failures = []

    def answer(ts_call, *_user_data):
        try:
            if to_finish:
                function(*args, ts_call.get_cancellable(),
                         lambda _source, result, *_data: ts_call.complete(result))
            else:
                ts_call.complete(function(*args))
        except BaseException as exception:  # it is the caller's
            if isinstance(exception, GLib.Error):
                ts_call.fail(exception)
            else:
                failures.append(_Failure(exception))
                ts_call.fail(failures[0].error)

    future = starter(answer, None, *rest)
    future.__dict__['_tschan_failures'] = failures
    return future


@_public
@override
class Runner(Ts.Runner):
    def __init__(self, name=None):
        super().__init__(name=name)

    def invoke(self, function, *args, priority=GLib.PRIORITY_DEFAULT):
        """Runs function(*args) in the runner's thread, and does not wait for it."""
        return call(super().invoke, priority, lambda *_user_data: function(*args))

    def spawn(self, function, *args):
        """Runs function(*args) in the runner's thread: the future of its result."""
        return _start(super().spawn, function, args)

    def call(self, function, *args, cancellable=None, timeout=None):
        """Runs function(*args) in the runner's thread, waits, and returns what it returns."""
        return self._wait_for(function, args, cancellable, timeout)

    def perform(self, function, *args, cancellable=None, timeout=None):
        """Runs an asynchronous function of GIO's kind in the runner's thread: its result, for its
        _finish. It is called as function(*args, cancellable, callback)."""
        return self._wait_for(function, args, cancellable, timeout, to_finish=True)

    def _wait_for(self, function, args, cancellable, timeout, **options):
        if self.is_current():
            super().call(lambda *_arguments: None)  # says that it would deadlock
        future = _start(super().spawn, function, args, **options)
        try:
            return future.wait(cancellable, timeout=timeout)
        finally:
            future.cancel()

    async def call_async(self, function, *args, cancellable=None):
        future = self.spawn(function, *args)
        try:
            return await future.wait_async(cancellable)
        finally:
            future.cancel()

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()


@_public
@override(Ts.offload)
def offload(function, *args, cancellable=None):
    """Runs function(*args) in a thread of a shared pool: the future of its result."""
    return _start(Ts.offload, function, args, cancellable)


# Select

_once = Ts.Select.once


@_public
@override
class Select(Ts.Select):
    def add_send(self, channel, value):
        return super().add_send(channel, pack(value))

    def set_value(self, index, value):
        return super().set_value(index, pack(value))

    def add_timeout(self, timeout):
        """Adds a case: so many seconds from now are over."""
        return self.add_deadline(deadline_in(timeout))

    def wait(self, cancellable=None, *, timeout=None):
        """Blocks until one of the operations has happened: the index of its case."""
        return self.wait_until(deadline_in(timeout), cancellable)

    def wait_until(self, deadline, cancellable=None):
        return wait_in_thread(deadline, cancellable, Port.select, Ts.Select.wait_until, self)

    def wait_async(self, cancellable=None, callback=None, *user_data):
        """To be awaited; with a callback, as in other languages."""
        if callback is None:
            return wait_in_task(cancellable, Port.select, self)
        return super().wait_async(cancellable, callback, *user_data)

    def wait_finish(self, result):
        return call(super().wait_finish, result)

    def get_value(self, index):
        """What the last wait has brought; raises Ts.Closed if there is none."""
        return self._value_of(index, False)

    def steal_value(self, index):
        """The same, and it is not kept."""
        return self._value_of(index, True)

    dup_value = get_value

    def _value_of(self, index, steal):
        found = select_value(self, index, steal)
        if not found:
            raise Closed
        return found[0]

    _first = itertools.count()

    @staticmethod
    def once(channels, cancellable=None, *, timeout=None):
        """Blocks until one of several channels has an item: the index of the channel, and the item.

        Those that are closed and empty are left out; raises Ts.Closed if all are.
        """
        deadline, chooser = deadline_in(timeout), Select()
        # A select looks at its first case first, and here each is new: so they take turns.
        turn = next(Select._first) % max(len(channels), 1)
        order = [*range(turn, len(channels)), *range(turn)]
        cases = {chooser.add_receive(channels[index]): index for index in order}
        while cases:
            case = chooser.wait_until(deadline, cancellable)
            try:
                return cases[case], chooser.steal_value(case)
            except Closed:
                chooser.remove(case)
                del cases[case]
        return call(_once, [], cancellable)  # has the words for it


# Descriptions


def _describe(self):
    return f'<{self.to_string()}>'


for _class in (Barrier, Call, Channel, Condition, Event, Future, Item, ListModel, Lock, Port, Runner,
               Select, Semaphore):
    _class.__repr__ = _describe
