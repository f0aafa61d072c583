# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What makes tschan feel at home in Python, on top of its introspected interface."""

import asyncio

from gi.repository import GLib, GObject

from ..module import get_introspection_module
from ..overrides import override
from ._tschan import (Closed, Empty, Full, TimedOut, call, deadline_in, finish, loop_is_due, pack,
                      unpack, wait_in_task, wait_in_thread)

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
        return unpack(call(super().try_receive))

    def receive(self, cancellable=None, *, timeout=None):
        """Blocks until there is an item, for timeout seconds at most."""
        return self.receive_until(deadline_in(timeout), cancellable)

    def receive_until(self, deadline, cancellable=None):
        if cancellable is None and self.get_can_receive():
            try:
                return unpack(super().try_receive())
            except GLib.Error:
                pass  # somebody else was quicker
        return wait_in_thread(deadline, cancellable, Port.receive, Ts.Channel.receive_until, self)

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
                return unpack(super().try_receive())
            except GLib.Error:
                pass
        return await wait_in_task(cancellable, Port.receive, self)

    def receive_finish(self, result):
        return unpack(call(super().receive_finish, result))

    def receive_many(self, maximum, cancellable=None, *, timeout=None):
        """A list of what is there, at least one item and at most so many."""
        if maximum <= 0:
            return []
        first = self.receive(cancellable, timeout=timeout)
        return [first, *self._take(maximum - 1)]

    def try_receive_many(self, maximum):
        """A list of what is there, at most so many items; raises Ts.Empty or Ts.Closed."""
        return [self.try_receive(), *self._take(maximum - 1)] if maximum > 0 else []

    def _take(self, maximum):
        while maximum > 0 and self.get_can_receive():
            try:
                yield self.try_receive()
            except (Closed, Empty):
                return
            maximum -= 1

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
            if isinstance(value, GObject.GBoxed):
                value = GObject.Value(type(value), value).get_boxed()  # it is only lent
            else:
                value = unpack(value)
            return func(channel, value, *data)

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
