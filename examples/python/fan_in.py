# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Three threads, each with a channel of its own, and one that receives from all of them."""

from __future__ import annotations

import threading

import tschan

LETTERS = 'abc'


def produce(letter: str, output: tschan.Channel[str]) -> None:
    with output:  # closes it at the end
        for i in 1, 2, 3:
            output.send(f'{letter}{i}')


def main() -> None:
    channels: dict[str, tschan.Channel[str]] = {letter: tschan.Channel(0) for letter in LETTERS}
    received: dict[str, list[str]] = {letter: [] for letter in LETTERS}
    threads = [threading.Thread(target=produce, args=pair) for pair in channels.items()]
    for thread in threads:
        thread.start()
    select = tschan.Select((letter, channel.receiving()) for letter, channel in channels.items())
    while len(select) > 0:
        try:
            letter, item = select.wait()
        except tschan.ChannelClosed:
            continue  # its case is gone
        received[letter].append(item)
    for thread in threads:
        thread.join()
    for items in received.values():
        print(*items)


if __name__ == '__main__':
    main()
