# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""How Python waits for operations of tschan, and what it makes of values and errors.

Each way of waiting is written here once, over a port (Ts.Port), and every operation of every class
in Ts.py plugs into them with one line:

* wait_in_task() is for a task of any asyncio loop. Each loop has one port, whose file descriptor it
  watches.
* wait_in_thread() blocks. The main thread, which alone handles signals, sleeps in poll() on a port,
  so that Ctrl-C gets through; all others call the library.

An operation that completes is only reserved until it is finished: whoever is interrupted or
cancelled before that has taken nothing.
"""

import asyncio
import atexit
import errno
import itertools
import os
import select
import threading
import weakref

from gi.repository import Gio, GLib, GObject

from ..module import get_introspection_module

Ts = get_introspection_module('Ts')

# What is quick, where it was built for this Python. All works without it.
native = None
if not os.environ.get('TSCHAN_PURE_PYTHON'):
    try:
        from . import _tschan_native as native
    except ImportError:
        pass


def _guard_the_end():
    """Keeps C threads from freeing Python objects when the interpreter goes, in which they would crash."""
    Ts.Channel.list_properties()  # now the class is there, and what it registers
    gate = GObject.new(GObject.type_from_name('TsDropGate'), type=GObject.TYPE_PYOBJECT)
    atexit.register(gate.set_property, 'closed', True)
    os.register_at_fork(after_in_child=lambda: gate.set_property('closed', False))


if native is None:
    _guard_the_end()

# Errors


class _TsError(GLib.Error):
    """An error of tschan's own domain: its class stands for one code."""

    code_of_class = None

    def __init__(self, message='', *_args):
        code = self.code_of_class
        super().__init__(message or code.value_nick, GLib.quark_to_string(Ts.Error.quark()),
                         int(code))


class Closed(_TsError):
    """The object was closed, and nothing is left in it."""

    code_of_class = Ts.Error.CLOSED


class Full(_TsError):
    """There is no room now."""

    code_of_class = Ts.Error.FULL


class Empty(_TsError):
    """There is nothing to take now."""

    code_of_class = Ts.Error.EMPTY


class TimedOut(GLib.Error, TimeoutError):
    """The deadline has passed."""

    def __init__(self, message='timed out', *_args):
        super().__init__(message, GLib.quark_to_string(Gio.io_error_quark()),
                         int(Gio.IOErrorEnum.TIMED_OUT))

    __str__ = GLib.Error.__str__


_error_classes = {(error.domain, error.code): type(error)
                  for error in (Closed(), Full(), Empty(), TimedOut())}


def own_error(error):
    """The same error, as the class that stands for it."""
    error_class = _error_classes.get((error.domain, error.code))
    return error if error_class is None else error_class(error.message)


def call(function, *args):
    try:
        return function(*args)
    except GLib.Error as error:
        raise own_error(error) from None


def is_cancelled(cancellable):
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


# What the library takes, and gives back, as it is
_AS_IS = frozenset({bool, bytes, dict, float, list, tuple})


def pack(value):
    """What to give to the library for any Python object, so that unpack() gives it back."""
    kind = type(value)
    if kind in _AS_IS:
        return value
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


# What needs no second look
PLAIN_TYPES = frozenset({bool, bytes, dict, float, int, list, str, tuple, type(None)})


def unpack(value):
    """What was sent, from what the library has handed out."""
    kind = type(value)
    if kind in PLAIN_TYPES:
        return value
    if kind is _Box:
        return value.value
    if isinstance(value, GObject.GBoxed):
        # It is freed already: better to say so than to crash.
        raise TypeError(f'a {type(value).__name__} that was not sent by Python cannot be received '
                        'without the C extension of tschan, except by a watch: install it, or send '
                        'the value inside an object or a variant')
    return value


def unpack_lent(value):
    """The same, from what the library has only lent."""
    if isinstance(value, GObject.GBoxed):
        return GObject.Value(type(value), value).get_boxed()
    return unpack(value)


_boxed_types = GLib.Error, GObject.GBoxed


# Ports


def _pure_finish(port, token, _finish=Ts.Port.finish):
    return unpack(_finish(port, token)[1])


_finish = _pure_finish if native is None else native.finish


def finish(port, token):
    """Commits an operation of a port, and returns its result."""
    try:
        return _finish(port, token)
    except GLib.Error as error:
        raise own_error(error) from None


# What hands out values: as the library's own, but that what comes out is as it was sent. Where the
# introspected functions fail they forget to free the place that they had for a value; there is none
# for a list, so this is how to try.


def _pure_try_receive(channel, _try_receive_many=Ts.Channel.try_receive_many):
    return unpack(_try_receive_many(channel, 1)[0])


def _pure_try_receive_many(channel, maximum, _try_receive_many=Ts.Channel.try_receive_many):
    return [unpack(item) for item in _try_receive_many(channel, maximum)]


def _unpacking(function):
    return lambda *args: unpack(function(*args))


def _pure_select_value(select_, index, steal, _get=Ts.Select.get_value, _steal=Ts.Select.steal_value):
    success, value = (_steal if steal else _get)(select_, index)
    return (unpack(value),) if success else ()


if native is None:
    try_receive, try_receive_many = _pure_try_receive, _pure_try_receive_many
    receive_until = _unpacking(Ts.Channel.receive_until)
    receive_finish = _unpacking(Ts.Channel.receive_finish)
    give_up_receiving = _unpacking(Ts.Channel.receive_until_value)
    future_wait_until = _unpacking(Ts.Future.wait_until)
    future_wait_finish = _unpacking(Ts.Future.wait_finish)
    give_up_future = _unpacking(Ts.Future.wait_until_value)
    select_value = _pure_select_value
else:
    try_receive, try_receive_many = native.try_receive, native.try_receive_many
    receive_until, receive_finish = native.receive_until, native.receive_finish
    future_wait_until, future_wait_finish = native.future_wait_until, native.future_wait_finish
    give_up_receiving, give_up_future = receive_until, future_wait_until
    select_value = native.select_value


def _new_port():
    port = Ts.Port.new()
    if port.get_fd() < 0:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
    return port


# Waiting in a task


class _PureBridge:
    """The port of one asyncio loop, and who waits for which of its tokens.

    Only the loop holds it, as the reader of the port's descriptor: when the loop is closed, the
    port goes, with what was still under way in it.
    """

    __slots__ = ('port', 'waiting', '__weakref__')

    def __init__(self, port):
        self.port = port
        self.waiting = {}

    def __del__(self):
        self.port.close()

    def __call__(self):
        next_ready, waiting = self.port.next_ready, self.waiting
        while (token := next_ready()) >= 0:
            future = waiting.pop(token, None)
            if future is not None and not future.done():
                future.set_result(None)


_Bridge = native.Bridge if native is not None else _PureBridge

# The loop itself is where to look first; one that cannot have attributes is in the dictionary.
_bridge_of_loop = weakref.WeakKeyDictionary()
_bridge_lock = threading.Lock()


def _known_bridge(loop):
    try:
        return loop._tschan_bridge()
    except AttributeError:
        reference = _bridge_of_loop.get(loop)
        return None if reference is None else reference()


def bridge_of(loop):
    return _known_bridge(loop) or _new_bridge(loop)


def _new_bridge(loop):
    bridge = _Bridge(_new_port())
    loop.add_reader(bridge.port.get_fd(), bridge)
    try:
        loop._tschan_bridge = weakref.ref(bridge)
    except AttributeError:
        with _bridge_lock:
            _bridge_of_loop[loop] = weakref.ref(bridge)
    return bridge


if native is not None:
    native.configure(bridge_of=bridge_of, box=_Box)


def start_in(loop, future, submit, *args):
    """Starts what submit(port, *args) starts in the port of an asyncio loop, in its thread.

    The future gets the result None when that is over, perhaps at once. Returns the port, the token,
    and the dictionary in which the future waits under the token.
    """
    bridge = bridge_of(loop)
    port, waiting = bridge.port, bridge.waiting
    token = submit(port, *args)
    if token < 0:
        raise RuntimeError('the loop is closed')
    waiting[token] = future
    bridge()  # it may be over already, or have set off another
    return port, token, waiting


def look_around(loop):
    """Looks for what has become ready in the loop's port, after something that may be the reason:
    so the loop need not be woken for it."""
    bridge = _known_bridge(loop)
    if bridge is not None and bridge.waiting:
        bridge()


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


async def wait_in_task(cancellable, submit, *args, restore=None):
    """Waits for what submit(port, *args) starts, and returns its result.

    If that comes to nothing restore(), a coroutine function, puts right what waiting has changed.
    """
    if is_cancelled(cancellable):
        raise _cancelled_error()

    loop = asyncio.get_running_loop()
    future = loop.create_future()
    port, token, waiting = start_in(loop, future, submit, *args)
    handler = None
    try:
        if cancellable is not None:
            handler = _fail_on_cancel(cancellable, loop, future)
        await future
        return finish(port, token)
    except GeneratorExit:
        restore = None  # dropped: nobody is there to wait for anything
        raise
    finally:
        waiting.pop(token, None)
        if port.cancel(token) and restore is not None:
            await restore()
        if handler is not None:
            GObject.Object.disconnect(cancellable, handler)


# How many operations in a row a task may find done already, before its loop gets a turn.
_QUICK_IN_A_ROW = 64
_quick_count = itertools.count(1)


def loop_is_due():
    return next(_quick_count) % _QUICK_IN_A_ROW == 0


# Waiting in a thread


def deadline_in(timeout):
    """When so many seconds will be over, as the library counts; -1 for never."""
    if timeout is None or timeout > 1e9:  # far enough to be for ever
        return -1
    return GLib.get_monotonic_time() + max(int(timeout * 1e6), 0)


class _Sleeper:
    """A port for one operation, and how to sleep until it is ready. Belongs to one thread."""

    _idle = []
    os.register_at_fork(after_in_child=_idle.clear)

    def __init__(self):
        self.port = _new_port()
        self._poll = select.poll()
        self._poll.register(self.port.get_fd(), select.POLLIN)

    @classmethod
    def take(cls):
        return cls._idle.pop() if cls._idle else cls()

    def give_back(self):
        self._idle.append(self)

    def sleep(self, deadline, cancellable):
        """True: it is ready; False: the time is up, or the cancellable cancelled."""
        while self.port.next_ready() < 0:
            if is_cancelled(cancellable):
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


def wait_in_thread(deadline, cancellable, submit, function, *args, restore=None, give_up=None):
    """Waits in this thread for what submit(port, *args) starts, or for the library's own
    function(*args, deadline, cancellable).

    If that comes to nothing restore() puts right what waiting has changed. A function that hands
    out a value has a twin, give_up(), that returns it: PyGObject leaks where the former fails, and
    the latter succeeds.
    """
    is_main = threading.get_ident() == threading.main_thread().ident
    if is_cancelled(cancellable) or not is_main and (give_up is None or deadline < 0):
        return call(function, *args, deadline, cancellable)
    sleeper, token = _Sleeper.take(), None
    try:
        token = submit(sleeper.port, *args)
        if sleeper.sleep(deadline, cancellable):
            return finish(sleeper.port, token)
    finally:
        if token is None:
            sleeper.port.close()
        else:
            if sleeper.port.cancel(token) and restore is not None:
                restore()
            sleeper.give_back()
    # Without success this fails at once, with the right words.
    return call(give_up or function, *args, 0, cancellable)
