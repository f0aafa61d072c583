// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Worker threads bake; an async method sells what comes out of the oven, and the clock in the same
// main loop goes on ticking.
//
// The trays go through one channel, with room for two of them: so bakers wait when nobody buys. An
// event tells everyone that the shop has opened.

int64 start_time;

void say (string who, string text) {
  print ("%5.2f s  %-9s %s\n", (get_monotonic_time () - start_time) / 1000000.0, who, text);
}

class Tray : Object {
  public string kind;
  public int number;

  public Tray (string kind, int number) {
    this.kind = kind;
    this.number = number;
  }

  public string to_string () {
    return @"$kind tray $number";
  }
}

/** In a thread of its own: blocks where it has to. */
Thread<void> start_baker (string name, string kind, Ts.Event opening, Ts.Channel counter) {
  return new Thread<void> (name, () => {
    try {
      opening.wait ();
      for (int number = 1; number <= 3; number++) {
        Thread.usleep (50000);
        var tray = new Tray (kind, number);
        say (name, @"puts $tray on the counter");
        counter.send (tray);
      }
    } catch (Error error) {
      printerr ("%s: %s\n", name, error.message);
    }
  });
}

/** In the main loop: yields where it has to wait. */
async void sell (Ts.Event opening, Ts.Channel counter) throws Error {
  yield opening.wait_async ();
  try {
    while (true) {
      Value item = yield counter.receive_async ();
      var tray = (Tray) item;
      say ("main loop", @"sells $tray");
    }
  } catch (Ts.Error.CLOSED error) {
    say ("main loop", "closed: everything was sold, each tray once");
  }
}

int main () {
  var loop = new MainLoop ();
  var opening = new Ts.Event ();
  var counter = new Ts.Channel (2);
  int status = 0;

  start_time = get_monotonic_time ();
  Thread<void>[] bakers = {
    start_baker ("baker 1", "bread", opening, counter),
    start_baker ("baker 2", "cake", opening, counter)
  };
  var closing = new Thread<void> ("closing", () => {
    foreach (var baker in bakers) {
      baker.join ();
    }
    counter.close ();
  });

  Timeout.add (100, () => {
    say ("main loop", "tick: it is never blocked");
    return Source.CONTINUE;
  });
  sell.begin (opening, counter, (source, result) => {
    try {
      sell.end (result);
    } catch (Error error) {
      printerr ("%s\n", error.message);
      status = 1;
    }
    loop.quit ();
  });
  say ("main loop", "opens the shop");
  opening.set ();
  loop.run ();
  closing.join ();
  return status;
}
