// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Prime numbers by a growing chain of threads. Each takes the first number that reaches it for a
// prime, and lets pass what cannot be divided by it. Closing the first channel ends them all.

const int LIMIT = 50;

void produce (Ts.Channel numbers) {
  try {
    for (int number = 2; number < LIMIT; number++) {
      numbers.send (number);
    }
  } catch (Error error) {
    printerr ("%s\n", error.message);
  }
  numbers.close ();
}

void sieve (Ts.Channel input, Ts.Channel primes) {
  Value? first = input.next_value ();
  if (first == null) {
    primes.close (); // nothing has come this far
    return;
  }
  int prime = (int) first;
  var output = new Ts.Channel (0);
  var next = new Thread<void> ("sieve", () => sieve (output, primes));
  try {
    primes.send (prime);
    foreach (var number in input) {
      if ((int) number % prime != 0) {
        output.send (number);
      }
    }
  } catch (Error error) {
    printerr ("%s\n", error.message);
  }
  output.close ();
  next.join ();
}

int main () {
  var numbers = new Ts.Channel (0), primes = new Ts.Channel (Ts.CHANNEL_UNLIMITED);
  var producer = new Thread<void> ("produce", () => produce (numbers));
  var first = new Thread<void> ("sieve", () => sieve (numbers, primes));
  unowned string separator = "";

  foreach (var prime in primes) {
    print ("%s%d", separator, (int) prime);
    separator = " ";
  }
  print ("\n");
  producer.join ();
  first.join ();
  return 0;
}
