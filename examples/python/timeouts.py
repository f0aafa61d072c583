# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Two servers are asked. A select takes what comes first: an answer, or the end of our patience."""

from __future__ import annotations

import threading

import tschan


def main() -> None:
    first: tschan.Future[str] = tschan.Future()
    second: tschan.Future[str] = tschan.Future()  # from a server that is down
    server = threading.Thread(target=first.resolve, args=['hello'])
    server.start()

    cases = [('first', first.waiting()), ('second', second.waiting())]
    (identifier, answer), others = tschan.select(cases)
    print(f'the {identifier} server says {answer}')
    try:
        tschan.select(others, timeout=0.05)
    except TimeoutError:
        print('no answer from the second in time')
    server.join()


if __name__ == '__main__':
    main()
