# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""TsEvent with threads, GLib main loops and ports; the numbers are those of scenarios.md."""

import os
import select
import threading

import tap
from support import (PREAMBLE, Gio, GLib, TestCase, Ts, Worker, cancelled_cancellable, drain,
                     iterate_until, pushed_context, run_program)


def wait_async(event, cancellable=None):
    """Starts a wait in the thread-default context. The list gets what it comes to."""
    outcomes = []

    def on_done(source, result):
        try:
            outcomes.append(source.wait_finish(result))
        except GLib.Error as error:
            outcomes.append(error)

    event.wait_async(cancellable, on_done)
    return outcomes


class Threads(TestCase):
    def test_e01_set_before_the_wait(self):
        event = Ts.Event()
        event.set()
        for _ in range(3):
            self.assertIs(event.wait(), True)
        self.assertTrue(Worker(event.wait).join())
        event.clear()
        self.assertIs(event.wait(timeout=0), False)

    def test_e02_set_by_another_thread(self):
        event, answer = Ts.Event(), Ts.Event()
        worker = Worker(lambda: event.wait() and answer.set()).until_blocked()
        event.set()
        self.assertTrue(answer.wait())
        worker.join()

    def test_e02_main_thread_is_released(self):
        event = Ts.Event(auto_reset=True)
        thread = threading.Timer(0.05, event.set)
        thread.start()
        self.assertTrue(event.wait())
        thread.join()
        self.assertFalse(event.is_set())

    def test_e03_deadline(self):
        for event in Ts.Event(), Ts.Event(auto_reset=True):
            for run in (lambda call: call()), (lambda call: Worker(call).join()):
                start = GLib.get_monotonic_time()
                self.assertIs(run(lambda: event.wait(timeout=0.03)), False)
                self.assertGreaterEqual(GLib.get_monotonic_time() - start, 30000)
                self.assertIs(run(lambda: event.wait(timeout=0)), False)
                self.assertIs(run(lambda: event.wait(timeout=-1)), False)
                event.set()
                self.assertIs(run(lambda: event.wait(timeout=-1)), True)
                self.assertEqual(event.is_set(), not event.get_auto_reset())
                event.clear()

    def test_e03_deadline_of_the_library(self):
        event = Ts.Event(name='lunch')
        with self.assertTimedOut() as _:
            event.wait_until(GLib.get_monotonic_time() + 1000, None)
        try:
            event.wait_until(0, None)
        except GLib.Error as error:
            self.assertIn('lunch', error.message)

    def test_e03_endless_timeouts(self):
        event = Ts.Event(auto_reset=True)
        event.set()
        self.assertTrue(event.wait(timeout=float('inf')))
        event.set()
        self.assertTrue(event.wait(timeout=1e300))
        self.assertRaises(ValueError, event.wait, timeout=float('nan'))

    def test_e04_cancelled_before(self):
        event = Ts.Event(auto_reset=True)
        event.set()
        for run in (lambda call: call()), (lambda call: Worker(call).join()):
            with self.assertCancelled():
                run(lambda: event.wait(cancelled_cancellable()))
            with self.assertCancelled():
                run(lambda: event.wait(cancelled_cancellable(), timeout=5))
        self.assertTrue(event.is_set())

    def test_e04_cancelled_before_on_a_manual_event(self):
        event = Ts.Event()
        event.set()
        with self.assertCancelled():
            event.wait(cancelled_cancellable())

    def test_e05_cancelled_during(self):
        event, cancellable = Ts.Event(auto_reset=True), Gio.Cancellable()
        worker = Worker(event.wait, cancellable).until_blocked()
        cancellable.cancel()
        with self.assertCancelled():
            worker.join()
        event.set()
        self.assertTrue(event.wait(timeout=0))

    def test_e05_cancelled_during_in_the_main_thread(self):
        event, cancellable = Ts.Event(auto_reset=True), Gio.Cancellable()
        for timeout in None, 1000:
            threading.Timer(0.05, cancellable.cancel).start()
            with self.assertCancelled():
                event.wait(cancellable, timeout=timeout)
            cancellable.reset()
        event.set()
        self.assertTrue(event.wait(cancellable, timeout=0))

    def test_e06_auto_reset_is_fifo_over_kinds(self):
        event, order = Ts.Event(auto_reset=True), Ts.Event(auto_reset=True)
        done = []
        thread = Worker(lambda: event.wait() and done.append('thread') or order.set())
        thread.until_blocked()
        event.wait_async(None, lambda source, result: (
            done.append('task'), source.wait_finish(result)))
        with Ts.Port() as port:
            token = port.wait_event(event)
            event.set()
            order.wait()
            self.assertEqual((done, port.next_ready()), (['thread'], -1))
            event.set()
            iterate_until(lambda: len(done) > 1)
            self.assertEqual((done, port.next_ready()), (['thread', 'task'], -1))
            event.set()
            self.assertEqual(port.next_ready(), token)
            port.finish(token)
        self.assertFalse(event.is_set())

    def test_e06_set_twice_is_set_once(self):
        event = Ts.Event(auto_reset=True)
        event.set()
        event.set()
        self.assertTrue(event.wait(timeout=0))
        self.assertFalse(event.wait(timeout=0))

    def test_e07_clear_after_set_releases_all(self):
        event = Ts.Event()
        threads = [Worker(event.wait).until_blocked() for _ in range(3)]
        tasks = [wait_async(event) for _ in range(3)]
        with Ts.Port() as port:
            tokens = [port.wait_event(event) for _ in range(3)]
            event.set()
            event.clear()
            self.assertEqual([port.next_ready() for _ in tokens], tokens)
        self.assertEqual([thread.join() for thread in threads], [True] * 3)
        iterate_until(lambda: all(tasks))
        self.assertEqual(tasks, [[True]] * 3)
        self.assertFalse(event.is_set())


class Loops(TestCase):
    def test_e08_set_by_a_thread(self):
        event = Ts.Event()
        outcomes = wait_async(event)
        thread = Worker(event.set)
        iterate_until(lambda: outcomes)
        self.assertEqual(outcomes, [True])
        thread.join()

    def test_e09_the_callback_comes_in_the_callers_context(self):
        event, seen = Ts.Event(), []

        def wait_here():
            with pushed_context() as context:
                def on_done(source, result):
                    source.wait_finish(result)
                    seen.append((threading.get_ident(), GLib.MainContext.get_thread_default()))

                event.wait_async(None, on_done)
                started.set()
                iterate_until(lambda: seen, context)
                return threading.get_ident(), context

        started = Ts.Event()
        worker = Worker(wait_here)
        started.wait()
        event.set()
        ident, context = worker.join()
        self.assertEqual([ident], [entry[0] for entry in seen])
        self.assertEqual(hash(context), hash(seen[0][1]))
        drain()
        self.assertEqual(len(seen), 1)

    def test_e09_never_inside_a_call(self):
        event = Ts.Event()
        outcomes = wait_async(event)
        event.set()
        self.assertEqual(outcomes, [])
        more = wait_async(event)
        self.assertEqual(more, [])
        iterate_until(lambda: outcomes and more)
        self.assertEqual((outcomes, more), ([True], [True]))

    def test_e10_cancelled_before_the_call(self):
        event = Ts.Event(auto_reset=True)
        event.set()
        outcomes = wait_async(event, cancelled_cancellable())
        self.assertEqual(outcomes, [])
        iterate_until(lambda: outcomes)
        with self.assertCancelled():
            raise outcomes[0]
        self.assertTrue(event.is_set())

    def test_e10_cancelled_during_the_wait(self):
        event, cancellable = Ts.Event(auto_reset=True), Gio.Cancellable()
        outcomes = wait_async(event, cancellable)
        drain()
        Worker(cancellable.cancel).join()
        event.set()
        self.assertTrue(event.is_set())
        iterate_until(lambda: outcomes)
        drain()
        self.assertEqual(len(outcomes), 1)
        with self.assertCancelled():
            raise outcomes[0]

    def test_e10_cancelled_in_a_callback(self):
        first, second, cancellable = Ts.Event(), Ts.Event(), Gio.Cancellable()
        first.wait_async(None, lambda source, result: cancellable.cancel())
        outcomes = wait_async(second, cancellable)
        first.set()
        iterate_until(lambda: outcomes)
        with self.assertCancelled():
            raise outcomes[0]

    def test_e10_cancelled_after_it_has_completed(self):
        event, cancellable = Ts.Event(auto_reset=True), Gio.Cancellable()
        outcomes = wait_async(event, cancellable)
        event.set()
        cancellable.cancel()
        iterate_until(lambda: outcomes)
        self.assertEqual(outcomes, [True])

    def test_callback_with_user_data(self):
        event, seen = Ts.Event(), []
        event.set()
        event.wait_async(None, lambda source, result, *data: seen.append((source, data)), 1, 'two')
        iterate_until(lambda: seen)
        self.assertEqual(seen, [(event, (1, 'two'))])

    def test_e11_source(self):
        with pushed_context() as context:
            event, calls = Ts.Event(), []
            source = event.create_source(None)
            source.set_callback(lambda data: calls.append(data) or len(calls) < 3, 'data')
            source.attach(context)
            drain(context)
            self.assertEqual(calls, [])
            event.set()
            iterate_until(lambda: len(calls) == 3, context)
            drain(context)
            self.assertEqual(calls, ['data'] * 3)
            self.assertTrue(source.is_destroyed())

    def test_e11_source_cancelled(self):
        with pushed_context() as context:
            event, cancellable, calls = Ts.Event(auto_reset=True), Gio.Cancellable(), []
            source = event.create_source(cancellable)
            source.set_callback(lambda data: bool(calls.append(data)), None)
            source.attach(context)
            Worker(cancellable.cancel)
            iterate_until(lambda: calls, context)
            del source
            event.set()
            self.assertTrue(event.is_set())

    def test_e12_watch(self):
        event, calls = Ts.Event(auto_reset=True), []

        def on_set(source, *data):
            calls.append((source, data))
            return len(calls) < 3

        event.add_watch(GLib.PRIORITY_DEFAULT, on_set, 1, 2)
        for count in 1, 2, 3:
            Worker(event.set)
            iterate_until(lambda count=count: len(calls) == count)
        self.assertEqual(calls, [(event, (1, 2))] * 3)
        event.set()
        drain()
        self.assertEqual((len(calls), event.is_set()), (3, True))

    def test_e13_watch_removed(self):
        event, calls = Ts.Event(auto_reset=True), []
        watch = event.add_watch(GLib.PRIORITY_DEFAULT, calls.append)
        GLib.source_remove(watch)
        event.set()
        drain()
        self.assertEqual((calls, event.is_set()), ([], True))

    def test_e13_watch_removed_while_it_is_ready(self):
        event, calls = Ts.Event(auto_reset=True), []
        watch = event.add_watch(GLib.PRIORITY_DEFAULT, calls.append)
        drain()
        event.set()
        self.assertFalse(event.is_set())
        GLib.source_remove(watch)
        self.assertTrue(event.wait(timeout=0))
        drain()
        self.assertEqual(calls, [])

    def test_e13_watch_removed_in_its_callback(self):
        event, calls = Ts.Event(), []

        def on_set(_event):
            calls.append(GLib.source_remove(watch))
            return True

        watch = event.add_watch(GLib.PRIORITY_DEFAULT, on_set)
        event.set()
        iterate_until(lambda: calls)
        drain()
        self.assertEqual(calls, [True])

    def test_e13_source_destroyed_while_it_is_referenced(self):
        with pushed_context() as context:
            event = Ts.Event(auto_reset=True)
            source = event.create_source(None)
            source.set_callback(lambda _data: True)
            source.attach(context)
            drain(context)
            source.destroy()
            event.set()
            self.assertTrue(event.is_set())

    def test_e14_nested_loop(self):
        outer, inner, seen = Ts.Event(), Ts.Event(), []

        def on_outer(_source, _result):
            outcomes = wait_async(inner)
            worker = Worker(inner.set)
            iterate_until(lambda: outcomes)
            worker.join()
            seen.extend(outcomes)

        outer.wait_async(None, on_outer)
        outer.set()
        iterate_until(lambda: seen)
        self.assertEqual(seen, [True])

    def test_e15_many_waiters(self):
        for auto_reset in False, True:
            event = Ts.Event(auto_reset=auto_reset)
            threads = [Worker(event.wait).until_blocked() for _ in range(4)]
            tasks = [wait_async(event) for _ in range(200)]
            with Ts.Port() as port:
                tokens = [port.wait_event(event) for _ in range(200)]
                for _ in range(404 if auto_reset else 1):
                    event.set()
                self.assertEqual([port.next_ready() for _ in tokens], tokens)
                for token in tokens:
                    port.finish(token)
            for thread in threads:
                self.assertTrue(thread.join())
            iterate_until(lambda: all(tasks))
            self.assertEqual(event.is_set(), not auto_reset)

    def test_e16_dropped_result_passes_on(self):
        event, calls = Ts.Event(auto_reset=True), []
        event.wait_async(None, lambda source, result: calls.append('dropped'))
        outcomes = wait_async(event)
        event.set()
        iterate_until(lambda: outcomes)
        self.assertEqual((calls, outcomes, event.is_set()), (['dropped'], [True], False))

    def test_e19_the_wait_keeps_its_event(self):
        gone, outcomes = [], None
        event = Ts.Event()
        event.weak_ref(gone.append, True)
        outcomes = wait_async(event)
        with Ts.Port() as port:
            token = port.wait_event(event)
            setter = event.set
            del event
            drain()
            self.assertEqual(gone, [])
            setter()
            del setter
            iterate_until(lambda: outcomes)
            port.next_ready()
            port.finish(token)
        drain()
        self.assertEqual((outcomes, gone), ([True], [True]))

    def test_e22_the_callback_uses_the_event(self):
        event, rounds = Ts.Event(auto_reset=True), []

        def on_done(source, result):
            rounds.append(source.wait_finish(result))
            if len(rounds) < 50:
                source.wait_async(None, on_done)
                source.set()

        event.wait_async(None, on_done)
        event.set()
        iterate_until(lambda: len(rounds) == 50)
        self.assertFalse(event.is_set())

    def test_e23_context_destroyed(self):
        gone = []
        event = Ts.Event(auto_reset=True)
        event.weak_ref(gone.append, True)
        with pushed_context() as context:
            outcomes = wait_async(event)
            event.set()
        del context
        self.assertTrue(event.is_set())
        self.assertEqual(outcomes, [])
        del event
        self.assertEqual(gone, [True])


class Ports(TestCase):
    def test_e17_wait_and_finish(self):
        event, port = Ts.Event(auto_reset=True), Ts.Port()
        token = port.wait_event(event)
        self.assertGreater(token, 0)
        self.assertEqual(select.select([port], [], [], 0)[0], [])
        with self.assertRaises(GLib.Error) as caught:
            port.finish(token)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.PENDING))
        worker = Worker(event.set)
        self.assertEqual(select.select([port], [], [])[0], [port])
        self.assertEqual(port.next_ready(), token)
        self.assertEqual(port.next_ready(), -1)
        self.assertEqual(select.select([port], [], [], 0)[0], [])
        self.assertIsNone(port.finish(token))
        with self.assertRaises(GLib.Error) as caught:
            port.finish(token)
        self.assertTrue(caught.exception.matches(Gio.io_error_quark(), Gio.IOErrorEnum.NOT_FOUND))
        worker.join()

    def test_e18_cancel(self):
        event, port = Ts.Event(auto_reset=True), Ts.Port()
        token = port.wait_event(event)
        self.assertTrue(port.cancel(token))
        self.assertFalse(port.cancel(token))
        event.set()
        self.assertTrue(event.is_set())

        token = port.wait_event(event)
        self.assertEqual(port.next_ready(), token)
        self.assertFalse(event.is_set())
        self.assertTrue(port.cancel(token))
        self.assertTrue(event.is_set())

    def test_e18_close(self):
        event = Ts.Event(auto_reset=True)
        with Ts.Port() as port:
            waiting = [port.wait_event(event) for _ in range(3)]
            event.set()
            self.assertFalse(event.is_set())
        self.assertTrue(event.is_set())
        self.assertEqual(port.wait_event(event), -1)
        self.assertFalse(port.cancel(waiting[0]))

    def test_e18_dropped_port(self):
        event = Ts.Event(auto_reset=True)
        port = Ts.Port()
        fd = os.dup(port.fileno())
        port.wait_event(event)
        event.set()
        del port
        self.assertTrue(event.is_set())
        os.close(fd)


class Habits(TestCase):
    def test_e20_bad_input(self):
        event = Ts.Event()
        self.assertRaises(TypeError, event.wait, 'cancellable')
        self.assertRaises(TypeError, event.wait, 1.5)
        self.assertRaises(TypeError, event.wait, timeout='long')
        self.assertRaises(TypeError, event.wait_async, 'cancellable', print)
        self.assertRaises(TypeError, event.wait_async, None, 'callback')
        self.assertRaises(TypeError, event.wait_finish, None)
        self.assertRaises(TypeError, Ts.Port().wait_event, None)
        self.assertRaises(TypeError, Ts.Event, 'name')
        self.assertRaises(TypeError, Ts.Event, colour='red')
        self.assertFalse(event.is_set())

    def test_e20_result_that_is_foreign_or_finished(self):
        done = run_program(PREAMBLE + '''
event, other, calls = Ts.Event(), Ts.Event(), []
def on_done(source, result):
    calls.append([other.wait_finish(result), source.wait_finish(result),
                  source.wait_finish(result)])
event.wait_async(None, on_done)
event.set()
while not calls:
    GLib.MainContext.default().iteration(True)
print(calls)
''', env={**os.environ, 'G_DEBUG': ''})
        self.assertEqual(done.stdout, '[[False, True, False]]\n', done.stderr)
        self.assertEqual(done.stderr.count('CRITICAL'), 2, done.stderr)

    def test_e21_name_and_kind(self):
        event = Ts.Event(auto_reset=True, name='lunch')
        self.assertEqual((event.get_name(), event.props.name), ('lunch', 'lunch'))
        self.assertIs(event.get_auto_reset(), True)
        self.assertIs(event.props.ready, False)
        event.set()
        self.assertIs(event.props.ready, True)
        self.assertIsNone(Ts.Event().get_name())
        for event in Ts.Event.new(), Ts.Event.new_full(False, 'tea'), Ts.Event.new_auto_reset():
            self.assertIs(type(event), Ts.Event)
            self.assertFalse(event.wait(timeout=0))

    def test_errors(self):
        for error_class, code in ((Ts.Closed, Ts.Error.CLOSED), (Ts.Full, Ts.Error.FULL),
                                  (Ts.Empty, Ts.Error.EMPTY)):
            error = error_class('by the user')
            self.assertIsInstance(error, GLib.Error)
            self.assertTrue(error.matches(Ts.Error.quark(), code))
            self.assertEqual(error.message, 'by the user')
            self.assertFalse(error.matches(Ts.Error.quark(), Ts.Error.NOT_HELD))
        self.assertIsInstance(Ts.TimedOut(), TimeoutError)
        with self.assertTimedOut():
            raise Ts.TimedOut('late')


if __name__ == '__main__':
    tap.main()
