/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "ts-reference.h"

void
ts_reference_init (TsReference *self)
{
  self->items = g_array_new (FALSE, FALSE, sizeof (int));
  self->returned = g_array_new (FALSE, FALSE, sizeof (TsRefWait));
}

void
ts_reference_clear (TsReference *self)
{
  g_array_unref (self->items);
  g_array_unref (self->returned);
}

guint
ts_reference_length (TsReference *self)
{
  return self->items->len + self->returned->len;
}

static TsRefWait *
first_pending (TsReference *self, TsRefKind kind)
{
  for (guint i = 0; i < self->n_waits; i++)
    {
      if (self->waits[i].kind == kind && self->waits[i].state == TS_REF_PENDING)
        return &self->waits[i];
    }
  return NULL;
}

/* The first who waits has it. */
static gboolean
satisfy (TsReference *self, TsRefKind kind)
{
  TsRefWait *wait = first_pending (self, kind);

  if (wait == NULL)
    return FALSE;
  wait->state = TS_REF_SUCCESS;
  return TRUE;
}

static gboolean
has_room (TsReference *self)
{
  return self->capacity < 0 || ts_reference_length (self) < (guint) self->capacity;
}

static gboolean
hand_over (TsReference *self, int value, guint place)
{
  TsRefWait *receiver = first_pending (self, TS_REF_RECEIVE);

  if (receiver == NULL)
    return FALSE;
  receiver->state = TS_REF_SUCCESS;
  receiver->value = value;
  receiver->place = place != 0 ? place : ++self->last_place;
  return TRUE;
}

static void
pop (TsReference *self, TsRefWait *into)
{
  if (self->returned->len > 0)
    {
      TsRefWait *first = &g_array_index (self->returned, TsRefWait, 0);

      into->value = first->value;
      into->place = first->place;
      g_array_remove_index (self->returned, 0);
      return;
    }
  into->value = g_array_index (self->items, int, 0);
  into->place = ++self->last_place;
  g_array_remove_index (self->items, 0);
}

static TsRefState
send (TsReference *self, TsRefWait *wait)
{
  TsRefWait oldest;

  if (self->closed)
    return TS_REF_CLOSED;
  if (hand_over (self, wait->value, 0))
    return TS_REF_SUCCESS;
  if (!has_room (self))
    {
      if (self->overflow == TS_REF_WAIT)
        return TS_REF_PENDING;
      self->dropped++;
      if (self->overflow == TS_REF_DROP_NEWEST)
        return TS_REF_SUCCESS;
      pop (self, &oldest);
    }
  g_array_append_val (self->items, wait->value);
  return TS_REF_SUCCESS;
}

static TsRefState
receive (TsReference *self, TsRefWait *wait)
{
  TsRefWait *sender;

  if (ts_reference_length (self) > 0)
    {
      pop (self, wait);
      while (has_room (self) && (sender = first_pending (self, TS_REF_SEND)) != NULL)
        {
          g_array_append_val (self->items, sender->value);
          sender->state = TS_REF_SUCCESS;
        }
      return TS_REF_SUCCESS;
    }
  sender = first_pending (self, TS_REF_SEND);
  if (sender == NULL)
    return self->closed ? TS_REF_CLOSED : TS_REF_PENDING;
  sender->state = TS_REF_SUCCESS;
  wait->value = sender->value;
  wait->place = ++self->last_place;
  return TS_REF_SUCCESS;
}

static TsRefState
take_event (TsReference *self)
{
  if (!self->set)
    return TS_REF_PENDING;
  self->set = !self->auto_reset;
  return TS_REF_SUCCESS;
}

static TsRefState
take_permit (TsReference *self)
{
  if (self->permits == 0)
    return TS_REF_PENDING;
  self->permits--;
  return TS_REF_SUCCESS;
}

static TsRefState
take_lock (TsReference *self)
{
  if (self->held)
    return TS_REF_PENDING;
  self->held = TRUE;
  return TS_REF_SUCCESS;
}

TsRefState
ts_reference_attempt (TsReference *self, TsRefWait *wait)
{
  switch (wait->kind)
    {
    case TS_REF_SEND:
      return send (self, wait);
    case TS_REF_RECEIVE:
      return receive (self, wait);
    case TS_REF_EVENT:
      return take_event (self);
    case TS_REF_ACQUIRE:
      return take_permit (self);
    case TS_REF_LOCK:
      return take_lock (self);
    case TS_REF_FUTURE:
      wait->value = self->future_value;
      return self->future;
    default:
      g_assert_not_reached ();
    }
}

guint
ts_reference_start (TsReference *self, TsRefKind kind, int value)
{
  guint number = self->n_waits;
  TsRefWait wait = { .kind = kind, .value = value };

  wait.state = ts_reference_attempt (self, &wait);
  self->waits[number] = wait;
  self->n_waits++;
  return number;
}

void
ts_reference_cancel (TsReference *self, guint wait)
{
  if (self->waits[wait].state == TS_REF_PENDING)
    self->waits[wait].state = TS_REF_CANCELLED;
}

static void
give_back (TsReference *self, TsRefWait *wait)
{
  guint at = 0;

  if (hand_over (self, wait->value, wait->place))
    return;
  if (self->overflow == TS_REF_DROP_OLDEST && !has_room (self))
    {
      self->dropped++;
      return;
    }
  while (at < self->returned->len &&
         g_array_index (self->returned, TsRefWait, at).place < wait->place)
    at++;
  g_array_insert_val (self->returned, at, *wait);
}

void
ts_reference_undo (TsReference *self, guint wait)
{
  TsRefWait *undone = &self->waits[wait];

  if (undone->state != TS_REF_SUCCESS)
    return;
  if (undone->kind == TS_REF_RECEIVE)
    give_back (self, undone);
  else if (undone->kind == TS_REF_EVENT && self->auto_reset)
    ts_reference_set (self);
  else if (undone->kind == TS_REF_ACQUIRE)
    ts_reference_release (self, 1, G_MAXUINT);
  else if (undone->kind == TS_REF_LOCK)
    ts_reference_unlock (self);
}

gboolean
ts_reference_close (TsReference *self)
{
  gboolean was_open = !self->closed;

  self->closed = TRUE;
  for (guint i = 0; i < self->n_waits; i++)
    {
      if (self->waits[i].state == TS_REF_PENDING && self->waits[i].kind <= TS_REF_RECEIVE)
        self->waits[i].state = TS_REF_CLOSED;
    }
  return was_open;
}

void
ts_reference_set (TsReference *self)
{
  if (self->auto_reset && satisfy (self, TS_REF_EVENT))
    return;
  self->set = TRUE;
  while (satisfy (self, TS_REF_EVENT))
    ;
}

gboolean
ts_reference_release (TsReference *self, guint n, guint limit)
{
  if (n > limit - MIN (limit, self->permits))
    return FALSE;
  while (n > 0 && satisfy (self, TS_REF_ACQUIRE))
    n--;
  self->permits += n;
  return TRUE;
}

gboolean
ts_reference_unlock (TsReference *self)
{
  if (!self->held)
    return FALSE;
  self->held = satisfy (self, TS_REF_LOCK);
  return TRUE;
}

gboolean
ts_reference_settle (TsReference *self, TsRefState state, int value)
{
  if (self->future != TS_REF_PENDING)
    return FALSE;
  self->future = state;
  self->future_value = value;
  for (guint i = 0; i < self->n_waits; i++)
    {
      if (self->waits[i].state != TS_REF_PENDING || self->waits[i].kind != TS_REF_FUTURE)
        continue;
      self->waits[i].state = state;
      self->waits[i].value = value;
    }
  return TRUE;
}
