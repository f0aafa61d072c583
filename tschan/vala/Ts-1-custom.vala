// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Methods whose result is a value: C returns it by an argument and says whether it did, which in
// Vala is an error already.

namespace Ts {
  public sealed class Port : GLib.Object {
    [CCode (cname = "ts_port_finish")]
    public GLib.Value finish (int64 token) throws Ts.Error, GLib.IOError;
  }
}
