/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Values of a type whose runtime frees them by itself (ts-drop-private.h), as the extension for Python
 * has it for its objects: here they are integers on the heap, and the runtime counts. */

#include <tschan/ts-drop-private.h>

#include "ts-test-util.h"

#define MANY 1000

static struct
{
  guint      n_calls;
  guint      n_objects;
  TsChannel *channel; /* to be used while objects are freed */
} runtime;

static gpointer
copy_thing (gpointer thing)
{
  return g_memdup2 (thing, sizeof (int));
}

G_NORETURN static void
free_thing (gpointer thing)
{
  g_error ("a foreign value was freed by the function of its type");
}

static GType
thing_type (void)
{
  static GType type;

  if (type == G_TYPE_INVALID)
    type = g_boxed_type_register_static ("TsTestThing", copy_thing, free_thing);
  return type;
}

/* It would hang if any lock of the channel were held. */
static void
use_channel (TsChannel *channel)
{
  GValue value = G_VALUE_INIT;

  if (ts_channel_try_receive (channel, &value, NULL))
    g_assert_true (ts_channel_try_send_take (channel, &value, NULL));
}

static void
drop_things (gpointer *objects, guint n)
{
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (n, <=, TS_DROP_BUNDLE_MAX);
  for (guint i = 0; i < n; i++)
    g_free (objects[i]);
  runtime.n_calls++;
  runtime.n_objects += n;
  if (runtime.channel != NULL)
    use_channel (runtime.channel);
}

static void
install_runtime (void)
{
  TsDropSlot *slot;

  g_type_class_unref (g_type_class_ref (TS_TYPE_CHANNEL));
  slot = g_type_get_qdata (TS_TYPE_CHANNEL, g_quark_from_static_string (TS_DROP_SLOT_NAME));
  g_assert_nonnull (slot);
  slot->func = drop_things;
  atomic_store (&slot->type, thing_type ());
}

static void
start_counting (void)
{
  runtime.n_calls = runtime.n_objects = 0;
  runtime.channel = NULL;
}

static void
send_thing (TsChannel *channel)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, thing_type ());
  g_value_take_boxed (&value, g_new0 (int, 1));
  g_assert_true (ts_channel_send_take (channel, &value, NULL, NULL));
}

static TsChannel *
channel_with_things (guint n)
{
  TsChannel *channel = ts_channel_new (TS_CHANNEL_UNLIMITED);

  start_counting ();
  for (guint i = 0; i < n; i++)
    send_thing (channel);
  return channel;
}

static void
assert_dropped (guint n_calls, guint n_objects)
{
  g_assert_cmpuint (runtime.n_objects, ==, n_objects);
  g_assert_cmpuint (runtime.n_calls, ==, n_calls);
}

static void
items_of_a_channel_go_together (void)
{
  g_object_unref (channel_with_things (MANY));
  assert_dropped (1, MANY);
}

static void
bundles_are_bounded (void)
{
  g_object_unref (channel_with_things (2 * TS_DROP_BUNDLE_MAX));
  assert_dropped (2, 2 * TS_DROP_BUNDLE_MAX);
  g_object_unref (channel_with_things (2 * TS_DROP_BUNDLE_MAX + 1));
  assert_dropped (3, 2 * TS_DROP_BUNDLE_MAX + 1);
}

static void
other_items_are_freed_as_ever (void)
{
  GObject *event = g_object_new (TS_TYPE_EVENT, NULL);
  TsChannel *channel = channel_with_things (0);

  for (guint i = 0; i < MANY; i++)
    {
      send_thing (channel);
      ts_channel_send_string (channel, g_strdup ("text"), NULL, NULL);
      ts_channel_send_object (channel, g_object_ref (event), NULL, NULL);
      ts_channel_send_int (channel, 1, NULL, NULL);
    }
  g_object_unref (channel);
  assert_dropped (1, MANY);
  g_assert_finalize_object (event);
}

static void
what_is_not_owned_is_left_alone (void)
{
  const int lent = 1;
  TsChannel *channel = channel_with_things (0);

  for (guint i = 0; i < 2; i++)
    {
      GValue value = G_VALUE_INIT;

      g_value_init (&value, thing_type ());
      g_value_set_static_boxed (&value, i == 0 ? &lent : NULL);
      g_assert_true (ts_channel_send_take (channel, &value, NULL, NULL));
    }
  g_object_unref (channel);
  assert_dropped (0, 0);
}

static void
dropped_item_goes_with_no_lock_held (void)
{
  g_autoptr (TsChannel) channel =
      ts_channel_new_full (2, G_TYPE_INVALID, TS_OVERFLOW_DROP_OLDEST, NULL);

  start_counting ();
  runtime.channel = channel;
  for (guint i = 0; i < 5; i++)
    send_thing (channel);
  assert_dropped (3, 3);
  runtime.channel = NULL;
}

static void
refused_item_is_freed (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (1);
  g_autoptr (GError) error = NULL;
  GValue value = G_VALUE_INIT;

  start_counting ();
  runtime.channel = channel;
  send_thing (channel);
  g_value_init (&value, thing_type ());
  g_value_take_boxed (&value, g_new0 (int, 1));
  g_assert_false (ts_channel_try_send (channel, &value, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_FULL);
  assert_dropped (1, 1);
  g_free (g_value_get_boxed (&value));
  runtime.channel = NULL;
}

static void
items_received_together_are_freed (void)
{
  g_autoptr (TsChannel) channel = channel_with_things (MANY);
  GPtrArray *items = ts_channel_receive_many (channel, MANY, NULL, NULL);

  g_assert_cmpuint (items->len, ==, MANY);
  g_ptr_array_unref (items);
  g_assert_cmpuint (runtime.n_objects, ==, MANY);
}

static void
iterate_until_shown (TsListModel *model, guint n)
{
  while (g_list_model_get_n_items (G_LIST_MODEL (model)) < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
rows_go_together (void)
{
  g_autoptr (TsChannel) channel = channel_with_things (MANY);
  g_autoptr (TsListModel) model = ts_list_model_new (channel);

  iterate_until_shown (model, MANY);
  runtime.channel = channel;
  ts_list_model_remove (model, 1, MANY / 2);
  assert_dropped (1, MANY / 2);
  ts_list_model_remove_all (model);
  assert_dropped (2, MANY);
  runtime.channel = NULL;
}

static void
rows_go_with_the_model (void)
{
  g_autoptr (TsChannel) channel = channel_with_things (MANY);
  TsListModel *model = ts_list_model_new (channel);

  iterate_until_shown (model, MANY);
  g_object_unref (model);
  assert_dropped (1, MANY);
}

static gboolean
count_item (TsChannel *channel, const GValue *item, gpointer count)
{
  g_assert_true (G_VALUE_HOLDS (item, thing_type ()));
  g_assert_cmpint (*(int *) g_value_get_boxed (item), ==, 0);
  return ++*(guint *) count < MANY;
}

/* How many there are depends on the time that each takes. */
static void
items_of_a_dispatch_go_together (void)
{
  g_autoptr (TsChannel) channel = channel_with_things (MANY);
  guint n_seen = 0, n_dispatches = 0;

  ts_channel_add_watch (channel, count_item, &n_seen);
  while (n_dispatches++, g_main_context_iteration (NULL, TRUE), n_seen < MANY)
    continue;
  g_assert_cmpuint (runtime.n_objects, ==, MANY);
  g_assert_cmpuint (runtime.n_calls, <=, n_dispatches);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);
  install_runtime ();

  ts_test_add ("/tschan/drop/items-of-a-channel-go-together", items_of_a_channel_go_together);
  ts_test_add ("/tschan/drop/bundles-are-bounded", bundles_are_bounded);
  ts_test_add ("/tschan/drop/other-items-are-freed-as-ever", other_items_are_freed_as_ever);
  ts_test_add ("/tschan/drop/what-is-not-owned-is-left-alone", what_is_not_owned_is_left_alone);
  ts_test_add ("/tschan/drop/dropped-item-goes-with-no-lock-held", dropped_item_goes_with_no_lock_held);
  ts_test_add ("/tschan/drop/refused-item-is-freed", refused_item_is_freed);
  ts_test_add ("/tschan/drop/items-received-together-are-freed", items_received_together_are_freed);
  ts_test_add ("/tschan/drop/rows-go-together", rows_go_together);
  ts_test_add ("/tschan/drop/rows-go-with-the-model", rows_go_with_the_model);
  ts_test_add ("/tschan/drop/items-of-a-dispatch-go-together", items_of_a_dispatch_go_together);
  return g_test_run ();
}
