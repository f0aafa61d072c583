/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Marks for Sysprof. This program is the profiler and the profiled in one: each thread of the library that
 * has something to mark asks, through a socket, for a buffer to write to. */

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sysprof-capture.h>

#include "ts-test-util.h"

#define MOST_BUFFERS 64
#define BODY_PAGES   63

/* The first page of a buffer; the marks are between its head and its tail. */
typedef struct
{
  _Atomic guint32 head;
  _Atomic guint32 tail;
  guint32         offset;
  guint32         size;
} Buffer;

static Buffer *_Atomic buffers[MOST_BUFFERS];
static _Atomic int n_buffers;

/* The profiler */

static int
make_buffer (void)
{
  gsize page = (gsize) sysprof_getpagesize ();
  int fd = memfd_create ("marks", MFD_CLOEXEC);
  Buffer *buffer;

  g_assert_cmpint (ftruncate (fd, (off_t) ((1 + BODY_PAGES) * page)), ==, 0);
  buffer = mmap (NULL, (1 + BODY_PAGES) * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_assert_true (buffer != MAP_FAILED);
  buffer->offset = (guint32) page;
  buffer->size = (guint32) (BODY_PAGES * page);
  g_assert_cmpint (n_buffers, <, MOST_BUFFERS);
  buffers[n_buffers] = buffer;
  n_buffers++;
  return fd;
}

static void
send_buffer (int peer)
{
  union
  {
    struct cmsghdr header;
    char           space[CMSG_SPACE (sizeof (int))];
  } control = { { .cmsg_len = CMSG_LEN (sizeof (int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS } };
  char byte = 0;
  struct iovec something = { &byte, 1 };
  struct msghdr message = {
    .msg_iov = &something,
    .msg_iovlen = 1,
    .msg_control = &control,
    .msg_controllen = sizeof control.space,
  };
  int fd = make_buffer ();

  memcpy (CMSG_DATA (&control.header), &fd, sizeof fd);
  g_assert_cmpint (sendmsg (peer, &message, 0), ==, 1);
  close (fd);
}

static void *
profile (void *peer)
{
  char request[10];

  while (recv (GPOINTER_TO_INT (peer), request, sizeof request, MSG_WAITALL) == sizeof request)
    send_buffer (GPOINTER_TO_INT (peer));
  return NULL;
}

/* No thread of GLib's: it may have been built with marks of its own, and asks for a buffer before it starts
 * one. */
static void
start_profiler (int peer)
{
  pthread_t thread;

  g_assert_cmpint (pthread_create (&thread, NULL, profile, GINT_TO_POINTER (peer)), ==, 0);
  pthread_detach (thread);
}

static void
set_number (const char *name, int number)
{
  g_autofree char *text = g_strdup_printf ("%d", number);

  g_setenv (name, text, TRUE);
}

#ifdef TS_TEST_SANITIZED
/* The collector keeps the ring buffer of each thread for as long as the process runs. */
const char *__lsan_default_suppressions (void);

const char *
__lsan_default_suppressions (void)
{
  return "leak:mapped_ring_buffer_new_writer\n";
}
#endif

/* Runs this program again with a profiler's socket in its environment, where the library looks for it when
 * it is loaded. */
G_NORETURN static void
run_profiled (char **argv)
{
  int ends[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
  set_number ("SYSPROF_CONTROL_FD", ends[0]);
  set_number ("TS_TEST_PROFILER", ends[1]);
  execvp (argv[0], argv);
  g_assert_not_reached ();
}

/* What was marked */

typedef struct
{
  const char *name;
  const char *message; /* a pattern */
  gint64      at_least; /* microseconds */
  gint64      at_most;
} Wanted;

static gboolean
is_wanted (const Wanted *self, const SysprofCaptureMark *mark)
{
  return g_str_equal (mark->group, "tschan") && g_str_equal (mark->name, self->name) &&
         g_pattern_match_simple (self->message, mark->message) &&
         mark->duration >= self->at_least * 1000 && mark->duration <= self->at_most * 1000;
}

static guint
count_in_buffer (const Wanted *self, Buffer *buffer)
{
  const guint8 *body = (const guint8 *) buffer + buffer->offset;
  guint32 tail = buffer->tail;
  guint n = 0;

  for (guint32 position = 0; position < tail;)
    {
      const SysprofCaptureFrame *frame = (const SysprofCaptureFrame *) (gconstpointer) (body + position);

      g_assert_cmpuint (frame->len, >, 0);
      if (frame->type == SYSPROF_CAPTURE_FRAME_MARK)
        n += is_wanted (self, (const SysprofCaptureMark *) frame);
      position += frame->len;
    }
  return n;
}

static guint
count_marks (const Wanted *wanted)
{
  guint n = 0;

  for (int i = 0; i < n_buffers; i++)
    n += count_in_buffer (wanted, buffers[i]);
  return n;
}

#define assert_marked(times, ...) \
  g_assert_cmpuint (count_marks (&(Wanted) { __VA_ARGS__, .at_most = G_MAXINT64 / 1000 }), ==, (times))

/* Claims */

static gpointer
wait_for_event (gpointer event)
{
  ts_test_thread_will_block ();
  ts_event_wait (event, NULL, NULL);
  return NULL;
}

static void
blocked_thread_marks_its_wait (void)
{
  g_autoptr (TsEvent) event = ts_event_new_full (FALSE, "news");
  TsTestThread *thread = ts_test_thread_new (wait_for_event, event);
  gint64 begun, took;

  ts_test_thread_wait_blocked (thread);
  begun = g_get_monotonic_time ();
  g_usleep (20000); /* how long it is blocked for, not what it waits for */
  took = g_get_monotonic_time () - begun;
  ts_event_set (event);
  ts_test_thread_join (thread);
  assert_marked (1, "TsEvent wait", "0x* \"news\": succeeds, thread *", .at_least = took);
}

static void
wait_out_of_time_says_so (void)
{
  g_autoptr (TsLock) lock = ts_lock_new_full ("held");

  ts_lock_acquire (lock, NULL, NULL);
  ts_lock_acquire_until (lock, g_get_monotonic_time () + 2000, NULL, NULL);
  ts_lock_release (lock, NULL);
  assert_marked (1, "TsLock acquire", "0x* \"held\": is out of time, thread *");
}

static void
what_need_not_wait_is_not_marked (void)
{
  g_autoptr (TsEvent) event = ts_event_new_full (FALSE, "past");

  ts_event_set (event);
  ts_event_wait (event, NULL, NULL);
  assert_marked (0, "TsEvent wait", "*\"past\"*");
}

static gboolean
count_item (TsChannel *channel, const GValue *value, gpointer n)
{
  ++*(guint *) n;
  return G_SOURCE_CONTINUE;
}

static void
watch_marks_each_burst (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new_full (8, G_TYPE_INT, TS_OVERFLOW_WAIT, "jobs");
  guint n = 0;

  for (int i = 0; i < 5; i++)
    ts_channel_send_int (channel, i, NULL, NULL);
  ts_channel_close (channel);
  ts_channel_add_watch (channel, count_item, &n);
  while (n < 5)
    g_main_context_iteration (NULL, TRUE);
  assert_marked (1, "TsChannel watch", "0x* \"jobs\": 5 items, thread *");
}

static void
count_result (GObject *object, GAsyncResult *result, gpointer n)
{
  ++*(guint *) n;
}

static void
dispatcher_marks_each_burst (void)
{
  g_autoptr (TsEvent) event = ts_event_new ();
  guint n = 0;

  for (int i = 0; i < 7; i++)
    ts_event_wait_async (event, NULL, count_result, &n);
  ts_event_set (event);
  while (n < 7)
    g_main_context_iteration (NULL, TRUE);
  assert_marked (1, "dispatch", "7 results, thread *");
}

static gpointer
send_slowly (gpointer channel)
{
  for (int i = 0; i < 50; i++)
    {
      ts_channel_send_int (channel, i, NULL, NULL);
      g_usleep (200); /* the loop goes to sleep again, now and then */
    }
  return NULL;
}

/* What wakes the context up for a watch is the same source. */
static void
dispatcher_marks_no_empty_burst (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (0);
  guint n = 0;
  GThread *thread;

  ts_channel_add_watch (channel, count_item, &n);
  thread = g_thread_new ("sender", send_slowly, channel);
  while (n < 50)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  ts_channel_close (channel);
  ts_test_iterate (NULL);
  assert_marked (0, "dispatch", "0 results, *");
}

static void
do_nothing (gpointer data)
{
}

static void
runner_marks_what_it_runs (void)
{
  g_autoptr (TsRunner) runner = ts_runner_new ("baker");

  for (int i = 0; i < 3; i++)
    ts_runner_invoke (runner, do_nothing, NULL, NULL);
  ts_runner_close (runner);
  assert_marked (3, "TsRunner run", "baker, thread * baker");
}

static void
answer (TsCall *call, gpointer data)
{
  ts_call_complete (call, NULL);
}

static void
offloaded_work_is_marked (void)
{
  g_autoptr (TsFuture) future = ts_offload (answer, NULL, NULL, NULL);
  GValue value = G_VALUE_INIT;
  Wanted wanted = { "offload", "*, thread *", .at_most = G_MAXINT64 / 1000 };

  ts_future_wait (future, NULL, &value, NULL);
  while (count_marks (&wanted) == 0) /* a moment after the answer */
    g_thread_yield ();
}

static void
list_model_marks_what_it_shows (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (8);
  g_autoptr (TsListModel) model = NULL;

  for (int i = 0; i < 6; i++)
    ts_channel_send_int (channel, i, NULL, NULL);
  ts_channel_close (channel);
  model = ts_list_model_new (channel);
  while (!ts_list_model_is_finished (model))
    g_main_context_iteration (NULL, TRUE);
  assert_marked (1, "TsListModel receive", "0x*: 6 items, thread *");
  assert_marked (1, "TsListModel show", "0x*: 6 rows, thread *");
}

int
main (int argc, char *argv[])
{
  if (g_getenv ("TS_TEST_PROFILER") == NULL)
    run_profiled (argv);
  start_profiler (atoi (g_getenv ("TS_TEST_PROFILER")));
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/marks/blocked-thread-marks-its-wait", blocked_thread_marks_its_wait);
  ts_test_add ("/tschan/marks/wait-out-of-time-says-so", wait_out_of_time_says_so);
  ts_test_add ("/tschan/marks/what-need-not-wait-is-not-marked", what_need_not_wait_is_not_marked);
  ts_test_add ("/tschan/marks/watch-marks-each-burst", watch_marks_each_burst);
  ts_test_add ("/tschan/marks/dispatcher-marks-each-burst", dispatcher_marks_each_burst);
  ts_test_add ("/tschan/marks/dispatcher-marks-no-empty-burst", dispatcher_marks_no_empty_burst);
  ts_test_add ("/tschan/marks/runner-marks-what-it-runs", runner_marks_what_it_runs);
  ts_test_add ("/tschan/marks/offloaded-work-is-marked", offloaded_work_is_marked);
  ts_test_add ("/tschan/marks/list-model-marks-what-it-shows", list_model_marks_what_it_shows);

  return g_test_run ();
}
