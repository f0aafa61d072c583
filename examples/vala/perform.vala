// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// Threads without a main loop use what GIO has for main loops. One runner does it for all: it reads
// a file, resolves a name, and talks to programs, one of which takes too long, while another is no
// longer wanted.

string read_file (Ts.Runner runner, File file) {
  try {
    uint8[] contents;
    var result = runner.perform ((cancellable, done) => {
      file.load_contents_async.begin (cancellable, (owned) done);
    });
    file.load_contents_async.end (result, out contents, null);
    return @"file: $(contents.length) bytes";
  } catch (Error error) {
    return "file: " + error.message;
  }
}

string resolve_name (Ts.Runner runner) {
  try {
    var resolver = Resolver.get_default ();
    var result = runner.perform_until ((cancellable, done) => {
      resolver.lookup_by_name_async.begin ("localhost", cancellable, (owned) done);
    }, get_monotonic_time () + 10 * TimeSpan.SECOND);
    var addresses = resolver.lookup_by_name_async.end (result);
    bool loopback = addresses.data.is_loopback;
    return "name: localhost is " + (loopback ? "a" : "no") + " loopback address";
  } catch (Error error) {
    return "name: " + error.message;
  }
}

string talk (Ts.Runner runner, Subprocess process, int64 deadline = int64.MAX,
             Cancellable? cancellable = null) throws Error {
  string output;
  var result = runner.perform_until ((cancellable, done) => {
    process.communicate_utf8_async.begin (null, cancellable, (owned) done);
  }, deadline, cancellable);
  process.communicate_utf8_async.end (result, out output, null);
  return output.chomp ();
}

string run_program (Ts.Runner runner) {
  try {
    var process = new Subprocess (SubprocessFlags.STDOUT_PIPE, "echo", "hello");
    return "subprocess: it says " + talk (runner, process);
  } catch (Error error) {
    return "subprocess: " + error.message;
  }
}

/** The program that is too slow, or not wanted any more: says why the wait has ended. */
string give_up (Ts.Runner runner, int64 deadline, Cancellable? cancellable) throws Error {
  var process = new Subprocess (SubprocessFlags.STDOUT_PIPE, "sleep", "100");
  var outcome = "it has ended";
  try {
    talk (runner, process, deadline, cancellable);
  } catch (IOError.TIMED_OUT error) {
    outcome = "timed out";
  } catch (IOError.CANCELLED error) {
    outcome = "cancelled";
  }
  process.force_exit ();
  process.wait ();
  return outcome;
}

int main () {
  var runner = new Ts.Runner ("gio");
  try {
    FileIOStream stream;
    var file = File.new_tmp (null, out stream);
    stream.output_stream.write_all ("fourteen bytes".data, null);
    Thread<string>[] threads = {
      new Thread<string> ("file", () => read_file (runner, file)),
      new Thread<string> ("name", () => resolve_name (runner)),
      new Thread<string> ("subprocess", () => run_program (runner))
    };
    foreach (var thread in threads) {
      print ("%s\n", thread.join ());
    }
    file.delete ();

    // A deadline, and something else that cancels: here a timer in the runner's own main loop.
    var cancellable = new Cancellable ();
    var timer = new TimeoutSource (100);
    print ("sleeper: %s\n", give_up (runner, get_monotonic_time () + 50 * 1000, null));
    timer.set_callback (() => {
      cancellable.cancel ();
      return Source.REMOVE;
    });
    timer.attach (runner.get_context ());
    print ("stopped: %s\n", give_up (runner, int64.MAX, cancellable));
  } catch (Error error) {
    printerr ("%s\n", error.message);
  }
  runner.close ();
  return 0;
}
