# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Threads and main loops wait for each other and hand each other values, in Python's own words."""

from ._runner import Runner, RunnerFuture, go, offload

__all__ = ['Runner', 'RunnerFuture', 'go', 'offload']
