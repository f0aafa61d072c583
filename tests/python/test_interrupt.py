# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Ctrl-C, the end of the interpreter, and fork."""

import signal
import subprocess
import sys

import tap
from support import PREAMBLE, TestCase, run_program, until_asleep

# The program tells when it is about to block, and after Ctrl-C what is left. Without us it would not end.
INTERRUPTED = PREAMBLE + '''
event = Ts.Event(auto_reset=True)
cancellable = Gio.Cancellable()
try:
    print('ready', flush=True)
    {wait}
except KeyboardInterrupt:
    print('interrupted', flush=True)
event.set()
print('left', event.is_set(), event.wait(timeout=0), flush=True)
'''


class Interrupt(TestCase):
    def interrupt(self, wait):
        with subprocess.Popen([sys.executable, '-c', INTERRUPTED.format(wait=wait)],
                              stdout=subprocess.PIPE, text=True) as program:
            self.assertEqual(program.stdout.readline(), 'ready\n')
            until_asleep(f'/proc/{program.pid}')
            program.send_signal(signal.SIGINT)
            self.assertEqual(program.stdout.readline(), 'interrupted\n')
            self.assertEqual(program.stdout.readline(), 'left True True\n')
        self.assertEqual(program.returncode, 0)

    def test_wait(self):
        self.interrupt('event.wait()')

    def test_wait_with_timeout(self):
        self.interrupt('event.wait(timeout=1000)')

    def test_wait_with_cancellable(self):
        self.interrupt('event.wait(cancellable, timeout=1000)')

    def test_asyncio(self):
        self.interrupt('asyncio.run(event.wait_async())')

    def test_handler_that_returns(self):
        self.interrupt('''
    def handler(*_arguments):
        seen.append(event.wait(timeout=0.01))  # waits inside of the wait
        if len(seen) == 3: raise KeyboardInterrupt
        os.kill(os.getpid(), signal.SIGINT)
    seen = []
    signal.signal(signal.SIGINT, handler)
    event.wait()
''')

    def test_a_release_on_its_way_is_given_back(self):
        """The handler sets the event, so the wait has its release when it is interrupted."""
        self.interrupt('''
    def handler(*_arguments):
        event.set()
        seen.append(event.is_set())
        raise KeyboardInterrupt
    seen = []
    signal.signal(signal.SIGINT, handler)
    try:
        event.wait()
    finally:
        assert (seen, event.is_set()) == ([False], True)
''')


    def test_every_other_wait(self):
        """Afterwards all is as it was; the condition's lock is held, as its `with` expects."""
        for wait, check in (
                ('channel.receive()', 'channel.props.can_send'),
                ('full.send(2)', 'full.try_receive_many(5) != [1]'),
                ('lock.acquire()', 'lock.is_held()'),
                ('semaphore.acquire()', 'not semaphore.release() or semaphore.get_value() != 1'),
                ('future.wait()', 'future.is_done()'),
                ('barrier.wait()', 'barrier.get_waiting()'),
                ('select.wait()', 'select.poll() != -1'),
                ('condition_wait()', 'condition.get_lock().is_held()'),
                ('tschan.Channel.wrap(channel).receive()', 'channel.props.can_send'),
                ('tschan.select([(1, tschan.Event().waiting())])', 'False')):
            with self.subTest(wait=wait):
                self.interrupt(f'''
    import tschan
    channel, full, lock, semaphore = Ts.Channel(), Ts.Channel(1), Ts.Lock(), Ts.Semaphore(0)
    future, barrier, select, condition = Ts.Future(), Ts.Barrier(2), Ts.Select(), Ts.Condition()
    full.send(1)
    lock.acquire()
    select.add_receive(channel)
    def condition_wait():
        with condition:
            try:
                condition.wait()
            finally:
                assert condition.get_lock().is_held()
    try:
        {wait}
    finally:
        # True would mean that something was taken, or is still waited for.
        if {wait!r} == 'lock.acquire()': lock.release()
        try:
            assert not ({check})
        except Ts.Empty:
            pass
''')


class Exit(TestCase):
    """The interpreter ends cleanly whatever is under way."""

    def test_exit_with_waits_pending(self):
        for _ in range(tap.iterations(5)):
            done = run_program(PREAMBLE + '''
event, port = Ts.Event(), Ts.Port()
for _ in range(3):
    threading.Thread(target=event.wait, daemon=True).start()
    threading.Thread(target=event.wait, kwargs={'timeout': 0.05}, daemon=True).start()
def loop():
    asyncio.run(event.wait_async())
threading.Thread(target=loop, daemon=True).start()
for _ in range(10):
    event.wait_async(None, lambda source, result: None)
    port.wait_event(event)
event.add_watch(0, lambda event: True)
task = event.wait_async()
print('end')
''')
            self.assertEqual((done.stdout, done.returncode), ('end\n', 0), done.stderr)
            self.assertNotIn('Traceback', done.stderr)

    def test_exit_while_threads_set_and_wait(self):
        for _ in range(tap.iterations(5)):
            done = run_program(PREAMBLE + '''
event = Ts.Event(auto_reset=True)
def turn():
    while True:
        event.set()
        event.wait(timeout=0.001)
def loop():
    async def main():
        while True:
            event.set()
            await event.wait_async()
    asyncio.run(main())
for target in turn, turn, loop:
    threading.Thread(target=target, daemon=True).start()
event.wait_async(None, lambda source, result: None)
time.sleep(0.03)
print('end')
''')
            self.assertEqual((done.stdout, done.returncode), ('end\n', 0), done.stderr)

    def test_fork(self):
        """A child can use its own objects, also if the parent was waiting in other threads."""
        done = run_program(PREAMBLE + '''
import multiprocessing
event = Ts.Event()
threading.Thread(target=event.wait, daemon=True).start()
event.wait(timeout=0.01)
async def waits():
    await asyncio.wait([asyncio.ensure_future(event.wait_async())], timeout=0.01)
asyncio.run(waits())
def child():
    own = Ts.Event()
    threading.Timer(0.01, own.set).start()
    own.wait()
    own.clear()
    threading.Timer(0.01, own.set).start()
    asyncio.run(own.wait_async())
    print('child', own.is_set(), flush=True)
context = multiprocessing.get_context('fork')
process = context.Process(target=child)
process.start()
process.join()
event.set()
print('parent', process.exitcode, event.wait(timeout=0))
''')
        self.assertEqual(done.stdout, 'child True\nparent 0 True\n', done.stderr)


if __name__ == '__main__':
    tap.main()
