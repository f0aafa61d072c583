/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The words of the environment variable TS_DEBUG. */
enum
{
  TS_DEBUG_BLOCKING = 1 << 0,
  TS_DEBUG_LEAKS = 1 << 1,
  TS_DEBUG_STACKS = 1 << 2, /* of the JavaScript overrides, which look for it themselves */
  TS_DEBUG_TRACE = 1 << 3,
  TS_DEBUG_MARKS = 1 << 4,  /* no word: a profiler listens */
};

/* Written when the library is loaded, and never again. */
extern G_GNUC_INTERNAL guint ts_debug_flags;

static inline gboolean
ts_debug_has (guint flags)
{
  return G_UNLIKELY ((ts_debug_flags & flags) != 0);
}

/* What a call compares with, to find out that it needs no look at its arguments but this. While there is
 * something to note none is so plain: so what happens all the time has no notes in it, and pays nothing. */
static inline GType
ts_debug_plain_type (GType type)
{
  return ts_debug_has (TS_DEBUG_TRACE | TS_DEBUG_LEAKS) ? G_TYPE_INVALID : type;
}

/* What the object was given as its "name", if it has such a property. */
char *ts_debug_dup_name (gpointer object) G_GNUC_INTERNAL;

/* Warns, if it was asked to, when a thread that runs a main loop is about to sleep. */
void ts_debug_about_to_block (gpointer object);

/* One line: what an operation of @object has come to in this thread. With no lock held. */
void ts_trace_line (gpointer object, const char *operation, const char *step)
  G_GNUC_INTERNAL __attribute__ ((cold));

static inline void
ts_trace (gpointer object, const char *operation, const char *step)
{
  if (ts_debug_has (TS_DEBUG_TRACE))
    ts_trace_line (object, operation, step);
}

/* The same for a call that does not wait. */
static inline void
ts_trace_call (gpointer object, const char *operation)
{
  ts_trace (object, operation, NULL);
}

/* And for one that may fail; returns @success. */
static inline gboolean
ts_trace_try (gpointer object, const char *operation, gboolean success)
{
  ts_trace (object, operation, success ? "succeeds" : "fails");
  return success;
}

G_END_DECLS
