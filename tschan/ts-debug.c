/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "ts-debug-private.h"

guint ts_debug_flags;

static const GDebugKey debug_keys[] = {
  { "blocking", TS_DEBUG_BLOCKING },
  { "leaks", TS_DEBUG_LEAKS },
  { "stacks", TS_DEBUG_STACKS },
  { "trace", TS_DEBUG_TRACE },
};

/* Before any thread can have called anything. */
static void __attribute__ ((constructor))
read_words (void)
{
  ts_debug_flags = g_parse_debug_string (g_getenv ("TS_DEBUG"), debug_keys, G_N_ELEMENTS (debug_keys));
  if (HAVE_SYSPROF && g_getenv ("SYSPROF_CONTROL_FD") != NULL)
    ts_debug_flags |= TS_DEBUG_MARKS;
}

char *
ts_debug_dup_name (gpointer object)
{
  char *name = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (object), "name") != NULL)
    g_object_get (object, "name", &name, NULL);
  return name;
}

static gboolean
thread_runs_a_main_loop (void)
{
  GMainContext *context = g_main_context_get_thread_default ();

  if (context == NULL)
    context = g_main_context_default ();
  return g_main_context_is_owner (context) && g_main_depth () > 0;
}

void
ts_debug_about_to_block (gpointer object)
{
  if (!ts_debug_has (TS_DEBUG_BLOCKING) || !thread_runs_a_main_loop ())
    return;
  g_warning ("A %s is about to block a thread that runs a main loop; use its _async form there",
             G_OBJECT_TYPE_NAME (object));
}
