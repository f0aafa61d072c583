// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Three sources, each a thread with a channel of its own. A select receives from all of them, until
// the last has closed its channel.

Thread<void> produce (string letter, Ts.Channel channel) {
  return new Thread<void> (letter, () => {
    try {
      for (int i = 1; i <= 3; i++) {
        channel.send (@"$letter$i");
      }
    } catch (Error error) {
      printerr ("%s\n", error.message);
    }
    channel.close ();
  });
}

int main () {
  string[] letters = { "a", "b", "c" };
  var received = new GenericArray<StringBuilder> ();
  var select = new Ts.Select ();
  Thread<void>[] threads = {};

  foreach (unowned string letter in letters) {
    var channel = new Ts.Channel (0);
    threads += produce (letter, channel);
    select.add_receive (channel); // as index 0, 1 and so on
    received.add (new StringBuilder ());
  }
  try {
    for (int open = letters.length; open > 0;) {
      int which = select.wait ();
      Value item;
      if (select.get_value (which, out item)) {
        received[which].append (" " + (string) item);
      } else if (select.remove (which)) { // it is closed
        open--;
      }
    }
  } catch (Error error) {
    printerr ("%s\n", error.message);
  }
  for (int i = 0; i < letters.length; i++) {
    threads[i].join ();
    print ("%s\n", received[i].str.chug ());
  }
  return 0;
}
