/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Planted defects: see check-canaries.py. Each function is one, but for the first two, which are correct
 * unless @late_write. */

#include "canary.h"

#include <string.h>

typedef struct
{
  int value;
} Item;

static gboolean late_write;

static gpointer
produce (gpointer data)
{
  Item *item = g_new0 (Item, 1);

  item->value = 1;
  g_async_queue_push (data, item);
  if (late_write)
    item->value = 2;
  return NULL;
}

/* The order between the two threads comes from a queue inside GLib. */
static int
hand_over (void)
{
  GAsyncQueue *queue = g_async_queue_new ();
  GThread *thread = g_thread_new ("producer", produce, queue);
  Item *item = g_async_queue_pop (queue);
  int value = item->value;

  g_thread_join (thread);
  g_free (item);
  g_async_queue_unref (queue);
  return value;
}

static gpointer
finish (gpointer data)
{
  Item *item = g_new0 (Item, 1);

  item->value = 1;
  g_task_return_pointer (data, item, g_free);
  if (late_write)
    item->value = 2;
  g_object_unref (data);
  return NULL;
}

static void
finished (GObject *object, GAsyncResult *result, gpointer data)
{
  Item *item = g_task_propagate_pointer (G_TASK (result), NULL);

  *(int *) data = item->value;
  g_free (item);
}

/* The order comes from a task that completes in another thread's main context. */
static int
complete_task (void)
{
  int value = 0;
  GTask *task = g_task_new (NULL, NULL, finished, &value);
  GThread *thread = g_thread_new ("worker", finish, task);

  while (value == 0)
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  return value;
}

/* What the library itself hands from thread to thread. */
static gpointer
send (gpointer channel)
{
  Item *item = g_new0 (Item, 1);

  item->value = 1;
  ts_channel_send_pointer (channel, item, NULL, NULL);
  if (late_write)
    item->value = 2;
  return NULL;
}

static int
receive (void)
{
  TsChannel *channel = ts_channel_new (1);
  GThread *thread = g_thread_new ("sender", send, channel);
  GValue value = G_VALUE_INIT;
  Item *item;
  int number;

  ts_channel_receive (channel, NULL, &value, NULL);
  item = g_value_get_pointer (&value);
  number = item->value;
  g_thread_join (thread);
  g_free (item);
  g_object_unref (channel);
  return number;
}

static GMutex first_lock, second_lock;

static gpointer
lock_inverted (gpointer data)
{
  g_mutex_lock (&second_lock);
  g_mutex_lock (&first_lock);
  g_mutex_unlock (&first_lock);
  g_mutex_unlock (&second_lock);
  return NULL;
}

static int
invert_locks (void)
{
  g_mutex_lock (&first_lock);
  g_mutex_lock (&second_lock);
  g_mutex_unlock (&second_lock);
  g_mutex_unlock (&first_lock);
  g_thread_join (g_thread_new ("inverted", lock_inverted, NULL));
  return 1;
}

/* An item that nobody frees, as the library would allocate it. */
static int
leak_item (void)
{
  volatile gpointer value = g_new0 (GValue, 1);

  g_value_init (value, G_TYPE_STRING);
  g_value_set_string (value, "forgotten");
  value = NULL;
  return value == NULL;
}

/* An object that nobody releases. */
static int
leak_channel (void)
{
  volatile gpointer channel = ts_channel_new (1);

  channel = NULL;
  return channel == NULL;
}

static int
use_freed (void)
{
  volatile int *freed = g_new0 (int, 1);

  g_free ((gpointer) freed);
  return *freed + 1;
}

static int G_GNUC_NO_INLINE
read_dead (int *volatile *place)
{
  return **place;
}

static void G_GNUC_NO_INLINE
leave_dead (int *volatile *place)
{
  int local = 1;

  *place = &local;
  read_dead (place);
}

/* A stack frame that is gone, like that of a waiter which left too early. */
static int
use_dead_frame (void)
{
  int *volatile place = NULL;

  leave_dead (&place);
  return read_dead (&place) + 1;
}

static int
branch_on_nothing (void)
{
  int *volatile unwritten = g_malloc (sizeof (int));
  int chosen = *unwritten == 77 ? 1 : 2;

  g_free (unwritten);
  return chosen;
}

static int
overflow (void)
{
  volatile int big = G_MAXINT;

  return big + 1 != 0;
}

static const struct
{
  const char *name;
  int       (*commit) (void);
} defects[] = {
  { "queue-late-write", hand_over },
  { "task-late-write", complete_task },
  { "channel-late-write", receive },
  { "lock-inversion", invert_locks },
  { "leaked-item", leak_item },
  { "leaked-channel", leak_channel },
  { "use-after-free", use_freed },
  { "dead-frame", use_dead_frame },
  { "uninitialised", branch_on_nothing },
  { "overflow", overflow },
};

gboolean
ts_test_plant (const char *defect)
{
  if (strcmp (defect, "clean") == 0)
    return hand_over () + complete_task () + receive () == 3;
  late_write = g_str_has_suffix (defect, "-late-write");
  for (gsize i = 0; i < G_N_ELEMENTS (defects); i++)
    {
      if (strcmp (defect, defects[i].name) == 0)
        return defects[i].commit () > 0;
    }
  g_error ("There is no defect %s", defect);
}
