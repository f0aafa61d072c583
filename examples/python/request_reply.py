# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""A request carries the future for its reply, so each client gets its own, or an exception."""

from __future__ import annotations

import asyncio
import threading

import tschan

Request = tuple[int, tschan.Future[int]]


def serve(requests: tschan.Channel[Request]) -> None:
    """In a thread."""
    for number, reply in requests:
        if number == 0:
            reply.reject(ValueError('nothing to double'))
        else:
            reply.resolve(2 * number)


async def ask(requests: tschan.Channel[Request], number: int) -> None:
    """In an asyncio loop."""
    reply: tschan.Future[int] = tschan.Future()
    await requests.send((number, reply))
    try:
        print(f'twice {number} is {await reply}')
    except ValueError as error:
        print(f'twice {number}: {error}')


async def main() -> None:
    requests: tschan.Channel[Request] = tschan.Channel(0)
    server = threading.Thread(target=serve, args=(requests,))
    server.start()
    for number in 1, 2, 0:
        await ask(requests, number)
    requests.close()
    server.join()


if __name__ == '__main__':
    asyncio.run(main())
