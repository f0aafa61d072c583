/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A crowd of threads at the gate of a manual event, under the deterministic scheduler: they come, wait, are
 * released by a set that is cleared at once, or leave when their time is over, while others look who is
 * there. Some can be cancelled, and wait beside the gate.
 *
 * Who was seen to wait before a call of ts_event_set(), and is still in time after it, must be released by
 * it. In the end the last reference goes with whoever comes last, perhaps while the event is being set.
 */

#include "ts-dst.h"

#include <tschan/tschan.h>

#include <stdio.h>
#include <string.h>

#define MAX_WAITERS 4

typedef struct
{
  guint         wanted;   /* waits */
  gint64        timeout;  /* -1 is for ever */
  GCancellable *cancellable;

  guint         begun, ended;
  guint         promised; /* the number of the wait that must be a success; 0: none */
  gint64        deadline;
} Waiter;

static TsEvent *event;
static GCancellable *cancellable;
static Waiter waiters[MAX_WAITERS];
static guint n_waiters;
static guint n_over; /* waiters, the setter, the looker */
static gboolean is_gone;

static void
on_gone (gpointer data, GObject *object)
{
  ts_dst_assert_unlocked ();
  is_gone = TRUE;
}

static guint
count_begun (void)
{
  guint n = 0;

  for (guint i = 0; i < n_waiters; i++)
    n += waiters[i].begun;
  return n;
}

static gboolean
is_waiting (Waiter *waiter)
{
  return waiter->begun > waiter->ended;
}

static guint
count_waiting (void)
{
  guint n = 0;

  for (guint i = 0; i < n_waiters; i++)
    n += is_waiting (&waiters[i]);
  return n;
}

/* Waiters */

static void
check_error (Waiter *waiter, GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    ts_dst_check (waiter->deadline >= 0 && waiter->deadline <= ts_dst_now ());
  else
    {
      ts_dst_check (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
      ts_dst_check (waiter->cancellable != NULL && g_cancellable_is_cancelled (waiter->cancellable));
    }
  g_error_free (error);
}

static void
wait_once (Waiter *waiter, TsEvent *there)
{
  GError *error = NULL;
  gboolean success;

  waiter->deadline = waiter->timeout < 0 ? -1 : ts_dst_now () + waiter->timeout;
  waiter->begun++;
  success = ts_event_wait_until (there, waiter->deadline, waiter->cancellable, &error);
  waiter->ended++;
  ts_dst_check (success == (error == NULL));
  if (waiter->promised == waiter->ended)
    ts_dst_check (success || waiter->cancellable != NULL);
  if (error != NULL)
    check_error (waiter, error);
}

static void
run_waiter (gpointer data)
{
  Waiter *waiter = data;
  TsEvent *there = event;

  while (waiter->ended < waiter->wanted)
    wait_once (waiter, there);
  n_over++;
  g_object_unref (there);
}

/* Others */

static guint
count_seen (void)
{
  g_autofree char *text = ts_event_to_string (event);
  const char *list = strstr (text, "set, ");
  guint n = 0;

  if (list == NULL || sscanf (list, "set, %u thread", &n) != 1)
    return 0;
  return n;
}

/* Whether all who have begun to wait really do, so that a set must release them. */
static gboolean
are_all_there (guint number[])
{
  guint begun = count_begun (), waiting = count_waiting ();

  for (guint i = 0; i < n_waiters; i++)
    number[i] = is_waiting (&waiters[i]) ? waiters[i].begun : 0;
  return count_seen () == waiting && count_begun () == begun && count_waiting () == waiting;
}

static void
set_and_promise (void)
{
  guint number[MAX_WAITERS];
  gboolean all_there = are_all_there (number);

  ts_event_set (event);
  ts_dst_freeze ();
  for (guint i = 0; i < n_waiters && all_there; i++)
    {
      Waiter *waiter = &waiters[i];

      if (number[i] == waiter->begun && is_waiting (waiter) &&
          (waiter->deadline < 0 || ts_dst_now () < waiter->deadline))
        waiter->promised = number[i];
    }
  ts_dst_thaw ();
}

/* Somebody who waits until the event is set keeps it: whoever sets it needs no reference then. */
static gboolean
is_kept (void)
{
  for (guint i = 0; i < n_waiters; i++)
    if (is_waiting (&waiters[i]) && waiters[i].deadline < 0 && waiters[i].cancellable == NULL)
      return TRUE;
  return FALSE;
}

/* The last thing a thread does with the event. If all who wait are parked, one of them may keep it. */
static void
set_and_leave (gboolean all_parked)
{
  TsEvent *there = event;

  if (!all_parked || !is_kept ())
    {
      ts_event_set (there);
      g_object_unref (there);
      return;
    }
  g_object_unref (there);
  ts_event_set (there);
}

static void
run_setter (gpointer rounds)
{
  TsEvent *there = event;
  guint number[MAX_WAITERS];

  for (guint i = 0; i < GPOINTER_TO_UINT (rounds); i++)
    {
      set_and_promise ();
      if (ts_dst_random (3) != 0)
        ts_event_clear (there);
    }
  n_over++;
  if (ts_dst_random (2) == 0)
    set_and_leave (are_all_there (number));
  else
    g_object_unref (there);
}

static void
run_looker (gpointer data)
{
  TsEvent *there = event;

  for (guint i = 0; i < 3; i++)
    g_free (ts_event_to_string (there));
  n_over++;
  g_object_unref (there);
}

static void
run_canceller (gpointer data)
{
  ts_dst_cancel (cancellable);
}

/* When nobody else can run, so that all who wait are parked, and hold the event. */
static void
check_who_waits (guint begun[])
{
  ts_dst_freeze ();
  ts_dst_check (count_waiting () > 0);
  g_object_ref (event);
  ts_dst_check (!ts_event_is_set (event));
  for (guint i = 0; i < n_waiters; i++)
    if (is_waiting (&waiters[i]) && waiters[i].cancellable != NULL)
      ts_dst_check (!g_cancellable_is_cancelled (waiters[i].cancellable));
  for (guint i = 0; i < n_waiters; i++)
    begun[i] = waiters[i].begun;
  ts_dst_thaw ();
}

static void
check_release (const guint begun[])
{
  ts_event_set (event);
  ts_event_clear (event);
  g_object_unref (event);
  ts_dst_wait_quiescent ();
  for (guint i = 0; i < n_waiters; i++)
    ts_dst_check (waiters[i].ended >= begun[i]);
}

/* Releases whom nobody else did; or leaves, with the event set for those who come later. */
static void
run_referee (gpointer n_others)
{
  guint begun[MAX_WAITERS];

  ts_dst_wait_quiescent ();
  while (n_over < GPOINTER_TO_UINT (n_others))
    {
      check_who_waits (begun);
      if (ts_dst_random (2) == 0)
        {
          set_and_leave (TRUE);
          return;
        }
      check_release (begun);
    }
}

/* A schedule */

static void
choose_waiter (Waiter *waiter)
{
  *waiter = (Waiter) { .wanted = 1 + ts_dst_random (2), .timeout = -1 };
  if (ts_dst_random (2) == 0)
    waiter->timeout = ts_dst_random (4) * 30;
  if (ts_dst_random (5) == 0)
    waiter->cancellable = cancellable;
  ts_dst_describe ("[×%u%s%s] ", waiter->wanted, waiter->timeout >= 0 ? ", deadline" : "",
                   waiter->cancellable != NULL ? ", cancellable" : "");
}

static void
crowd (void)
{
  static const char *const names[] = { "waiter 1", "waiter 2", "waiter 3", "waiter 4" };
  guint rounds = ts_dst_random (4);
  gboolean looker = ts_dst_random (3) == 0, canceller = ts_dst_random (2) == 0;

  event = ts_event_new ();
  cancellable = g_cancellable_new ();
  n_over = 0;
  is_gone = FALSE;
  g_object_weak_ref (G_OBJECT (event), on_gone, NULL);
  n_waiters = 1 + ts_dst_random (MAX_WAITERS);
  for (guint i = 0; i < n_waiters; i++)
    choose_waiter (&waiters[i]);
  ts_dst_describe ("%u rounds%s%s", rounds, looker ? ", looker" : "", canceller ? ", canceller" : "");

  for (guint i = 0; i < n_waiters; i++)
    {
      g_object_ref (event);
      ts_dst_spawn (names[i], run_waiter, &waiters[i]);
    }
  ts_dst_spawn ("setter", run_setter, GUINT_TO_POINTER (rounds));
  if (looker)
    {
      g_object_ref (event);
      ts_dst_spawn ("looker", run_looker, NULL);
    }
  if (canceller)
    ts_dst_spawn ("canceller", run_canceller, NULL);
  ts_dst_spawn ("referee", run_referee, GUINT_TO_POINTER (n_waiters + 1 + (guint) looker));
  ts_dst_run ();
  ts_dst_check (is_gone);
  ts_dst_check_last_reference (cancellable);
  g_clear_object (&cancellable);
}

int
main (int argc, char *argv[])
{
  static const TsDstScenario scenarios[] = {
    { "/tschan/dst/gate/crowd", crowd, 20000 },
  };

  return ts_dst_main (argc, argv, scenarios, G_N_ELEMENTS (scenarios));
}
