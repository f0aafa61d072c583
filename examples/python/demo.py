# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Threads, an asyncio loop and a GLib main loop wait for the same events.

Two workers brew coffee. A guest in an asyncio loop, one in a GLib main loop, and one who blocks in
a thread all wait for each cup.
"""

import asyncio
import threading
import time

import gi

gi.require_version('Ts', '1')
from gi.repository import GLib, Ts  # noqa: E402

START = time.monotonic()


def say(text):
    print(f'{time.monotonic() - START:5.2f} s  {threading.current_thread().name:<9} {text}',
          flush=True)


def brew(cup, minutes):
    """In a thread of its own: blocks, as coffee does."""
    time.sleep(minutes)
    say(f'the {cup.get_name()} is ready')
    cup.set()


def guest_in_a_thread(cups):
    for cup in cups:
        cup.wait()
        say(f'drinks {cup.get_name()}, having blocked for it')


async def guest_in_asyncio(cups):
    clock = asyncio.ensure_future(tick())
    for cup in cups:
        await cup.wait_async()
        say(f'drinks {cup.get_name()}, having awaited it')
    clock.cancel()


async def tick():
    while True:
        await asyncio.sleep(0.1)
        say('tick: this loop is never blocked')


def guest_in_a_main_loop(cups):
    loop = GLib.MainLoop()

    def on_ready(cup, result, left):
        cup.wait_finish(result)
        say(f'drinks {cup.get_name()}, having been called back')
        if left:
            left[0].wait_async(None, on_ready, left[1:])
        else:
            loop.quit()

    cups[0].wait_async(None, on_ready, cups[1:])
    loop.run()


def main():
    cups = [Ts.Event(name='espresso'), Ts.Event(name='filter coffee')]
    threads = [
        threading.Thread(target=brew, args=(cups[0], 0.15), name='worker 1'),
        threading.Thread(target=brew, args=(cups[1], 0.35), name='worker 2'),
        threading.Thread(target=guest_in_a_thread, args=(cups,), name='thread'),
        threading.Thread(target=lambda: asyncio.run(guest_in_asyncio(cups)), name='asyncio'),
    ]
    threading.current_thread().name = 'main loop'
    for thread in threads:
        thread.start()
    guest_in_a_main_loop(cups)
    for thread in threads:
        thread.join()


if __name__ == '__main__':
    main()
