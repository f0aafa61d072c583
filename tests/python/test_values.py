# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""What a channel makes of Python's values (C18, C19)."""

import asyncio
import enum
import gc
import weakref

import tap
from support import Gio, GLib, GObject, TestCase, Ts, iterate_until, receive_async, send_async


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
        # As another language would send it.
        channel.send(GObject.Value(GLib.Bytes, GLib.Bytes.new(b'bytes')))
        self.assertRaises(TypeError, channel.receive)

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


if __name__ == '__main__':
    tap.main()
