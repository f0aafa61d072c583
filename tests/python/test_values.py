# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What a channel makes of Python's values (C18, C19)."""

import asyncio
import enum
import gc
import weakref

import tap
from gi.overrides._tschan import native
from support import (Gio, GLib, GObject, TestCase, Ts, Worker, iterate_until, receive_async,
                     send_async)


class Thing(GObject.Object):
    pass


class Colour(enum.Enum):
    RED = 1


class Number(enum.IntEnum):
    ONE = 1


class Values(TestCase):
    """C18: every Python object comes back."""

    EQUAL = [
        0, -1, 2 ** 31 - 1, 2 ** 31, -2 ** 31, -2 ** 31 - 1, 2 ** 40, 2 ** 63 - 1, 2 ** 63,
        -2 ** 63, 2 ** 64, 10 ** 40, 1.5, float('inf'), '', 'text', 'a\0b', '\udc80', 'ä€😀',
        b'a\0b', (), (1, 2), (1,), True, False, None,
    ]

    def test_c18_equal(self):
        channel = Ts.Channel(1)
        for value in self.EQUAL:
            channel.send(value)
            received = channel.receive()
            self.assertEqual((type(received), received), (type(value), value))

    def test_c18_identity(self):
        channel = Ts.Channel(1)
        for value in (None, True, False, [], {}, set(), (1, 2), b'bytes', bytearray(), object,
                      Thing, object(), Colour.RED, Number.ONE, len, lambda: None, ValueError('x'),
                      Ts.Closed('x'), GLib.Error('x'), Thing(), Ts.Event(), channel, Ellipsis,
                      Gio.IOErrorEnum.CANCELLED, Ts.Overflow.WAIT, Gio.Cancellable()):
            channel.send(value)
            self.assertIs(channel.receive(), value)

    def test_c18_glib_values(self):
        channel = Ts.Channel(1)
        channel.send(GLib.Variant('(si)', ('text', 5)))
        self.assertEqual(channel.receive().unpack(), ('text', 5))
        channel.send(GObject.Value(GObject.TYPE_UINT64, 2 ** 64 - 1))
        self.assertEqual(channel.receive(), 2 ** 64 - 1)
        channel.send(GLib.Bytes.new(b'bytes'))
        self.assertEqual(channel.receive().get_data(), b'bytes')

    def test_c18_by_every_way(self):
        for value in self.EQUAL:
            channel, seen = Ts.Channel(1), []
            send_async(channel, value)
            outcomes = receive_async(channel)
            iterate_until(lambda outcomes=outcomes: outcomes)
            with Ts.Port() as port:
                token = port.send(channel, value)
                self.assertEqual(port.next_ready(), token)
                port.finish(token)
                token = port.receive(channel)
                port.next_ready()
                outcomes.append(port.finish(token))
            channel.add_watch(GLib.PRIORITY_DEFAULT,
                              lambda _channel, item, to=seen: to.append(item))
            channel.send(value)
            iterate_until(lambda seen=seen: seen)

            async def in_task(channel=channel, value=value):
                await channel.send_async(value)
                return await channel.receive_async()

            outcomes.append(asyncio.run(in_task()))
            channel.send(value)
            outcomes += channel.receive_many(2)
            channel.send(value)
            outcomes += list(iter(channel.try_receive_value, value)) or [value]
            self.assertEqual(outcomes + seen, [value] * 6)

    def test_c18_attributes_of_objects_survive(self):
        channel = Ts.Channel(1)
        thing = Thing()
        thing.colour = 'red'
        channel.send(thing)
        del thing
        gc.collect()
        self.assertEqual(channel.receive().colour, 'red')

    def test_c19_what_is_left_is_freed(self):
        class Plain:
            pass

        for make in Plain, Thing:
            for capacity in 5, Ts.CHANNEL_UNLIMITED:
                item, channel = make(), Ts.Channel(capacity)
                seen = weakref.ref(item)
                for _ in range(3):
                    channel.send(item)
                del item, channel
                gc.collect()
                self.assertIsNone(seen())


def from_elsewhere():
    """Values as another language sends them, each with a function that tells one from others."""
    keys = GLib.KeyFile()
    keys.set_string('group', 'key', 'text' * 20)
    thing = Thing()
    return [
        (GObject.Value(GLib.Bytes, GLib.Bytes.new(b'bytes' * 100)), lambda value: value.get_data()),
        (GObject.Value(GLib.DateTime, GLib.DateTime.new_utc(2026, 1, 2, 3, 4, 5)),
         lambda value: value.format_iso8601()),
        (GObject.Value(GLib.KeyFile, keys), lambda value: value.get_string('group', 'key')),
        (GObject.Value(GLib.strv_get_type(), ['one', 'two']), list),
        (GObject.Value(GObject.TYPE_VARIANT, GLib.Variant('(si)', ('text', 5))), repr),
        (GObject.Value(GObject.TYPE_STRING, 'text' * 20), str),
        (GObject.Value(GObject.TYPE_OBJECT, thing), id),
        (GObject.Value(GObject.TYPE_PYOBJECT, thing), id),
        (GObject.Value(GObject.TYPE_UINT64, 2 ** 64 - 1), int),
        (GObject.Value(GObject.TYPE_INT64, -2 ** 63), int),
        (GObject.Value(GObject.TYPE_UINT, 2 ** 32 - 1), int),
        (GObject.Value(GObject.TYPE_FLOAT, 0.5), float),
        (GObject.Value(GObject.TYPE_DOUBLE, 0.1), float),
        (GObject.Value(GObject.TYPE_BOOLEAN, True), bool),
        (GObject.Value(GObject.TYPE_GTYPE, GLib.Bytes), str),
        (GObject.Value(Gio.IOErrorEnum, Gio.IOErrorEnum.CANCELLED), int),
        (GObject.Value(Gio.FileAttributeInfoFlags, Gio.FileAttributeInfoFlags.COPY_WITH_FILE), int),
    ]


def through_port(submit, subject):
    with Ts.Port() as port:
        token = submit(port, subject)
        while port.next_ready() < 0:
            pass
        return port.finish(token)


def through_callback(start, finish):
    results = []
    start(None, lambda _source, result: results.append(result))
    iterate_until(lambda: results)
    return finish(results[0])


def in_task(function):
    async def main():
        return await function()

    return asyncio.run(main())


def while_it_waits(function, arrive):
    worker = Worker(function).until_blocked()
    arrive()
    return worker.join()


# What hands out a value, without the extension: at least what is only lent
LENT = {'watch', 'list model'}


def from_channel(value):
    """Each way out of a channel: a name, and what comes out there."""

    def filled(count=1):
        channel = Ts.Channel(count)
        for _ in range(count):
            channel.send(value)
        return channel

    def chosen(take):
        chooser, channel = Ts.Select(), filled()
        chooser.add_receive(channel)
        return take(chooser, chooser.wait())

    def watched():
        channel, seen = filled(), []
        channel.add_watch(GLib.PRIORITY_DEFAULT, lambda _channel, item: seen.append(item))
        iterate_until(lambda: seen)
        return seen[0]

    def listed():
        model = Ts.ListModel(filled())
        iterate_until(lambda: model.get_n_items() > 0)
        return getattr(model[0], 'value', model[0])  # objects are items themselves

    def empty_until_sent(function):
        channel = Ts.Channel(1)
        return while_it_waits(lambda: function(channel), lambda: channel.send(value))

    return {
        'receive': lambda: filled().receive(),
        'receive, with time': lambda: filled().receive(timeout=60),
        'receive, cancellable': lambda: filled().receive(Gio.Cancellable()),
        'receive_value': lambda: filled().receive_value(),
        'receive in a thread': lambda: Worker(filled().receive).join(),
        'receive that waits': lambda: empty_until_sent(lambda channel: channel.receive()),
        'receive that waits, with time':
            lambda: empty_until_sent(lambda channel: channel.receive(timeout=60)),
        'try_receive': lambda: filled().try_receive(),
        'try_receive_value': lambda: filled().try_receive_value(),
        'receive_many': lambda: filled(3).receive_many(3)[2],
        'try_receive_many': lambda: filled(3).try_receive_many(3)[2],
        'receive_many_async': lambda: (lambda ch: in_task(lambda: ch.receive_many_async(3)))(
            filled(3))[2],
        'for': lambda: next(filled()),
        'next': lambda: filled().next(),
        'await': lambda: in_task(filled().receive_async),
        'async for': lambda: in_task(filled().__anext__),
        'port': lambda: through_port(Ts.Port.receive, filled()),
        'callback': lambda: (lambda ch: through_callback(ch.receive_async, ch.receive_finish))(
            filled()),
        'callback, value': lambda: (lambda ch: through_callback(
            ch.receive_async, ch.receive_finish_value))(filled()),
        'watch': watched,
        'list model': listed,
        'select': lambda: chosen(lambda chooser, index: chooser.get_value(index)),
        'select, twice': lambda: chosen(
            lambda chooser, index: [chooser.get_value(index), chooser.get_value(index)][1]),
        'select, stolen': lambda: chosen(lambda chooser, index: chooser.steal_value(index)),
        'select, dup': lambda: chosen(lambda chooser, index: chooser.dup_value(index)),
        'once': lambda: Ts.Select.once([Ts.Channel(), filled()])[1],
    }


def from_future(value):
    """Each way out of a future."""

    def resolved():
        future = Ts.Future()
        future.resolve(value)
        return future

    def chosen(take):
        chooser, future = Ts.Select(), resolved()
        chooser.add_future(future)
        return take(chooser, chooser.wait())

    def unresolved_until(function):
        future = Ts.Future()
        return while_it_waits(lambda: function(future), lambda: future.resolve(value))

    return {
        'wait': lambda: resolved().wait(),
        'wait, with time': lambda: resolved().wait(timeout=60),
        'wait_until': lambda: resolved().wait_until(-1),
        'wait_value': lambda: resolved().wait_value(),
        'wait_until_value': lambda: resolved().wait_until_value(0),
        'wait in a thread': lambda: Worker(resolved().wait).join(),
        'wait that waits': lambda: unresolved_until(lambda future: future.wait()),
        'wait that waits, with time': lambda: unresolved_until(
            lambda future: future.wait(timeout=60)),
        'await': lambda: in_task(resolved().wait_async),
        'await it': lambda: in_task(resolved),
        'port': lambda: through_port(Ts.Port.wait_future, resolved()),
        'callback': lambda: (lambda future: through_callback(
            future.wait_async, future.wait_finish))(resolved()),
        'callback, value': lambda: (lambda future: through_callback(
            future.wait_async, future.wait_finish_value))(resolved()),
        'select': lambda: chosen(lambda chooser, index: chooser.get_value(index)),
        'select, stolen': lambda: chosen(lambda chooser, index: chooser.steal_value(index)),
    }


class FromElsewhere(TestCase):
    """C18: what another language has sent comes out of everything that hands out values."""

    def check(self, ways_from):
        for value, tell in from_elsewhere():
            wanted = tell(value.get_value())
            boxed = isinstance(value.get_value(), GObject.GBoxed)
            for name, way in ways_from(value).items():
                with self.subTest(type=value.g_type.name, way=name):
                    if native is None and boxed and name not in LENT:
                        with self.assertRaisesRegex(TypeError, 'extension'):
                            way()
                        continue
                    received = way()
                    gc.collect()
                    self.assertEqual(tell(received), wanted)

    def test_c18_from_a_channel(self):
        self.check(from_channel)

    def test_c18_from_a_future(self):
        self.check(from_future)

    def test_c18_once_takes_turns_and_leaves_out_what_is_closed(self):
        channels = [Ts.Channel(4), Ts.Channel(4), Ts.Channel()]
        channels[2].close()
        for channel in channels[:2]:
            for number in range(4):
                channel.send(number)
        seen = [Ts.Select.once(channels) for _ in range(4)]
        self.assertEqual({index for index, _item in seen}, {0, 1})
        seen += [Ts.Select.once(channels) for _ in range(4)]
        self.assertEqual(sorted(seen), [(i, number) for i in (0, 1) for number in range(4)])
        with self.assertTimedOut():
            Ts.Select.once(channels, timeout=0)
        for channel in channels:
            channel.close()
        self.assertRaises(Ts.Closed, Ts.Select.once, channels)
        self.assertRaises(Ts.Closed, Ts.Select.once, [])


if __name__ == '__main__':
    tap.main()
