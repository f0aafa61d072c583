// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Six async methods, of which a semaphore lets two at a time do the work that must not be overdone.

const int N_JOBS = 6;
const int N_AT_A_TIME = 2;

int at_once;
int most;
int done;

async void work (Ts.Semaphore permits) throws Error {
  yield permits.acquire_async ();
  most = int.max (most, ++at_once);
  Timeout.add (5, work.callback); // the work
  yield;
  at_once--;
  permits.release ();
}

int main () {
  var permits = new Ts.Semaphore (N_AT_A_TIME);
  var loop = new MainLoop ();

  for (int i = 0; i < N_JOBS; i++) {
    work.begin (permits, (source, result) => {
      try {
        work.end (result);
      } catch (Error error) {
        printerr ("%s\n", error.message);
      }
      if (++done == N_JOBS) {
        loop.quit ();
      }
    });
  }
  loop.run ();
  if (most == N_AT_A_TIME) {
    print ("%d jobs done, never more than %d at once\n", done, most);
  }
  return 0;
}
