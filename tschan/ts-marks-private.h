/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Marks on the time line of Sysprof. All of this is nothing if the library was built without its collector,
 * and one branch if nobody profiles.
 *
 * A mark belongs under no lock: the first one of a thread asks the profiler for a buffer and waits for its
 * answer, and any may wait, for up to a second, for a profiler that does not empty the buffer. */

#pragma once

#include "ts-operation-private.h"

G_BEGIN_DECLS

#if HAVE_SYSPROF
gint64 ts_mark_now (void) G_GNUC_INTERNAL __attribute__ ((cold));
#endif

/* When it begins, for those below; 0 if nobody wants to know. */
static inline gint64
ts_mark_begin (void)
{
#if HAVE_SYSPROF
  return ts_debug_has (TS_DEBUG_MARKS) ? ts_mark_now () : 0;
#else
  return 0;
#endif
}

#if HAVE_SYSPROF

/* Something of an object's took until now: "TYPE WHAT", and how many of what there were. */
void ts_mark_burst (gint64 begun, gpointer object, const char *what, guint n, const char *unit)
  __attribute__ ((cold));

/* The same for what is of no object. */
void ts_mark_time  (gint64 begun, const char *what, guint n, const char *unit) __attribute__ ((cold));

/* A function that was run for somebody who goes by this name, which may be NULL. */
void ts_mark_run   (gint64 begun, const char *what, const char *name) __attribute__ ((cold));

/* This thread was blocked by an operation, which is over. */
void ts_mark_wait  (gint64 begun, TsOperation *op) __attribute__ ((cold));

#else

#define ts_mark_burst(begun, object, what, n, unit) ((void) (begun), (void) (object), (void) (n))
#define ts_mark_time(begun, what, n, unit)          ((void) (begun), (void) (n))
#define ts_mark_run(begun, what, name)              ((void) (begun), (void) (name))
#define ts_mark_wait(begun, op)                     ((void) (begun), (void) (op))

#endif

G_END_DECLS
