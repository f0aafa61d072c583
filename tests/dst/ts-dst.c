/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Threads are real, and pass a baton: a semaphore for each. Only who has the baton touches anything
 * in this file, so it has no lock. The threads are kept for the next schedule. */

#define TS_DST_IMPLEMENTATION

#include "ts-dst.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_THREADS      24
#define MAX_STEPS        30000
#define MAX_TURN         400  /* steps before a thread that does not block loses its priority */
#define MAX_CHANGES      4
#define MAX_CANCELLABLES 8
#define TRACE_LENGTH     4096
#define TRACE_SHOWN      120
#define HANG_SECONDS     30
#define SCENARIO_BYTES   120  /* at most, of a fuzzer's input */

typedef enum
{
  FINISHED,
  RUNNABLE,
  BLOCKED,
  QUIESCENT, /* blocked until nobody else can run */
} State;

typedef struct
{
  int         id;
  const char *name;
  TsDstFunc   func;
  GThreadFunc thread_func; /* or this, for a thread of the library's */
  gpointer    data;
  sem_t       turn;

  State       state;
  const void *waits_for; /* a lock, a parker, a cancellable */
  GPollFD    *fds;       /* in poll */
  guint       n_fds;
  gint64      deadline;  /* -1: none */
  gint64      priority;
  guint       locks_held;
} Thread;

typedef enum
{
  RANDOM_WALK,
  STICKY_WALK, /* the same, but the one that runs mostly stays */
  PRIORITIES,  /* the highest runs; at a few random steps it becomes the lowest (PCT) */
  TURNS,       /* only if a scenario wants it */
} Strategy;

typedef struct
{
  gint16      thread;
  const char *what;
} Step;

typedef struct
{
  GCancellable *cancellable;
  Thread       *thread; /* which runs its handlers, or holds its lock */
  guint         depth;
  gboolean      in_handlers;
} Held;

static Thread threads[MAX_THREADS];
static guint n_threads;    /* in this schedule */
static guint n_started;    /* real ones */
static _Thread_local Thread *self;
static sem_t all_finished;

static guint64 seed;
static guint64 schedule_state, scenario_state;
static Strategy strategy;
static guint changes[MAX_CHANGES], n_changes;
static gint64 lowest_priority;
static gboolean connect_waits;
static gint64 now;
static guint n_steps, n_steps_of_turn;
static Thread *last_to_run;
static Held held[MAX_CANCELLABLES];

static Step trace[TRACE_LENGTH];
static guint64 trace_hash;
static gboolean trace_whole;
static char description[2048];
static const char *program = "dst", *scenario_path = "";
static TsDstFunc observer;
static gpointer observer_data;
static gboolean frozen;
static guint n_denied; /* threads that the library will not get */

/* Random numbers: splitmix64. Schedule and scenario have a stream each, so that a change in one does
 * not change the other. */

static guint64
next_number (guint64 *state)
{
  guint64 z = (*state += 0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

/* A fuzzer makes the choices, as long as it has bytes. */
typedef struct
{
  const guint8 *bytes;
  gsize         left;
} Input;

static Input scenario_input, schedule_input;
static gboolean fuzzing;

static guint
draw (Input *input, guint64 *state, guint n)
{
  if (input->left == 0 || n > 256)
    return (guint) (next_number (state) % n);
  input->left--;
  return *input->bytes++ % n;
}

static guint
choice (guint n)
{
  return draw (&schedule_input, &schedule_state, n);
}

guint
ts_dst_random (guint n)
{
  return draw (&scenario_input, &scenario_state, n);
}

/* Reports. ThreadSanitizer must not look on: what it reported while it ends the program would be a
 * deadlock of its own. */

#define UNWATCHED __attribute__ ((no_sanitize ("thread")))

UNWATCHED static const char *
state_name (const Thread *thread)
{
  switch (thread->state)
    {
    case FINISHED:
      return "finished";
    case RUNNABLE:
      return "runnable";
    case QUIESCENT:
      return "waits for quiescence";
    case BLOCKED:
    default:
      return thread->fds != NULL ? "in poll" : thread->deadline >= 0 ? "blocked, with a deadline" : "blocked";
    }
}

/* Also in signal handlers of a program that is about to die. */
UNWATCHED static void
report (const char *problem)
{
  guint shown = trace_whole ? TRACE_LENGTH : TRACE_SHOWN;
  guint first = n_steps > shown ? n_steps - shown : 0;

  fprintf (stdout, "\n# %s %s: %s\n# seed %" G_GUINT64_FORMAT ", after %u steps at %" G_GINT64_FORMAT " µs\n",
           program, scenario_path, problem, seed, n_steps, now);
  fprintf (stdout, "# %s\n", description);
  for (guint i = 0; i < n_threads; i++)
    fprintf (stdout, "#   %-12s %s\n", threads[i].name, state_name (&threads[i]));
  for (guint i = first; i < n_steps; i++)
    {
      const Step *step = &trace[i % TRACE_LENGTH];
      gboolean same = i > first && trace[(i - 1) % TRACE_LENGTH].thread == step->thread;

      if (same)
        fprintf (stdout, ", %s", step->what);
      else
        fprintf (stdout, "\n#  %s: %s", step->thread < 0 ? "?" : threads[step->thread].name, step->what);
    }
  fprintf (stdout, "\n# again: %s -p %s --seed %" G_GUINT64_FORMAT " --count 1 --trace\n", program,
           scenario_path, seed);
  fprintf (stdout, "Bail out! %s: %s (seed %" G_GUINT64_FORMAT ")\n", scenario_path, problem, seed);
  fflush (stdout);
}

void
ts_dst_fail (const char *format, ...)
{
  char problem[512];
  va_list args;

  va_start (args, format);
  g_vsnprintf (problem, sizeof problem, format, args);
  va_end (args);
  report (problem);
  if (fuzzing)
    abort ();
  _exit (1);
}

void
ts_dst_describe (const char *format, ...)
{
  gsize used = strlen (description);
  va_list args;

  va_start (args, format);
  g_vsnprintf (description + used, sizeof description - used, format, args);
  va_end (args);
}

static void
on_signal (int number)
{
  report (number == SIGALRM ? "hangs: a thread blocks outside the scheduler" : g_strsignal (number));
  signal (number, SIG_DFL);
  raise (number == SIGALRM ? SIGABRT : number);
}

static void
on_sanitizer_death (void)
{
  report ("stopped by a sanitizer");
}

void __sanitizer_set_death_callback (void (*callback) (void)) __attribute__ ((weak));

static void
install_handlers (void)
{
  static const int signals[] = { SIGABRT, SIGSEGV, SIGBUS, SIGTRAP, SIGALRM };

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      struct sigaction old;

      sigaction (signals[i], NULL, &old);
      if (old.sa_handler == SIG_DFL)
        signal (signals[i], on_signal);
    }
  if (__sanitizer_set_death_callback != NULL)
    __sanitizer_set_death_callback (on_sanitizer_death);
}

/* The choice of who runs */

static void
make_runnable (Thread *thread)
{
  thread->state = RUNNABLE;
  thread->waits_for = NULL;
  thread->deadline = -1;
}

/* A main context whose descriptors are readable can go on; now and then also for no reason, as any
 * stranger's g_main_context_wakeup() would do. */
static void
wake_pollers (gboolean may_be_spurious)
{
  for (guint i = 0; i < n_threads; i++)
    if (threads[i].state == BLOCKED && threads[i].fds != NULL &&
        (g_poll (threads[i].fds, threads[i].n_fds, 0) > 0 || (may_be_spurious && choice (64) == 0)))
      make_runnable (&threads[i]);
}

static Thread *
next_deadline (void)
{
  Thread *next = NULL;

  for (guint i = 0; i < n_threads; i++)
    if (threads[i].state == BLOCKED && threads[i].deadline >= 0 &&
        (next == NULL || threads[i].deadline < next->deadline))
      next = &threads[i];
  return next;
}

static void
pass_time_until (Thread *thread)
{
  now = MAX (now, thread->deadline);
  make_runnable (thread);
}

static guint
list_runnable (Thread **list)
{
  guint n = 0;

  for (guint i = 0; i < n_threads; i++)
    if (threads[i].state == RUNNABLE)
      list[n++] = &threads[i];
  return n;
}

/* Nobody can run as things are: time passes, or somebody who waited for this goes on. */
static Thread *
choose_when_quiescent (void)
{
  Thread *waiting[MAX_THREADS], *timed = next_deadline (), *chosen;
  guint n = 0;

  for (guint i = 0; i < n_threads; i++)
    if (threads[i].state == QUIESCENT)
      waiting[n++] = &threads[i];

  if (n == 0 && timed == NULL)
    return NULL;
  chosen = n == 0 || (timed != NULL && choice (2) == 0) ? timed : waiting[choice (n)];
  if (chosen == timed)
    pass_time_until (chosen);
  else
    make_runnable (chosen);
  return chosen;
}

static Thread *
highest (Thread **list, guint n)
{
  Thread *best = list[0];

  for (guint i = 1; i < n; i++)
    if (list[i]->priority > best->priority)
      best = list[i];
  return best;
}

static Thread *
choose_by_priority (Thread **list, guint n)
{
  Thread *best = highest (list, n);
  gboolean change = n_steps_of_turn > MAX_TURN;

  for (guint i = 0; i < n_changes; i++)
    change = change || changes[i] == n_steps;
  if (change)
    {
      best->priority = --lowest_priority;
      best = highest (list, n);
    }
  return best;
}

static Thread *
next_in_turn (Thread **list, guint n)
{
  for (guint i = 0; i < n; i++)
    if (list[i] > last_to_run)
      return list[i];
  return list[0];
}

static Thread *
choose (void)
{
  Thread *list[MAX_THREADS], *timed;
  guint n;

  if (choice (4) == 0)
    wake_pollers (TRUE);
  if (choice (24) == 0 && (timed = next_deadline ()) != NULL)
    pass_time_until (timed);
  n = list_runnable (list);
  if (n == 0)
    {
      wake_pollers (FALSE);
      n = list_runnable (list);
    }
  if (n == 0)
    return choose_when_quiescent ();
  if (strategy == TURNS)
    return next_in_turn (list, n);
  if (strategy == PRIORITIES)
    return choose_by_priority (list, n);
  if (strategy == STICKY_WALK && last_to_run->state == RUNNABLE && choice (4) != 0)
    return last_to_run;
  return list[choice (n)];
}

static void
wait_for_turn (sem_t *turn)
{
  while (sem_wait (turn) != 0)
    g_assert (errno == EINTR);
}

static gboolean
are_all_finished (void)
{
  for (guint i = 0; i < n_threads; i++)
    if (threads[i].state != FINISHED)
      return FALSE;
  return TRUE;
}

static void
record (const char *what)
{
  trace[n_steps % TRACE_LENGTH] = (Step) { self == NULL ? -1 : (gint16) self->id, what };
  trace_hash = (trace_hash ^ (guint64) (self == NULL ? 99 : self->id) ^ strlen (what)) * 0x100000001b3;
  n_steps++;
  n_steps_of_turn++;
  if (n_steps > MAX_STEPS)
    ts_dst_fail ("does not come to an end");
}

/* Gives the baton to whoever is to have it now, perhaps back to this thread. */
static void
pass_on (void)
{
  Thread *me = self, *next = choose ();
  gboolean comes_back = me->state != FINISHED; /* asked now: later it is another schedule's */

  if (next == NULL && are_all_finished ())
    {
      sem_post (&all_finished);
      return;
    }
  if (next == NULL)
    ts_dst_fail ("deadlock: nobody can run");
  if (next != last_to_run)
    n_steps_of_turn = 0;
  last_to_run = next;
  if (next == me)
    return;
  sem_post (&next->turn);
  if (comes_back)
    wait_for_turn (&me->turn);
}

static void
block (const char *what, const void *waits_for, gint64 deadline)
{
  record (what);
  self->state = BLOCKED;
  self->waits_for = waits_for;
  self->deadline = deadline;
  pass_on ();
}

static void
unblock (const void *waits_for)
{
  for (guint i = 0; i < n_threads; i++)
    if (threads[i].state == BLOCKED && threads[i].waits_for == waits_for)
      make_runnable (&threads[i]);
}

/* The hooks */

void
ts_dst_point (const char *name)
{
  if (self == NULL)
    return;
  if (frozen)
    return;
  record (name);
  now++;
  if (observer != NULL)
    {
      frozen = TRUE;
      observer (observer_data);
      frozen = FALSE;
    }
  pass_on ();
}

gint64
ts_dst_now (void)
{
  return self == NULL ? g_get_monotonic_time () : now;
}

/* The word of a lock tells who holds it: 1 for a thread that the scheduler does not run. */
static int
lock_word (void)
{
  return self == NULL ? 1 : self->id + 2;
}

void
ts_dst_lock_acquire (_Atomic int *state)
{
  int expected = 0;

  ts_dst_point ("lock");
  while (!atomic_compare_exchange_strong (state, &expected, lock_word ()))
    {
      if (expected == lock_word ())
        ts_dst_fail ("a lock is taken by the thread that holds it");
      if (self == NULL)
        sched_yield ();
      else
        block ("is locked out", state, -1);
      expected = 0;
    }
  if (self != NULL)
    self->locks_held++;
}

void
ts_dst_lock_release (_Atomic int *state)
{
  if (atomic_exchange (state, 0) != lock_word ())
    ts_dst_fail ("a lock is released by a thread that does not hold it");
  if (self == NULL)
    return;
  self->locks_held--;
  unblock (state);
  ts_dst_point ("unlock");
}

static gboolean
park_for_real (_Atomic int *state, gint64 deadline)
{
  while (atomic_load (state) == 0 && (deadline < 0 || g_get_monotonic_time () < deadline))
    g_usleep (100);
  return atomic_load (state) != 0;
}

gboolean
ts_dst_park (_Atomic int *state, gint64 deadline)
{
  if (self == NULL)
    return park_for_real (state, deadline);
  ts_dst_assert_unlocked ();
  ts_dst_point ("park");
  while (atomic_load (state) == 0 && (deadline < 0 || now < deadline))
    block ("sleeps", state, deadline);
  return atomic_load (state) != 0;
}

/* The second step shows who touches the parker after the wake-up, when it may be gone. */
void
ts_dst_unpark (_Atomic int *state)
{
  ts_dst_point ("wake");
  atomic_store (state, 1);
  unblock (state);
  ts_dst_point ("woke");
}

void
ts_dst_assert_unlocked (void)
{
  if (self != NULL && self->locks_held > 0)
    ts_dst_fail ("a lock is held where none may be");
}

void
ts_dst_wait_quiescent (void)
{
  record ("waits for quiescence");
  self->state = QUIESCENT;
  pass_on ();
}

void
ts_dst_freeze (void)
{
  frozen = TRUE;
}

void
ts_dst_thaw (void)
{
  frozen = FALSE;
}

int
ts_dst_poll (GPollFD *fds, guint n_fds, int timeout)
{
  ts_dst_assert_unlocked ();
  ts_dst_point ("poll");
  if (self == NULL)
    return g_poll (fds, n_fds, timeout);
  if (timeout != 0 && g_poll (fds, n_fds, 0) == 0)
    {
      self->fds = fds;
      self->n_fds = n_fds;
      block ("sleeps in poll", NULL, timeout < 0 ? -1 : now + timeout * G_GINT64_CONSTANT (1000));
      self->fds = NULL;
    }
  return g_poll (fds, n_fds, 0);
}

GMainContext *
ts_dst_context_new (void)
{
  GMainContext *context = g_main_context_new ();

  g_main_context_set_poll_func (context, ts_dst_poll);
  return context;
}

/* Cancellables. Before 2.82 GLib lets others connect while handlers run, since then they wait; each
 * schedule picks one of the two, unless this GLib has no choice. To disconnect waits in both. */

static Held *
held_find (GCancellable *cancellable)
{
  for (guint i = 0; i < MAX_CANCELLABLES; i++)
    if (held[i].cancellable == cancellable)
      return &held[i];
  return NULL;
}

static void
cancellable_acquire (GCancellable *cancellable, gboolean in_handlers)
{
  Held *entry;

  while ((entry = held_find (cancellable)) != NULL && entry->thread != self)
    block ("waits for a cancellable", cancellable, -1);
  if (entry == NULL)
    entry = held_find (NULL);
  g_assert (entry != NULL);
  entry->cancellable = cancellable;
  entry->thread = self;
  entry->depth++;
  entry->in_handlers |= in_handlers;
}

static void
cancellable_release (GCancellable *cancellable)
{
  Held *entry = held_find (cancellable);

  g_assert (entry != NULL && entry->thread == self);
  if (--entry->depth > 0)
    return;
  *entry = (Held) { NULL };
  unblock (cancellable);
}

void
ts_dst_cancel (GCancellable *cancellable)
{
  ts_dst_point ("cancel");
  if (self == NULL || g_cancellable_is_cancelled (cancellable))
    {
      g_cancellable_cancel (cancellable);
      return;
    }
  cancellable_acquire (cancellable, TRUE);
  g_cancellable_cancel (cancellable);
  cancellable_release (cancellable);
  ts_dst_point ("cancelled");
}

gulong
ts_dst_cancellable_connect (GCancellable *cancellable, GCallback handler, gpointer data)
{
  gboolean locks;
  gulong id;

  if (self == NULL)
    return g_cancellable_connect (cancellable, handler, data, NULL);
  ts_dst_assert_unlocked ();
  ts_dst_point ("connect");
  locks = connect_waits;
  if (locks)
    cancellable_acquire (cancellable, TRUE);
  id = g_cancellable_connect (cancellable, handler, data, NULL);
  if (locks)
    cancellable_release (cancellable);
  ts_dst_point ("connected");
  return id;
}

void
ts_dst_cancellable_disconnect (GCancellable *cancellable, gulong id)
{
  Held *entry;

  if (self != NULL)
    {
      ts_dst_assert_unlocked ();
      ts_dst_point ("disconnect");
      entry = held_find (cancellable);
      if (entry != NULL && entry->thread == self && entry->in_handlers)
        ts_dst_fail ("a handler of a cancellable disconnects itself, and would wait for ever");
      while ((entry = held_find (cancellable)) != NULL && entry->thread != self)
        block ("waits for a handler", cancellable, -1);
    }
  g_cancellable_disconnect (cancellable, id);
}

void
ts_dst_check_last_reference (gpointer object)
{
  guint id = g_signal_lookup ("cancelled", G_TYPE_CANCELLABLE);

  if (G_OBJECT (object)->ref_count != 1)
    ts_dst_fail ("%u references on a %s are left", G_OBJECT (object)->ref_count, G_OBJECT_TYPE_NAME (object));
  if (G_IS_CANCELLABLE (object) && g_signal_has_handler_pending (object, id, 0, TRUE))
    ts_dst_fail ("a handler on a cancellable is left");
}

static gboolean
glib_locks_cancellables (void)
{
  return glib_check_version (2, 81, 1) == NULL;
}

void
ts_dst_cancellable_enter (GCancellable *cancellable)
{
  if (self != NULL && cancellable != NULL)
    cancellable_acquire (cancellable, FALSE);
}

void
ts_dst_cancellable_leave (GCancellable *cancellable)
{
  if (self != NULL && cancellable != NULL)
    cancellable_release (cancellable);
}

/* A schedule */

static void
choose_strategy (void)
{
  static const guint lengths[] = { 60, 200, 600 };
  guint length = lengths[choice (G_N_ELEMENTS (lengths))];

  strategy = (Strategy) choice (PRIORITIES + 1);
  n_changes = 1 + choice (MAX_CHANGES);
  for (guint i = 0; i < n_changes; i++)
    changes[i] = 1 + choice (length);
}

void
ts_dst_begin (guint64 new_seed)
{
  if (!fuzzing)
    alarm (HANG_SECONDS);
  scenario_input = schedule_input = (Input) { NULL, 0 };
  seed = new_seed;
  schedule_state = seed * 2;
  scenario_state = seed * 2 + 1;
  next_number (&schedule_state);
  next_number (&scenario_state);
  n_threads = n_steps = n_steps_of_turn = 0;
  now = 1000 * 1000;
  lowest_priority = 0;
  trace_hash = 0xcbf29ce484222325;
  description[0] = '\0';
  n_denied = 0;
  observer = NULL;
  choose_strategy ();
  connect_waits = choice (2) == 0 || glib_locks_cancellables ();
}

void
ts_dst_take_turns (void)
{
  strategy = TURNS;
}

void
ts_dst_set_input (const guint8 *bytes, gsize size)
{
  gsize for_scenario = MIN (size / 2, SCENARIO_BYTES);

  scenario_input = (Input) { bytes, for_scenario };
  schedule_input = (Input) { bytes + for_scenario, size - for_scenario };
  choose_strategy ();
}

G_NORETURN static void *
thread_main (void *data)
{
  Thread *thread = data;

  self = thread;
  for (;;)
    {
      wait_for_turn (&thread->turn);
      if (thread->thread_func != NULL)
        thread->thread_func (thread->data);
      else
        thread->func (thread->data);
      ts_dst_assert_unlocked ();
      thread->state = FINISHED;
      unblock (thread);
      pass_on ();
    }
}

static Thread *
add_thread (const char *name, gpointer data)
{
  Thread *thread = &threads[n_threads];

  g_assert (n_threads < MAX_THREADS);
  thread->id = (int) n_threads++;
  thread->name = name;
  thread->func = NULL;
  thread->thread_func = NULL;
  thread->data = data;
  thread->priority = 1 + choice (1000);
  thread->locks_held = 0;
  thread->fds = NULL;
  make_runnable (thread);
  return thread;
}

void
ts_dst_spawn (const char *name, TsDstFunc func, gpointer data)
{
  add_thread (name, data)->func = func;
}

static void
start_real_threads (void)
{
  pthread_t real;

  for (; n_started < n_threads; n_started++)
    {
      sem_init (&threads[n_started].turn, 0, 0);
      g_assert (pthread_create (&real, NULL, thread_main, &threads[n_started]) == 0);
      pthread_detach (real);
    }
}

void
ts_dst_deny_threads (guint n)
{
  n_denied = n;
}

/* The name may be gone when the trace is printed. */
GThread *
ts_dst_thread_new (const char *name, GThreadFunc func, gpointer data, GError **error)
{
  Thread *thread;

  if (self == NULL)
    return g_thread_try_new (name, func, data, error);
  ts_dst_point ("asks for a thread");
  if (n_denied > 0)
    {
      n_denied--;
      g_set_error_literal (error, G_THREAD_ERROR, G_THREAD_ERROR_AGAIN, "no thread is left");
      return NULL;
    }
  thread = add_thread ("thread", data);
  thread->thread_func = func;
  start_real_threads ();
  ts_dst_point ("new thread");
  return (GThread *) thread;
}

static gboolean
is_ours (gconstpointer thread)
{
  return thread >= (gconstpointer) threads && thread < (gconstpointer) (threads + MAX_THREADS);
}

void
ts_dst_thread_join (GThread *thread)
{
  if (!is_ours (thread))
    {
      g_thread_join (thread);
      return;
    }
  ts_dst_assert_unlocked ();
  ts_dst_point ("join");
  while (((Thread *) thread)->state != FINISHED)
    block ("joins", thread, -1);
}

void
ts_dst_thread_unref (GThread *thread)
{
  if (!is_ours (thread))
    g_thread_unref (thread);
}

void
ts_dst_run (void)
{
  g_assert (self == NULL && n_threads > 0);
  start_real_threads ();
  last_to_run = &threads[0];
  last_to_run = choose ();
  sem_post (&last_to_run->turn);
  wait_for_turn (&all_finished);
}

guint64
ts_dst_trace_hash (void)
{
  return trace_hash;
}

void
ts_dst_set_observer (TsDstFunc new_observer, gpointer data)
{
  observer = new_observer;
  observer_data = data;
}

/* The program */

static gint64 count_option, seconds_option;
static const char *seed_option;

/* On one processor the baton costs a fifth. */
static void
stay_on_one_processor (void)
{
#ifdef __linux__
  cpu_set_t all, one;
  int skip;

  if (sched_getaffinity (0, sizeof all, &all) != 0)
    return;
  skip = (int) getpid () % CPU_COUNT (&all);
  CPU_ZERO (&one);
  for (int i = 0; i < CPU_SETSIZE && CPU_COUNT (&one) == 0; i++)
    if (CPU_ISSET (i, &all) && skip-- == 0)
      CPU_SET (i, &one);
  sched_setaffinity (0, sizeof one, &one);
#endif
}

static guint
count_descriptors (void)
{
  GDir *dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  if (dir == NULL)
    return 0;
  while (g_dir_read_name (dir) != NULL)
    n++;
  g_dir_close (dir);
  return n;
}

static guint64
first_seed (void)
{
  const char *text = seed_option != NULL ? seed_option : g_getenv ("TS_TEST_SEED");

  if (text == NULL)
    return 1;
  return g_str_equal (text, "random") ? g_random_int () : g_ascii_strtoull (text, NULL, 0);
}

static guint64
number_of_schedules (const TsDstScenario *scenario)
{
  const char *factor = g_getenv ("TS_TEST_ITERATIONS");
  double n = scenario->count * (factor == NULL ? 1 : g_ascii_strtod (factor, NULL));

  if (scenario->count == 1)
    return 1;
  return count_option > 0 ? (guint64) count_option : (guint64) MAX (n, 1);
}

static gboolean
may_go_on (const TsDstScenario *scenario, guint64 n, gint64 start)
{
  if (seconds_option > 0 && scenario->count > 1)
    return g_get_monotonic_time () - start < seconds_option * G_USEC_PER_SEC;
  return n < number_of_schedules (scenario);
}

static void
run_scenario (gconstpointer data)
{
  const TsDstScenario *scenario = data;
  guint64 first = first_seed (), n, steps = 0;
  guint descriptors = count_descriptors ();
  gint64 start = g_get_monotonic_time ();

  scenario_path = scenario->path;
  for (n = 0; may_go_on (scenario, n, start); n++)
    {
      ts_dst_begin (first + n);
      scenario->run ();
      steps += n_steps;
    }
  alarm (0);
  g_test_message ("seeds %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT
                  " steps, %.0f schedules per second",
                  first, first + n - 1, steps, n * 1e6 / (double) (g_get_monotonic_time () - start));
  if (count_descriptors () != descriptors)
    ts_dst_fail ("file descriptors: %u before, %u after all schedules", descriptors, count_descriptors ());
}

static void
prepare (void)
{
  sem_init (&all_finished, 0, 0);
  stay_on_one_processor ();
  g_main_context_default (); /* has a file descriptor, which is no leak of a scenario's */
}

void
ts_dst_init_fuzzing (void)
{
  if (fuzzing)
    return;
  fuzzing = TRUE;
  prepare ();
}

int
ts_dst_main (int argc, char *argv[], const TsDstScenario *scenarios, guint n_scenarios)
{
  const GOptionEntry entries[] = {
    { "seed", 0, 0, G_OPTION_ARG_STRING, &seed_option, "The first seed, or “random”", "N" },
    { "count", 0, 0, G_OPTION_ARG_INT64, &count_option, "How many schedules", "N" },
    { "seconds", 0, 0, G_OPTION_ARG_INT64, &seconds_option, "As many as there is time for", "N" },
    { "trace", 0, 0, G_OPTION_ARG_NONE, &trace_whole, "Print all steps of a failure", NULL },
    { NULL }
  };
  GOptionContext *context = g_option_context_new (NULL);
  GError *error = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_ignore_unknown_options (context, TRUE);
  g_option_context_set_help_enabled (context, FALSE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  g_option_context_free (context);

  g_test_init (&argc, &argv, NULL);
  program = g_get_prgname ();
  prepare ();
  install_handlers ();
  for (guint i = 0; i < n_scenarios; i++)
    g_test_add_data_func (scenarios[i].path, &scenarios[i], run_scenario);
  return g_test_run ();
}
