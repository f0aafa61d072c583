/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Shows that the sanitizers of a run can be believed: "clean" is correct and must pass, each other
 * word names a planted defect that must be reported.
 */

#include <gio/gio.h>
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

static int
leak_list (void)
{
  volatile gpointer list = g_list_append (NULL, NULL);

  list = NULL;
  return list == NULL;
}

static int
use_freed (void)
{
  volatile int *freed = g_new0 (int, 1);

  g_free ((gpointer) freed);
  return *freed + 1;
}

static int
overflow (int number)
{
  volatile int big = G_MAXINT;

  return big + number != 0;
}

int
main (int argc, char **argv)
{
  const char *defect = argc > 1 ? argv[1] : "clean";

  late_write = g_str_has_suffix (defect, "-late-write");
  if (strcmp (defect, "clean") == 0)
    return hand_over () + complete_task () == 2 ? 0 : 1;
  if (strcmp (defect, "queue-late-write") == 0)
    return hand_over () > 0 ? 0 : 1;
  if (strcmp (defect, "task-late-write") == 0)
    return complete_task () > 0 ? 0 : 1;
  if (strcmp (defect, "lock-inversion") == 0)
    return invert_locks () ? 0 : 1;
  if (strcmp (defect, "leak") == 0)
    return leak_list () ? 0 : 1;
  if (strcmp (defect, "use-after-free") == 0)
    return use_freed () > 0 ? 0 : 1;
  if (strcmp (defect, "overflow") == 0)
    return overflow (argc) ? 0 : 1;
  g_printerr ("unknown defect %s\n", defect);
  return 2;
}
