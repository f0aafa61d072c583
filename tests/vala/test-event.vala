// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

using Util;

Thread<void> set_in_thread (Ts.Event event) {
  return new Thread<void> ("set", () => {
    event.set ();
  });
}

void construction () throws Error {
  var event = new Ts.Event ();
  assert (!event.auto_reset && event.name == null && !event.is_set ());
  var named = new Ts.Event.full (true, "green");
  assert (named.auto_reset && named.name == "green");
  assert (new Ts.Event.with_auto_reset ().auto_reset);
  event.set ();
  assert (event.ready);
  event.clear ();
  assert (!event.ready);
}

void set_before () throws Error {
  var event = new Ts.Event ();
  event.set ();
  assert (event.wait ());
  assert (event.wait ());
  assert (event.wait_until (0));
  event.clear ();
  assert_timed_out (() => { event.wait_until (0); });
}

void blocked_thread () throws Error {
  for (uint i = 0; i < rounds (50); i++) {
    var event = new Ts.Event ();
    var thread = set_in_thread (event);
    assert (event.wait ());
    thread.join ();
  }
}

void deadline () throws Error {
  var event = new Ts.Event.full (false, "green");
  var end = after (0.02);
  try {
    event.wait_until (end);
    assert_not_reached ();
  } catch (IOError.TIMED_OUT e) {
    assert ("green" in e.message);
  }
  assert (get_monotonic_time () >= end);
  assert_timed_out (() => { event.wait_until (end); });
}

void already_cancelled () throws Error {
  var event = new Ts.Event.with_auto_reset ();
  event.set ();
  assert_cancelled (() => { event.wait (cancelled ()); });
  assert_cancelled (() => { event.wait_until (-1, cancelled ()); });
  assert (event.is_set ());
}

void cancelled_while_blocked () throws Error {
  var event = new Ts.Event.with_auto_reset ();
  var cancellable = new Cancellable ();
  var thread = new Thread<void> ("cancel", () => {
    cancellable.cancel ();
  });
  assert_cancelled (() => { event.wait (cancellable); });
  thread.join ();
  event.set ();
  assert (event.is_set ());
}

/** How an asynchronous wait ended, or that it did not. */
class Outcome {
  public bool over;
  public Error? error;
  public unowned Thread? thread;

  public Outcome (Ts.Event event, Cancellable? cancellable = null) {
    observe.begin (event, cancellable);
  }

  private async void observe (Ts.Event event, Cancellable? cancellable) {
    try {
      yield event.wait_async (cancellable);
    } catch (Error e) {
      error = e;
    }
    thread = Thread.self<void*> ();
    over = true;
  }

  public bool success { get { return over && error == null; } }
  public bool cancelled { get { return over && error is IOError.CANCELLED; } }
}

void async_wait () throws Error {
  for (uint i = 0; i < rounds (50); i++) {
    var event = new Ts.Event ();
    var outcome = new Outcome (event);
    var thread = set_in_thread (event);
    until (() => outcome.over);
    assert (outcome.success);
    assert (outcome.thread == Thread.self<void*> ());
    thread.join ();
  }
}

void never_inside () throws Error {
  var event = new Ts.Event ();
  var parked = new Outcome (event);
  event.set ();
  assert (!parked.over);
  var ready = new Outcome (event);
  assert (!ready.over);
  until (() => parked.success && ready.success);
}

void thread_default () throws Error {
  var event = new Ts.Event ();
  var context = new MainContext ();
  context.push_thread_default ();
  var outcome = new Outcome (event);
  context.pop_thread_default ();
  event.set ();
  turn ();
  assert (!outcome.over);
  while (!outcome.over) {
    context.iteration (true);
  }
  assert (outcome.success);
}

void auto_reset () throws Error {
  var event = new Ts.Event.with_auto_reset ();
  Outcome[] outcomes = {};
  for (int i = 0; i < 3; i++) {
    outcomes += new Outcome (event);
  }
  for (int i = 0; i < 3; i++) {
    event.set ();
    until (() => outcomes[i].over);
    for (int j = 0; j < 3; j++) {
      assert (outcomes[j].success == (j <= i));
    }
  }
  event.set ();
  event.set ();
  assert (event.wait_until (0));
  assert_timed_out (() => { event.wait_until (0); });
}

void set_and_clear () throws Error {
  var event = new Ts.Event ();
  var one = new Outcome (event);
  var two = new Outcome (event);
  event.set ();
  event.clear ();
  var late = new Outcome (event);
  until (() => one.success && two.success);
  assert (!late.over);
  event.set ();
  until (() => late.success);
}

void async_cancel () throws Error {
  var event = new Ts.Event.with_auto_reset ();
  var cancellable = new Cancellable ();
  var first = new Outcome (event, cancellable);
  var second = new Outcome (event);
  cancellable.cancel ();
  until (() => first.over);
  assert (first.cancelled);
  event.set ();
  until (() => second.over);
  assert (second.success);

  event.set ();
  var third = new Outcome (event, cancellable);
  until (() => third.over);
  assert (third.cancelled && event.is_set ());
}

void cancelled_late () throws Error {
  var event = new Ts.Event.with_auto_reset ();
  var cancellable = new Cancellable ();
  var outcome = new Outcome (event, cancellable);
  event.set ();
  cancellable.cancel ();
  until (() => outcome.over);
  assert (outcome.success && !event.is_set ());
}

void source () throws Error {
  var event = new Ts.Event ();
  int calls = 0;
  var source = event.create_source ();
  source.set_callback (() => {
    if (++calls == 3) {
      event.clear ();
    }
    return calls < 4;
  });
  source.attach ();
  turn ();
  assert (calls == 0);
  event.set ();
  until (() => calls == 3);
  turn ();
  assert (calls == 3 && !source.is_destroyed ());
  set_in_thread (event).join ();
  until (() => calls == 4);
  assert (source.is_destroyed ());
}

void watch () throws Error {
  var event = new Ts.Event.with_auto_reset ();
  int calls = 0;
  var id = event.add_watch (source => {
    assert (source == event);
    return ++calls < 3;
  });
  assert (id > 0);
  for (int i = 1; i <= 3; i++) {
    set_in_thread (event).join ();
    until (() => calls == i);
  }
  event.set ();
  turn ();
  assert (calls == 3 && event.is_set ());
}

void removed_watch () throws Error {
  var event = new Ts.Event.with_auto_reset ();
  var id = event.add_watch (() => {
    assert_not_reached ();
  });
  var next = new Outcome (event);
  event.set ();
  Source.remove (id);
  until (() => next.success);
}

void nested_loop () throws Error {
  var event = new Ts.Event ();
  var done = false;
  Idle.add (() => {
    var outcome = new Outcome (event);
    var thread = set_in_thread (event);
    until (() => outcome.success);
    thread.join ();
    done = true;
    return Source.REMOVE;
  });
  until (() => done);
}

void everyone () throws Error {
  for (uint i = 0; i < rounds (20); i++) {
    var event = new Ts.Event ();
    Thread<bool>[] threads = {};
    Outcome[] outcomes = {};
    for (int j = 0; j < 3; j++) {
      threads += new Thread<bool> ("wait", () => {
        try {
          return event.wait ();
        } catch (Error e) {
          return false;
        }
      });
      outcomes += new Outcome (event);
    }
    var port = new Ts.Port ();
    var token = port.wait_event (event);
    event.set ();
    foreach (var thread in threads) {
      assert (thread.join ());
    }
    foreach (var outcome in outcomes) {
      until (() => outcome.over);
      assert (outcome.success);
    }
    assert (port.next_ready () == token);
    assert (port.finish (token).get_pointer () == null);
    port.close ();
  }
}

void dropped_result () throws Error {
  var event = new Ts.Event.with_auto_reset ();
  AsyncResult? dropped = null;
  event.wait_async.begin (null, (source, result) => {
    dropped = result;
  });
  var next = new Outcome (event);
  event.set ();
  until (() => dropped != null);
  turn ();
  assert (!next.over);
  dropped = null;
  until (() => next.success);
}

void port () throws Error {
  var event = new Ts.Event.with_auto_reset ();
  var port = new Ts.Port ();
  var token = port.wait_event (event);
  assert_throws (IOError.quark (), IOError.PENDING, () => { port.finish (token); });
  assert (port.next_ready () == -1);
  event.set ();
  assert (port.next_ready () == token);
  assert (port.cancel (token));
  assert (!port.cancel (token));
  assert (event.is_set ());
  port.close ();
  assert (port.wait_event (event) == -1);
}

void lifetime () throws Error {
  var event = new Ts.Event ();
  WeakRef weak = WeakRef (event);
  var outcome = new Outcome (event);
  var thread = set_in_thread (event);
  event = null;
  until (() => outcome.success);
  thread.join ();
  thread = null;
  turn ();
  assert (weak.get () == null);
}

void again () throws Error {
  var event = new Ts.Event.with_auto_reset ();
  int count = 0;
  count_to.begin (event, 100, (source, result) => {
    count = count_to.end (result);
  });
  event.set ();
  until (() => count == 100);
  assert (event.is_set ());
}

async int count_to (Ts.Event event, int end) {
  for (int count = 0; ; event.set ()) {
    try {
      yield event.wait_async ();
    } catch (Error e) {
      return -1;
    }
    if (++count == end) {
      event.set ();
      return count;
    }
  }
}

void lost_context () throws Error {
  var event = new Ts.Event.with_auto_reset ();
  var context = new MainContext ();
  context.push_thread_default ();
  event.wait_async.begin (null, () => {
    assert_not_reached ();
  });
  context.pop_thread_default ();
  var next = new Outcome (event);
  event.set ();
  context = null;
  until (() => next.success);
}

int main (string[] args) {
  Test.init (ref args);
  add ("event/E01-set-before", set_before);
  add ("event/E02-blocked-thread", blocked_thread);
  add ("event/E03-deadline", deadline);
  add ("event/E04-already-cancelled", already_cancelled);
  add ("event/E05-cancelled-while-blocked", cancelled_while_blocked);
  add ("event/E06-auto-reset", auto_reset);
  add ("event/E07-set-and-clear", set_and_clear);
  add ("event/E08-async", async_wait);
  add ("event/E09-never-inside", never_inside);
  add ("event/E09-thread-default", thread_default);
  add ("event/E10-cancel", async_cancel);
  add ("event/E10-cancelled-late", cancelled_late);
  add ("event/E11-source", source);
  add ("event/E12-watch", watch);
  add ("event/E13-removed-watch", removed_watch);
  add ("event/E14-nested-loop", nested_loop);
  add ("event/E15-everyone", everyone);
  add ("event/E16-dropped-result", dropped_result);
  add ("event/E17-E18-port", port);
  add ("event/E19-lifetime", lifetime);
  add ("event/E21-construction", construction);
  add ("event/E22-again", again);
  add ("event/E23-lost-context", lost_context);
  return Test.run ();
}
