// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Three workers square numbers. Each takes the next number when it is ready for it, and who hands
// them out, an async method, waits while all are busy.

const int N_WORKERS = 3;
const int N_JOBS = 10;

void work (Ts.Channel jobs, Ts.Channel results) {
  try {
    foreach (var job in jobs) {
      results.send ((int) job * (int) job);
    }
  } catch (Error error) {
    printerr ("%s\n", error.message);
  }
}

async void hand_out (Ts.Channel jobs) throws Error {
  for (int number = 1; number <= N_JOBS; number++) {
    yield jobs.send_async (number);
  }
  jobs.close ();
}

async void run () throws Error {
  var jobs = new Ts.Channel (0), results = new Ts.Channel (0);
  Thread<void>[] workers = {};
  int sum = 0;

  for (int i = 0; i < N_WORKERS; i++) {
    workers += new Thread<void> ("worker", () => work (jobs, results));
  }
  hand_out.begin (jobs);
  for (int i = 0; i < N_JOBS; i++) {
    sum += (int) yield results.receive_async ();
  }
  foreach (var worker in workers) {
    worker.join ();
  }
  print ("%d results, %d in all\n", N_JOBS, sum);
}

int main () {
  var loop = new MainLoop ();

  run.begin ((source, result) => {
    try {
      run.end (result);
    } catch (Error error) {
      printerr ("%s\n", error.message);
    }
    loop.quit ();
  });
  loop.run ();
  return 0;
}
