/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Events under the deterministic scheduler: a few waiters of all kinds, some of which give up, drop
 * what they get or lose their main context, against threads that set, clear and cancel.
 *
 * One more thread, the referee, runs when nobody else can. It checks that nobody waits for an event
 * that is set, sets the event itself, once, and then checks what that led to: an auto-reset event has
 * released exactly one waiter who took notice, or is set; a manual one has released all who waited.
 */

#include "ts-dst.h"

#include <tschan/tschan.h>

#include <sys/resource.h>
#include <unistd.h>

#define MAX_WAITERS 4
#define MAX_SETTERS 2

typedef enum
{
  THREAD,
  TASK,
  SOURCE,
  WATCH,
  PORT,
  N_KINDS,
} Kind;

typedef struct
{
  Kind          kind;
  guint         wanted;     /* waits */
  gint64        timeout;    /* THREAD: -1 is for ever */
  GCancellable *cancellable;
  gboolean      drops;      /* takes no notice of what it gets */
  gboolean      nests;      /* TASK: runs a nested loop in its callback */
  int           priority;   /* SOURCE and WATCH */
  guint         patience;   /* how often it looks before it throws everything away; 0: for ever */
  GMainContext *context;

  guint         waiting;    /* waits that have begun and not ended */
  guint         ended;
  guint         destroyed;  /* notified */
  GSource      *source;
  GSource      *exposed;    /* for a thread that destroys it */
  GMainContext *exposed_context;
} Waiter;

typedef struct
{
  guint    calls;
  gboolean calling;
  gboolean saw_set;
  gboolean saw_unset;
  gboolean overlapped;
  gboolean was_set;
} Setter;

static const char *const kind_names[] = { "thread", "task", "source", "watch", "port" };

static TsEvent *event;
static gboolean auto_reset;
static Waiter waiters[MAX_WAITERS];
static guint n_waiters;
static Setter setters[MAX_SETTERS];
static guint n_setters;
static GCancellable *cancellable;
static guint n_clears;
static guint running;   /* threads that are not the referee */
static guint sets;      /* calls of ts_event_set() */
static guint taken;     /* releases that somebody took */
static guint ambiguous; /* perhaps taken: a source's callback cannot tell from being cancelled */
static guint sure, unsure; /* sets that had an effect for certain, and those that may have had */
static gboolean exact;  /* nobody gives anything back or clears */
static gboolean poor;   /* no file descriptors are left */
static struct rlimit old_limit;
static Waiter *victim;  /* whose source another thread destroys */
static _Thread_local Waiter *myself;

/* How one wait ended */

static void
check_result (Waiter *waiter, gboolean success, GError *error, gint64 deadline)
{
  ts_dst_check (success == (error == NULL));
  if (error == NULL)
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    ts_dst_check (deadline >= 0 && deadline <= ts_dst_now ());
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ts_dst_check (waiter->cancellable != NULL && g_cancellable_is_cancelled (waiter->cancellable));
  else
    ts_dst_fail ("unexpected error: %s", error->message);
  g_error_free (error);
}

static void
begin (Waiter *waiter)
{
  waiter->waiting++;
}

static void
end (Waiter *waiter)
{
  ts_dst_check (waiter->waiting > 0);
  waiter->waiting--;
  waiter->ended++;
}

static void
check_callback (Waiter *waiter)
{
  ts_dst_check (myself == waiter);
  ts_dst_assert_unlocked ();
}

/* Waiters */

static void
wait_as_thread (Waiter *waiter)
{
  while (waiter->ended < waiter->wanted)
    {
      gboolean cancelled = waiter->cancellable != NULL && g_cancellable_is_cancelled (waiter->cancellable);
      gint64 deadline = waiter->timeout < 0 ? -1 : ts_dst_now () + waiter->timeout;
      GError *error = NULL;
      gboolean success;

      begin (waiter);
      success = ts_event_wait_until (event, deadline, waiter->cancellable, &error);
      end (waiter);
      ts_dst_check (!(success && cancelled));
      taken += success;
      check_result (waiter, success, error, deadline);
    }
}

static void
on_waited (GObject *object, GAsyncResult *result, gpointer data)
{
  Waiter *waiter = data;
  GError *error = NULL;
  gboolean success;

  check_callback (waiter);
  end (waiter);
  if (!waiter->drops)
    {
      success = ts_event_wait_finish (event, result, &error);
      taken += success;
      check_result (waiter, success, error, -1);
    }
  if (waiter->nests && waiter->waiting > 0)
    g_main_context_iteration (waiter->context, TRUE);
}

static void
run_context (Waiter *waiter)
{
  if (waiter->patience > 0)
    {
      for (guint i = 0; i < waiter->patience && waiter->waiting > 0; i++)
        g_main_context_iteration (waiter->context, FALSE);
    }
  else
    {
      while (waiter->waiting > 0)
        g_main_context_iteration (waiter->context, TRUE);
    }
}

static void
wait_as_task (Waiter *waiter)
{
  for (guint i = 0; i < waiter->wanted; i++)
    {
      begin (waiter);
      ts_event_wait_async (event, waiter->cancellable, on_waited, waiter);
    }
  run_context (waiter);
}

/* See ts_dst_cancellable_enter(). */
static void
enter (Waiter *waiter)
{
  if (waiter->kind == SOURCE)
    ts_dst_cancellable_enter (waiter->cancellable);
}

static void
leave (Waiter *waiter)
{
  if (waiter->kind == SOURCE)
    ts_dst_cancellable_leave (waiter->cancellable);
}

static gboolean
end_source (Waiter *waiter)
{
  enter (waiter);
  leave (waiter);
  return G_SOURCE_REMOVE;
}

static gboolean
on_set (gpointer data)
{
  Waiter *waiter = data;

  check_callback (waiter);
  end (waiter);
  if (waiter->cancellable != NULL && g_cancellable_is_cancelled (waiter->cancellable))
    {
      ambiguous++;
      return end_source (waiter);
    }
  taken++;
  if (waiter->ended >= waiter->wanted)
    return end_source (waiter);
  begin (waiter);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_watch (TsEvent *event_of_watch, gpointer data)
{
  ts_dst_check (event_of_watch == event);
  return on_set (data);
}

static void
on_destroyed (gpointer data)
{
  Waiter *waiter = data;

  waiter->destroyed++;
  waiter->waiting = 0;
}

static void
add_source (Waiter *waiter)
{
  guint id;

  begin (waiter);
  if (waiter->kind == WATCH)
    {
      id = ts_event_add_watch_full (event, waiter->priority, on_watch, waiter, on_destroyed);
      waiter->source = g_source_ref (g_main_context_find_source_by_id (waiter->context, id));
      return;
    }
  enter (waiter);
  waiter->source = ts_event_create_source (event, waiter->cancellable);
  leave (waiter);
  g_source_set_priority (waiter->source, waiter->priority);
  g_source_set_callback (waiter->source, on_set, waiter, on_destroyed);
  g_source_attach (waiter->source, waiter->context);
}

static void
wait_as_source (Waiter *waiter)
{
  add_source (waiter);
  if (victim == waiter)
    {
      waiter->exposed_context = g_main_context_ref (waiter->context);
      waiter->exposed = g_source_ref (waiter->source);
    }
  run_context (waiter);
  enter (waiter);
  if (waiter->drops)
    g_source_destroy (waiter->source);
  g_clear_pointer (&waiter->source, g_source_unref);
  leave (waiter);
}

static void
wait_in_context (Waiter *waiter)
{
  g_main_context_push_thread_default (waiter->context);
  if (waiter->kind == TASK)
    wait_as_task (waiter);
  else
    wait_as_source (waiter);
  g_main_context_pop_thread_default (waiter->context);
  enter (waiter);
  g_clear_pointer (&waiter->context, g_main_context_unref);
  leave (waiter);
  waiter->waiting = 0;
}

static void
collect (Waiter *waiter, TsPort *port)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success;
  gint64 token;

  while ((token = ts_port_next_ready (port)) >= 0)
    {
      end (waiter);
      if (waiter->drops)
        {
          ts_dst_check (ts_port_cancel (port, token));
          continue;
        }
      success = ts_port_finish (port, token, &value, &error);
      taken += success;
      check_result (waiter, success, error, -1);
    }
}

static void
wait_as_port (Waiter *waiter)
{
  TsPort *port = ts_port_new ();
  GPollFD pollfd = { .fd = ts_port_get_fd (port), .events = G_IO_IN };

  for (guint i = 0; i < waiter->wanted; i++)
    {
      begin (waiter);
      ts_dst_check (ts_port_wait_event (port, event) > 0);
    }
  for (guint i = 0; waiter->waiting > 0 && (waiter->patience == 0 || i < waiter->patience); i++)
    {
      ts_dst_poll (&pollfd, 1, waiter->patience == 0 ? -1 : 0);
      collect (waiter, port);
    }
  if (ts_dst_random (2) == 0)
    ts_port_close (port);
  g_object_unref (port);
  waiter->waiting = 0;
}

static void
run_waiter (gpointer data)
{
  myself = data;
  switch (myself->kind)
    {
    case THREAD:
      wait_as_thread (myself);
      break;
    case PORT:
      wait_as_port (myself);
      break;
    case TASK:
    case SOURCE:
    case WATCH:
    case N_KINDS:
    default:
      wait_in_context (myself);
    }
  ts_dst_check (myself->waiting == 0);
  running--;
}

/* Those who set, clear and cancel */

static gboolean
other_setter_is_calling (Setter *setter)
{
  for (guint i = 0; i < n_setters; i++)
    if (&setters[i] != setter && setters[i].calling)
      return TRUE;
  return FALSE;
}

/* At each step: what each call of ts_event_set() may have seen */
static void
observe (gpointer data)
{
  gboolean is_set = ts_event_is_set (event);

  for (guint i = 0; i < n_setters; i++)
    {
      if (!setters[i].calling)
        continue;
      setters[i].saw_set |= is_set;
      setters[i].saw_unset |= !is_set;
      setters[i].overlapped |= other_setter_is_calling (&setters[i]);
    }
}

static void
count_effect (Setter *setter)
{
  if (!setter->was_set && !setter->overlapped)
    sure++;
  else if (setter->saw_unset || !setter->was_set)
    unsure++;
}

static void
run_setter (gpointer data)
{
  Setter *setter = data;

  for (guint i = 0; i < setter->calls; i++)
    {
      ts_dst_point ("before set");
      setter->saw_set = setter->saw_unset = setter->overlapped = FALSE;
      setter->was_set = ts_event_is_set (event);
      setter->calling = TRUE;
      observe (NULL);
      sets++;
      ts_event_set (event);
      observe (NULL);
      setter->calling = FALSE;
      count_effect (setter);
    }
  running--;
}

static void
run_clearer (gpointer data)
{
  for (guint i = 0; i < n_clears; i++)
    ts_event_clear (event);
  running--;
}

static void
run_destroyer (gpointer data)
{
  for (int i = 0; i < 20 && victim->exposed == NULL; i++)
    ts_dst_point ("looks for a source");
  if (victim->exposed != NULL)
    {
      g_source_destroy (victim->exposed);
      g_main_context_wakeup (victim->exposed_context);
    }
  running--;
}

static void
run_canceller (gpointer data)
{
  ts_dst_cancel (cancellable);
  running--;
}

/* The referee */

/* Those who wait though they were cancelled */
static guint
count_cancelled (void)
{
  guint n = 0;

  for (guint i = 0; i < n_waiters; i++)
    if (waiters[i].cancellable != NULL && g_cancellable_is_cancelled (waiters[i].cancellable))
      n += waiters[i].waiting;
  return n;
}

static guint
count_waiting (void)
{
  guint n = 0;

  for (guint i = 0; i < n_waiters; i++)
    n += waiters[i].waiting;
  return n;
}

static void
release_one (void)
{
  guint taken_before = taken, ambiguous_before = ambiguous;

  ts_event_set (event);
  sets++;
  ts_dst_wait_quiescent ();
  ts_dst_freeze ();
  if (ambiguous == ambiguous_before)
    ts_dst_check (taken - taken_before + (guint) ts_event_is_set (event) == 1);
  ts_dst_thaw ();
  ts_event_clear (event);
}

static void
release_all (void)
{
  guint ended[MAX_WAITERS], waiting[MAX_WAITERS];

  for (guint i = 0; i < n_waiters; i++)
    {
      ended[i] = waiters[i].ended;
      waiting[i] = waiters[i].waiting;
    }
  ts_event_set (event);
  ts_event_clear (event);
  ts_dst_wait_quiescent ();
  for (guint i = 0; i < n_waiters; i++)
    ts_dst_check (waiters[i].ended >= ended[i] + waiting[i]);
}

static void
run_referee (gpointer data)
{
  gboolean first = TRUE;

  for (;;)
    {
      ts_dst_wait_quiescent ();
      ts_dst_freeze ();
      ts_dst_check (count_cancelled () == 0);
      ts_dst_check (!ts_event_is_set (event) || count_waiting () == 0);
      if (first && exact)
        {
          guint found = taken + (guint) ts_event_is_set (event);

          ts_dst_check (sure <= found && found <= sure + unsure);
        }
      ts_dst_thaw ();
      first = FALSE;
      ts_dst_check (running == 0 || count_waiting () > 0);
      if (running == 0)
        break;
      if (auto_reset)
        release_one ();
      else
        release_all ();
    }
  if (auto_reset)
    ts_dst_check (taken <= sets);
}

/* A schedule */

static void
choose_waiter (Waiter *waiter)
{
  *waiter = (Waiter) { .kind = (Kind) ts_dst_random (poor ? PORT : N_KINDS), .timeout = -1 };
  waiter->priority = ((int) ts_dst_random (3) - 1) * 100;
  waiter->wanted = 1 + ts_dst_random (2);
  if (waiter->kind == THREAD && ts_dst_random (3) == 0)
    waiter->timeout = ts_dst_random (3) * 40;
  if (waiter->kind != WATCH && waiter->kind != PORT && ts_dst_random (3) == 0)
    waiter->cancellable = cancellable;
  if (waiter->kind != THREAD)
    {
      waiter->drops = ts_dst_random (4) == 0;
      waiter->patience = ts_dst_random (4) == 0 ? 1 + ts_dst_random (6) : 0;
    }
  /* A result is dropped when the callback has returned: not while a loop is nested in it. */
  waiter->nests = waiter->kind == TASK && !waiter->drops && ts_dst_random (3) == 0;
  if (waiter->kind == TASK || waiter->kind == SOURCE || waiter->kind == WATCH)
    waiter->context = ts_dst_context_new ();
  if ((waiter->kind == SOURCE || waiter->kind == WATCH) && waiter->cancellable == NULL &&
      ts_dst_random (4) == 0)
    {
      victim = waiter;
      waiter->drops = TRUE;
      waiter->patience = 0; /* its context lives on, and must not go without a loop */
    }
  exact = exact && victim != waiter && !waiter->drops && waiter->patience == 0 &&
          (waiter->kind != SOURCE || waiter->cancellable == NULL);
  ts_dst_describe ("[%s ×%u%s%s%s%s%s] ", kind_names[waiter->kind], waiter->wanted,
                   waiter->timeout >= 0 ? ", deadline" : "", waiter->cancellable != NULL ? ", cancellable" : "",
                   waiter->drops ? ", drops" : "", waiter->patience > 0 ? ", gives up" : "",
                   waiter->nests ? ", nests" : "");
}

static void
choose_world (void)
{
  auto_reset = ts_dst_random (3) != 0;
  event = auto_reset ? ts_event_new_auto_reset () : ts_event_new ();
  cancellable = g_cancellable_new ();
  running = sets = taken = ambiguous = sure = unsure = 0;
  exact = auto_reset;
  victim = NULL;

  poor = ts_dst_random (6) == 0;
  ts_dst_describe ("%s; %s", auto_reset ? "auto-reset" : "manual", poor ? "no descriptors; " : "");
  n_waiters = 1 + ts_dst_random (MAX_WAITERS - 1);
  for (guint i = 0; i < n_waiters; i++)
    choose_waiter (&waiters[i]);
  n_setters = ts_dst_random (MAX_SETTERS + 1);
  for (guint i = 0; i < n_setters; i++)
    setters[i] = (Setter) { .calls = 1 + ts_dst_random (3) };
  n_clears = ts_dst_random (4) == 0 ? 1 + ts_dst_random (2) : 0;
  exact = exact && n_clears == 0;
  ts_dst_describe ("%u setters, %u clears%s", n_setters, n_clears,
                   victim != NULL ? ", a source is destroyed" : "");
}

static void
spawn (const char *name, TsDstFunc func, gpointer data)
{
  ts_dst_spawn (name, func, data);
  running++;
}

static void
check_nothing_is_left (void)
{
  for (guint i = 0; i < n_waiters; i++)
    {
      g_clear_pointer (&waiters[i].exposed, g_source_unref);
      g_clear_pointer (&waiters[i].exposed_context, g_main_context_unref);
      if (waiters[i].kind == SOURCE || waiters[i].kind == WATCH)
        ts_dst_check (waiters[i].destroyed == 1);
    }

  ts_dst_check_last_reference (cancellable);
  ts_dst_check_last_reference (event);
  g_clear_object (&cancellable);
  g_clear_object (&event);
}

/* The contexts have theirs; the dispatchers must do without. */
static void
use_up_descriptors (void)
{
  struct rlimit limit;
  int next_free = dup (STDOUT_FILENO);

  close (next_free);
  getrlimit (RLIMIT_NOFILE, &old_limit);
  limit = old_limit;
  limit.rlim_cur = (rlim_t) next_free;
  setrlimit (RLIMIT_NOFILE, &limit);
}

static void
any_waiters_any_setters (void)
{
  static const char *const waiter_names[] = { "waiter 1", "waiter 2", "waiter 3", "waiter 4" };
  static const char *const setter_names[] = { "setter 1", "setter 2" };

  choose_world ();
  for (guint i = 0; i < n_waiters; i++)
    spawn (waiter_names[i], run_waiter, &waiters[i]);
  for (guint i = 0; i < n_setters; i++)
    spawn (setter_names[i], run_setter, &setters[i]);
  if (n_clears > 0)
    spawn ("clearer", run_clearer, NULL);
  if (ts_dst_random (2) == 0)
    spawn ("canceller", run_canceller, NULL);
  if (victim != NULL)
    spawn ("destroyer", run_destroyer, NULL);
  ts_dst_spawn ("referee", run_referee, NULL);
  ts_dst_set_observer (observe, NULL);
  if (poor)
    use_up_descriptors ();
  ts_dst_run ();
  if (poor)
    setrlimit (RLIMIT_NOFILE, &old_limit);
  check_nothing_is_left ();
}

int
main (int argc, char *argv[])
{
  static const TsDstScenario scenarios[] = {
    { "/tschan/dst/event/any-waiters-any-setters", any_waiters_any_setters, 20000 },
  };

  return ts_dst_main (argc, argv, scenarios, G_N_ELEMENTS (scenarios));
}
