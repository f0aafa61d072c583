// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// A request carries the future for its reply, so each client gets its own, or an error.

class Request : Object {
  public int number;
  public Ts.Future reply = new Ts.Future ();

  public Request (int number) {
    this.number = number;
  }
}

void serve (Ts.Channel requests) {
  foreach (var item in requests) {
    var request = (Request) item;
    if (request.number == 0) {
      request.reply.reject (new IOError.INVALID_ARGUMENT ("nothing to double"));
    } else {
      request.reply.resolve (2 * request.number);
    }
  }
}

void ask (Ts.Channel requests, int number) {
  var request = new Request (number);
  try {
    requests.send (request);
    print ("twice %d is %d\n", number, (int) request.reply.wait ());
  } catch (Error error) {
    print ("twice %d: %s\n", number, error.message);
  }
}

int main () {
  var requests = new Ts.Channel (0);
  var server = new Thread<void> ("server", () => serve (requests));

  ask (requests, 1);
  ask (requests, 2);
  ask (requests, 0);
  requests.close ();
  server.join ();
  return 0;
}
