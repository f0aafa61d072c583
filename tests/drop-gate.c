/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The gate that Python without its extension closes when its interpreter goes (ts-drop-gate.c): here
 * before integers on the heap. A test program has one gate, which each test leaves open. */

#include <string.h>

#include <tschan/ts-drop-private.h>

#include "ts-test-util.h"

#define MANY 1000

static struct
{
  atomic_int  n_freed;
  atomic_int  is_slow; /* who frees one waits inside until it is told to go on */
  atomic_int  is_inside;
  atomic_int  may_leave;
} runtime;

static GObject *gate;

static gpointer
copy_thing (gpointer thing)
{
  return g_memdup2 (thing, sizeof (int));
}

static void
free_thing (gpointer thing)
{
  if (atomic_load (&runtime.is_slow))
    {
      atomic_store (&runtime.is_inside, TRUE);
      ts_test_wait_for (atomic_load (&runtime.may_leave));
      atomic_store (&runtime.is_inside, FALSE);
    }
  g_free (thing);
  atomic_fetch_add (&runtime.n_freed, 1);
}

static GType
thing_type (void)
{
  static GType type;

  if (type == G_TYPE_INVALID)
    type = g_boxed_type_register_static ("TsTestThing", copy_thing, free_thing);
  return type;
}

static void
install_gate (void)
{
  g_type_class_unref (g_type_class_ref (TS_TYPE_CHANNEL));
  gate = g_object_new (g_type_from_name ("TsDropGate"), "type", thing_type (), NULL);
}

/* What is not freed is noted, lest it leaks. */
static TsChannel *
channel_with_things (guint n, gpointer *things)
{
  TsChannel *channel = ts_channel_new (TS_CHANNEL_UNLIMITED);

  memset (&runtime, 0, sizeof runtime);
  for (guint i = 0; i < n; i++)
    {
      GValue value = G_VALUE_INIT;

      things[i] = g_new0 (int, 1);
      g_value_init (&value, thing_type ());
      g_value_take_boxed (&value, things[i]);
      g_assert_true (ts_channel_send_take (channel, &value, NULL, NULL));
    }
  return channel;
}

static gpointer
drop_channel (gpointer channel)
{
  g_object_unref (channel);
  return NULL;
}

static void
close_gate (gboolean closed)
{
  g_object_set (gate, "closed", closed, NULL);
}

static void
open_gate_lets_all_pass (void)
{
  gpointer things[MANY];

  ts_test_thread_join (ts_test_thread_new (drop_channel, channel_with_things (MANY, things)));
  g_assert_cmpint (atomic_load (&runtime.n_freed), ==, MANY);
}

static void
closed_gate_keeps_others_out (void)
{
  gpointer things[MANY];
  TsChannel *channel = channel_with_things (MANY, things);

  close_gate (TRUE);
  ts_test_thread_join (ts_test_thread_new (drop_channel, channel));
  close_gate (FALSE);
  g_assert_cmpint (atomic_load (&runtime.n_freed), ==, 0);
  for (guint i = 0; i < MANY; i++)
    g_free (things[i]);
}

static void
who_closed_it_may_pass (void)
{
  gpointer things[MANY];
  TsChannel *channel = channel_with_things (MANY, things);

  close_gate (TRUE);
  g_object_unref (channel);
  close_gate (FALSE);
  g_assert_cmpint (atomic_load (&runtime.n_freed), ==, MANY);
}

/* As long as the gate waits. */
#define LEAVE_TIME G_USEC_PER_SEC

/* When it has probably been closed. */
static gpointer
let_out (gpointer unused)
{
  g_usleep (G_USEC_PER_SEC / 20);
  atomic_store (&runtime.may_leave, TRUE);
  return NULL;
}

static void
closing_waits_for_who_is_inside (void)
{
  gpointer things[2];
  TsChannel *channel = channel_with_things (2, things);
  TsTestThread *drops, *lets_out;
  gint64 start;

  atomic_store (&runtime.is_slow, TRUE);
  drops = ts_test_thread_new (drop_channel, channel);
  ts_test_wait_for (atomic_load (&runtime.is_inside));
  lets_out = ts_test_thread_new (let_out, NULL);
  start = g_get_monotonic_time ();
  close_gate (TRUE);
  if (g_get_monotonic_time () - start < LEAVE_TIME)
    g_assert_cmpint (atomic_load (&runtime.n_freed), ==, 1);
  else
    g_test_message ("nothing was seen: who lets out came too late");
  ts_test_thread_join (drops);
  ts_test_thread_join (lets_out);
  close_gate (FALSE);
  /* The second was not begun any more. */
  g_assert_cmpint (atomic_load (&runtime.n_freed), ==, 1);
  g_free (things[1]);
}

int
main (int argc, char *argv[])
{
  int result;

  ts_test_init (&argc, &argv);
  install_gate ();

  ts_test_add ("/tschan/drop-gate/open-gate-lets-all-pass", open_gate_lets_all_pass);
  ts_test_add ("/tschan/drop-gate/closed-gate-keeps-others-out", closed_gate_keeps_others_out);
  ts_test_add ("/tschan/drop-gate/who-closed-it-may-pass", who_closed_it_may_pass);
  ts_test_add ("/tschan/drop-gate/closing-waits-for-who-is-inside", closing_waits_for_who_is_inside);
  result = g_test_run ();
  g_object_unref (gate);
  return result;
}
