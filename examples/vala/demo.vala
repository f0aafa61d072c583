// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Three worker threads count prime numbers; async methods wait for them, and a clock in the same
// main loop never stands still meanwhile.

uint ticks;

bool is_prime (uint number) {
  for (uint i = 2; i * i <= number; i++) {
    if (number % i == 0) {
      return false;
    }
  }
  return number > 1;
}

async void count_primes (uint from, uint to) throws Error {
  var done = new Ts.Event ();
  uint primes = 0;
  var thread = new Thread<void> ("worker", () => {
    for (uint number = from; number < to; number++) {
      primes += is_prime (number) ? 1 : 0;
    }
    done.set ();
  });

  yield done.wait_async ();
  thread.join ();
  print ("%u primes from %u to %u; the main loop has ticked %u times\n", primes, from, to, ticks);
}

int main () {
  var loop = new MainLoop ();
  int left = 3;

  Timeout.add (10, () => {
    ticks++;
    return Source.CONTINUE;
  });
  for (uint i = 0; i < 3; i++) {
    count_primes.begin (i * 300000, (i + 1) * 300000, (source, result) => {
      try {
        count_primes.end (result);
      } catch (Error error) {
        printerr ("%s\n", error.message);
      }
      if (--left == 0) {
        loop.quit ();
      }
    });
  }
  loop.run ();
  return 0;
}
