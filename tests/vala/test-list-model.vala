// SPDX-FileCopyrightText: 2026 The tschan authors
// SPDX-License-Identifier: LGPL-2.1-or-later

using Util;

class Thing : Object {
  public int number { get; construct; }

  public Thing (int number) {
    Object (number: number);
  }
}

Thread<bool> sender (Ts.Channel channel, int count) {
  return new Thread<bool> ("sender", () => {
    try {
      for (int i = 0; i < count; i++) {
        channel.send (new Thing (i));
      }
    } catch (Error e) {
      error ("%s", e.message);
    }
    channel.close ();
    return true;
  });
}

void rows_come_from_a_thread () throws Error {
  var channel = new Ts.Channel.full (3, typeof (Thing));
  var model = new Ts.ListModel (channel);
  var thread = sender (channel, 100);
  until (() => model.finished);
  thread.join ();
  assert (model.get_item_type () == typeof (Thing));
  assert (model.get_n_items () == 100);
  assert (model.n_items == 100);
  for (uint i = 0; i < 100; i++) {
    var thing = (Thing) model.get_item (i);
    assert (thing.number == i);
  }
}

void other_values_are_items () throws Error {
  var channel = new Ts.Channel (3);
  ListModel model = new Ts.ListModel (channel);
  channel.send ("a text");
  channel.send (7);
  until (() => model.get_n_items () == 2);
  var first = (Ts.Item) model.get_item (0);
  assert ((string) first.value == "a text");
  assert (first.string == "a text");
  var second = (Ts.Item) model.get_item (1);
  assert ((int) second.value == 7);
  assert (second.dup_string () == "7");
  assert ((int) new Ts.Item (5).value == 5);
}

void bound_is_a_property () throws Error {
  var channel = new Ts.Channel (10);
  var model = new Ts.ListModel (channel) {
    max_items = 4,
    overflow = Ts.Overflow.DROP_OLDEST,
    interval = 0,
    priority = Priority.DEFAULT
  };
  var n_changes = 0;
  model.items_changed.connect ((position, removed, added) => {
    n_changes++;
  });
  for (int i = 0; i < 10; i++) {
    channel.send (i);
  }
  until (() => model.received == 10);
  assert (model.n_items == 4 && model.dropped == 6);
  assert ((int) ((Ts.Item) model.get_item (0)).value == 6);
  model.remove (0, 1);
  assert ((int) ((Ts.Item) model.get_item (0)).value == 7);
  model.remove_all ();
  assert (model.n_items == 0 && n_changes >= 3);
}

void closed_model_leaves_the_rest () throws Error {
  var channel = new Ts.Channel (10);
  var model = new Ts.ListModel (channel) { max_items = 1 };
  channel.send (0);
  channel.send (1);
  until (() => model.n_items == 1);
  assert (model.close ());
  assert (model.finished && !model.close ());
  assert (channel.length == 1);
}

int main (string[] args) {
  Test.init (ref args);
  add ("list-model/rows-come-from-a-thread", rows_come_from_a_thread);
  add ("list-model/other-values-are-items", other_values_are_items);
  add ("list-model/bound-is-a-property", bound_is_a_property);
  add ("list-model/closed-model-leaves-the-rest", closed_model_leaves_the_rest);
  return Test.run ();
}
