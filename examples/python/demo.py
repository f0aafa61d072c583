# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Worker threads bake; an asyncio loop and a GLib main loop sell what comes out of the oven.

The trays go through one channel, with room for two of them: so bakers wait when nobody buys. An
event tells everyone that the shop has opened.
"""

import asyncio
import threading
import time

import gi

gi.require_version('Ts', '1')
from gi.repository import GLib, Ts  # noqa: E402

START = time.monotonic()


def say(text):
    line = f'{time.monotonic() - START:5.2f} s  {threading.current_thread().name:<12} {text}\n'
    print(line, end='', flush=True)  # in one piece: others print, too


def bake(opening, counter, kind):
    """In a thread of its own: blocks where it has to."""
    opening.wait()
    for number in 1, 2, 3:
        time.sleep(0.05)
        tray = {'kind': kind, 'number': number}
        counter.send(tray)
        say(f'put {kind} tray {number} on the counter')


async def sell_in_asyncio(opening, counter):
    """In an asyncio loop: awaits."""
    clock = asyncio.ensure_future(tick())
    await opening.wait_async()
    async for tray in counter:
        say(f'sold {tray["kind"]} tray {tray["number"]}, having awaited it')
        await asyncio.sleep(0.02)
    clock.cancel()


async def tick():
    while True:
        await asyncio.sleep(0.1)
        say('tick: this loop is never blocked')


def sell_in_a_main_loop(counter):
    """In a GLib main loop: is called back, until the channel is closed and empty."""
    loop = GLib.MainLoop()

    def on_tray(channel, result):
        try:
            tray = channel.receive_finish(result)
        except Ts.Closed:
            loop.quit()
            return
        say(f'sold {tray["kind"]} tray {tray["number"]}, having been called back')
        channel.receive_async(None, on_tray)

    counter.receive_async(None, on_tray)
    loop.run()


def main():
    opening, counter = Ts.Event(name='opening'), Ts.Channel(2, name='counter')
    bakers = [threading.Thread(target=bake, args=(opening, counter, kind), name=f'baker {number}')
              for number, kind in ((1, 'bread'), (2, 'cake'))]
    shop = threading.Thread(target=lambda: asyncio.run(sell_in_asyncio(opening, counter)),
                            name='asyncio loop')

    def close():
        for baker in bakers:
            baker.join()
        counter.close()

    threading.current_thread().name = 'main loop'
    closing = threading.Thread(target=close)
    for thread in *bakers, shop, closing:
        thread.start()
    say('opens the shop')
    opening.set()
    sell_in_a_main_loop(counter)
    for thread in shop, closing:
        thread.join()
    say('closed: everything was sold, each tray once')


if __name__ == '__main__':
    main()
