/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The last reference of a channel goes while threads block in it, under the deterministic scheduler.
 *
 * The guest has come with the owner's reference. As soon as the owner sees that it waits, it may drop the
 * reference, before or after it has ended the wait. A passer-by has one of its own. The channel lives as
 * long as the last of them needs it, and no longer.
 */

#include "ts-dst.h"

#include <tschan/tschan.h>

static TsChannel *channel; /* the owner's reference */
static GCancellable *cancellable;
static gboolean sending;
static gint64 deadline;
static gboolean guest_is_over;
static guint n_given, n_got; /* items */
static gboolean is_gone;

static void
on_gone (gpointer data, GObject *object)
{
  ts_dst_assert_unlocked ();
  is_gone = TRUE;
}

static void
check_error (GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    ts_dst_check (deadline >= 0 && deadline <= ts_dst_now ());
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ts_dst_check (g_cancellable_is_cancelled (cancellable));
  else
    ts_dst_check (g_error_matches (error, TS_ERROR, TS_ERROR_CLOSED));
  g_error_free (error);
}

static void
send_one (TsChannel *there)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;

  g_value_init (&value, G_TYPE_INT);
  if (ts_channel_send_until (there, &value, deadline, cancellable, &error))
    n_given++;
  else
    check_error (error);
}

static void
receive_one (TsChannel *there)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;

  if (ts_channel_receive_until (there, deadline, cancellable, &value, &error))
    n_got++;
  else
    check_error (error);
}

static void
run_guest (gpointer there)
{
  if (sending)
    send_one (there);
  else
    receive_one (there);
  guest_is_over = TRUE;
}

/* With a reference of its own; it does what the guest does not, so the owner cannot take it for that. */
static void
run_passer_by (gpointer there)
{
  if (sending)
    receive_one (there);
  else
    send_one (there);
  g_object_unref (there);
}

static gboolean
guest_waits (void)
{
  return sending ? ts_channel_get_can_receive (channel) : ts_channel_get_can_send (channel);
}

static void
meet_somebody (void)
{
  GValue value = G_VALUE_INIT;

  if (sending)
    n_got += (guint) ts_channel_try_receive (channel, &value, NULL);
  else
    {
      g_value_init (&value, G_TYPE_INT);
      n_given += (guint) ts_channel_try_send (channel, &value, NULL);
    }
}

static void
end_wait (guint how)
{
  if (how == 0)
    meet_somebody ();
  else if (how == 1)
    ts_channel_close (channel);
}

static void
run_owner (gpointer data)
{
  guint how = ts_dst_random (3);

  while (!guest_is_over && !guest_waits ())
    ts_dst_point ("the owner looks");
  end_wait (how);
  g_object_unref (channel);
  ts_dst_cancel (cancellable);
}

static void
last_reference (void)
{
  gboolean passer_by = ts_dst_random (2) == 0;

  channel = ts_channel_new (0);
  cancellable = g_cancellable_new ();
  sending = ts_dst_random (2) == 0;
  deadline = ts_dst_random (2) == 0 ? ts_dst_now () + ts_dst_random (40) : -1;
  guest_is_over = is_gone = FALSE;
  n_given = n_got = 0;
  g_object_weak_ref (G_OBJECT (channel), on_gone, NULL);
  ts_dst_describe ("[guest %s%s%s] ", sending ? "sends" : "receives", deadline >= 0 ? ", deadline" : "",
                   passer_by ? ", passer-by" : "");

  ts_dst_spawn ("guest", run_guest, channel);
  ts_dst_spawn ("owner", run_owner, NULL);
  if (passer_by)
    ts_dst_spawn ("passer-by", run_passer_by, g_object_ref (channel));
  ts_dst_run ();
  ts_dst_check (is_gone);
  ts_dst_check (n_given == n_got);
  ts_dst_check_last_reference (cancellable);
  g_clear_object (&cancellable);
}

int
main (int argc, char *argv[])
{
  static const TsDstScenario scenarios[] = {
    { "/tschan/dst/lifetime/last-reference", last_reference, 20000 },
  };

  return ts_dst_main (argc, argv, scenarios, G_N_ELEMENTS (scenarios));
}
