// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

using Util;

class Thing : Object {
  public int number;

  public Thing (int number) {
    this.number = number;
  }
}

/** How an asynchronous operation ended, or that it did not. */
class Outcome {
  public bool over;
  public Error? error;
  public Value? item;

  public Outcome.receive (Ts.Channel channel, Cancellable? cancellable = null) {
    do_receive.begin (channel, cancellable);
  }

  public Outcome.send (Ts.Channel channel, Value value, Cancellable? cancellable = null) {
    do_send.begin (channel, value, cancellable);
  }

  private async void do_receive (Ts.Channel channel, Cancellable? cancellable) {
    try {
      item = yield channel.receive_async (cancellable);
    } catch (Error e) {
      error = e;
    }
    over = true;
  }

  private async void do_send (Ts.Channel channel, Value value, Cancellable? cancellable) {
    try {
      yield channel.send_async (value, cancellable);
    } catch (Error e) {
      error = e;
    }
    over = true;
  }

  public void succeeds () {
    until (() => over);
    if (error != null) {
      GLib.error ("%s", error.message);
    }
  }

  public int number { get { return (int) item; } }
}

void assert_ts (int code, Attempt attempt) {
  assert_throws (Ts.Error.quark (), code, attempt);
}

Thread<int> sender (Ts.Channel channel, int count) {
  return new Thread<int> ("send", () => {
    int sent = 0;
    try {
      for (; sent < count; sent++) {
        channel.send (sent);
      }
    } catch (Error e) { }
    return sent;
  });
}

async void collect (Ts.Channel channel, GenericArray<int> into) {
  try {
    while (true) {
      into.add ((int) yield channel.receive_async ());
    }
  } catch (Ts.Error.CLOSED e) {
  } catch (Error e) {
    error ("%s", e.message);
  }
}

void construction () throws Error {
  var channel = new Ts.Channel (3);
  assert (channel.capacity == 3 && channel.name == null && channel.item_type == Type.INVALID);
  assert (channel.length == 0 && !channel.closed && channel.can_send && !channel.can_receive);
  assert (new Ts.Channel ().capacity == 0);
  assert (new Ts.Channel.full (3).overflow == Ts.Overflow.WAIT);
  var full = new Ts.Channel.full (1, typeof (string), Ts.Overflow.DROP_OLDEST, "red");
  assert (full.item_type == typeof (string) && full.name == "red");
  assert (full.overflow == Ts.Overflow.DROP_OLDEST);
}

void order () throws Error {
  foreach (int capacity in new int[] { 0, 1, 64, Ts.CHANNEL_UNLIMITED }) {
    var channel = new Ts.Channel (capacity);
    int count = (int) rounds (300);
    var thread = sender (channel, count);
    for (int i = 0; i < count; i++) {
      assert ((int) channel.receive () == i);
    }
    assert (thread.join () == count);
  }
}

void rendezvous () throws Error {
  var channel = new Ts.Channel ();
  var send = new Outcome.send (channel, 5);
  turn ();
  assert (!send.over);
  assert ((int) channel.receive () == 5);
  send.succeeds ();
}

void full () throws Error {
  var channel = new Ts.Channel (1);
  channel.send (1);
  var second = new Outcome.send (channel, 2);
  turn ();
  assert (!second.over);
  assert ((int) channel.receive () == 1);
  second.succeeds ();
  assert_ts (Ts.Error.FULL, () => { channel.try_send (3); });
  assert ((int) channel.try_receive () == 2);
}

void tries () throws Error {
  var channel = new Ts.Channel (1);
  assert_ts (Ts.Error.EMPTY, () => { channel.try_receive (); });
  channel.try_send ("a");
  assert_ts (Ts.Error.FULL, () => { channel.try_send ("b"); });
  assert ((string) channel.try_receive () == "a");
  channel.close ();
  assert_ts (Ts.Error.CLOSED, () => { channel.try_send ("c"); });
  assert_ts (Ts.Error.CLOSED, () => { channel.try_receive (); });

  var meeting = new Ts.Channel ();
  var receive = new Outcome.receive (meeting);
  meeting.try_send (7);
  receive.succeeds ();
  assert (receive.number == 7);
}

void giving_up () throws Error {
  var channel = new Ts.Channel (1);
  assert_timed_out (() => { channel.receive_until (after (0.001)); });
  assert_cancelled (() => { channel.receive (cancelled ()); });
  var cancellable = new Cancellable ();
  var receive = new Outcome.receive (channel, cancellable);
  cancellable.cancel ();
  until (() => receive.over);
  assert (receive.error is IOError.CANCELLED);
  channel.send ("stays");
  assert_timed_out (() => { channel.send_until ("x", after (0.001)); });
  assert_cancelled (() => { channel.send ("x", cancelled ()); });
  assert_cancelled (() => { channel.receive (cancelled ()); });
  assert (channel.length == 1 && (string) channel.receive () == "stays");
}

void closing () throws Error {
  var channel = new Ts.Channel (2);
  channel.send (1);
  channel.send (2);
  var late = new Outcome.send (channel, 3);
  assert (channel.close ());
  assert (!channel.close ());
  until (() => late.over);
  assert (late.error is Ts.Error.CLOSED);
  assert_ts (Ts.Error.CLOSED, () => { channel.send (4); });
  assert ((int) channel.receive () == 1 && (int) channel.receive () == 2);
  try {
    channel.receive ();
    assert_not_reached ();
  } catch (Ts.Error.CLOSED e) {
  }

  var empty = new Ts.Channel ();
  var waiting = new Outcome.receive (empty);
  empty.close ();
  until (() => waiting.over);
  assert (waiting.error is Ts.Error.CLOSED);
}

void async_order () throws Error {
  var channel = new Ts.Channel ();
  Outcome[] receives = {};
  for (int i = 0; i < 100; i++) {
    receives += new Outcome.receive (channel);
  }
  var thread = sender (channel, 100);
  for (int i = 0; i < 100; i++) {
    receives[i].succeeds ();
    assert (receives[i].number == i);
  }
  thread.join ();
}

void uncollected () throws Error {
  var channel = new Ts.Channel (3);
  AsyncResult? dropped = null;
  channel.receive_async.begin (null, (source, result) => {
    dropped = result;
  });
  channel.send (1);
  channel.send (2);
  until (() => dropped != null);
  assert (channel.length == 1);
  dropped = null;
  until (() => channel.length == 2);
  assert ((int) channel.receive () == 1);

  var port = new Ts.Port ();
  var token = port.receive (channel);
  assert (port.next_ready () == token && port.cancel (token));
  token = port.receive (channel);
  assert ((int) port.finish (token) == 2);
}

void item_types () throws Error {
  var words = new Ts.Channel.full (3, typeof (string));
  words.send ("word");
  words.send (5);
  assert ((string) words.receive () == "word" && (string) words.receive () == "5");
  assert_ts (Ts.Error.WRONG_TYPE, () => { words.send (new Thing (1)); });
  assert (words.length == 0);
}

void overflow () throws Error {
  var latest = new Ts.Channel.full (2, Type.INVALID, Ts.Overflow.DROP_OLDEST);
  var first = new Ts.Channel.full (2, Type.INVALID, Ts.Overflow.DROP_NEWEST);
  for (int i = 0; i < 5; i++) {
    latest.send (i);
    first.send (i);
  }
  assert (latest.dropped == 3 && first.dropped == 3);
  assert ((int) latest.receive () == 3 && (int) first.receive () == 0);
}

void iteration () throws Error {
  var channel = new Ts.Channel (4);
  var thread = new Thread<void> ("send", () => {
    sender (channel, 100).join ();
    channel.close ();
  });
  int expected = 0;
  foreach (var item in channel) {
    assert ((int) item == expected++);
  }
  thread.join ();
  assert (expected == 100);
}

void watch_with (Ts.Channel channel, Thing thing, GenericArray<string> seen) {
  channel.add_watch ((source, item) => {
    assert (source == channel && thing.number == 1);
    seen.add ((string) item);
    return Source.CONTINUE;
  }, Priority.HIGH);
}

void watch () throws Error {
  var channel = new Ts.Channel (2);
  var seen = new GenericArray<string> ();
  var thing = new Thing (1);
  WeakRef weak = WeakRef (thing);
  watch_with (channel, thing, seen);
  thing = null;
  assert (weak.get () != null);
  channel.send ("a");
  channel.send ("b");
  until (() => seen.length == 2);
  channel.send ("c");
  channel.close ();
  until (() => seen.length == 3);
  turn ();
  assert (seen[0] == "a" && seen[1] == "b" && seen[2] == "c" && weak.get () == null);
}

void flood () throws Error {
  var channel = new Ts.Channel (64);
  int ticks = 0, items = 0;
  var thread = sender (channel, int.MAX);
  channel.add_watch (() => {
    items++;
    return Source.CONTINUE;
  });
  until (() => items > 0); // the flood has begun
  var clock = Timeout.add (1, () => {
    ticks++;
    return Source.CONTINUE;
  });
  until (() => ticks >= 20);
  channel.close ();
  thread.join ();
  Source.remove (clock);
}

void source () throws Error {
  var channel = new Ts.Channel (1);
  int readable = 0, writable = 0;
  var input = channel.create_source ();
  input.set_callback (() => {
    readable++;
    return Source.REMOVE;
  });
  input.attach ();
  turn ();
  assert (readable == 0);
  channel.send (1);
  until (() => readable == 1);
  var output = channel.create_source (IOCondition.OUT);
  output.set_callback (() => {
    writable++;
    return Source.REMOVE;
  });
  output.attach ();
  turn ();
  assert (writable == 0);
  channel.receive ();
  until (() => writable == 1);
}

void many () throws Error {
  var channel = new Ts.Channel (Ts.CHANNEL_UNLIMITED);
  for (int i = 0; i < 10; i++) {
    channel.send (i);
  }
  var items = channel.receive_many (3);
  assert (items.length == 3 && (int) items[2] == 2);
  int expected = 3;
  foreach (var item in channel.try_receive_many ()) {
    assert ((int) item == expected++);
  }
  assert (expected == 10);
  assert_ts (Ts.Error.EMPTY, () => { channel.try_receive_many (); });
}

void everyone () throws Error {
  int count = (int) rounds (500);
  foreach (int capacity in new int[] { 0, 1, 64 }) {
    var channel = new Ts.Channel (capacity);
    var taken = new GenericArray<int> ();
    Thread<int>[] senders = { sender (channel, count), sender (channel, count) };
    var receiver = new Thread<int> ("receive", () => {
      int received = 0;
      foreach (var item in channel) {
        received += ((int) item) >= 0 ? 1 : 0;
      }
      return received;
    });
    collect.begin (channel, taken);
    var sent = new Ts.Event ();
    bool all_sent = false;
    sent.add_watch (() => {
      all_sent = true;
      return Source.REMOVE;
    });
    var closer = new Thread<void> ("close", () => {
      foreach (var thread in senders) {
        thread.join ();
      }
      channel.close ();
      sent.set ();
    });
    until (() => all_sent);
    closer.join ();
    int by_thread = receiver.join ();
    until (() => taken.length + by_thread == 2 * count);
  }
}

void values () throws Error {
  var channel = new Ts.Channel (Ts.CHANNEL_UNLIMITED);
  var thing = new Thing (7);
  channel.send (5);
  channel.send ("text");
  channel.send (2.5);
  channel.send (true);
  channel.send ((int64) 1099511627776);
  channel.send (thing);
  channel.send (new Variant ("(is)", 5, "x"));
  channel.send (new Bytes ({ 1, 2 }));
  assert ((int) channel.receive () == 5);
  assert ((string) channel.receive () == "text");
  assert ((double) channel.receive () == 2.5);
  assert ((bool) channel.receive ());
  assert ((int64) channel.receive () == 1099511627776);
  Value item = channel.receive ();
  assert (((Thing) item) == thing);
  item = channel.receive ();
  assert (item.dup_variant ().get_child_value (0).get_int32 () == 5);
  item = channel.receive ();
  assert (((Bytes) item).length == 2);
}

void left_inside () throws Error {
  var channel = new Ts.Channel (4);
  var thing = new Thing (1);
  WeakRef weak = WeakRef (thing);
  channel.send (thing);
  thing = null;
  assert (weak.get () != null);
  channel = null;
  assert (weak.get () == null);
}

async int exchange (Ts.TypedChannel<int> numbers) throws Error {
  yield numbers.send_async (5);
  return yield numbers.receive_async ();
}

void typed () throws Error {
  var numbers = new Ts.TypedChannel<int> (4, Ts.Overflow.WAIT, "numbers");
  assert (numbers.channel.name == "numbers");
  numbers.send (-5);
  assert (numbers.receive () == -5);
  int answer = 0;
  exchange.begin (numbers, (source, result) => {
    try {
      answer = exchange.end (result);
    } catch (Error e) {
      error ("%s", e.message);
    }
  });
  until (() => answer == 5);

  var words = new Ts.TypedChannel<string> (4);
  words.try_send ("a");
  words.send ("b");
  words.close ();
  string all = "";
  foreach (var word in words) {
    all += word;
  }
  assert (all == "ab");

  var things = new Ts.TypedChannel<Thing> (4);
  var thing = new Thing (3);
  things.send (thing);
  assert (thing.ref_count == 2 && things.try_receive ().number == 3 && thing.ref_count == 1);
  var flags = new Ts.TypedChannel<bool> (4);
  flags.send (true);
  assert (flags.receive ());
  var doubles = new Ts.TypedChannel<double?> (4);
  doubles.send (2.5);
  assert (doubles.receive () == 2.5);
  var longs = new Ts.TypedChannel<int64?> (4);
  longs.send (1099511627776);
  assert (longs.receive () == 1099511627776);
  var bytes = new Ts.TypedChannel<Bytes> (4);
  bytes.send (new Bytes ({ 1, 2, 3 }));
  assert (bytes.receive ().length == 3);
  assert_ts (Ts.Error.WRONG_TYPE, () => { bytes.channel.send (new Thing (1)); });
}

int main (string[] args) {
  Test.init (ref args);
  add ("channel/C01-order", order);
  add ("channel/C02-rendezvous", rendezvous);
  add ("channel/C03-full", full);
  add ("channel/C05-try", tries);
  add ("channel/C06-giving-up", giving_up);
  add ("channel/C07-C08-closing", closing);
  add ("channel/C09-async-order", async_order);
  add ("channel/C10-uncollected", uncollected);
  add ("channel/C11-item-types", item_types);
  add ("channel/C12-overflow", overflow);
  add ("channel/C13-iteration", iteration);
  add ("channel/C14-watch", watch);
  add ("channel/C14-flood", flood);
  add ("channel/C15-source", source);
  add ("channel/C16-many", many);
  add ("channel/C17-everyone", everyone);
  add ("channel/C18-values", values);
  add ("channel/C19-left-inside", left_inside);
  add ("channel/C20-construction", construction);
  add ("channel/typed", typed);
  return Test.run ();
}
