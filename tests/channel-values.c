/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What goes through a TsChannel: all kinds of values, who owns them when, types and overflow. */

#include <gobject/gvaluecollector.h>

#include "ts-test-channel.h"

/* An item that counts its owners */

typedef struct
{
  _Atomic int refs;
  TsChannel  *used_when_freed;
} Counted;

static gpointer
counted_copy (gpointer boxed)
{
  atomic_fetch_add (&((Counted *) boxed)->refs, 1);
  return boxed;
}

static void
counted_free (gpointer boxed)
{
  Counted *self = boxed;
  GValue value = G_VALUE_INIT;

  if (self->used_when_freed != NULL)
    {
      ts_channel_try_receive (self->used_when_freed, &value, NULL);
      ts_channel_get_length (self->used_when_freed);
      ts_channel_close (self->used_when_freed);
    }
  g_assert_cmpint (atomic_fetch_sub (&self->refs, 1), >, 0);
}

static GType counted_get_type (void);
G_DEFINE_BOXED_TYPE (Counted, counted, counted_copy, counted_free)

/* One owner: the value. */
static void
counted_init (Counted *self, GValue *value)
{
  *self = (Counted) { .used_when_freed = NULL };
  *value = (GValue) G_VALUE_INIT;
  g_value_init (value, counted_get_type ());
  g_value_set_boxed (value, self);
}

#define assert_owners(counted, n) g_assert_cmpint (atomic_load (&(counted)->refs), ==, (n))

/* Kinds of values */

static void
add_value (GArray *values, GType type, ...)
{
  g_autofree char *problem = NULL;
  GValue value = G_VALUE_INIT;
  va_list args;

  va_start (args, type);
  G_VALUE_COLLECT_INIT (&value, type, args, 0, &problem);
  va_end (args);
  g_assert_null (problem);
  g_array_append_val (values, value);
}

static void
add_scalars (GArray *values)
{
  add_value (values, G_TYPE_CHAR, G_MININT8);
  add_value (values, G_TYPE_UCHAR, G_MAXUINT8);
  add_value (values, G_TYPE_BOOLEAN, TRUE);
  add_value (values, G_TYPE_INT, G_MININT);
  add_value (values, G_TYPE_UINT, G_MAXUINT);
  add_value (values, G_TYPE_LONG, G_MINLONG);
  add_value (values, G_TYPE_ULONG, G_MAXULONG);
  add_value (values, G_TYPE_INT64, G_MININT64);
  add_value (values, G_TYPE_UINT64, G_MAXUINT64);
  add_value (values, G_TYPE_FLOAT, 0.5);
  add_value (values, G_TYPE_DOUBLE, -1e300);
  add_value (values, G_TYPE_POINTER, values);
  add_value (values, G_TYPE_GTYPE, TS_TYPE_CHANNEL);
  add_value (values, TS_TYPE_OVERFLOW, TS_OVERFLOW_DROP_NEWEST);
  add_value (values, G_TYPE_BINDING_FLAGS, G_BINDING_BIDIRECTIONAL | G_BINDING_INVERT_BOOLEAN);
}

static void
add_owned (GArray *values)
{
  g_autofree char *large = g_strnfill (1000000, 'x');
  g_autoptr (GError) error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_EXISTS, "there");
  g_autoptr (TsEvent) object = ts_event_new ();
  g_autoptr (GFile) file = g_file_new_for_path ("/");
  g_autoptr (GBytes) bytes = g_bytes_new ("a\0b", 3);
  const char *const strings[] = { "one", "", "three", NULL };
  g_autoptr (GParamSpec) pspec = g_param_spec_int ("number", NULL, NULL, 0, 1, 0, G_PARAM_READWRITE);

  g_param_spec_ref_sink (pspec);
  add_value (values, G_TYPE_STRING, "Gr\303\274\303\237e");
  add_value (values, G_TYPE_STRING, "");
  add_value (values, G_TYPE_STRING, large);
  add_value (values, G_TYPE_STRING, NULL);
  add_value (values, G_TYPE_VARIANT, g_variant_new ("(si)", "floating", 7));
  add_value (values, G_TYPE_VARIANT, NULL);
  add_value (values, G_TYPE_STRV, strings);
  add_value (values, G_TYPE_BYTES, bytes);
  add_value (values, G_TYPE_BYTES, NULL);
  add_value (values, G_TYPE_ERROR, error);
  add_value (values, G_TYPE_VALUE, &g_array_index (values, GValue, 3));
  add_value (values, G_TYPE_OBJECT, object);
  add_value (values, TS_TYPE_EVENT, object);
  add_value (values, TS_TYPE_EVENT, NULL);
  add_value (values, G_TYPE_FILE, file);
  add_value (values, G_TYPE_PARAM, pspec);
}

static GArray *
all_values (void)
{
  GArray *values = g_array_new (FALSE, TRUE, sizeof (GValue));

  g_array_set_clear_func (values, (GDestroyNotify) g_value_unset);
  add_scalars (values);
  add_owned (values);
  return values;
}

static gboolean
have_same_content (const GValue *a, const GValue *b)
{
  const GType type = G_VALUE_TYPE (a);

  if (type != G_VALUE_TYPE (b))
    return FALSE;
  if (a->data[0].v_pointer == NULL || b->data[0].v_pointer == NULL)
    return a->data[0].v_pointer == b->data[0].v_pointer;
  if (type == G_TYPE_STRING)
    return g_str_equal (g_value_get_string (a), g_value_get_string (b));
  if (type == G_TYPE_STRV)
    return g_strv_equal (g_value_get_boxed (a), g_value_get_boxed (b));
  if (type == G_TYPE_ERROR)
    return g_error_matches (g_value_get_boxed (b), G_IO_ERROR, G_IO_ERROR_EXISTS);
  if (type == G_TYPE_VALUE)
    return have_same_content (g_value_get_boxed (a), g_value_get_boxed (b));
  return a->data[0].v_int64 == b->data[0].v_int64; /* numbers, and what is counted */
}

static void
send_one (TsChannel *channel, const GValue *value, guint way)
{
  GValue copy = G_VALUE_INIT;

  g_value_init (&copy, G_VALUE_TYPE (value));
  g_value_copy (value, &copy);
  switch (way)
    {
    case 0:
      g_assert_true (ts_channel_send (channel, &copy, NULL, NULL));
      break;
    case 1:
      g_assert_true (ts_channel_try_send (channel, &copy, NULL));
      break;
    case 2:
      g_assert_true (ts_channel_send_take (channel, &copy, NULL, NULL));
      return;
    case 3:
      g_assert_true (ts_channel_try_send_take (channel, &copy, NULL));
      return;
    default:
      ts_channel_send_async (channel, &copy, NULL, NULL, NULL);
    }
  g_value_unset (&copy);
}

static GValue *
receive_one (TsChannel *channel, guint way)
{
  GValue *value = g_new0 (GValue, 1);
  GPtrArray *items;

  switch (way)
    {
    case 0:
      g_assert_true (ts_channel_receive (channel, NULL, value, NULL));
      return value;
    case 1:
      g_assert_true (ts_channel_try_receive (channel, value, NULL));
      return value;
    case 2:
      g_free (value);
      return ts_channel_receive_value (channel, NULL, NULL);
    case 3:
      g_free (value);
      return ts_channel_next (channel);
    default:
      g_free (value);
      items = ts_channel_receive_many (channel, 1, NULL, NULL);
      value = g_boxed_copy (G_TYPE_VALUE, items->pdata[0]);
      g_ptr_array_unref (items);
      return value;
    }
}

static void
values_come_out_as_they_went_in (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (2);
  g_autoptr (GArray) values = all_values ();
  GMainContext *context = ts_test_context_push ();

  for (guint i = 0; i < values->len; i++)
    for (guint way = 0; way < 25; way++)
      {
        const GValue *value = &g_array_index (values, GValue, i);
        GValue *received;

        ts_test_note ("%s, way %u", G_VALUE_TYPE_NAME (value), way);
        send_one (channel, value, way % 5);
        received = receive_one (channel, way / 5);
        g_assert_true (have_same_content (value, received));
        g_value_unset (received);
        g_free (received);
      }
  ts_test_iterate (context);
  ts_test_context_pop (context);
}

static void
simple_calls_send_what_they_say (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (TS_CHANNEL_UNLIMITED);
  g_autoptr (TsEvent) event = ts_event_new ();
  g_auto (GValue) value = G_VALUE_INIT;

  g_assert_true (ts_channel_send_boolean (channel, TRUE, NULL, NULL));
  g_assert_true (ts_channel_receive (channel, NULL, &value, NULL));
  g_assert_true (g_value_get_boolean (&value));
  g_assert_true (ts_channel_send_int (channel, -5, NULL, NULL));
  g_assert_true (ts_channel_receive (channel, NULL, &value, NULL));
  g_assert_cmpint (g_value_get_int (&value), ==, -5);
  g_assert_true (ts_channel_send_int64 (channel, G_MININT64, NULL, NULL));
  g_assert_true (ts_channel_receive (channel, NULL, &value, NULL));
  g_assert_cmpint (g_value_get_int64 (&value), ==, G_MININT64);
  g_assert_true (ts_channel_send_double (channel, 0.25, NULL, NULL));
  g_assert_true (ts_channel_receive (channel, NULL, &value, NULL));
  g_assert_true (g_value_get_double (&value) * 4 - 1 < 1e-9);
  g_assert_true (ts_channel_send_string (channel, g_strdup ("text"), NULL, NULL));
  g_assert_true (ts_channel_receive (channel, NULL, &value, NULL));
  g_assert_cmpstr (g_value_get_string (&value), ==, "text");
  g_assert_true (ts_channel_send_pointer (channel, channel, NULL, NULL));
  g_assert_true (ts_channel_receive (channel, NULL, &value, NULL));
  g_assert_true (g_value_get_pointer (&value) == channel);
  g_assert_true (ts_channel_send_boxed (channel, G_TYPE_BYTES, g_bytes_new ("x", 1), NULL, NULL));
  g_assert_true (ts_channel_receive (channel, NULL, &value, NULL));
  g_assert_cmpuint (g_bytes_get_size (g_value_get_boxed (&value)), ==, 1);
  g_assert_true (ts_channel_send_object (channel, g_object_ref (event), NULL, NULL));
  g_assert_true (ts_channel_receive (channel, NULL, &value, NULL));
  g_assert_true (g_value_get_object (&value) == event);
  g_assert_true (ts_channel_send_variant (channel, g_variant_new_int32 (9), NULL, NULL));
  g_assert_true (ts_channel_receive (channel, NULL, &value, NULL));
  g_assert_cmpint (g_variant_get_int32 (g_value_get_variant (&value)), ==, 9);
}

static void
simple_calls_that_fail_take_nothing (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (1);
  g_autoptr (TsEvent) event = ts_event_new ();
  g_autofree char *string = g_strdup ("mine");
  Counted counted;
  GValue value;

  counted_init (&counted, &value);
  ts_channel_close (channel);
  g_assert_false (ts_channel_send_string (channel, string, NULL, NULL));
  g_assert_cmpstr (string, ==, "mine");
  g_assert_false (ts_channel_send_object (channel, event, NULL, NULL));
  g_assert_cmpuint (G_OBJECT (event)->ref_count, ==, 1);
  g_assert_false (ts_channel_send_boxed (channel, counted_get_type (), &counted, NULL, NULL));
  assert_owners (&counted, 1);
  g_value_unset (&value);
}

/* Who owns an item */

static void
send_copies_once_and_take_never (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (1);
  GMainContext *context = ts_test_context_push ();
  g_auto (GValue) received = G_VALUE_INIT;
  Counted counted;
  GValue value;

  counted_init (&counted, &value);
  g_assert_true (ts_channel_send (channel, &value, NULL, NULL));
  assert_owners (&counted, 2);
  g_assert_true (ts_channel_receive (channel, NULL, &received, NULL));
  assert_owners (&counted, 2);
  g_value_unset (&received);
  assert_owners (&counted, 1);

  ts_channel_send_async (channel, &value, NULL, NULL, NULL);
  assert_owners (&counted, 2);
  ts_test_iterate (context);
  assert_owners (&counted, 2);
  g_assert_true (ts_channel_try_receive (channel, &received, NULL));
  g_value_unset (&received);

  g_assert_true (ts_channel_send_take (channel, &value, NULL, NULL));
  g_assert_false (G_IS_VALUE (&value));
  assert_owners (&counted, 1);
  g_assert_true (ts_channel_try_receive (channel, &received, NULL));
  assert_owners (&counted, 1);
  g_value_unset (&received);
  assert_owners (&counted, 0);
  ts_test_context_pop (context);
}

static void
refused_item_stays_with_its_sender (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (0);
  g_autoptr (TsChannel) numbers = ts_channel_new_full (1, G_TYPE_INT, TS_OVERFLOW_WAIT, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Counted counted;
  GValue value;

  counted_init (&counted, &value);
  g_cancellable_cancel (cancellable);
  g_assert_false (ts_channel_try_send (channel, &value, NULL));
  g_assert_false (ts_channel_try_send_take (channel, &value, NULL));
  g_assert_false (ts_channel_send_until (channel, &value, 0, NULL, NULL));
  g_assert_false (ts_channel_send_take_until (channel, &value, 0, NULL, NULL));
  g_assert_false (ts_channel_send (channel, &value, cancellable, NULL));
  g_assert_false (ts_channel_send_take (channel, &value, cancellable, NULL));
  g_assert_false (ts_channel_send (numbers, &value, NULL, NULL));
  g_assert_false (ts_channel_send_take (numbers, &value, NULL, NULL));
  ts_channel_close (channel);
  g_assert_false (ts_channel_send (channel, &value, NULL, NULL));
  g_assert_false (ts_channel_send_take (channel, &value, NULL, NULL));
  assert_owners (&counted, 1);
  g_assert_true (g_value_get_boxed (&value) == &counted);
  g_value_unset (&value);
  assert_owners (&counted, 0);
}

static void
forgotten_calls_free_their_items (void)
{
  TsChannel *channel = ts_channel_new (0);
  TsPort *port = ts_port_new ();
  GMainContext *context = ts_test_context_push ();
  Counted counted;
  TsTestFate fate;
  GValue value;

  ts_test_track (channel, &fate);
  counted_init (&counted, &value);
  ts_channel_send_async (channel, &value, NULL, NULL, NULL);
  g_assert_cmpint (ts_port_send (port, channel, &value), >, 0);
  assert_owners (&counted, 3);
  ts_test_context_pop (context);
  assert_owners (&counted, 2);
  g_object_unref (port);
  assert_owners (&counted, 1);
  g_object_unref (channel);
  ts_test_assert_finalized (&fate);
  g_value_unset (&value);
}

static void
channel_frees_what_is_inside (void)
{
  for (guint n = 0; n < 300; n = 2 * n + 1)
    {
      TsChannel *channel = ts_channel_new (TS_CHANNEL_UNLIMITED);
      Counted counted;
      GValue value;

      counted_init (&counted, &value);
      for (guint i = 0; i < n; i++)
        g_assert_true (ts_channel_send (channel, &value, NULL, NULL));
      assert_owners (&counted, (int) n + 1);
      g_assert_finalize_object (channel);
      assert_owners (&counted, 1);
      g_value_unset (&value);
    }
}

static void
freed_item_may_use_its_channel (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new_full (1, G_TYPE_INVALID, TS_OVERFLOW_DROP_OLDEST,
                                                       NULL);
  Counted counted;
  GValue value;

  counted_init (&counted, &value);
  counted.used_when_freed = channel;
  g_assert_true (ts_channel_send_take (channel, &value, NULL, NULL));
  g_assert_true (ts_channel_send_int (channel, 1, NULL, NULL)); /* drops it */
  assert_owners (&counted, 0);
  g_assert_true (ts_channel_is_closed (channel));
  g_assert_cmpuint (ts_channel_get_length (channel), ==, 0);
}

static void
channel_goes_through_channels (void)
{
  TsChannel *outer = ts_channel_new (1);
  TsChannel *inner = ts_channel_new (1);
  g_auto (GValue) value = G_VALUE_INIT;
  TsTestFate outer_fate, inner_fate;

  ts_test_track (outer, &outer_fate);
  ts_test_track (inner, &inner_fate);
  g_assert_true (ts_channel_send_object (outer, inner, NULL, NULL));
  g_assert_true (ts_channel_send_object (inner, g_object_ref (outer), NULL, NULL));
  g_assert_true (ts_channel_receive (inner, NULL, &value, NULL));
  g_assert_true (g_value_get_object (&value) == outer);
  g_value_unset (&value);

  /* Through itself */
  g_assert_true (ts_channel_receive (outer, NULL, &value, NULL));
  g_value_unset (&value);
  ts_test_assert_finalized (&inner_fate);
  g_assert_true (ts_channel_send_object (outer, g_object_ref (outer), NULL, NULL));
  g_assert_true (ts_channel_receive (outer, NULL, &value, NULL));
  g_assert_true (g_value_get_object (&value) == outer);
  g_value_unset (&value);
  g_object_unref (outer);
  ts_test_assert_finalized (&outer_fate);
}

/* Types */

static void
assert_takes (TsChannel *channel, GType type, gpointer content)
{
  g_autoptr (GArray) values = g_array_new (FALSE, TRUE, sizeof (GValue));
  g_auto (GValue) received = G_VALUE_INIT;

  g_array_set_clear_func (values, (GDestroyNotify) g_value_unset);
  add_value (values, type, content);
  g_assert_true (ts_channel_try_send (channel, &g_array_index (values, GValue, 0), NULL));
  g_assert_true (ts_channel_try_receive (channel, &received, NULL));
  g_assert_true (G_VALUE_HOLDS (&received, ts_channel_get_item_type (channel)));
}

static void
assert_refuses (TsChannel *channel, GType type, gpointer content)
{
  g_autoptr (GArray) values = g_array_new (FALSE, TRUE, sizeof (GValue));
  g_autoptr (TsPort) port = ts_port_new ();
  g_autoptr (GError) error = NULL;
  GValue nothing = G_VALUE_INIT;
  const GValue *value;
  gint64 token;

  g_array_set_clear_func (values, (GDestroyNotify) g_value_unset);
  add_value (values, type, content);
  value = &g_array_index (values, GValue, 0);
  g_assert_false (ts_channel_send (channel, value, NULL, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_WRONG_TYPE);
  g_clear_error (&error);
  g_assert_false (ts_channel_try_send (channel, value, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_WRONG_TYPE);
  g_clear_error (&error);
  g_assert_false (ts_channel_send_take (channel, (GValue *) value, NULL, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_WRONG_TYPE);
  g_clear_error (&error);
  token = ts_port_send (port, channel, value);
  g_assert_cmpint (ts_port_next_ready (port), ==, token);
  g_assert_false (ts_port_finish (port, token, &nothing, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_WRONG_TYPE);
  g_assert_cmpuint (ts_channel_get_length (channel), ==, 0);
}

static void
item_type_takes_what_fits (void)
{
  g_autoptr (TsChannel) numbers = ts_channel_new_full (1, G_TYPE_INT64, TS_OVERFLOW_WAIT, NULL);
  g_autoptr (TsChannel) strings = ts_channel_new_full (1, G_TYPE_STRING, TS_OVERFLOW_WAIT, NULL);
  g_autoptr (TsChannel) objects = ts_channel_new_full (1, G_TYPE_OBJECT, TS_OVERFLOW_WAIT, NULL);
  g_autoptr (TsChannel) files = ts_channel_new_full (1, G_TYPE_FILE, TS_OVERFLOW_WAIT, NULL);
  g_autoptr (GFile) file = g_file_new_for_path ("/");

  assert_takes (numbers, G_TYPE_INT64, NULL);
  assert_takes (numbers, G_TYPE_INT, NULL);
  assert_takes (strings, G_TYPE_STRING, (gpointer) "text");
  assert_takes (strings, G_TYPE_INT, NULL);
  assert_takes (objects, G_TYPE_OBJECT, file);
  assert_takes (objects, G_OBJECT_TYPE (file), file);
  assert_takes (files, G_TYPE_FILE, file);
  assert_takes (files, G_OBJECT_TYPE (file), file);
}

static void
item_type_refuses_what_does_not_fit (void)
{
  g_autoptr (TsChannel) numbers = ts_channel_new_full (0, G_TYPE_INT64, TS_OVERFLOW_WAIT, NULL);
  g_autoptr (TsChannel) events = ts_channel_new_full (1, TS_TYPE_EVENT, TS_OVERFLOW_WAIT, NULL);

  assert_refuses (numbers, G_TYPE_STRING, (gpointer) "5");
  assert_refuses (numbers, G_TYPE_OBJECT, numbers);
  assert_refuses (events, TS_TYPE_CHANNEL, numbers);
  assert_refuses (events, G_TYPE_OBJECT, numbers); /* not at run time either */
  assert_refuses (events, G_TYPE_BYTES, NULL);
}

/* Overflow */

static void
send_numbers (TsChannel *channel, int n)
{
  for (int i = 0; i < n; i++)
    g_assert_true (i % 2 == 0 ? ts_channel_send_int64 (channel, i, NULL, NULL)
                              : ts_test_try_send (channel, i));
}

static void
overflow_drops_and_counts (void)
{
  g_autoptr (TsChannel) oldest =
    ts_channel_new_full (3, G_TYPE_INVALID, TS_OVERFLOW_DROP_OLDEST, NULL);
  g_autoptr (TsChannel) newest =
    ts_channel_new_full (3, G_TYPE_INVALID, TS_OVERFLOW_DROP_NEWEST, NULL);

  send_numbers (oldest, 100);
  send_numbers (newest, 100);
  g_assert_cmpuint (ts_channel_get_dropped (oldest), ==, 97);
  g_assert_cmpuint (ts_channel_get_dropped (newest), ==, 97);
  g_assert_cmpuint (ts_channel_get_length (oldest), ==, 3);
  g_assert_cmpuint (ts_channel_get_length (newest), ==, 3);
  g_assert_true (ts_channel_get_can_send (oldest));
  g_assert_true (ts_channel_get_can_send (newest));
  for (int i = 0; i < 3; i++)
    {
      g_assert_cmpint (ts_test_try_receive (oldest), ==, 97 + i);
      g_assert_cmpint (ts_test_try_receive (newest), ==, i);
    }
  ts_channel_close (oldest);
  g_assert_false (ts_test_try_send (oldest, 1));
}

static void
dropped_items_are_freed (void)
{
  const TsOverflow policies[] = { TS_OVERFLOW_DROP_OLDEST, TS_OVERFLOW_DROP_NEWEST };

  for (guint i = 0; i < G_N_ELEMENTS (policies); i++)
    {
      TsChannel *channel = ts_channel_new_full (1, G_TYPE_INVALID, policies[i], NULL);
      Counted counted;
      GValue value;

      counted_init (&counted, &value);
      for (int n = 0; n < 10; n++)
        g_assert_true (ts_channel_send (channel, &value, NULL, NULL));
      assert_owners (&counted, 2);
      g_assert_finalize_object (channel);
      assert_owners (&counted, 1);
      g_value_unset (&value);
    }
}

static void
latest_value_wins (void)
{
  g_autoptr (TsChannel) progress =
    ts_channel_new_full (1, G_TYPE_INT64, TS_OVERFLOW_DROP_OLDEST, "progress");
  GMainContext *context = ts_test_context_push ();
  TsTestPeer *receiver;

  for (int i = 0; i <= 100; i++)
    g_assert_true (ts_channel_send_int64 (progress, i, NULL, NULL));
  g_assert_cmpint (ts_test_try_receive (progress), ==, 100);

  /* An item given back is older than what came since. */
  receiver = ts_test_receive_start (TS_TEST_RECEIVE_PORT, progress, NULL);
  g_assert_true (ts_channel_send_int64 (progress, 1, NULL, NULL));
  g_assert_true (ts_channel_send_int64 (progress, 2, NULL, NULL));
  ts_test_peer_drop (receiver);
  g_assert_cmpint (ts_test_try_receive (progress), ==, 2);
  g_assert_cmpint (ts_test_try_receive (progress), ==, -1);
  ts_test_context_pop (context);
}

static void
huge_capacity_costs_nothing_before (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (G_MAXINT);

  g_assert_cmpint (ts_channel_get_capacity (channel), ==, G_MAXINT);
  for (int i = 0; i < 1000; i++)
    g_assert_true (ts_test_try_send (channel, i));
  for (int i = 0; i < 1000; i++)
    g_assert_cmpint (ts_test_try_receive (channel), ==, i);
}

/* What can be read */

static void
properties_tell_what_was_given (void)
{
  g_autoptr (TsChannel) channel =
    ts_channel_new_full (5, G_TYPE_STRING, TS_OVERFLOW_DROP_OLDEST, "mail");
  g_autoptr (TsChannel) plain = g_object_new (TS_TYPE_CHANNEL, NULL);
  g_autofree char *name = NULL;
  gboolean closed, can_send, can_receive;
  TsOverflow overflow;
  guint64 dropped;
  guint length;
  int capacity;
  GType type;

  for (int i = 0; i < 7; i++)
    ts_channel_send_string (channel, g_strdup ("letter"), NULL, NULL);
  g_object_get (channel, "capacity", &capacity, "item-type", &type, "overflow", &overflow, "name",
                &name, "length", &length, "dropped", &dropped, "closed", &closed, "can-send",
                &can_send, "can-receive", &can_receive, NULL);
  g_assert_cmpint (capacity, ==, 5);
  g_assert_true (type == G_TYPE_STRING);
  g_assert_cmpint (overflow, ==, TS_OVERFLOW_DROP_OLDEST);
  g_assert_cmpstr (name, ==, "mail");
  g_assert_cmpstr (ts_channel_get_name (channel), ==, "mail");
  g_assert_cmpuint (length, ==, 5);
  g_assert_cmpuint (dropped, ==, 2);
  g_assert_true (!closed && can_send && can_receive);

  g_assert_cmpint (ts_channel_get_capacity (plain), ==, 0);
  g_assert_true (ts_channel_get_item_type (plain) == G_TYPE_INVALID);
  g_assert_cmpint (ts_channel_get_overflow (plain), ==, TS_OVERFLOW_WAIT);
  g_assert_null (ts_channel_get_name (plain));
  g_assert_false (ts_channel_get_can_send (plain));
}

static void
errors_name_the_channel (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new_full (0, G_TYPE_INT, TS_OVERFLOW_WAIT, "mail");
  g_autoptr (GError) error = NULL;

  g_assert_null (ts_channel_try_receive_value (channel, &error));
  g_assert_nonnull (strstr (error->message, "mail"));
  g_clear_error (&error);
  g_assert_false (ts_channel_send_string (channel, NULL, NULL, &error));
  g_assert_error (error, TS_ERROR, TS_ERROR_WRONG_TYPE);
  g_assert_nonnull (strstr (error->message, "mail"));
  g_clear_error (&error);
  ts_channel_close (channel);
  g_assert_null (ts_channel_try_receive_value (channel, &error));
  g_assert_nonnull (strstr (error->message, "mail"));
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/channel/C18-values-come-out-as-they-went-in",
               values_come_out_as_they_went_in);
  ts_test_add ("/tschan/channel/simple-calls-send-what-they-say", simple_calls_send_what_they_say);
  ts_test_add ("/tschan/channel/simple-calls-that-fail-take-nothing",
               simple_calls_that_fail_take_nothing);
  ts_test_add ("/tschan/channel/send-copies-once-and-take-never", send_copies_once_and_take_never);
  ts_test_add ("/tschan/channel/refused-item-stays-with-its-sender",
               refused_item_stays_with_its_sender);
  ts_test_add ("/tschan/channel/forgotten-calls-free-their-items",
               forgotten_calls_free_their_items);
  ts_test_add ("/tschan/channel/C19-channel-frees-what-is-inside", channel_frees_what_is_inside);
  ts_test_add ("/tschan/channel/freed-item-may-use-its-channel", freed_item_may_use_its_channel);
  ts_test_add ("/tschan/channel/channel-goes-through-channels", channel_goes_through_channels);
  ts_test_add ("/tschan/channel/C11-item-type-takes-what-fits", item_type_takes_what_fits);
  ts_test_add ("/tschan/channel/C11-item-type-refuses-what-does-not-fit",
               item_type_refuses_what_does_not_fit);
  ts_test_add ("/tschan/channel/C12-overflow-drops-and-counts", overflow_drops_and_counts);
  ts_test_add ("/tschan/channel/C12-dropped-items-are-freed", dropped_items_are_freed);
  ts_test_add ("/tschan/channel/C12-latest-value-wins", latest_value_wins);
  ts_test_add ("/tschan/channel/huge-capacity-costs-nothing-before",
               huge_capacity_costs_nothing_before);
  ts_test_add ("/tschan/channel/C20-properties-tell-what-was-given",
               properties_tell_what_was_given);
  ts_test_add ("/tschan/channel/errors-name-the-channel", errors_name_the_channel);

  return g_test_run ();
}
