# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""tschan.Runner, go and offload: asynchronous code for threads that are not."""

import asyncio
import concurrent.futures
import contextlib
import threading
import time
import traceback

import tap
from support import INTERRUPT, PREAMBLE, TestCase, Worker, run_program
from tschan import Runner, go, offload
from tschan._loop import LoopMaker


async def double(number):
    return number * 2


async def fail():
    raise LookupError('not there')


async def count_to(number, log=None):
    try:
        for i in range(number):
            yield i
    finally:
        if log is not None:
            log.append('generator closed')


class Recorder:
    """An asynchronous context manager that tells what happens to it."""

    def __init__(self, log=None, name='context', swallow=()):
        self.log = [] if log is None else log
        self.name = name
        self.swallow = swallow
        self.made_in = threading.current_thread()
        asyncio.get_running_loop()  # only where a loop runs

    async def __aenter__(self):
        self.log.append(f'enter {self.name}')
        return self

    async def __aexit__(self, kind, error, trace):
        self.log.append(f'leave {self.name} {kind.__name__ if kind else None}')
        return kind is not None and issubclass(kind, self.swallow)


class Coroutines(TestCase):
    def test_run_returns_the_result(self):
        with Runner() as runner:
            self.assertEqual(runner.run(double(2)), 4)

    def test_run_without_a_with_statement(self):
        runner = Runner()
        self.assertEqual(runner.run(double(2)), 4)
        runner.close()

    def test_the_loop_lives_on_between_runs(self):
        with Runner() as runner:
            async def get_loop():
                return asyncio.get_running_loop()

            self.assertIs(runner.run(get_loop()), runner.run(get_loop()))
            self.assertIs(runner.run(get_loop()), runner.get_loop())

    def test_an_error_comes_with_its_traceback(self):
        with Runner() as runner:
            try:
                runner.run(fail())
            except LookupError:
                self.assertIn('in fail', traceback.format_exc())
            else:
                self.fail('no error')

    def test_only_coroutines_run(self):
        with Runner() as runner:
            for wrong in (3, double, None):
                with self.assertRaises(ValueError):
                    runner.run(wrong)
                with self.assertRaises(ValueError):
                    runner.run_as_future(wrong)

    def test_many_threads_use_one_runner(self):
        with Runner() as runner:
            def work(first):
                return [runner.run(double(i)) for i in range(first, first + 50)]

            workers = [Worker(work, first) for first in range(0, 400, 50)]
            for first, worker in zip(range(0, 400, 50), workers):
                self.assertEqual(worker.join(), [i * 2 for i in range(first, first + 50)])

    def test_a_runner_does_not_wait_for_itself(self):
        with Runner() as runner:
            async def run_inside():
                return runner.run(double(1))

            async def close_inside():
                runner.close()

            for inside in (run_inside, close_inside):
                with self.assertRaises(RuntimeError):
                    runner.run(inside())

    def test_arguments_of_asyncio_runner(self):
        made = []

        def make_loop():
            made.append(asyncio.new_event_loop())
            return made[0]

        async def is_debugging():
            return asyncio.get_running_loop().get_debug()

        with Runner(debug=True, loop_factory=make_loop) as runner:
            self.assertTrue(runner.run(is_debugging()))
            self.assertIs(runner.get_loop(), made[0])

    def test_a_loop_that_cannot_be_made_is_an_error(self):
        def make_loop():
            raise OSError('no loop today')

        runner = Runner(loop_factory=make_loop)
        with self.assertRaisesRegex(OSError, 'no loop today'):
            runner.run(double(1))
        runner.close()

    def test_a_loop_of_any_policy(self):
        class Policy(asyncio.DefaultEventLoopPolicy):
            def new_event_loop(self):
                made.append(super().new_event_loop())
                return made[-1]

        made, policy = [], asyncio.get_event_loop_policy()
        asyncio.set_event_loop_policy(Policy())
        try:
            with Runner() as runner:
                self.assertEqual(runner.run(double(2)), 4)
                if runner.get_loop().__module__ != 'gi.events':
                    self.assertIs(runner.get_loop(), made[0])
        finally:
            asyncio.set_event_loop_policy(policy)

    def test_a_call_cancelled_before_it_began(self):
        async def cancel_all(runs, posted):
            runs.set()
            posted.wait()  # nothing can begin
            await asyncio.sleep(0)  # but now all is a task
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()

        for kind in {}, {'loop_factory': asyncio.SelectorEventLoop}:
            with Runner(**kind) as runner:
                runs, posted = threading.Event(), threading.Event()
                cancelling = runner.run_as_future(cancel_all(runs, posted))
                self.assertTrue(runs.wait(30))
                calling = Worker(runner.run, asyncio.sleep(60)).until_blocked()
                posted.set()
                with self.assertRaises(asyncio.CancelledError):
                    calling.join()
                cancelling.result(timeout=30)

    def test_calls_to_a_loop_that_is_awake(self):
        async def stay_awake():
            while True:
                await asyncio.sleep(0)

        with Runner() as runner:
            runner.run_as_future(stay_awake())
            workers = [Worker(lambda: [runner.run(double(i)) for i in range(50)]) for _ in range(4)]
            for worker in workers:
                self.assertEqual(worker.join(), [i * 2 for i in range(50)])

    def test_what_a_coroutine_raises_is_for_the_caller_alone(self):
        async def leave():
            raise SystemExit(3)

        with Runner() as runner:
            with self.assertRaises(SystemExit):
                runner.run(leave())
            self.assertEqual(runner.run(double(2)), 4)

    def test_an_interruption_cancels_the_coroutine(self):
        ended = run_program(PREAMBLE + INTERRUPT + '''
from tschan import Runner
log = []
async def wait_long():
    threading.Thread(target=interrupt).start()
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        log.append('cancelled')
        raise
with Runner() as runner:
    try:
        runner.run(wait_long())
    except KeyboardInterrupt:
        log.append('interrupted')
print(sorted(log))
''')
        self.assertEqual(ended.stdout.strip(), "['cancelled', 'interrupted']", ended.stderr)


class Futures(TestCase):
    def test_run_as_future(self):
        with Runner() as runner:
            future = runner.run_as_future(double(3))
            self.assertEqual(future.result(timeout=30), 6)
            with self.assertRaises(LookupError):
                runner.run_as_future(fail()).result(timeout=30)

    def test_a_future_is_awaitable_in_any_loop(self):
        with Runner() as runner:
            async def await_there():
                return await runner.run_as_future(double(4))

            self.assertEqual(asyncio.run(await_there()), 8)

    def test_cancelling_a_future_cancels_the_coroutine(self):
        with Runner() as runner:
            started, cancelled = threading.Event(), threading.Event()

            async def wait_long():
                started.set()
                try:
                    await asyncio.sleep(60)
                finally:
                    cancelled.set()

            future = runner.run_as_future(wait_long())
            self.assertTrue(started.wait(30))
            self.assertTrue(future.cancel())
            self.assertTrue(cancelled.wait(30))

    def test_go_calls_a_coroutine_function(self):
        self.assertEqual(go(double, 5).result(timeout=30), 10)

    def test_go_calls_any_function(self):
        async def await_it():
            return await go(sorted, [3, 1, 2], reverse=True)

        self.assertEqual(asyncio.run(await_it()), [3, 2, 1])

    def test_offload_runs_a_blocking_function_elsewhere(self):
        here = threading.current_thread()

        def block(seconds, *, answer):
            time.sleep(seconds)
            return threading.current_thread() is not here, answer

        async def await_it():
            return await offload(block, 0.01, answer=42)

        self.assertEqual(offload(block, 0.01, answer=41).result(timeout=30), (True, 41))
        self.assertEqual(asyncio.run(await_it()), (True, 42))

    def test_offload_passes_errors_on(self):
        with self.assertRaises(ZeroDivisionError):
            offload(lambda: 1 / 0).result(timeout=30)


class Contexts(TestCase):
    def test_wrap_context(self):
        log = []
        with Runner() as runner:
            with runner.wrap_context(lambda: Recorder(log)) as recorder:
                self.assertIsNot(recorder.made_in, threading.current_thread())
                log.append('inside')
        self.assertEqual(log, ['enter context', 'inside', 'leave context None'])

    def test_wrap_context_passes_an_error_through(self):
        log = []
        with Runner() as runner:
            with self.assertRaises(KeyError):
                with runner.wrap_context(lambda: Recorder(log)):
                    raise KeyError
        self.assertEqual(log, ['enter context', 'leave context KeyError'])

    def test_wrap_context_may_swallow_an_error(self):
        with Runner() as runner:
            with runner.wrap_context(lambda: Recorder(swallow=KeyError)):
                raise KeyError

    def test_enter_context_leaves_in_reverse_order(self):
        log = []
        with Runner() as runner:
            self.assertEqual(runner.enter_context(lambda: Recorder(log, 'first')).name, 'first')
            runner.enter_context(lambda: Recorder(log, 'second'))
            log.append('inside')
        self.assertEqual(log, ['enter first', 'enter second', 'inside', 'leave second None',
                               'leave first None'])

    def test_an_entered_context_may_swallow_an_error(self):
        with Runner() as runner:
            runner.enter_context(lambda: Recorder(swallow=KeyError))
            raise KeyError

    def test_a_class_is_a_factory(self):
        with Runner() as runner:
            recorder = runner.enter_context(Recorder)
            self.assertIsInstance(recorder, Recorder)
            self.assertIsNot(recorder.made_in, threading.current_thread())

    def test_what_is_no_context_manager(self):
        with Runner() as runner:
            for wrong in (3, int, open):
                with self.assertRaises(TypeError):
                    runner.enter_context(wrong)
                with self.assertRaises(TypeError):
                    runner.wrap_context(wrong).__enter__()


class Iterables(TestCase):
    def test_wrap_iter(self):
        with Runner() as runner:
            self.assertEqual(list(runner.wrap_iter(count_to(5))), [0, 1, 2, 3, 4])

    def test_an_iteration_that_is_left_is_closed(self):
        log = []
        with Runner() as runner:
            for item in runner.wrap_iter(count_to(5, log)):
                if item == 2:
                    break
        self.assertEqual(log, ['generator closed'])

    def test_an_error_in_the_iterable(self):
        async def fail_after_one():
            yield 1
            raise LookupError

        with Runner() as runner:
            got = []
            with self.assertRaises(LookupError):
                for item in runner.wrap_iter(fail_after_one()):
                    got.append(item)
            self.assertEqual(got, [1])


class Closing(TestCase):
    def test_close_is_idempotent(self):
        runner = Runner()
        runner.run(double(1))
        runner.close()
        runner.close()

    def test_close_without_a_start(self):
        Runner().close()
        with Runner():
            pass

    def test_nothing_runs_after_close(self):
        runner = Runner()
        runner.close()
        for late in (lambda: runner.run(double(1)), lambda: runner.run_as_future(double(1)),
                     lambda: runner.enter_context(Recorder), runner.get_loop,
                     lambda: next(runner.wrap_iter(count_to(1)))):
            with self.assertRaises(RuntimeError):
                late()

    def test_the_thread_ends(self):
        runner = Runner(name='a runner to be closed')
        runner.run(double(1))
        runner.close()
        self.assertNotIn('a runner to be closed', [thread.name for thread in threading.enumerate()])

    def test_close_while_many_threads_call(self):
        for _ in range(tap.iterations(5)):
            runner = Runner()
            outcomes = {'answered': 0, 'closed': 0}
            lock = threading.Lock()

            def work():
                for i in range(100):
                    try:
                        answer, outcome = runner.run(double(i)), 'answered'
                        assert answer == i * 2
                    except (RuntimeError, asyncio.CancelledError):
                        outcome = 'closed'
                    with lock:
                        outcomes[outcome] += 1

            workers = [Worker(work) for _ in range(8)]
            runner.run(double(1))
            runner.close()
            for worker in workers:
                worker.join()
            self.assertEqual(sum(outcomes.values()), 800)

    def test_what_was_taken_is_called(self):
        for factory in None, asyncio.SelectorEventLoop:
            with contextlib.ExitStack() as stack:
                maker, called, told = LoopMaker(factory, stack), [], []
                loop = stack.enter_context(asyncio.Runner(loop_factory=maker.factory)).get_loop()
                loop.set_exception_handler(lambda _loop, context, to=told: to.append(context))
                inbox = maker.get_inbox(loop)
                self.assertTrue(inbox.post(called.append))
                self.assertTrue(inbox.post(called.append, 1))
                inbox.close()
                self.assertFalse(inbox.post(called.append, 2))
                self.assertEqual(called, [1])
                self.assertIsInstance(told[0]['exception'], TypeError)

    def test_every_future_ends_when_the_runner_is_closed(self):
        def start(runner):
            futures = []
            try:
                while len(futures) < 500:
                    number = len(futures)
                    futures.append(runner.run_as_future(
                        double(number) if number % 2 else asyncio.sleep(60)))
            except RuntimeError:
                pass
            return futures

        for kind in {}, {'loop_factory': asyncio.SelectorEventLoop}:
            for _ in range(tap.iterations(5)):
                runner = Runner(**kind)
                workers = [Worker(start, runner) for _ in range(4)]
                runner.run(asyncio.sleep(0.001))
                runner.close()
                futures = [future for worker in workers for future in worker.join()]
                done, pending = concurrent.futures.wait(futures, timeout=30)
                self.assertEqual((len(done), pending), (len(futures), set()))


if __name__ == '__main__':
    tap.main()
