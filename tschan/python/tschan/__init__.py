# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Threads and main loops wait for each other and hand each other values, in Python's own words.

One name serves both worlds: in a thread without a running loop, `channel.receive()` blocks and
returns the item; inside a running loop it returns an awaitable that has started. So do the waits
and acquires of all classes. What is to be the same in both has a name of its own:
`receive_sync()` blocks, `receive_async()` is to be awaited, `receive_nowait()` does it at once or
not at all.
"""

from ._channel import UNLIMITED, Channel, Overflow
from ._errors import ChannelClosed, ChannelEmpty, ChannelError, ChannelFull
from ._list import ListModel
from ._operation import Operation
from ._runner import Runner, RunnerFuture, go, offload
from ._select import Case, Select, select
from ._sync import Barrier, BoundedSemaphore, Condition, Event, Future, Lock, Semaphore

__all__ = [
    'UNLIMITED', 'Barrier', 'BoundedSemaphore', 'Case', 'Channel', 'ChannelClosed', 'ChannelEmpty',
    'ChannelError', 'ChannelFull', 'Condition', 'Event', 'Future', 'ListModel', 'Lock', 'Operation',
    'Overflow', 'Runner', 'RunnerFuture', 'Select', 'Semaphore', 'go', 'offload', 'select',
]
