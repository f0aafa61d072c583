# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

import threading

import gi

gi.require_version('Ts', '1')
from gi.repository import GLib, Ts  # noqa: E402

event = Ts.Event.new()
thread = threading.Thread(target=event.set)
thread.start()
assert event.wait()
thread.join()

error = GLib.Error.new_literal(Ts.Error.quark(), 'closed', Ts.Error.CLOSED)
assert error.matches(Ts.Error.quark(), Ts.Error.CLOSED)
print('ok')
