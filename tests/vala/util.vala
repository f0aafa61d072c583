// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

// What the tests share.

namespace Util {
  public const uint LIMIT_SECONDS = 100;

  public delegate void Body () throws GLib.Error;

  private class Case {
    public Body body;

    public Case (owned Body body) {
      this.body = (owned) body;
    }
  }

  private List<Case> cases;

  /** Adds a test; it fails by an assertion or an error that gets out. */
  public void add (string path, owned Body body) {
    var test = new Case ((owned) body);
    cases.append (test);
    Test.add_data_func ("/tschan/vala/" + path, () => {
      try {
        test.body ();
      } catch (GLib.Error e) {
        critical ("%s: %s", e.domain.to_string (), e.message);
        Test.fail ();
      }
    });
  }

  /** How many rounds a test should make that makes so many by itself. */
  public uint rounds (uint usual) {
    double factor = double.parse (Environment.get_variable ("TS_TEST_ITERATIONS") ?? "1");
    return uint.max (1, (uint) (usual * factor));
  }

  public Cancellable cancelled () {
    var cancellable = new Cancellable ();
    cancellable.cancel ();
    return cancellable;
  }

  public int64 after (double seconds) {
    return get_monotonic_time () + (int64) (seconds * 1000000);
  }

  /** Runs the main loop until the condition holds. */
  public delegate bool Condition ();
  public void until (Condition condition) {
    var context = MainContext.ref_thread_default ();
    bool late = false;
    var timer = new TimeoutSource.seconds (LIMIT_SECONDS);
    timer.set_callback (() => {
      late = true;
      return Source.REMOVE;
    });
    timer.attach (context);
    while (!condition ()) {
      context.iteration (true);
      assert (!late);
    }
    timer.destroy ();
  }

  /** Runs what is ready in the main loop. */
  public void turn () {
    var context = MainContext.ref_thread_default ();
    while (context.iteration (false)) { }
  }

  /** The code of an error of GIO, or of Ts; -1 for success. */
  public delegate void Attempt () throws GLib.Error;
  public void assert_throws (Quark domain, int code, Attempt attempt) {
    try {
      attempt ();
    } catch (GLib.Error e) {
      if (!e.matches (domain, code)) {
        error ("an error of another kind: %s %d: %s", e.domain.to_string (), e.code, e.message);
      }
      return;
    }
    error ("it did not fail");
  }

  public void assert_timed_out (Attempt attempt) {
    assert_throws (IOError.quark (), IOError.TIMED_OUT, attempt);
  }

  public void assert_cancelled (Attempt attempt) {
    assert_throws (IOError.quark (), IOError.CANCELLED, attempt);
  }
}
