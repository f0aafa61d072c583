// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A pipeline: numbers are produced by one thread, squared by a second, increased by a third, and
// printed here. When a stage has closed its channel, the next one ends as well.

delegate int Change (int number);

Thread<void> produce (Ts.Channel numbers) {
  return new Thread<void> ("produce", () => {
    try {
      for (int number = 1; number <= 5; number++) {
        numbers.send (number);
      }
    } catch (Error error) {
      printerr ("%s\n", error.message);
    }
    numbers.close ();
  });
}

Thread<void> stage (Ts.Channel input, Ts.Channel output, owned Change change) {
  return new Thread<void> ("stage", () => {
    try {
      foreach (var item in input) {
        output.send (change ((int) item));
      }
    } catch (Error error) {
      printerr ("%s\n", error.message);
    }
    output.close ();
  });
}

int main () {
  var numbers = new Ts.Channel (2), squares = new Ts.Channel (2), results = new Ts.Channel (2);
  Thread<void>[] threads = {
    produce (numbers),
    stage (numbers, squares, number => number * number),
    stage (squares, results, number => number + 1)
  };

  foreach (var result in results) {
    print ("%d\n", (int) result);
  }
  foreach (var thread in threads) {
    thread.join ();
  }
  return 0;
}
