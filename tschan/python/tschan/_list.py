# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What comes out of a channel, as a list that grows: for list views, and for watching it grow."""

from __future__ import annotations

from typing import Any, Callable, Optional, Sequence, TypeVar, Union, overload

from ._channel import Channel, Overflow, to_ts_overflow
from ._library import Ts

T = TypeVar('T')


class ListModel(Sequence[T]):
    """The items of a channel as a sequence, to which the main loop of this thread adds them.

    New items are shown in bursts, once in `interval` seconds at most. With `max_items`, `overflow`
    says whether more stay in the channel, or push out the oldest, or are dropped. Use it in the
    thread that has made it. :attr:`ts` is the Gio.ListModel behind it, for a list view: its rows
    are the items where those are GObjects, and Ts.Item with a `value` otherwise.
    """

    def __init__(self, channel: Channel[T], *, max_items: Optional[int] = None,
                 overflow: Overflow = Overflow.WAIT, interval: Optional[float] = None,
                 priority: Optional[int] = None) -> None:
        settings: dict[str, Any] = {'overflow': to_ts_overflow(overflow)}
        if max_items is not None:
            settings['max_items'] = max_items
        if interval is not None:
            settings['interval'] = _milliseconds(interval)
        if priority is not None:
            settings['priority'] = priority
        self.ts: Any = Ts.ListModel(channel.ts, **settings)
        self._channel = channel

    def __repr__(self) -> str:
        state = 'finished' if self.finished else 'open'
        return (f'<tschan.ListModel: {len(self)} items, {self.received} received, '
                f'{self.dropped} dropped, {state}>')

    # The sequence

    def __len__(self) -> int:
        return self.ts.get_n_items()  # type: ignore[no-any-return]

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[T, list[T]]:
        if isinstance(index, slice):
            return [_content(row) for row in self.ts[index]]
        return _content(self.ts[index])  # type: ignore[no-any-return]

    def remove(self, position: int, n_items: int = 1) -> None:
        """Removes so many items; they are gone."""
        if position < 0 or n_items < 0 or position + n_items > len(self):
            raise IndexError('there are no such items')
        self.ts.remove(position, n_items)

    def clear(self) -> None:
        """Removes all items that are shown."""
        self.ts.remove_all()

    def on_change(self, func: Callable[[int, int, int], object]) -> int:
        """Calls func(position, removed, added) after each change: the ID of the handler, for
        `ts.disconnect()`."""
        return self.ts.connect(  # type: ignore[no-any-return]
            'items-changed', lambda _model, position, removed, added: func(position, removed, added))

    # What it is like

    @property
    def channel(self) -> Channel[T]:
        """Where the items come from."""
        return self._channel

    @property
    def max_items(self) -> int:
        """How many items are shown at most. May be set."""
        return self.ts.get_max_items()  # type: ignore[no-any-return]

    @max_items.setter
    def max_items(self, max_items: int) -> None:
        self.ts.set_max_items(max_items)

    @property
    def interval(self) -> float:
        """The seconds in which new items are shown once at most. May be set."""
        return self.ts.get_interval() / 1000  # type: ignore[no-any-return]

    @interval.setter
    def interval(self, interval: float) -> None:
        self.ts.set_interval(_milliseconds(interval))

    @property
    def received(self) -> int:
        """How many items have come so far, whether they are still shown or not."""
        return self.ts.get_received()  # type: ignore[no-any-return]

    @property
    def dropped(self) -> int:
        """How many of them were dropped, because there were too many."""
        return self.ts.get_dropped()  # type: ignore[no-any-return]

    @property
    def finished(self) -> bool:
        """Will no more items come?"""
        return self.ts.is_finished()  # type: ignore[no-any-return]

    def close(self) -> bool:
        """Receives no more: True if it was not finished. What is shown stays, what is in the
        channel, too."""
        return self.ts.close()  # type: ignore[no-any-return]

    def __enter__(self) -> ListModel[T]:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()


def _milliseconds(seconds: float) -> int:
    if seconds < 0:
        raise ValueError('an interval is not negative')
    return round(seconds * 1000)


def _content(row: Any) -> Any:
    return row.value if isinstance(row, Ts.Item) else row
