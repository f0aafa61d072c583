/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "ts-debug-private.h"

static const GDebugKey debug_keys[] = {
  { "blocking", TS_DEBUG_BLOCKING },
};

gboolean
ts_debug_has (TsDebugFlags flag)
{
  static gsize flags; /* the flags plus one, so that zero means "not read yet" */

  if (g_once_init_enter (&flags))
    {
      const char *words = g_getenv ("TS_DEBUG");

      g_once_init_leave (&flags, 1 + g_parse_debug_string (words, debug_keys, G_N_ELEMENTS (debug_keys)));
    }
  return ((flags - 1) & flag) != 0;
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
ts_debug_about_to_block (TsOperation *op)
{
  if (G_LIKELY (!ts_debug_has (TS_DEBUG_BLOCKING)) || !thread_runs_a_main_loop ())
    return;
  g_warning ("A %s is about to block a thread that runs a main loop; use its _async form there",
             G_OBJECT_TYPE_NAME (op->object));
}
