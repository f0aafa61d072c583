# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""TsListModel: rows that threads find."""

import gc
import weakref

import tap
import tschan
from support import Gio, GLib, GObject, TestCase, Ts, Worker, drain, iterate_until, pushed_context


class Thing(GObject.Object):
    def __init__(self, number):
        super().__init__()
        self.number = number


def send_all(channel, items):
    with channel:
        for item in items:
            channel.send(item)


class ListModel(TestCase):
    def shown(self, items, **settings):
        """The model of a channel into which a thread sends items, when all are shown."""
        channel = Ts.Channel(3)
        model = Ts.ListModel(channel, **settings)
        worker = Worker(send_all, channel, items)
        iterate_until(model.is_finished)
        worker.join()
        return model

    def test_objects_are_rows(self):
        things = [Thing(number) for number in range(50)]
        model = self.shown(things)
        self.assertIsInstance(model, Gio.ListModel)
        self.assertEqual(len(model), 50)
        self.assertEqual(list(model), things)
        self.assertIs(model[7], things[7])
        self.assertEqual(model.get_item_type(), GObject.Object.__gtype__)

    def test_object_keeps_its_python_half(self):
        model = self.shown(Thing(number) for number in range(50))
        gc.collect()
        self.assertEqual([thing.number for thing in model], list(range(50)))

    def test_anything_else_is_in_an_item(self):
        items = [1, 'two', None, 3.5, (4, 4), [5], 2 ** 70, 'seven\0', b'eight', object(), {9: 9}]
        model = self.shown(items)
        self.assertTrue(all(isinstance(row, Ts.Item) for row in model))
        self.assertEqual([row.value for row in model], items)
        self.assertIs(model[9].value, items[9])
        self.assertEqual(model[0].props.string, '1')
        self.assertEqual(model[1].props.string, 'two')
        self.assertEqual(Ts.Item.new(5).value, 5)

    def test_changes_tell_all(self):
        mirror = []

        def on_items_changed(model, position, removed, added):
            mirror[position:position + removed] = [model[position + i].value for i in range(added)]

        channel = Ts.Channel(10)
        model = Ts.ListModel(channel, max_items=20, overflow=Ts.Overflow.DROP_OLDEST, interval=1)
        model.connect('items-changed', on_items_changed)
        worker = Worker(send_all, channel, range(1000))
        iterate_until(model.is_finished)
        worker.join()
        self.assertEqual(mirror, list(range(980, 1000)))
        self.assertEqual(model.props.received, 1000)
        self.assertEqual(model.get_dropped(), 980)
        model.remove(0, 19)
        self.assertEqual(mirror, [999])

    def test_full_model_leaves_items_in_the_channel(self):
        channel = Ts.Channel(5)
        model = Ts.ListModel(channel, max_items=2)
        for number in range(5):
            channel.send(number)
        drain()
        self.assertEqual(len(model), 2)
        self.assertEqual(len(channel), 3)
        model.props.max_items = 3
        drain()
        self.assertEqual(len(channel), 2)

    def test_dropped_model_leaves_the_rest(self):
        channel = Ts.Channel(5)
        model = Ts.ListModel(channel, interval=3600 * 1000)
        channel.send(0)
        drain()
        for number in range(1, 4):
            channel.send(number)
        drain()
        self.assertEqual((len(model), len(channel)), (1, 0))
        gone = weakref.ref(model)
        del model
        gc.collect()
        self.assertIsNone(gone())
        self.assertEqual([channel.try_receive() for _ in range(3)], [1, 2, 3])

    def test_garbage_of_another_thread(self):
        """Whose collector may come at any moment of our loop."""
        channel = Ts.Channel(20)
        alive = set()

        def send():
            for number in range(tap.iterations(500)):
                thing = Thing(number)
                alive.add(number)
                weakref.finalize(thing, alive.discard, number)
                channel.send(thing)
                if number % 50 == 0:
                    gc.collect()

        worker = Worker(send)
        while worker.is_alive():
            loop = [Ts.ListModel(channel)]
            loop.append(loop)  # for the collector
            GLib.MainContext.default().iteration(False)
            del loop
            GLib.MainContext.default().iteration(False)
        worker.join()
        gc.collect()
        drain()
        self.assertEqual(len(alive), len(channel))

    def test_context_of_its_own(self):
        with pushed_context() as context:
            channel = Ts.Channel(1)
            model = Ts.ListModel(channel)
            channel.send('a')
            drain()
            self.assertEqual(len(model), 0)
            drain(context)
            self.assertEqual(len(model), 1)

    def test_handler_may_close(self):
        channel = Ts.Channel(-1)
        model = Ts.ListModel(channel)
        finished = []
        model.connect('notify::finished', lambda *_: finished.append(True))
        model.connect('items-changed', lambda *_: model.close())
        channel.send(1)
        drain()
        channel.send(2)
        drain()
        self.assertEqual((len(model), len(channel), finished), (1, 1, [True]))
        self.assertFalse(model.close())

    def test_bad_input(self):
        self.assertRaises(TypeError, Ts.ListModel)
        self.assertRaises(TypeError, Ts.ListModel, 5)
        self.assertRaises(TypeError, Ts.ListModel, Ts.Channel(1), colour='red')


class Typed(TestCase):
    """tschan.ListModel: the same as a sequence of the items themselves."""

    def shown(self, items, **settings):
        channel = tschan.Channel(3)
        model = tschan.ListModel(channel, **settings)
        self.assertIs(model.channel, channel)
        worker = Worker(send_all, channel, items)
        iterate_until(lambda: model.finished)
        worker.join()
        return model

    def test_sequence_of_anything(self):
        items = [1, 'two', None, Thing(4), (5, 5), GLib.Bytes.new(b'six')]
        model = self.shown(items)
        self.assertEqual(list(model), items)
        self.assertIs(model[3], items[3])
        self.assertIs(model[-1], items[-1])
        self.assertEqual((model[1:3], len(model), model.index('two')), (['two', None], 6, 1))
        self.assertIn((5, 5), model)
        self.assertEqual(list(reversed(model)), items[::-1])
        self.assertRaises(IndexError, lambda: model[6])
        self.assertIsInstance(model.ts, Gio.ListModel)
        self.assertFalse(tschan.ListModel(tschan.Channel()))

    def test_changes_and_bound(self):
        channel, mirror = tschan.Channel(10), []
        model = tschan.ListModel(channel, max_items=20, overflow=tschan.Overflow.DROP_OLDEST,
                                 interval=0.001, priority=GLib.PRIORITY_DEFAULT)

        def on_change(position, removed, added):
            mirror[position:position + removed] = model[position:position + added]

        handler = model.on_change(on_change)
        worker = Worker(send_all, channel, range(1000))
        iterate_until(lambda: model.finished)
        worker.join()
        self.assertEqual(mirror, list(range(980, 1000)))
        self.assertEqual((model.received, model.dropped), (1000, 980))
        model.ts.disconnect(handler)
        model.remove(0)
        model.remove(1, 17)
        self.assertEqual((list(model), len(mirror)), ([981, 999], 20))
        self.assertRaises(IndexError, model.remove, 1, 2)
        self.assertRaises(IndexError, model.remove, -1)
        model.clear()
        self.assertEqual(len(model), 0)

    def test_settings(self):
        channel = tschan.Channel(5)
        with tschan.ListModel(channel, max_items=2) as model:
            for number in range(5):
                channel.send(number)
            drain()
            self.assertEqual((list(model), len(channel)), ([0, 1], 3))
            model.max_items = 3
            model.interval = 0.25
            drain()
            self.assertEqual((model.max_items, model.interval, len(channel)), (3, 0.25, 2))
            self.assertRaises(ValueError, setattr, model, 'interval', -1)
            self.assertRaises(ValueError, tschan.ListModel, channel, interval=-1)
        self.assertTrue(model.finished)
        self.assertFalse(channel.closed)
        self.assertFalse(model.close())


if __name__ == '__main__':
    tap.main()
