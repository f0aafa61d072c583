/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One word, at which a thread of either side looks all the time. No queue is quicker from one thread to
 * another: what it takes is what the processors take to hand over a line of memory. */

#include "queue.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#define LINE 128
#define MANY_LOOKS 10000

typedef struct
{
  _Alignas (LINE) _Atomic gint64 item;
} Slot;

static gboolean
can_have (int capacity)
{
  return capacity == 1;
}

static gpointer
create (int capacity)
{
  Slot *slot = aligned_alloc (LINE, sizeof (Slot));

  g_assert (slot != NULL);
  atomic_init (&slot->item, 0);
  return slot;
}

/* The two may have got the same processor. */
static void
look_on (guint look)
{
  if (look % MANY_LOOKS == 0)
    sched_yield ();
}

static void
send_item (gpointer queue, gint64 item)
{
  Slot *slot = queue;

  for (guint look = 1; atomic_load_explicit (&slot->item, memory_order_acquire) != 0; look++)
    look_on (look);
  atomic_store_explicit (&slot->item, item, memory_order_release);
}

static gint64
receive_item (gpointer queue)
{
  Slot *slot = queue;
  gint64 item;

  for (guint look = 1; (item = atomic_load_explicit (&slot->item, memory_order_acquire)) == 0; look++)
    look_on (look);
  atomic_store_explicit (&slot->item, 0, memory_order_release);
  return item;
}

const BenchQueue bench_queue_slot = {
  "spinning slot", can_have, create, send_item, receive_item, free,
};
