/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What the descriptions of all objects share. They are for whoever debugs, so they are not translated, and
 * nobody is to take them apart. */

#include "config.h"

#include "ts-describe-private.h"

#define MOST_COUNTED 1000 /* a lock is not to be held for long */

char *
ts_describe (gpointer object, TsDescribe describe)
{
  GString *text = g_string_new (NULL);

  describe (object, text);
  return g_string_free (text, FALSE);
}

void
ts_description_begin (GString *text, gpointer object, const char *name)
{
  g_string_append_printf (text, "%s %p", G_OBJECT_TYPE_NAME (object), object);
  if (name != NULL)
    g_string_append_printf (text, " \"%s\"", name);
  g_string_append (text, ": ");
}

gboolean
ts_description_lock (GString *text, TsSyncLock *lock)
{
  if (ts_sync_lock_try (lock))
    return TRUE;
  g_string_append (text, "busy");
  return FALSE;
}

void
ts_description_overflow (GString *text, TsOverflow overflow, guint64 n_dropped)
{
  if (overflow != TS_OVERFLOW_WAIT)
    g_string_append_printf (text, ", drops the %s, %" G_GUINT64_FORMAT " so far",
                            overflow == TS_OVERFLOW_DROP_OLDEST ? "oldest" : "newest", n_dropped);
}

static guint *
counter_for (TsCrowd *self, TsOperation *op)
{
  if (ts_operation_is_shared (op))
    return &self->selects;
  if (op->waiter->wake == ts_waiter_wake_thread)
    return &self->threads;
  if (op->waiter->wake == ts_waiter_wake_source)
    return &self->sources;
  if (op->waiter->wake == ts_waiter_wake_port)
    return &self->ports;
  return &self->tasks;
}

void
ts_crowd_count (TsCrowd *self, TsQueue *queue)
{
  guint counted = 0;

  for (TsOperation *op = ts_queue_get_head (queue); op != NULL; op = op->next)
    {
      self->more = counted++ == MOST_COUNTED;
      if (self->more)
        return;
      ++*counter_for (self, op);
    }
}

static void
add_kind (GString *text, gboolean *first, guint n, const char *one, const char *many)
{
  if (n == 0)
    return;
  g_string_append_printf (text, "%s%u %s", *first ? "" : " and ", n, n == 1 ? one : many);
  *first = FALSE;
}

gboolean
ts_crowd_describe (const TsCrowd *self, GString *text, const char *purpose)
{
  guint n = self->threads + self->tasks + self->sources + self->ports + self->selects;
  gboolean first = TRUE;

  if (n == 0)
    return FALSE;
  g_string_append (text, ", ");
  add_kind (text, &first, self->threads, "thread", "threads");
  add_kind (text, &first, self->tasks, "task", "tasks");
  add_kind (text, &first, self->sources, "source", "sources");
  add_kind (text, &first, self->ports, "port", "ports");
  add_kind (text, &first, self->selects, "select", "selects");
  if (self->more)
    g_string_append (text, " and others");
  g_string_append_printf (text, " %s%s", n == 1 ? "waits" : "wait", purpose);
  return TRUE;
}
