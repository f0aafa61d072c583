// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A worker reports its progress, and a main loop shows it. The channel has room for one report, and
// a new one takes the place of the old: the worker never waits, and what is shown is never late.

const int N_REPORTS = 100;

void work (Ts.Channel reports) {
  try {
    for (int percent = 1; percent <= N_REPORTS; percent++) {
      reports.send (percent);
    }
  } catch (Error error) {
    printerr ("%s\n", error.message);
  }
  reports.close ();
}

async void show (Ts.Channel reports) throws Error {
  int shown = 0, last = 0;

  try {
    while (true) {
      last = (int) yield reports.receive_async ();
      shown++;
    }
  } catch (Ts.Error.CLOSED closed) {
    print ("the last report: %d %%\n", last);
  }
  if (shown + (int) reports.dropped == N_REPORTS) {
    print ("of %d reports, each was shown or out of date\n", N_REPORTS);
  }
}

int main () {
  var reports = new Ts.Channel.full (1, typeof (int), Ts.Overflow.DROP_OLDEST, "reports");
  var worker = new Thread<void> ("worker", () => work (reports));
  var loop = new MainLoop ();

  show.begin (reports, (source, result) => {
    try {
      show.end (result);
    } catch (Error error) {
      printerr ("%s\n", error.message);
    }
    loop.quit ();
  });
  loop.run ();
  worker.join ();
  return 0;
}
