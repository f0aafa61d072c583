// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

using Util;

/** The callback of an asynchronous method, and what it got, once the main loop has run for long enough. */
class Finish : Object {
  private AsyncResult? got = null;

  public void callback (Object? source, AsyncResult result) {
    got = result;
  }

  public AsyncResult result () {
    until (() => got != null);
    return got;
  }
}

void assert_ts (int code, Attempt attempt) {
  assert_throws (Ts.Error.quark (), code, attempt);
}

void permits () throws Error {
  var semaphore = new Ts.Semaphore (2);
  semaphore.acquire ();
  var finish = new Finish ();
  semaphore.acquire_async.begin (null, finish.callback);
  semaphore.acquire_async.end (finish.result ());
  assert (!semaphore.try_acquire () && semaphore.get_value () == 0);
  var thread = new Thread<bool> ("acquire", () => {
    try {
      return semaphore.acquire ();
    } catch (Error e) {
      return false;
    }
  });
  semaphore.release ();
  assert (thread.join ());
  semaphore.release (2);
  assert (semaphore.get_value () == 2);
}

void giving_up () throws Error {
  var semaphore = new Ts.Semaphore (0);
  var mutex = new Ts.Lock ();
  assert (mutex.try_acquire () && !mutex.try_acquire ());
  assert_timed_out (() => { semaphore.acquire_until (0); });
  assert_timed_out (() => { mutex.acquire_until (after (0.001)); });
  assert_cancelled (() => { semaphore.acquire (cancelled ()); });
  assert_cancelled (() => { mutex.acquire (cancelled ()); });
  var finish = new Finish ();
  mutex.acquire_async.begin (cancelled (), finish.callback);
  var result = finish.result ();
  assert_cancelled (() => { mutex.acquire_async.end (result); });
  mutex.release ();
  assert (!mutex.held);
}

void dropped () throws Error {
  var mutex = new Ts.Lock ();
  AsyncResult? dropped = null;
  mutex.acquire_async.begin (null, (source, result) => {
    dropped = result;
  });
  until (() => dropped != null);
  assert (mutex.is_held ());
  dropped = null;
  until (() => !mutex.is_held ());
}

void limits () throws Error {
  var semaphore = new Ts.Semaphore.bounded (1, 2);
  semaphore.release ();
  assert_ts (Ts.Error.OVERFLOW, () => { semaphore.release (); });
  assert (semaphore.get_value () == 2);
  var mutex = new Ts.Lock.full ("green");
  try {
    mutex.release ();
    assert_not_reached ();
  } catch (Ts.Error.NOT_HELD e) {
    assert ("green" in e.message);
  }
}

void handed_over () throws Error {
  var mutex = new Ts.Lock ();
  mutex.acquire ();
  var thread = new Thread<bool> ("release", () => {
    try {
      return mutex.release ();
    } catch (Error e) {
      return false;
    }
  });
  assert (thread.join ());
  assert (mutex.try_acquire ());
}

void exclusion () throws Error {
  var mutex = new Ts.Lock ();
  int count = (int) rounds (1000), total = 0;
  Thread<void>[] threads = {};
  for (int i = 0; i < 3; i++) {
    threads += new Thread<void> ("count", () => {
      for (int j = 0; j < count; j++) {
        try {
          mutex.acquire ();
          total++;
          mutex.release ();
        } catch (Error e) {
          return;
        }
      }
    });
  }
  foreach (var thread in threads) {
    thread.join ();
  }
  assert (total == 3 * count);
}

void semaphore_watch () throws Error {
  var semaphore = new Ts.Semaphore (0);
  int calls = 0;
  semaphore.add_watch (source => {
    assert (source == semaphore);
    return ++calls < 2;
  });
  semaphore.release (3);
  until (() => calls == 2);
  turn ();
  assert (semaphore.get_value () == 1);
}

void condition () throws Error {
  var condition = new Ts.Condition ();
  unowned var mutex = condition.get_lock ();
  int ready = 0;
  var thread = new Thread<bool> ("wait", () => {
    try {
      mutex.acquire ();
      while (ready == 0) {
        condition.wait ();
      }
      mutex.release ();
      return true;
    } catch (Error e) {
      return false;
    }
  });
  mutex.acquire ();
  ready = 1;
  condition.notify_all ();
  mutex.release ();
  assert (thread.join ());

  mutex.acquire ();
  assert_timed_out (() => { condition.wait_until (0); });
  assert (mutex.is_held ());
  assert_cancelled (() => { condition.wait (cancelled ()); });
  assert (mutex.is_held ());
  AsyncResult? over = null;
  condition.wait_async.begin (null, (source, result) => {
    over = result;
  });
  assert (!mutex.is_held ());
  mutex.acquire ();
  condition.notify_one ();
  mutex.release ();
  until (() => over != null);
  assert (condition.wait_async.end (over) && mutex.is_held ());
  mutex.release ();
}

void not_held () throws Error {
  var condition = new Ts.Condition.full (new Ts.Lock (), "green");
  assert_ts (Ts.Error.NOT_HELD, () => { condition.wait (); });
  assert_ts (Ts.Error.NOT_HELD, () => { condition.notify_one (); });
  assert_ts (Ts.Error.NOT_HELD, () => { condition.notify_many (2); });
}

void barrier () throws Error {
  var barrier = new Ts.Barrier (2);
  for (uint i = 0; i < rounds (50); i++) {
    uint here, there = 0;
    var thread = new Thread<uint> ("wait", () => {
      uint index;
      try {
        barrier.wait (out index);
      } catch (Error e) {
        return 99;
      }
      return index;
    });
    var finish = new Finish ();
    barrier.wait_async.begin (null, finish.callback);
    var result = finish.result ();
    barrier.wait_async.end (result, out here);
    there = thread.join ();
    assert (here + there == 1);
  }
  assert_timed_out (() => { barrier.wait_until (0); });
  assert_cancelled (() => { barrier.wait (null, cancelled ()); });
  assert (barrier.waiting == 0);
  barrier.abort ();
  assert_ts (Ts.Error.CLOSED, () => { barrier.wait (); });
  barrier.reset ();
  assert (!barrier.broken);
}

void future () throws Error {
  var future = new Ts.Future ();
  assert_timed_out (() => { future.wait_until (0); });
  var thread = new Thread<string?> ("wait", () => {
    try {
      return (string) future.wait ();
    } catch (Error e) {
      return null;
    }
  });
  assert (future.resolve ("value"));
  assert (!future.resolve ("late"));
  assert (thread.join () == "value");
  var finish = new Finish ();
  future.wait_async.begin (null, finish.callback);
  var result = finish.result ();
  assert ((string) future.wait_async.end (result) == "value");
  assert (future.done);
}

void rejected () throws Error {
  var future = new Ts.Future ();
  assert (future.reject (new FileError.NOENT ("no such file")));
  try {
    future.wait ();
    assert_not_reached ();
  } catch (FileError.NOENT e) {
    assert (e.message == "no such file");
  }
  var cancellable = new Cancellable ();
  var work = new Ts.Future.full (cancellable, "work");
  assert (work.cancel () && cancellable.is_cancelled ());
  assert_cancelled (() => { work.wait (); });
}

void select_cases () throws Error {
  var a = new Ts.Channel (1);
  var b = new Ts.Channel (1);
  var event = new Ts.Event.with_auto_reset ();
  var select = new Ts.Select ();
  int first = select.add_receive (a);
  int second = select.add_event (event);
  assert (select.poll () == -1);
  a.send ("item");
  assert (select.wait () == first);
  Value item;
  assert (select.get_value (first, out item) && (string) item == "item");
  event.set ();
  var finish = new Finish ();
  select.wait_async.begin (null, finish.callback);
  var result = finish.result ();
  assert (select.wait_async.end (result) == second && !event.is_set ());
  assert_timed_out (() => { select.wait_until (0); });
  assert_cancelled (() => { select.wait (cancelled ()); });
  assert (select.remove (second));
  int third = select.add_send (b, 5);
  assert (select.wait () == third && (int) b.receive () == 5);
  a.close ();
  assert (select.wait () == first && !select.get_value (first, out item));
  int late = select.add_deadline (0);
  assert (select.remove (first) && select.wait () == late);
}

void select_once () throws Error {
  Ts.Channel[] channels = { new Ts.Channel (1), new Ts.Channel (1) };
  Value item;
  channels[1].send ("b");
  assert (Ts.Select.once (channels, out item) == 1 && (string) item == "b");
  assert_cancelled (() => { Ts.Select.once (channels, out item, cancelled ()); });
}

void runner () throws Error {
  var runner = new Ts.Runner ("worker");
  unowned Thread here = Thread.self<void*> ();
  Value answer = runner.call (call => {
    call.complete (here != Thread.self<void*> () && runner.is_current ());
  });
  assert ((bool) answer);
  var finish = new Finish ();
  runner.call_async.begin (call => {
    call.complete ("async");
  }, null, finish.callback);
  var result = finish.result ();
  assert ((string) runner.call_async.end (result) == "async");
  var future = runner.spawn (call => {
    call.complete (5);
  });
  assert ((int) future.wait () == 5);
  int invoked = 0;
  runner.invoke (() => { invoked++; });
  runner.invoke (() => { invoked++; }, Priority.HIGH);
  assert (runner.close ());
  assert (!runner.close () && invoked == 2);
  assert_ts (Ts.Error.CLOSED, () => { runner.call (call => { call.complete (1); }); });
}

void runner_errors () throws Error {
  var runner = new Ts.Runner ();
  try {
    runner.call (call => { call.fail (new FileError.NOENT ("no such file")); });
    assert_not_reached ();
  } catch (FileError.NOENT e) {
  }
  bool refused = false;
  runner.call (call => {
    try {
      runner.call (inner => { inner.complete (1); });
    } catch (Ts.Error.WOULD_DEADLOCK e) {
      refused = true;
    } catch (Error e) { }
    call.complete (null);
  });
  assert (refused);
  bool failed = false;
  try {
    runner.call (call => { });
  } catch (Error e) {
    failed = true;
  }
  assert (failed);
  runner.close ();
}

async int hold (Ts.Lock mutex, bool succeed) throws Error {
  var held = yield new Ts.Guard.wait (mutex);
  assert (mutex.held);
  if (!succeed) {
    throw new IOError.FAILED ("no");
  }
  held.release ();
  assert (!mutex.held);
  return 5;
}

int hold_permit (Ts.Semaphore semaphore, bool early) throws Error {
  var permit = new Ts.Guard.permit (semaphore);
  if (early) {
    return (int) semaphore.get_value ();
  }
  permit.release ();
  permit.release ();
  return (int) semaphore.get_value ();
}

void guards () throws Error {
  var mutex = new Ts.Lock ();
  foreach (var succeed in new bool[] { true, false }) {
    var finish = new Finish ();
    hold.begin (mutex, succeed, finish.callback);
    var result = finish.result ();
    if (succeed) {
      assert (hold.end (result) == 5);
    } else {
      assert_throws (IOError.quark (), IOError.FAILED, () => { hold.end (result); });
    }
    until (() => !mutex.held);
  }
  var semaphore = new Ts.Semaphore (1);
  assert (hold_permit (semaphore, false) == 1);
  assert (hold_permit (semaphore, true) == 0);
  assert (semaphore.get_value () == 1);
  assert_cancelled (() => { new Ts.Guard (mutex, cancelled ()); });
  assert (!mutex.held);
}

void ports () throws Error {
  var port = new Ts.Port ();
  var semaphore = new Ts.Semaphore (1);
  var mutex = new Ts.Lock ();
  var event = new Ts.Event ();
  int64[] tokens = {
    port.acquire (semaphore), port.acquire_lock (mutex), port.wait_event (event),
  };
  assert (port.next_ready () == tokens[0] && port.next_ready () == tokens[1]);
  assert (port.next_ready () == -1);
  port.finish (tokens[0]);
  assert (port.cancel (tokens[1]) && !mutex.held);
  event.set ();
  assert (port.next_ready () == tokens[2]);
  port.finish (tokens[2]);
  port.close ();
}

void defaults () throws Error {
  assert (new Ts.Lock ().name == null);
  assert (new Ts.Channel.full (1, Type.INVALID, Ts.Overflow.WAIT, "green").name == "green");
  var future = new Ts.Future ();
  future.resolve ();
  future.wait ();
  var runner = new Ts.Runner ();
  runner.call (call => { call.complete (); });
  runner.close ();
}

void performed () throws Error {
  var runner = new Ts.Runner ();
  var file = File.new_for_path ("/");
  var result = runner.perform ((cancellable, callback) => {
    file.query_info_async.begin (FileAttribute.STANDARD_TYPE, FileQueryInfoFlags.NONE,
                                 Priority.DEFAULT, cancellable, (owned) callback);
  });
  assert (file.query_info_async.end (result).get_file_type () == FileType.DIRECTORY);
  runner.close ();
}

void offload () throws Error {
  var future = Ts.offload (call => { call.complete (42); });
  Value answer = future.wait ();
  assert ((int) answer == 42);
}

void descriptions () throws Error {
  var lock = new Ts.Lock.full ("shelf");
  var channel = new Ts.Channel (3);
  assert (@"$lock".has_suffix (" \"shelf\": free"));
  assert (@"$channel".has_prefix ("TsChannel 0x"));
  assert (channel.to_string ().has_suffix (": 0 of 3 items"));
  var rows = new Ts.ListModel (new Ts.Channel (3));
  assert (": 0 rows of type GObject, from channel 0x" in @"$rows");
  assert (@"$(new Ts.Item (42))".has_suffix (": gint 42"));
}

int main (string[] args) {
  Test.init (ref args);
  add ("semaphore/S01-permits", permits);
  add ("semaphore/S03-giving-up", giving_up);
  add ("lock/S04-dropped", dropped);
  add ("semaphore/S05-limits", limits);
  add ("lock/S06-handed-over", handed_over);
  add ("lock/S07-exclusion", exclusion);
  add ("lock/guards", guards);
  add ("port", ports);
  add ("defaults", defaults);
  add ("semaphore/watch", semaphore_watch);
  add ("condition/N01-N02-wait", condition);
  add ("condition/N03-not-held", not_held);
  add ("barrier/B01-B02-B03", barrier);
  add ("future/F01-value", future);
  add ("future/F02-F03-rejected", rejected);
  add ("select/X01-X04", select_cases);
  add ("select/once", select_once);
  add ("runner/R01-R03-calls", runner);
  add ("runner/R02-R05-errors", runner_errors);
  add ("runner/R04-perform", performed);
  add ("runner/offload", offload);
  add ("descriptions", descriptions);
  return Test.run ();
}
