# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What makes tschan feel at home in Python, on top of its introspected interface.

Three ways of waiting are written here once, each over a port (Ts.Port), and every operation of
every class plugs into them with one line:

* _await() lets a task of any asyncio loop wait. Each loop has one port, whose file descriptor it
  watches.
* _block() lets a thread wait. The main thread, which alone handles signals, sleeps in poll() on a
  port, so that Ctrl-C gets through; all others call the library.
* With a callback, the library's own asynchronous call completes in a GLib main loop.

An operation that completes is only reserved until port.finish(): whoever is interrupted or
cancelled before that has taken nothing.
"""

import asyncio
import errno
import itertools
import os
import select
import threading
import weakref

from gi.repository import Gio, GLib, GObject

from ..module import get_introspection_module
from ..overrides import override

Ts = get_introspection_module('Ts')

__all__ = []


def _public(item):
    __all__.append(item.__name__)
    return item


# Errors


class _TsError(GLib.Error):
    """An error of tschan's own domain: its class stands for one code."""

    code_of_class = None

    def __init__(self, message='', *_args):
        code = self.code_of_class
        super().__init__(message or code.value_nick, GLib.quark_to_string(Ts.Error.quark()),
                         int(code))


@_public
class Closed(_TsError):
    """The object was closed, and nothing is left in it."""

    code_of_class = Ts.Error.CLOSED


@_public
class Full(_TsError):
    """There is no room now."""

    code_of_class = Ts.Error.FULL


@_public
class Empty(_TsError):
    """There is nothing to take now."""

    code_of_class = Ts.Error.EMPTY


@_public
class TimedOut(GLib.Error, TimeoutError):
    """The deadline has passed."""

    def __init__(self, message='timed out', *_args):
        super().__init__(message, GLib.quark_to_string(Gio.io_error_quark()),
                         int(Gio.IOErrorEnum.TIMED_OUT))

    __str__ = GLib.Error.__str__


_error_classes = {(error.domain, error.code): type(error)
                  for error in (Closed(), Full(), Empty(), TimedOut())}


def _own_error(error):
    """The same error, as the class that stands for it."""
    error_class = _error_classes.get((error.domain, error.code))
    return error if error_class is None else error_class(error.message)


def _call(function, *args):
    try:
        return function(*args)
    except GLib.Error as error:
        raise _own_error(error) from None


def _is_cancelled(cancellable):
    return cancellable is not None and Gio.Cancellable.is_cancelled(cancellable)


def _cancelled_error():
    """What a cancelled call raises: the library itself says it, in the user's language."""
    cancellable = Gio.Cancellable()
    cancellable.cancel()
    try:
        Ts.Event.wait(Ts.Event(), cancellable)
    except GLib.Error as error:
        return error


# Values


class _Box:
    """Carries what a GValue cannot: None, great numbers, strings with NUL or lone surrogates.

    Also what PyGObject would give back as another object (GLib.Error), or spoiled (boxed types such
    as GLib.Bytes: it frees them together with the value that they come in).
    """

    __slots__ = ('value',)

    def __init__(self, value):
        self.value = value


def _fits_in_c(string):
    if '\0' in string:
        return False
    try:
        string.encode()
    except UnicodeEncodeError:
        return False
    return True


def _pack(value):
    """What to give to the library for any Python object, so that _unpack() gives it back."""
    kind = type(value)
    if kind is int:
        if -0x80000000 <= value <= 0x7fffffff:
            return value
        if -0x8000000000000000 <= value <= 0x7fffffffffffffff:
            return GObject.Value(GObject.TYPE_INT64, value)
        return _Box(value)
    if kind is str:
        return value if _fits_in_c(value) else _Box(value)
    if value is None or isinstance(value, _boxed_types) and kind is not GObject.Value:
        return _Box(value)
    return value


def _unpack(value):
    if type(value) is _Box:
        return value.value
    if isinstance(value, GObject.GBoxed):
        # It is freed already: better to say so than to crash.
        raise TypeError(f'a {type(value).__name__} that was not sent by Python cannot be received '
                        'in Python: send it inside an object or a variant')
    return value


_boxed_types = GLib.Error, GObject.GBoxed


# Ports


@_public
@override
class Port(Ts.Port):
    def fileno(self):
        return self.get_fd()

    def send(self, channel, value):
        return super().send(channel, _pack(value))

    def finish(self, token):
        return _unpack(_call(super().finish, token)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()


def _new_port():
    port = Port()
    if port.fileno() < 0:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    return port


# Waiting in a task


class _Bridge:
    """The port of one asyncio loop, and who waits for which of its tokens.

    Only the loop holds it, as the reader of the port's descriptor: when the loop is closed, the
    port goes, with what was still under way in it.
    """

    __slots__ = ('port', 'waiting', '__weakref__')

    _of_loop = weakref.WeakKeyDictionary()
    _lock = threading.Lock()

    def __init__(self):
        self.port = _new_port()
        self.waiting = {}

    def __del__(self):
        self.port.close()

    def __call__(self):
        next_ready = self.port.next_ready
        while (token := next_ready()) >= 0:
            future = self.waiting.pop(token, None)
            if future is not None and not future.done():
                future.set_result(None)

    @classmethod
    def of(cls, loop):
        known = cls._of_loop.get(loop)
        bridge = known() if known is not None else None
        if bridge is None:
            bridge = cls()
            loop.add_reader(bridge.port.fileno(), bridge)
            with cls._lock:
                cls._of_loop[loop] = weakref.ref(bridge)
        return bridge


def _fail_on_cancel(cancellable, loop, future):
    """Makes the future fail when the cancellable is cancelled, in whichever thread."""

    def fail():
        if not future.done():
            future.set_exception(_cancelled_error())

    def on_cancelled(_cancellable):
        try:
            loop.call_soon_threadsafe(fail)
        except RuntimeError:
            pass  # the loop is closed: nobody waits any more

    # Gio.Cancellable has a connect() of its own, which is another.
    handler = GObject.Object.connect(cancellable, 'cancelled', on_cancelled)
    if cancellable.is_cancelled():
        fail()
    return handler


async def _await(cancellable, submit, *args):
    """Waits for what submit(port, *args) starts, and returns its result."""
    if _is_cancelled(cancellable):
        raise _cancelled_error()

    loop = asyncio.get_running_loop()
    future = loop.create_future()
    bridge = _Bridge.of(loop)
    port, waiting = bridge.port, bridge.waiting
    del bridge  # the loop's alone

    token = submit(port, *args)
    waiting[token] = future
    handler = None
    try:
        if cancellable is not None:
            handler = _fail_on_cancel(cancellable, loop, future)
        await future
        return port.finish(token)
    finally:
        waiting.pop(token, None)
        port.cancel(token)  # unless it was finished
        if handler is not None:
            GObject.Object.disconnect(cancellable, handler)


# Waiting in a thread


def _deadline(timeout):
    if timeout is None:
        return -1
    now = GLib.get_monotonic_time()
    # Far enough to be for ever; the library counts in 64 bits.
    return -1 if timeout > 1e9 else now + max(int(timeout * 1e6), 0)


class _Sleeper:
    """A port, and how to sleep until something in it is ready."""

    _idle = []
    os.register_at_fork(after_in_child=_idle.clear)

    def __init__(self):
        self.port = _new_port()
        self._poll = select.poll()
        self._poll.register(self.port, select.POLLIN)

    @classmethod
    def take(cls):
        return cls._idle.pop() if cls._idle else cls()

    def give_back(self):
        self._idle.append(self)

    def sleep(self, deadline, cancellable):
        """Until the port has something ready: True; False if the time or the cancellable is up."""
        while self.port.next_ready() < 0:
            if _is_cancelled(cancellable):
                return False
            timeout = None
            if deadline >= 0:
                timeout = (deadline - GLib.get_monotonic_time()) / 1000
                if timeout <= 0:
                    return False
            self._sleep_once(timeout, cancellable)
        return True

    def _sleep_once(self, timeout, cancellable):
        if cancellable is None:
            self._poll.poll(timeout)
            return
        fd = cancellable.get_fd()
        self._poll.register(fd, select.POLLIN)
        try:
            self._poll.poll(timeout)
        finally:
            self._poll.unregister(fd)
            cancellable.release_fd()


def _block(deadline, cancellable, submit, call, *args):
    """Waits in this thread for what submit(port, *args) starts, or for the library's own
    call(*args, deadline, cancellable)."""
    if threading.get_ident() != threading.main_thread().ident or _is_cancelled(cancellable):
        return _unpack(_call(call, *args, deadline, cancellable))
    sleeper = _Sleeper.take()
    try:
        token = submit(sleeper.port, *args)
        if sleeper.sleep(deadline, cancellable):
            result = sleeper.port.finish(token)
        else:
            sleeper.port.cancel(token)
            # Without success this fails at once, with the right words.
            result = _unpack(_call(call, *args, 0, cancellable))
    except BaseException:
        sleeper.port.close()
        raise
    sleeper.give_back()
    return result


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
            return self.wait_until(_deadline(timeout), cancellable)
        except TimedOut:
            return False

    def wait_until(self, deadline, cancellable=None):
        _block(deadline, cancellable, Port.wait_event, Ts.Event.wait_until, self)
        return True

    def wait_async(self, cancellable=None, callback=None, *user_data):
        """To be awaited; with a callback, as in other languages."""
        if callback is None:
            return self._wait_in_task(cancellable)
        return super().wait_async(cancellable, callback, *user_data)

    async def _wait_in_task(self, cancellable):
        await _await(cancellable, Port.wait_event, self)
        return True


# Channels

# How many operations in a row a task may find done already, before the loop gets its turn.
_QUICK_IN_A_ROW = 64
_quick_count = itertools.count(1)


def _loop_is_due():
    return next(_quick_count) % _QUICK_IN_A_ROW == 0


@_public
@override
class Channel(Ts.Channel):
    def __init__(self, capacity=0, *, item_type=None, overflow=Ts.Overflow.WAIT, name=None):
        properties = {} if item_type is None else {'item_type': item_type}
        super().__init__(capacity=capacity, overflow=overflow, name=name, **properties)

    # Sending

    def try_send(self, value):
        """Sends at once, or raises Ts.Full or Ts.Closed."""
        return _call(super().try_send, _pack(value))

    def send(self, value, cancellable=None, *, timeout=None):
        """Blocks until the channel has taken the value, for timeout seconds at most."""
        return self.send_until(value, _deadline(timeout), cancellable)

    def send_until(self, value, deadline, cancellable=None):
        value = _pack(value)
        if cancellable is None and self.get_can_send():
            try:
                return super().try_send(value)
            except GLib.Error:
                pass  # what is wrong will be said below
        _block(deadline, cancellable, Ts.Port.send, Ts.Channel.send_until, self, value)
        return True

    def send_async(self, value, cancellable=None, callback=None, *user_data):
        """To be awaited; with a callback, as in other languages."""
        if callback is None:
            return self._send_in_task(_pack(value), cancellable)
        return super().send_async(_pack(value), cancellable, callback, *user_data)

    async def _send_in_task(self, value, cancellable):
        if cancellable is None and self.get_can_send():
            if _loop_is_due():
                await asyncio.sleep(0)
            try:
                return super().try_send(value)
            except GLib.Error:
                pass
        await _await(cancellable, Ts.Port.send, self, value)
        return True

    def send_finish(self, result):
        return _call(super().send_finish, result)

    # Receiving

    def try_receive(self):
        """Receives at once, or raises Ts.Empty or Ts.Closed."""
        return _unpack(_call(super().try_receive))

    def receive(self, cancellable=None, *, timeout=None):
        """Blocks until there is an item, for timeout seconds at most."""
        return self.receive_until(_deadline(timeout), cancellable)

    def receive_until(self, deadline, cancellable=None):
        if cancellable is None and self.get_can_receive():
            try:
                return _unpack(super().try_receive())
            except GLib.Error:
                pass  # somebody else was quicker
        return _block(deadline, cancellable, Port.receive, Ts.Channel.receive_until, self)

    def receive_async(self, cancellable=None, callback=None, *user_data):
        """To be awaited; with a callback, as in other languages."""
        if callback is None:
            return self._receive_in_task(cancellable)
        return super().receive_async(cancellable, callback, *user_data)

    async def _receive_in_task(self, cancellable):
        if cancellable is None and self.get_can_receive():
            if _loop_is_due():
                await asyncio.sleep(0)
            try:
                return _unpack(super().try_receive())
            except GLib.Error:
                pass
        return await _await(cancellable, Port.receive, self)

    def receive_finish(self, result):
        return _unpack(_call(super().receive_finish, result))

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
                value = _unpack(value)
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
