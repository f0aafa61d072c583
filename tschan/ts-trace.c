/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* TS_DEBUG=trace. Each line is written at once, and in one piece, so that those of several threads do not
 * run into each other, and the last ones are there even if the process crashes. */

#include "config.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ts-debug-private.h"
#include "ts-error.h"
#include "ts-operation-private.h"
#include "ts-thread-private.h"

#define LONGEST_LINE 256

typedef struct
{
  char  text[LONGEST_LINE];
  gsize length;
} Line;

/* What is too long is cut off. */
static void G_GNUC_PRINTF (2, 3)
line_append (Line *self, const char *format, ...)
{
  gsize room = sizeof self->text - self->length;
  va_list args;
  int added;

  va_start (args, format);
  added = g_vsnprintf (self->text + self->length, room, format, args);
  va_end (args);
  self->length += MIN ((gsize) MAX (added, 0), room - 1);
}

static void
line_append_time (Line *self)
{
  gint64 now = g_get_monotonic_time ();

  line_append (self, "tschan %" G_GINT64_FORMAT ".%06d", now / G_USEC_PER_SEC, (int) (now % G_USEC_PER_SEC));
}

static void
line_append_thread (Line *self)
{
  char name[TS_THREAD_NAME_SIZE];

  ts_thread_get_name (name);
  line_append (self, " %" G_GUINT64_FORMAT " %-15s", ts_thread_get_id (), name);
}

static void
line_append_object (Line *self, gpointer object)
{
  g_autofree char *name = ts_debug_dup_name (object);

  line_append (self, " %s %p", G_OBJECT_TYPE_NAME (object), object);
  if (name != NULL)
    line_append (self, " \"%s\"", name);
}

static void
line_write (const Line *self)
{
  const char *rest = self->text;
  gsize length = self->length;

  while (length > 0)
    {
      gssize written = write (STDERR_FILENO, rest, length);

      if (written < 0 && errno != EINTR)
        return;
      rest += MAX (written, 0);
      length -= (gsize) MAX (written, 0);
    }
}

void
ts_trace_line (gpointer object, const char *operation, const char *step)
{
  int saved_errno = errno;
  Line line = { .length = 0 };

  line_append_time (&line);
  line_append_thread (&line);
  line_append_object (&line, object);
  line_append (&line, ": %s", operation);
  if (step != NULL)
    line_append (&line, " %s", step);
  line.length = MIN (line.length, sizeof line.text - 2);
  line.text[line.length++] = '\n';
  line_write (&line);
  errno = saved_errno;
}

const char *
ts_outcome_describe (TsOutcome outcome)
{
  static const char *const failures[] = {
    [TS_ERROR_CLOSED] = "fails: closed",
    [TS_ERROR_FULL] = "fails: full",
    [TS_ERROR_EMPTY] = "fails: empty",
    [TS_ERROR_WRONG_TYPE] = "fails: wrong type",
    [TS_ERROR_NOT_HELD] = "fails: not held",
    [TS_ERROR_OVERFLOW] = "fails: overflow",
    [TS_ERROR_WOULD_DEADLOCK] = "fails: would deadlock",
  };
  int code = (int) outcome - 1;

  if (outcome == TS_OUTCOME_SUCCESS)
    return "succeeds";
  if (outcome == TS_OUTCOME_CANCELLED)
    return "is cancelled";
  if (outcome == TS_OUTCOME_TIMED_OUT)
    return "is out of time";
  return code < (int) G_N_ELEMENTS (failures) ? failures[code] : "fails";
}

void
ts_operation_trace_outcome (TsOperation *op, TsOutcome outcome)
{
  ts_trace_line (op->object, op->klass->name, ts_outcome_describe (outcome));
}
