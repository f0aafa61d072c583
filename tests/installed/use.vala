// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

int main () {
  var event = new Ts.Event ();
  var thread = new Thread<void> ("setter", () => {
    event.set ();
  });

  try {
    event.wait ();
  } catch (GLib.Error e) {
    assert_not_reached ();
  }
  thread.join ();

  try {
    throw new Ts.Error.CLOSED ("closed");
  } catch (Ts.Error e) {
    assert (e is Ts.Error.CLOSED);
  }
  print ("ok\n");
  return 0;
}
