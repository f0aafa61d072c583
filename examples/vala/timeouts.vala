// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Two servers are asked. A select takes what comes first: an answer, or the end of our patience.

int main () {
  var first = new Ts.Future ();
  var second = new Ts.Future (); // from a server that is down
  var server = new Thread<void> ("server", () => {
    first.resolve ("hello");
  });
  var select = new Ts.Select ();
  int on_first = select.add_future (first);

  select.add_future (second);
  try {
    if (select.wait () == on_first) {
      Value answer;
      select.get_value (on_first, out answer);
      print ("the first server says %s\n", (string) answer);
    }
    select.remove (on_first);
    int on_deadline = select.add_deadline (get_monotonic_time () + 50 * 1000);
    if (select.wait () == on_deadline) {
      print ("no answer from the second in time\n");
    }
  } catch (Error error) {
    printerr ("%s\n", error.message);
  }
  server.join ();
  return 0;
}
