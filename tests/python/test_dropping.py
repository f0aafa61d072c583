# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Python objects that are dropped by threads which are not Python's."""

import ctypes
import gc
import threading
import unittest
import unittest.mock
import weakref

import tap
from gi.overrides._tschan import native
from support import PREAMBLE, GLib, TestCase, Ts, Worker, iterate_until, run_program

MANY = 1000

_gobject = ctypes.CDLL('libgobject-2.0.so.0')
_gobject.g_object_ref.argtypes = [ctypes.c_void_p]
_glib = ctypes.CDLL('libglib-2.0.so.0')
_glib.g_thread_new.argtypes = [ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p]
_glib.g_thread_new.restype = ctypes.c_void_p
_glib.g_thread_join.argtypes = [ctypes.c_void_p]


class Item:
    """Notes how many there are, and how often somebody came with the GIL to free some.

    A thread that is not Python's has what is local to a thread only for as long as it has the GIL.
    """

    here = threading.local()
    left = visits = 0

    def __init__(self):
        Item.left += 1

    def __del__(self):
        Item.left -= 1
        if not hasattr(self.here, 'seen'):
            self.here.seen = True
            Item.visits += 1

    @classmethod
    def visits_of(cls, function):
        cls.visits = 0
        function()
        return cls.visits


class OwnedByC:
    """An object of which only C has a reference, which a C thread gives back."""

    def __init__(self, thing):
        self._pointer = hash(thing)
        _gobject.g_object_ref(self._pointer)

    def drop(self):
        function = ctypes.cast(_gobject.g_object_unref, ctypes.c_void_p)
        _glib.g_thread_join(_glib.g_thread_new(b'drops', function, self._pointer))


def channel_with_items(n=MANY, make=Item):
    channel = Ts.Channel(Ts.CHANNEL_UNLIMITED)
    for _ in range(n):
        channel.send(make())
    return channel


# A free of many may take longer than the GIL is kept.
SOME = MANY / 10


class Dropping(TestCase):
    def setUp(self):
        gc.collect()
        Item.left = 0

    def check(self, owned, left=0):
        visits = Item.visits_of(owned.drop)
        self.assertEqual(Item.left, left)
        if native is not None:
            self.assertLess(visits, SOME)

    def test_channel(self):
        self.check(OwnedByC(channel_with_items()))

    def test_many_kinds(self):
        kinds = iter([1, 'text', None, 2 ** 70, [], GLib.Variant('i', 1), Ts.Event()] * MANY)
        channel = channel_with_items()
        for _ in range(MANY):
            channel.send(next(kinds))
            channel.send(Item())
        owned = OwnedByC(channel)
        del channel
        self.check(owned)

    def test_rows(self):
        model = Ts.ListModel(channel_with_items())
        iterate_until(lambda: len(model) == MANY)
        # The model's source is in the context of this thread, and knows the model only weakly.
        owned = OwnedByC(model)
        del model
        gc.collect()
        self.check(owned)

    def test_beside_a_busy_thread(self):
        owned, done = OwnedByC(channel_with_items(20 * MANY)), threading.Event()

        def is_busy():
            while not done.is_set():
                pass

        busy = Worker(is_busy)
        owned.drop()
        done.set()
        busy.join()
        self.assertEqual(Item.left, 0)

    def test_destructors_may_use_tschan(self):
        other = Ts.Channel(Ts.CHANNEL_UNLIMITED)

        class Sends:
            def __del__(self):
                other.send(Item())

        OwnedByC(channel_with_items(make=Sends)).drop()
        self.assertEqual(len(other), MANY)
        owned = OwnedByC(other)
        del other, Sends
        gc.collect()
        self.check(owned)

    def test_destructors_that_fail(self):
        seen = []

        class Fails:
            def __del__(self):
                raise KeyError

        with unittest.mock.patch('sys.unraisablehook', lambda error: seen.append(error.exc_type)):
            OwnedByC(channel_with_items(10, Fails)).drop()
        self.assertEqual(seen, [KeyError] * 10)

    def test_oldest_items(self):
        channel = Ts.Channel(1, overflow=Ts.Overflow.DROP_OLDEST)
        items = [Item() for _ in range(5)]
        seen = [weakref.ref(item) for item in items]
        while items:
            channel.send(items.pop(0))
        self.assertEqual([item() is not None for item in seen], [False] * 4 + [True])

    def test_watch(self):
        channel, seen = channel_with_items(), []
        channel.add_watch(GLib.PRIORITY_DEFAULT, lambda _channel, item: seen.append(item.left) or True)
        iterate_until(lambda: len(seen) == MANY)
        self.assertEqual(Item.left, 0)


# What is registered first is called last: after what the library has to do.
AT_EXIT = '''
import atexit
atexit.register(lambda: globals().get('at_end', int)())
''' + PREAMBLE + '''
import ctypes
gobject, glib = ctypes.CDLL('libgobject-2.0.so.0'), ctypes.CDLL('libglib-2.0.so.0')
gobject.g_object_ref.argtypes = [ctypes.c_void_p]
glib.g_thread_new.argtypes = [ctypes.c_char_p, ctypes.c_void_p, ctypes.c_void_p]
glib.g_thread_new.restype = ctypes.c_void_p
glib.g_thread_unref.argtypes = [ctypes.c_void_p]
unref = ctypes.cast(gobject.g_object_unref, ctypes.c_void_p)

def drop_in_a_thread(channel):
    """The caller lets go of it, too. Nobody waits for the thread."""
    pointer = hash(channel)
    gobject.g_object_ref(pointer)
    glib.g_thread_unref(glib.g_thread_new(b'drops', unref, pointer))
'''


class Exit(TestCase):
    def check(self, source, expected='', rounds=1):
        for _ in range(tap.iterations(rounds)):
            result = run_program(AT_EXIT + source)
            self.assertEqual((result.returncode, result.stdout, result.stderr), (0, expected, ''))

    def test_exit_while_c_threads_drop(self):
        self.check('''
for _ in range(3):
    channel = Ts.Channel(-1)
    for _ in range(20000):
        channel.send([])
    drop_in_a_thread(channel)
    del channel
''', rounds=5)

    def test_exit_lets_out_who_is_inside(self):
        self.check('''
class Slow:
    def __del__(self):
        os.write(1, b'in ')
        inside.set()
        time.sleep(0.2)
        os.write(1, b'out ')

def at_end():
    os.write(1, b'end')

inside = threading.Event()
channel = Ts.Channel(-1)
channel.send(Slow())
drop_in_a_thread(channel)
del channel
inside.wait()
''', 'in out end')

    def test_who_ends_the_interpreter_may_still_drop(self):
        self.check('''
class Item:
    def __del__(self):
        os.write(1, b'freed ')

def at_end():
    globals().pop('channel')

channel = Ts.Channel(-1)
for _ in range(3):
    channel.send(Item())
''', 'freed freed freed ')


if __name__ == '__main__':
    tap.main()
