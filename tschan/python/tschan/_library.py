# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The introspected library. It has no types, and type checkers are not to look for them."""

from __future__ import annotations

import importlib
from typing import Any

gi: Any = importlib.import_module('gi')
gi.require_version('Ts', '1')

GLib: Any = importlib.import_module('gi.repository.GLib')
Ts: Any = importlib.import_module('gi.repository.Ts')
tools: Any = importlib.import_module('gi.overrides._tschan')


class Described:
    """Says what the object that it wraps is like at this moment."""

    ts: Any

    def __repr__(self) -> str:
        return f'<tschan.{type(self).__name__}: {self.ts.to_string()}>'
