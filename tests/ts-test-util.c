/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "ts-test-util.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <malloc.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_FRAMES 40

/* Seconds until a thread must have told where it is. */
#ifdef TS_TEST_THREAD_SANITIZER /* it keeps signals back from threads that sleep in our futex */
#define FRAMES_PATIENCE 2
#else
#define FRAMES_PATIENCE 20
#endif

typedef struct
{
  GTestFunc     func;
  GTestDataFunc data_func;
  gconstpointer data;
  char         *path;
} TestCase;

struct _TsTestThread
{
  GThread    *thread;
  GThreadFunc func;
  gpointer    data;
  _Atomic int tid;
  _Atomic int will_block;
};

struct _TsTestLoop
{
  GMainContext *context;
  GMainLoop    *loop;
  TsTestThread *thread;
};

static guint32 seed;
static _Atomic int live_threads;
static const char *current_path = "";
static _Thread_local TsTestThread *this_thread;
static _Thread_local int forbidden;

/* The watchdog */

static GMutex watchdog_mutex;
static GCond watchdog_cond;
static gint64 watchdog_left; /* microseconds; 0: nothing to watch */
static guint watchdog_limits; /* how many there have been */
static GThread *volatile watchdog; /* where a search for leaks finds it in a child, which has no such thread */
static sem_t frames_are_there;
static void *frames[MAX_FRAMES];
static int n_frames;

static void
take_frames (int signal_number)
{
  int saved = errno;

  n_frames = backtrace (frames, MAX_FRAMES);
  sem_post (&frames_are_there);
  errno = saved;
}

/* In our own code addr2line knows static functions and lines. It is too slow for large libraries. */
static char *
describe_own_frame (const Dl_info *info, gsize offset)
{
  g_autofree char *address = g_strdup_printf ("%#" G_GSIZE_MODIFIER "x", offset - 1);
  g_autofree char *module = g_path_get_basename (info->dli_fname);
  char *argv[] = { (char *) "addr2line", (char *) "-fspe", (char *) info->dli_fname, address, NULL };
  char *output = NULL;

  if (g_str_has_prefix (module, "test-") || g_str_has_prefix (module, "libtschan"))
    g_spawn_sync (NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                  &output, NULL, NULL, NULL);
  return output;
}

static void
print_frame (void *frame)
{
  g_autofree char *output = NULL;
  Dl_info info = { 0 };

  if (dladdr (frame, &info) != 0 && info.dli_fname != NULL)
    output = describe_own_frame (&info, (gsize) ((char *) frame - (char *) info.dli_fbase));
  if (output != NULL && output[0] != '\0' && output[0] != '?')
    fprintf (stderr, "#   %s", output);
  else
    fprintf (stderr, "#   %s in %s\n", info.dli_sname != NULL ? info.dli_sname : "?",
             info.dli_fname != NULL ? info.dli_fname : "?");
}

static void
print_thread (int tid)
{
  struct timespec until;

  fprintf (stderr, "# Thread %d:\n", tid);
  fflush (stderr);
  if (syscall (SYS_tgkill, getpid (), tid, SIGRTMIN + 4) != 0)
    return;
  clock_gettime (CLOCK_REALTIME, &until);
  until.tv_sec += FRAMES_PATIENCE;
  if (sem_timedwait (&frames_are_there, &until) != 0)
    return;
  for (int i = 2; i < n_frames; i++) /* without the handler and what called it */
    print_frame (frames[i]);
}

static void
print_all_threads (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/task", 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      int tid = atoi (name);

      if (tid != (int) syscall (SYS_gettid))
        print_thread (tid);
    }
}

/* What counts is the time that this process has seen pass, in steps: a machine that stood still for
 * minutes, as virtual ones do, has not let the test hang. */
static void
watchdog_wait (void)
{
  const gint64 step = watchdog_left > 0 ? MIN (watchdog_left, G_USEC_PER_SEC) : G_TIME_SPAN_DAY;
  const guint limits = watchdog_limits;

  if (!g_cond_wait_until (&watchdog_cond, &watchdog_mutex, g_get_monotonic_time () + step) &&
      limits == watchdog_limits && watchdog_left > 0 && (watchdog_left -= step) == 0)
    watchdog_left = -1;
}

static gpointer
watchdog_main (gpointer data)
{
  g_mutex_lock (&watchdog_mutex);
  while (watchdog_left >= 0)
    watchdog_wait ();
  g_mutex_unlock (&watchdog_mutex);

  fprintf (stderr, "# The watchdog ends %s, which hangs. Its threads:\n", current_path);
  print_all_threads ();
  abort ();
  return NULL;
}

void
ts_test_limit_time (double seconds)
{
  g_mutex_lock (&watchdog_mutex);
  watchdog_left = (gint64) (seconds * 1e6);
  watchdog_limits++;
  g_cond_signal (&watchdog_cond);
  g_mutex_unlock (&watchdog_mutex);
}

static void
watchdog_init (void)
{
  struct sigaction action = { .sa_handler = take_frames, .sa_flags = SA_RESTART };
  void *unused[1];

  backtrace (unused, 1); /* loads what it needs, which a handler must not */
  sem_init (&frames_are_there, 0, 0);
  sigaction (SIGRTMIN + 4, &action, NULL);
  watchdog = g_thread_new ("watchdog", watchdog_main, NULL);
  g_thread_unref (watchdog);
}

/* The note */

static char note[256];

void
ts_test_note (const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_vsnprintf (note, sizeof note, format, args);
  va_end (args);
}

static void
print_note (int signal_number)
{
  if (note[0] != '\0')
    {
      gssize unused = write (STDERR_FILENO, note, strlen (note));

      unused = write (STDERR_FILENO, "\n", 1);
      (void) unused;
    }
}

/* The surroundings */

static double
number_from_environment (const char *name, double otherwise)
{
  const char *text = g_getenv (name);

  return text == NULL || text[0] == '\0' ? otherwise : g_ascii_strtod (text, NULL);
}

gboolean
ts_test_in_valgrind (void)
{
  return g_getenv ("TS_TEST_VALGRIND") != NULL;
}

static double
iterations (void)
{
  double factor = number_from_environment ("TS_TEST_ITERATIONS", 1);

#ifdef TS_TEST_SANITIZED
  factor *= 0.1;
#endif
  return factor;
}

/* Below the time limit of Meson, which would end the test without a word; and far above what a test takes
 * where many others run beside it. */
static double
time_limit (void)
{
  double limit = 100;

  if (iterations () > 1 || ts_test_in_valgrind ())
    limit *= 10;
#ifdef TS_TEST_SANITIZED
  limit *= 4;
#endif
  return number_from_environment ("TS_TEST_TIMEOUT", limit);
}

void
ts_test_init (int *argc, char ***argv)
{
  const struct sigaction aborted = { .sa_handler = print_note, .sa_flags = (int) SA_RESETHAND };

  g_test_init (argc, argv, NULL);
  seed = (guint32) number_from_environment ("TS_TEST_SEED", g_random_int ());
  watchdog_init ();
  sigaction (SIGABRT, &aborted, NULL);
}

guint
ts_test_rounds (guint rounds)
{
  return MAX (1, (guint) (rounds * iterations ()));
}

GRand *
ts_test_rand_new (void)
{
  g_test_message ("TS_TEST_SEED=%u", seed);
  return g_rand_new_with_seed (seed ^ g_str_hash (current_path));
}

gsize
ts_test_memory_in_use (void)
{
#if defined(TS_TEST_SANITIZED) || !defined(__GLIBC__)
  return 0;
#else
  return ts_test_in_valgrind () ? 0 : mallinfo2 ().uordblks + mallinfo2 ().hblkhd;
#endif
}

void
ts_test_pause (void)
{
  g_usleep (100);
}

#define FEW_DESCRIPTORS 64

static int first_taken = -1;

void
ts_test_exhaust_descriptors (void)
{
  struct rlimit limit;
  int fd;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = FEW_DESCRIPTORS;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  while ((fd = open ("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
    if (first_taken < 0)
      first_taken = fd;
  g_assert_cmpint (errno, ==, EMFILE);
}

/* Those that were open before lie below the first that was taken. */
void
ts_test_give_back_descriptors (void)
{
  for (int fd = first_taken; fd < FEW_DESCRIPTORS; fd++)
    close (fd);
  first_taken = -1;
}

static void
run_case (gconstpointer data)
{
  const TestCase *test = data;

  current_path = test->path;
  note[0] = '\0';
  ts_test_limit_time (time_limit ());
  if (test->func != NULL)
    test->func ();
  else
    test->data_func (test->data);
  ts_test_limit_time (0);

  g_assert_cmpint (atomic_load (&live_threads), ==, 0);
  g_assert_cmpint (forbidden, ==, 0);
  g_assert_null (g_main_context_get_thread_default ());
}

static void
add_case (const char *path, TestCase test)
{
  static GSList *cases; /* GLib forgets those that are not run */

  test.path = g_strdup (path);
  cases = g_slist_prepend (cases, g_memdup2 (&test, sizeof test));
  g_test_add_data_func (path, cases->data, run_case);
}

void
ts_test_add (const char *path, GTestFunc func)
{
  add_case (path, (TestCase) { .func = func });
}

void
ts_test_add_data (const char *path, GTestDataFunc func, gconstpointer data)
{
  add_case (path, (TestCase) { .data_func = func, .data = data });
}

/* Threads */

static gpointer
thread_main (gpointer data)
{
  TsTestThread *self = data;

  this_thread = self;
  atomic_store (&self->tid, (int) syscall (SYS_gettid));
  return self->func (self->data);
}

TsTestThread *
ts_test_thread_new (GThreadFunc func, gpointer data)
{
  TsTestThread *self = g_new0 (TsTestThread, 1);

  atomic_fetch_add (&live_threads, 1);
  self->func = func;
  self->data = data;
  self->thread = g_thread_new ("test", thread_main, self);
  return self;
}

gpointer
ts_test_thread_join (TsTestThread *self)
{
  gpointer result = g_thread_join (self->thread);

  g_free (self);
  atomic_fetch_sub (&live_threads, 1);
  return result;
}

void
ts_test_thread_will_block (void)
{
  atomic_store (&this_thread->will_block, TRUE);
}

static gboolean
is_asleep (int tid)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/task/%d/stat", tid);
  g_autofree char *text = NULL;
  const char *state;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return TRUE;
  state = strrchr (text, ')');
  return state != NULL && state[1] == ' ' && state[2] == 'S';
}

void
ts_test_thread_wait_blocked (TsTestThread *self)
{
  ts_test_wait_for (atomic_load (&self->will_block) && is_asleep (atomic_load (&self->tid)));
  atomic_store (&self->will_block, FALSE);
}

void
ts_test_thread_kill (TsTestThread *self, int signal_number)
{
  ts_test_wait_for (atomic_load (&self->tid) != 0);
  syscall (SYS_tgkill, getpid (), atomic_load (&self->tid), signal_number);
}

/* Loops */

static gpointer
loop_main (gpointer data)
{
  TsTestLoop *self = data;

  g_main_context_push_thread_default (self->context);
  g_main_loop_run (self->loop);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

TsTestLoop *
ts_test_loop_new (void)
{
  TsTestLoop *self = g_new0 (TsTestLoop, 1);

  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = ts_test_thread_new (loop_main, self);
  return self;
}

GMainContext *
ts_test_loop_get_context (TsTestLoop *self)
{
  return self->context;
}

typedef struct
{
  GThreadFunc func;
  gpointer    data;
  _Atomic int done;
} LoopCall;

static gboolean
make_call (gpointer data)
{
  LoopCall *call = data;

  call->func (call->data);
  atomic_store (&call->done, TRUE);
  return G_SOURCE_REMOVE;
}

static void
call_in_context (TsTestLoop *self, GSourceFunc func, gpointer data)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

void
ts_test_loop_call (TsTestLoop *self, GThreadFunc func, gpointer data)
{
  LoopCall call = { func, data };

  call_in_context (self, make_call, &call);
  ts_test_wait_for (atomic_load (&call.done));
}

static gpointer
quit_loop (gpointer data)
{
  g_main_loop_quit (data);
  return NULL;
}

void
ts_test_loop_free (TsTestLoop *self)
{
  ts_test_loop_call (self, quit_loop, self->loop);
  ts_test_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_free (self);
}

/* Objects */

static void
on_gone (gpointer data, GObject *object)
{
  atomic_store (&((TsTestFate *) data)->gone, TRUE);
}

void
ts_test_track (gpointer object, TsTestFate *fate)
{
  atomic_store (&fate->gone, FALSE);
  g_object_weak_ref (object, on_gone, fate);
}

/* Asynchronous calls */

void
ts_test_forbid_callbacks (void)
{
  forbidden++;
}

void
ts_test_allow_callbacks (void)
{
  forbidden--;
}

void
ts_test_check_callback (GMainContext *context)
{
  GMainContext *current = g_main_context_ref_thread_default ();

  g_assert_cmpint (forbidden, ==, 0);
  g_assert_true (current == context);
  g_assert_true (g_main_context_is_owner (context));
  g_main_context_unref (current);
}

void
ts_test_async_begin (TsTestAsync *self, gpointer source)
{
  g_assert_null (self->result);
  self->context = g_main_context_ref_thread_default ();
  g_main_context_unref (self->context); /* only to compare */
  self->source = source;
  self->submitted = FALSE;
  atomic_store (&self->calls, 0);
}

/* In the thread whose context it is: only then can "before the call has returned" be told. */
void
ts_test_async_end (TsTestAsync *self)
{
  g_assert_cmpint (atomic_load (&self->calls), ==, 0);
  self->submitted = TRUE;
}

void
ts_test_async_callback (GObject *source, GAsyncResult *result, gpointer user_data)
{
  static _Atomic guint last_rank;
  TsTestAsync *self = user_data;

  ts_test_check_callback (self->context);
  g_assert_true (self->submitted);
  g_assert_true (source == self->source);
  g_assert_true (g_async_result_get_user_data (result) == user_data);
  self->result = g_object_ref (result);
  self->rank = atomic_fetch_add (&last_rank, 1) + 1;
  g_assert_cmpint (atomic_fetch_add (&self->calls, 1), ==, 0);
  if (self->then != NULL)
    self->then (self);
}

void
ts_test_async_wait (TsTestAsync *self)
{
  while (atomic_load (&self->calls) == 0)
    g_main_context_iteration (self->context, TRUE);
}

void
ts_test_async_clear (TsTestAsync *self)
{
  g_clear_object (&self->result);
}

GMainContext *
ts_test_context_push (void)
{
  GMainContext *context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  return context;
}

void
ts_test_context_pop (GMainContext *context)
{
  g_main_context_pop_thread_default (context);
  g_main_context_unref (context);
}

void
ts_test_iterate (GMainContext *context)
{
  while (g_main_context_iteration (context, FALSE))
    ;
}
