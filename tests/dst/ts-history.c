/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "ts-history.h"

#include <string.h>

#define NOBODY     0xff
#define MAX_INSIDE 32
#define SPARE      12 /* steps for those that have begun, and what they add */

/* The queue, and which steps have happened. Compared as bytes, so the padding is zero, too. */
typedef struct
{
  guint64 happened;
  guint8  items[MAX_INSIDE]; /* zero beyond @n_items */
  guint8  ranks[MAX_INSIDE]; /* when they were put */
  guint8  n_items;
  guint8  n_put;
  guint8  closed;
  guint8  n_dropped;
  guint8  unused[4];
  guint8  held[TS_HISTORY_MAX];       /* an item plus one, by a step that may give it back */
  guint8  held_ranks[TS_HISTORY_MAX];
} Queue;

G_STATIC_ASSERT (TS_HISTORY_MAX <= 64);

typedef struct
{
  const TsHistory *history;
  GHashTable      *seen; /* of Queue */
} Search;

void
ts_history_init (TsHistory *self, int capacity, TsOverflow overflow)
{
  memset (self, 0, sizeof *self);
  self->capacity = capacity;
  self->overflow = overflow;
}

gboolean
ts_history_is_full (TsHistory *self)
{
  return self->n_steps + SPARE >= TS_HISTORY_MAX;
}

static int
add_step (TsHistory *self, guint called)
{
  g_assert (self->n_steps < TS_HISTORY_MAX);
  self->steps[self->n_steps] = (TsHistoryStep) { .called = called, .returned = G_MAXUINT, .after = -1 };
  return (int) self->n_steps++;
}

int
ts_history_begin (TsHistory *self)
{
  return add_step (self, ++self->clock);
}

void
ts_history_end (TsHistory *self, int step, TsHistoryKind kind, int number)
{
  self->steps[step].kind = kind;
  self->steps[step].number = number;
  self->steps[step].returned = ++self->clock;
}

void
ts_history_also (TsHistory *self, int step, int after, TsHistoryKind kind, int number)
{
  int more = add_step (self, self->steps[step].called);

  self->steps[more].after = after;
  ts_history_end (self, more, kind, number);
}

void
ts_history_lose (TsHistory *self, int step, gboolean sends, int number)
{
  if (sends)
    {
      self->steps[step].kind = TS_HISTORY_MAYBE_PUT;
      self->steps[step].number = number;
      return;
    }
  ts_history_end (self, step, TS_HISTORY_MAYBE_TAKE, 0);
  ts_history_also (self, step, step, TS_HISTORY_GIVE_BACK, 0);
  self->steps[self->n_steps - 1].returned = G_MAXUINT;
}

void
ts_history_rest (TsHistory *self)
{
  self->clock++;
  for (guint i = 0; i < self->n_steps; i++)
    if (self->steps[i].kind == TS_HISTORY_GIVE_BACK && self->steps[i].returned == G_MAXUINT)
      self->steps[i].returned = self->clock;
}

/* The queue */

static gboolean
is_full (const TsHistory *history, const Queue *queue)
{
  return history->capacity >= 0 && queue->n_items >= history->capacity;
}

static void
insert (Queue *queue, guint position, guint8 item, guint8 rank)
{
  g_assert (queue->n_items < MAX_INSIDE);
  memmove (queue->items + position + 1, queue->items + position, queue->n_items - position);
  memmove (queue->ranks + position + 1, queue->ranks + position, queue->n_items - position);
  queue->items[position] = item;
  queue->ranks[position] = rank;
  queue->n_items++;
}

static guint8
take_first (Queue *queue, guint8 *rank)
{
  guint8 item = queue->items[0];

  *rank = queue->ranks[0];
  queue->n_items--;
  memmove (queue->items, queue->items + 1, queue->n_items);
  memmove (queue->ranks, queue->ranks + 1, queue->n_items);
  queue->items[queue->n_items] = queue->ranks[queue->n_items] = 0;
  return item;
}

static gboolean
put (const TsHistory *history, Queue *queue, int number)
{
  guint8 rank;

  if (queue->closed || (is_full (history, queue) && history->overflow == TS_OVERFLOW_WAIT))
    return FALSE;
  if (is_full (history, queue))
    {
      queue->n_dropped++;
      if (history->overflow == TS_OVERFLOW_DROP_NEWEST)
        return TRUE;
      take_first (queue, &rank);
    }
  insert (queue, queue->n_items, (guint8) number, queue->n_put++);
  return TRUE;
}

static gboolean
take (Queue *queue, int number)
{
  guint8 rank;

  if (queue->n_items == 0 || queue->items[0] != number)
    return FALSE;
  take_first (queue, &rank);
  return TRUE;
}

static gboolean
hold (Queue *queue, guint step)
{
  if (queue->n_items == 0)
    return FALSE;
  queue->held[step] = take_first (queue, &queue->held_ranks[step]) + 1;
  return TRUE;
}

static void
give_back (const TsHistory *history, Queue *queue, int step)
{
  guint8 item = queue->held[step], rank = queue->held_ranks[step];
  guint position = 0;

  queue->held[step] = queue->held_ranks[step] = 0;
  if (item == 0)
    return;
  if (is_full (history, queue) && history->overflow == TS_OVERFLOW_DROP_OLDEST)
    {
      queue->n_dropped++;
      return;
    }
  while (position < queue->n_items && queue->ranks[position] < rank)
    position++;
  insert (queue, position, item - 1, rank);
}

/* Whether the queue would answer so. */
static gboolean
apply (const TsHistory *history, Queue *queue, guint index)
{
  const TsHistoryStep *step = &history->steps[index];
  gboolean open = !queue->closed;

  switch (step->kind)
    {
    case TS_HISTORY_PUT:
    case TS_HISTORY_MAYBE_PUT:
      return put (history, queue, step->number);
    case TS_HISTORY_FULL:
      return open && is_full (history, queue) && history->overflow == TS_OVERFLOW_WAIT;
    case TS_HISTORY_PUT_CLOSED:
      return !open;
    case TS_HISTORY_TAKE:
      return take (queue, step->number);
    case TS_HISTORY_MAYBE_TAKE:
      return hold (queue, index);
    case TS_HISTORY_GIVE_BACK:
      give_back (history, queue, step->after);
      return TRUE;
    case TS_HISTORY_EMPTY:
      return open && queue->n_items == 0;
    case TS_HISTORY_TAKE_CLOSED:
      return !open && queue->n_items == 0;
    case TS_HISTORY_CLOSE:
      queue->closed = TRUE;
      return open == step->number;
    case TS_HISTORY_LENGTH:
      return queue->n_items == step->number;
    case TS_HISTORY_CAN_PUT:
      return step->number == (open && (!is_full (history, queue) || history->overflow != TS_OVERFLOW_WAIT));
    case TS_HISTORY_CAN_TAKE:
      return step->number == (queue->n_items > 0);
    case TS_HISTORY_DROPPED:
      return queue->n_dropped == step->number;
    case TS_HISTORY_NOTHING:
    default:
      return TRUE;
    }
}

/* The search */

static guint
queue_hash (gconstpointer data)
{
  const guint8 *bytes = data;
  guint64 hash = 0xcbf29ce484222325;

  for (gsize i = 0; i < sizeof (Queue); i++)
    hash = (hash ^ bytes[i]) * 0x100000001b3;
  return (guint) (hash ^ hash >> 32);
}

static gboolean
queue_equal (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (Queue)) == 0;
}

static gboolean
has_happened (const Queue *queue, guint step)
{
  return (queue->happened >> step & 1) != 0;
}

static void
happens (Queue *queue, guint step)
{
  queue->happened |= G_GUINT64_CONSTANT (1) << step;
}

/* Nobody else had returned before it was called, and has still to happen. */
static gboolean
may_be_next (const TsHistory *history, const Queue *queue, guint step)
{
  const TsHistoryStep *next = &history->steps[step];

  if (has_happened (queue, step) || (next->after >= 0 && !has_happened (queue, (guint) next->after)))
    return FALSE;
  for (guint i = 0; i < history->n_steps; i++)
    if (!has_happened (queue, i) && history->steps[i].returned < next->called)
      return FALSE;
  return TRUE;
}

static gboolean
is_put (const TsHistoryStep *step)
{
  return step->kind == TS_HISTORY_PUT || step->kind == TS_HISTORY_MAYBE_PUT;
}

static gboolean
is_optional (const TsHistoryStep *step)
{
  return step->kind == TS_HISTORY_MAYBE_PUT || step->kind == TS_HISTORY_MAYBE_TAKE;
}

static gboolean search_from (Search *search, const Queue *queue);

/* With capacity 0: both at once. */
static gboolean
meet (Search *search, const Queue *queue, guint sender, guint receiver)
{
  const TsHistoryStep *put_step = &search->history->steps[sender];
  const TsHistoryStep *take_step = &search->history->steps[receiver];
  Queue next = *queue;

  if (queue->closed || queue->n_items > 0)
    return FALSE;
  if (take_step->kind == TS_HISTORY_MAYBE_TAKE)
    {
      next.held[receiver] = (guint8) (put_step->number + 1);
      next.held_ranks[receiver] = next.n_put;
    }
  else if (take_step->kind != TS_HISTORY_TAKE || take_step->number != put_step->number)
    return FALSE;
  next.n_put++;
  happens (&next, sender);
  happens (&next, receiver);
  return search_from (search, &next);
}

static gboolean
meet_anybody (Search *search, const Queue *queue, guint sender)
{
  for (guint i = 0; i < search->history->n_steps; i++)
    if (may_be_next (search->history, queue, i) && meet (search, queue, sender, i))
      return TRUE;
  return FALSE;
}

static gboolean
try_step (Search *search, const Queue *queue, guint step)
{
  const TsHistory *history = search->history;
  Queue next = *queue;

  happens (&next, step);
  if (is_optional (&history->steps[step]) && search_from (search, &next))
    return TRUE;
  if (is_put (&history->steps[step]) && history->capacity == 0)
    return meet_anybody (search, queue, step);
  return apply (history, &next, step) && search_from (search, &next);
}

static gboolean
all_have_happened (const TsHistory *history, const Queue *queue)
{
  for (guint i = 0; i < history->n_steps; i++)
    if (!has_happened (queue, i))
      return FALSE;
  return TRUE;
}

static gboolean
search_from (Search *search, const Queue *queue)
{
  if (all_have_happened (search->history, queue))
    return TRUE;
  if (!g_hash_table_add (search->seen, g_memdup2 (queue, sizeof *queue)))
    return FALSE;
  for (guint i = 0; i < search->history->n_steps; i++)
    if (may_be_next (search->history, queue, i) && try_step (search, queue, i))
      return TRUE;
  return FALSE;
}

gboolean
ts_history_check (TsHistory *self)
{
  Search search = { self, g_hash_table_new_full (queue_hash, queue_equal, g_free, NULL) };
  Queue queue;
  gboolean found;

  memset (&queue, 0, sizeof queue);
  for (guint i = 0; i < self->n_steps; i++)
    if (self->steps[i].kind == TS_HISTORY_NOTHING)
      happens (&queue, i);
  found = search_from (&search, &queue);
  g_hash_table_unref (search.seen);
  return found;
}

char *
ts_history_print (TsHistory *self)
{
  static const char *const names[] = { "nothing", "put", "maybe put", "full", "put closed", "take",
                                       "maybe take", "give back", "empty", "take closed", "close", "length",
                                       "can put", "can take", "dropped" };
  GString *text = g_string_new (NULL);

  g_string_printf (text, "capacity %d, overflow %d:", self->capacity, (int) self->overflow);
  for (guint i = 0; i < self->n_steps; i++)
    {
      const TsHistoryStep *step = &self->steps[i];

      if (step->kind != TS_HISTORY_NOTHING)
        g_string_append_printf (text, " #%u %u-%d %s %d;", i, step->called, (int) step->returned,
                                names[step->kind], step->number);
    }
  return g_string_free (text, FALSE);
}
