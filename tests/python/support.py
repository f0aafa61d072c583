# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What the tests of several subjects use."""

import asyncio
import contextlib
import ctypes
import functools
import gc
import inspect
import os
import subprocess
import sys
import threading
import time
import unittest

import gi

gi.require_version('Ts', '1')
from gi.repository import Gio, GLib, GObject, Ts  # noqa: E402, F401

try:
    import gbulb
except ImportError:
    gbulb = None


def is_cancelled(error):
    return error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.CANCELLED)


def is_timed_out(error):
    return error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT)


def cancelled_cancellable():
    cancellable = Gio.Cancellable()
    cancellable.cancel()
    return cancellable


def iterate_until(condition, context=None):
    """Runs a main context until the condition holds."""
    context = context or GLib.MainContext.default()
    while not condition():
        context.iteration(True)


def drain(context=None):
    """Runs a main context as long as it has something to do."""
    context = context or GLib.MainContext.default()
    while context.iteration(False):
        pass


@contextlib.contextmanager
def pushed_context():
    """A main context of our own, as the thread's default."""
    context = GLib.MainContext.new()
    context.push_thread_default()
    try:
        yield context
    finally:
        context.pop_thread_default()


def receive_async(channel, cancellable=None):
    """Starts a receive in the thread-default context. The list gets what it comes to."""
    outcomes = []

    def on_done(source, result):
        try:
            outcomes.append(source.receive_finish(result))
        except GLib.Error as error:
            outcomes.append(error)

    channel.receive_async(cancellable, on_done)
    return outcomes


def send_async(channel, value, cancellable=None):
    """Starts a send in the thread-default context. The list gets what it comes to."""
    outcomes = []

    def on_done(source, result):
        try:
            outcomes.append(source.send_finish(result))
        except GLib.Error as error:
            outcomes.append(error)

    channel.send_async(value, cancellable, on_done)
    return outcomes


def _switches(task):
    with open(f'{task}/status', encoding='ascii') as status:
        return [line for line in status if 'ctxt_switches' in line or line.startswith('State')]


def until_asleep(task):
    """Until a thread sleeps: it waits for something, and not for its interpreter's lock."""
    before = None
    while (now := _switches(task)) != before or 'S (sleeping)' not in now[0]:
        before = now
        time.sleep(0.02)


class Worker(threading.Thread):
    """A thread whose result, or exception, join() hands over."""

    def __init__(self, function, *args):
        super().__init__(daemon=True)
        self._function, self._args = function, args
        self._result = self._error = None
        self.start()

    def run(self):
        try:
            self._result = self._function(*self._args)
        except BaseException as error:  # pylint: disable=broad-except
            self._error = error

    def join(self, timeout=None):
        super().join(timeout)
        if self._error is not None:
            raise self._error
        return self._result

    def until_blocked(self):
        until_asleep(f'/proc/self/task/{self.native_id}')
        return self


@functools.lru_cache(maxsize=None)
def why_no_gbulb():
    """Why the tests with gbulb cannot be run; None if they can."""
    if gbulb is None:
        return 'gbulb is not installed'
    loop = gbulb.GLibEventLoop()
    nothing = asyncio.sleep(0)
    try:
        loop.run_until_complete(nothing)
    except AttributeError:
        return f'this gbulb does not work with PyGObject {gi.__version__}'
    finally:
        nothing.close()
        loop.close()
    return None


def count_fds():
    gc.collect()
    return len(os.listdir('/proc/self/fd'))


class _MallInfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in (
        'arena', 'ordblks', 'smblks', 'hblks', 'hblkhd', 'usmblks', 'fsmblks', 'uordblks',
        'fordblks', 'keepcost')]


def used_bytes():
    """What malloc() has given out, where it tells; else what the process has."""
    gc.collect()
    try:
        mallinfo = ctypes.CDLL(None).mallinfo2
    except AttributeError:
        with open('/proc/self/statm', encoding='ascii') as statm:
            return int(statm.read().split()[1]) * os.sysconf('SC_PAGE_SIZE')
    mallinfo.restype = _MallInfo
    info = mallinfo()
    return info.uordblks + info.hblkhd + 64 * sys.getallocatedblocks()


def growth(function, rounds):
    """How many bytes each call of the function leaves behind, roughly."""
    for _ in range(max(rounds // 4, 100)):
        function()
    before = used_bytes()
    for _ in range(rounds):
        function()
    return (used_bytes() - before) / rounds


def run_program(source, **options):
    """Runs Python source in a process of its own. If that ends while threads run, much is left."""
    environment = {**options.pop('env', os.environ)}
    environment['ASAN_OPTIONS'] = f'{environment.get("ASAN_OPTIONS", "")}:detect_leaks=0'
    return subprocess.run([sys.executable, '-c', source], capture_output=True, text=True,
                          timeout=180, check=False, env=environment, **options)


# In the background of a shell, Ctrl-C is ignored.
PREAMBLE = '''
import asyncio, os, signal, sys, threading, time
import gi
gi.require_version('Ts', '1')
from gi.repository import Gio, GLib, GObject, Ts
signal.signal(signal.SIGINT, signal.default_int_handler)
'''

# For programs that interrupt themselves: interrupt() comes when the main thread sleeps.
INTERRUPT = inspect.getsource(_switches) + inspect.getsource(until_asleep) + '''
def interrupt():
    until_asleep(f'/proc/self/task/{os.getpid()}')
    os.kill(os.getpid(), signal.SIGINT)
'''


class TestCase(unittest.TestCase):
    @contextlib.contextmanager
    def assertCancelled(self):
        with self.assertRaises(GLib.Error) as caught:
            yield
        self.assertTrue(is_cancelled(caught.exception), caught.exception)

    @contextlib.contextmanager
    def assertTimedOut(self):
        with self.assertRaises(GLib.Error) as caught:
            yield
        self.assertTrue(is_timed_out(caught.exception), caught.exception)
