/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Threads without a main loop use what GIO has for main loops. One runner does it for all: it reads
 * a file, resolves a name, and talks to programs, one of which takes too long, while another is no
 * longer wanted. */

#include <glib/gstdio.h>
#include <tschan/tschan.h>

static TsRunner *runner;

/* Each of these starts an asynchronous function, in the thread of the runner. */

static void
start_reading (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data,
               gpointer file)
{
  g_file_load_contents_async (file, cancellable, callback, data);
}

static void
start_resolving (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data,
                 gpointer resolver)
{
  g_resolver_lookup_by_name_async (resolver, "localhost", cancellable, callback, data);
}

static void
start_talking (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer data,
               gpointer process)
{
  g_subprocess_communicate_utf8_async (process, NULL, cancellable, callback, data);
}

/* And these are threads, which block until it is done. */

static gpointer
read_file (gpointer path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result =
    ts_runner_perform (runner, start_reading, g_object_ref (file), g_object_unref, NULL, &error);
  g_autofree char *contents = NULL;
  gsize length;

  if (result != NULL &&
      g_file_load_contents_finish (file, result, &contents, &length, NULL, &error))
    return g_strdup_printf ("file: %zu bytes", length);
  return g_strdup_printf ("file: %s", error->message);
}

static gpointer
resolve_name (gpointer unused)
{
  g_autoptr (GResolver) resolver = g_resolver_get_default ();
  g_autoptr (GError) error = NULL;
  gint64 deadline = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;
  g_autoptr (GAsyncResult) result = ts_runner_perform_until (
    runner, start_resolving, g_object_ref (resolver), g_object_unref, deadline, NULL, &error);
  g_autolist (GInetAddress) addresses = NULL;

  if (result != NULL)
    addresses = g_resolver_lookup_by_name_finish (resolver, result, &error);
  if (addresses == NULL)
    return g_strdup_printf ("name: %s", error->message);
  return g_strdup_printf ("name: localhost is %s loopback address",
                          g_inet_address_get_is_loopback (addresses->data) ? "a" : "no");
}

static char *
talk (GSubprocess *process, gint64 deadline, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = ts_runner_perform_until (
    runner, start_talking, g_object_ref (process), g_object_unref, deadline, cancellable, error);
  char *output = NULL;

  if (result != NULL)
    g_subprocess_communicate_utf8_finish (process, result, &output, NULL, error);
  return output;
}

static gpointer
run_program (gpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "echo", "hello", NULL);
  g_autofree char *output =
    process == NULL ? NULL : talk (process, G_MAXINT64, NULL, &error);

  if (output == NULL)
    return g_strdup_printf ("subprocess: %s", error->message);
  return g_strdup_printf ("subprocess: it says %s", g_strchomp (output));
}

/* The program that is too slow, or not wanted any more: says why the wait has ended. */
static const char *
give_up_on_program (gint64 deadline, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "sleep", "100", NULL);

  if (process != NULL)
    {
      g_free (talk (process, deadline, cancellable, &error));
      g_subprocess_force_exit (process);
      g_subprocess_wait (process, NULL, NULL);
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return "timed out";
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? "cancelled" : "neither";
}

static gboolean
on_time (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

/* Something else cancels it meanwhile: here a timer in the runner's own main loop. */
static const char *
stop_program (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GSource) timer = g_timeout_source_new (20);

  g_source_set_callback (timer, on_time, g_object_ref (cancellable), g_object_unref);
  g_source_attach (timer, ts_runner_get_context (runner));
  return give_up_on_program (G_MAXINT64, cancellable);
}

int
main (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "tschan-XXXXXX", NULL);
  GThread *threads[3];

  g_close (g_mkstemp (path), NULL);
  g_file_set_contents (path, "fourteen bytes", -1, NULL);
  runner = ts_runner_new ("gio");
  threads[0] = g_thread_new ("file", read_file, path);
  threads[1] = g_thread_new ("name", resolve_name, NULL);
  threads[2] = g_thread_new ("subprocess", run_program, NULL);
  for (int i = 0; i < 3; i++)
    {
      g_autofree char *report = g_thread_join (threads[i]);

      g_print ("%s\n", report);
    }
  g_print ("sleeper: %s\n", give_up_on_program (g_get_monotonic_time () + 50 * 1000, NULL));
  g_print ("stopped: %s\n", stop_program ());
  ts_runner_close (runner);
  g_object_unref (runner);
  g_unlink (path);
  return 0;
}
