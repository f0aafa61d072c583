# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The exceptions of channels, which are errors of the library as well."""

from __future__ import annotations

from typing import Any

from ._library import GLib, Ts, tools


class ChannelError(GLib.Error):  # type: ignore[misc]
    """What can go wrong with a channel."""


class ChannelClosed(ChannelError, Ts.Closed):  # type: ignore[misc]
    """The channel was closed, and nothing is left in it."""


class ChannelFull(ChannelError, Ts.Full):  # type: ignore[misc]
    """There is no room now."""


class ChannelEmpty(ChannelError, Ts.Empty):  # type: ignore[misc]
    """There is nothing to take now."""


_classes: dict[Any, Any] = {Ts.Closed: ChannelClosed, Ts.Full: ChannelFull, Ts.Empty: ChannelEmpty}


def channel_error(error: Any) -> Any:
    """The same error, as a channel's user knows it."""
    error = tools.own_error(error)
    error_class = _classes.get(type(error))
    return error if error_class is None else error_class(error.message)
