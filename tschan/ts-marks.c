/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Built only if there is a collector. Times are nanoseconds of the monotonic clock, as it counts. */

#include "config.h"

#include <sysprof-capture.h>

#include "ts-marks-private.h"
#include "ts-thread-private.h"

#define GROUP "tschan"

gint64
ts_mark_now (void)
{
  return SYSPROF_CAPTURE_CURRENT_TIME;
}

/* A mark does not tell its thread, so that goes into the message. */
static void G_GNUC_PRINTF (3, 4)
mark (gint64 begun, const char *name, const char *format, ...)
{
  char thread[TS_THREAD_NAME_SIZE];
  g_autofree char *text = NULL;
  gint64 end = ts_mark_now ();
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  ts_thread_get_name (thread);
  sysprof_collector_mark_printf (begun, end - begun, GROUP, name, "%s, thread %" G_GUINT64_FORMAT " %s",
                                 text, ts_thread_get_id (), thread);
}

static void
mark_object (gint64 begun, gpointer object, const char *what, const char *text)
{
  g_autofree char *name = g_strdup_printf ("%s %s", G_OBJECT_TYPE_NAME (object), what);
  g_autofree char *given = ts_debug_dup_name (object);

  if (given != NULL)
    mark (begun, name, "%p \"%s\": %s", object, given, text);
  else
    mark (begun, name, "%p: %s", object, text);
}

void
ts_mark_burst (gint64 begun, gpointer object, const char *what, guint n, const char *unit)
{
  g_autofree char *text = NULL;

  if (begun == 0)
    return;
  text = g_strdup_printf ("%u %s", n, unit);
  mark_object (begun, object, what, text);
}

void
ts_mark_time (gint64 begun, const char *what, guint n, const char *unit)
{
  if (begun != 0)
    mark (begun, what, "%u %s", n, unit);
}

void
ts_mark_run (gint64 begun, const char *what, const char *name)
{
  if (begun != 0)
    mark (begun, what, "%s", name != NULL ? name : "no name");
}

void
ts_mark_wait (gint64 begun, TsOperation *op)
{
  if (begun != 0)
    mark_object (begun, op->object, op->klass->name, ts_outcome_describe (ts_operation_get_outcome (op)));
}
