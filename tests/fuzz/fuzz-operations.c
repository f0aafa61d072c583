/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Sequences of operations on one object of each kind, compared with ts-reference.c after each step.
 *
 * Everything happens in one thread: what threads do to each other is the deterministic scheduler's
 * (tests/dst). Here it is about which of those who wait gets what, in which order, and what comes back
 * if they do not want it: waits are tasks of a main loop or entries of a port; they are cancelled,
 * collected or dropped in any order; the context or the port may go under them.
 */

#include "fuzz-operations.h"

#include <tschan/tschan.h>

#include "ts-reference.h"

typedef struct
{
  gboolean      in_port;
  gboolean      told; /* its callback came, or the port has told its token */
  gboolean      over; /* collected, dropped or gone */
  gint64        token;
  GCancellable *cancellable;
  GAsyncResult *result;
} Wait;

typedef struct
{
  const uint8_t *data;
  size_t         left;
  guint          step;
  int            next_value;

  TsReference    reference;
  Wait           waits[TS_REFERENCE_WAITS];

  TsChannel     *channel;
  TsEvent       *event;
  TsSemaphore   *semaphore;
  TsLock        *lock;
  TsFuture      *future;
  TsPort        *port;
  GMainContext  *context;
} Fuzz;

/* Reading on: beyond the end everything is zero. */
static guint
next_byte (Fuzz *self)
{
  if (self->left == 0)
    return 0;
  self->left--;
  return *self->data++;
}

/* abort(), since of GLib's own way out libFuzzer keeps no input. */
static void
check_equal (Fuzz *self, const char *what, gint64 real, gint64 expected)
{
  if (real == expected)
    return;
  g_printerr ("step %u: %s: %" G_GINT64_FORMAT ", not %" G_GINT64_FORMAT "\n", self->step, what, real,
              expected);
  abort ();
}

#define CHECK_EQUAL(self, real, expected) \
  check_equal ((self), #real, (gint64) (real), (gint64) (expected))

/* How it ended, by its error, which is freed. */
static TsRefState
state_of (gboolean success, GError *error)
{
  TsRefState state;

  g_assert (success == (error == NULL));
  if (success)
    return TS_REF_SUCCESS;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    state = TS_REF_CANCELLED;
  else if (g_error_matches (error, TS_ERROR, TS_ERROR_CLOSED))
    state = TS_REF_CLOSED;
  else if (error->domain == G_FILE_ERROR)
    state = TS_REF_REJECTED;
  else
    state = TS_REF_PENDING; /* full, empty, timed out */
  g_error_free (error);
  return state;
}

static GValue
int_value (int number)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, number);
  return value;
}

static void
check_value (Fuzz *self, TsRefState state, GValue *value, int expected)
{
  if (state == TS_REF_SUCCESS)
    CHECK_EQUAL (self, g_value_get_int (value), expected);
  else
    g_assert (G_VALUE_HOLDS_POINTER (value) && g_value_get_pointer (value) == NULL);
}

static void
check_all (Fuzz *self)
{
  TsReference *ref = &self->reference;

  CHECK_EQUAL (self, ts_channel_get_length (self->channel), ts_reference_length (ref));
  CHECK_EQUAL (self, ts_channel_get_dropped (self->channel), ref->dropped);
  CHECK_EQUAL (self, ts_channel_is_closed (self->channel), ref->closed);
  CHECK_EQUAL (self, ts_event_is_set (self->event), ref->set);
  CHECK_EQUAL (self, ts_semaphore_get_value (self->semaphore), ref->permits);
  CHECK_EQUAL (self, ts_lock_is_held (self->lock), ref->held);
  CHECK_EQUAL (self, ts_future_is_done (self->future), ref->future != TS_REF_PENDING);
}

/* At once or not at all */

static void
try_send (Fuzz *self)
{
  TsRefWait wait = { .kind = TS_REF_SEND, .value = self->next_value++ };
  GValue value = int_value (wait.value);
  GError *error = NULL;
  gboolean success = ts_channel_try_send (self->channel, &value, &error);

  CHECK_EQUAL (self, state_of (success, error), ts_reference_attempt (&self->reference, &wait));
}

static void
try_receive (Fuzz *self)
{
  TsRefWait wait = { .kind = TS_REF_RECEIVE };
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success = ts_channel_try_receive (self->channel, &value, &error);
  TsRefState expected = ts_reference_attempt (&self->reference, &wait);

  CHECK_EQUAL (self, state_of (success, error), expected);
  check_value (self, expected, &value, wait.value);
  g_value_unset (&value);
}

static void
try_receive_many (Fuzz *self, guint max)
{
  GError *error = NULL;
  GPtrArray *items = ts_channel_try_receive_many (self->channel, max, &error);
  TsRefState state = state_of (items != NULL, error);

  for (guint i = 0; i < max; i++)
    {
      TsRefWait wait = { .kind = TS_REF_RECEIVE };
      TsRefState expected = ts_reference_attempt (&self->reference, &wait);

      if (i == 0)
        CHECK_EQUAL (self, state, expected);
      if (items == NULL || expected != TS_REF_SUCCESS)
        {
          CHECK_EQUAL (self, items == NULL ? 0 : items->len, i);
          break;
        }
      g_assert (i < items->len);
      CHECK_EQUAL (self, g_value_get_int (g_ptr_array_index (items, i)), wait.value);
    }
  g_clear_pointer (&items, g_ptr_array_unref);
}

static void
try_wait_event (Fuzz *self)
{
  TsRefWait wait = { .kind = TS_REF_EVENT };
  GError *error = NULL;
  gboolean success = ts_event_wait_until (self->event, 0, NULL, &error);

  CHECK_EQUAL (self, state_of (success, error), ts_reference_attempt (&self->reference, &wait));
}

static void
try_acquire (Fuzz *self, gboolean a_lock)
{
  TsRefWait wait = { .kind = a_lock ? TS_REF_LOCK : TS_REF_ACQUIRE };
  gboolean success = a_lock ? ts_lock_try_acquire (self->lock)
                            : ts_semaphore_try_acquire (self->semaphore);

  CHECK_EQUAL (self, success, ts_reference_attempt (&self->reference, &wait) == TS_REF_SUCCESS);
}

static void
try_wait_future (Fuzz *self)
{
  TsRefWait wait = { .kind = TS_REF_FUTURE };
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success = ts_future_wait_until (self->future, 0, NULL, &value, &error);
  TsRefState expected = ts_reference_attempt (&self->reference, &wait);

  CHECK_EQUAL (self, state_of (success, error), expected);
  check_value (self, expected, &value, wait.value);
  g_value_unset (&value);
}

/* A select that is asked once: the first of its cases that is possible */
static void
poll_select (Fuzz *self)
{
  static const TsRefKind kinds[] = { TS_REF_EVENT, TS_REF_RECEIVE, TS_REF_ACQUIRE, TS_REF_LOCK };
  g_autoptr (TsSelect) select = ts_select_new ();
  int expected = -1;
  TsRefState state = TS_REF_PENDING;
  TsRefWait wait = { 0 };

  ts_select_add_event (select, self->event);
  ts_select_add_receive (select, self->channel);
  ts_select_add_acquire (select, self->semaphore);
  ts_select_add_lock (select, self->lock);
  for (int i = 0; i < (int) G_N_ELEMENTS (kinds) && expected < 0; i++)
    {
      wait.kind = kinds[i];
      state = ts_reference_attempt (&self->reference, &wait);
      if (state != TS_REF_PENDING)
        expected = i;
    }

  CHECK_EQUAL (self, ts_select_poll (select), expected);
  if (expected == 1)
    {
      GValue value = G_VALUE_INIT;

      CHECK_EQUAL (self, ts_select_get_value (select, 1, &value), state == TS_REF_SUCCESS);
      check_value (self, state, &value, wait.value);
      g_value_unset (&value);
    }
}

/* Waiting */

static void
on_result (GObject *source, GAsyncResult *result, gpointer wait)
{
  ((Wait *) wait)->told = TRUE;
  ((Wait *) wait)->result = g_object_ref (result);
}

static void
start_in_loop (Fuzz *self, Wait *wait, TsRefKind kind, const GValue *value)
{
  GCancellable *cancellable = wait->cancellable;

  if (kind == TS_REF_SEND)
    ts_channel_send_async (self->channel, value, cancellable, on_result, wait);
  else if (kind == TS_REF_RECEIVE)
    ts_channel_receive_async (self->channel, cancellable, on_result, wait);
  else if (kind == TS_REF_EVENT)
    ts_event_wait_async (self->event, cancellable, on_result, wait);
  else if (kind == TS_REF_ACQUIRE)
    ts_semaphore_acquire_async (self->semaphore, cancellable, on_result, wait);
  else if (kind == TS_REF_LOCK)
    ts_lock_acquire_async (self->lock, cancellable, on_result, wait);
  else
    ts_future_wait_async (self->future, cancellable, on_result, wait);
}

static gint64
start_in_port (Fuzz *self, TsRefKind kind, const GValue *value)
{
  if (kind == TS_REF_SEND)
    return ts_port_send (self->port, self->channel, value);
  if (kind == TS_REF_RECEIVE)
    return ts_port_receive (self->port, self->channel);
  if (kind == TS_REF_EVENT)
    return ts_port_wait_event (self->port, self->event);
  if (kind == TS_REF_ACQUIRE)
    return ts_port_acquire (self->port, self->semaphore);
  if (kind == TS_REF_LOCK)
    return ts_port_acquire_lock (self->port, self->lock);
  return ts_port_wait_future (self->port, self->future);
}

static void
start (Fuzz *self, TsRefKind kind, gboolean in_port)
{
  Wait *wait = &self->waits[self->reference.n_waits];
  GValue value;

  if (self->reference.n_waits == TS_REFERENCE_WAITS)
    return;
  value = int_value (self->next_value);
  *wait = (Wait) { .in_port = in_port };
  if (in_port)
    {
      wait->token = start_in_port (self, kind, &value);
      g_assert (wait->token > 0);
    }
  else
    {
      wait->cancellable = g_cancellable_new ();
      start_in_loop (self, wait, kind, &value);
      g_assert (!wait->told);
    }
  ts_reference_start (&self->reference, kind, self->next_value++);
}

static void
end (Wait *wait)
{
  wait->over = TRUE;
  g_clear_object (&wait->result);
  g_clear_object (&wait->cancellable);
}

static Wait *
get_wait (Fuzz *self, guint number)
{
  Wait *wait;

  if (self->reference.n_waits == 0)
    return NULL;
  wait = &self->waits[number % self->reference.n_waits];
  return wait->over ? NULL : wait;
}

static guint
number_of (Fuzz *self, Wait *wait)
{
  return (guint) (wait - self->waits);
}

/* What is not over yet ends; what is, is undone. */
static void
lose (Fuzz *self, Wait *wait)
{
  ts_reference_cancel (&self->reference, number_of (self, wait));
  ts_reference_undo (&self->reference, number_of (self, wait));
  end (wait);
}

static void
cancel (Fuzz *self, Wait *wait)
{
  if (!wait->in_port)
    {
      g_cancellable_cancel (wait->cancellable);
      ts_reference_cancel (&self->reference, number_of (self, wait));
      return;
    }
  g_assert (ts_port_cancel (self->port, wait->token));
  g_assert (!ts_port_cancel (self->port, wait->token));
  lose (self, wait);
}

static gboolean
finish (Fuzz *self, Wait *wait, TsRefKind kind, GValue *value, GError **error)
{
  if (wait->in_port)
    return ts_port_finish (self->port, wait->token, value, error);
  if (kind == TS_REF_SEND)
    return ts_channel_send_finish (self->channel, wait->result, error);
  if (kind == TS_REF_RECEIVE)
    return ts_channel_receive_finish (self->channel, wait->result, value, error);
  if (kind == TS_REF_EVENT)
    return ts_event_wait_finish (self->event, wait->result, error);
  if (kind == TS_REF_ACQUIRE)
    return ts_semaphore_acquire_finish (self->semaphore, wait->result, error);
  if (kind == TS_REF_LOCK)
    return ts_lock_acquire_finish (self->lock, wait->result, error);
  return ts_future_wait_finish (self->future, wait->result, value, error);
}

static void
collect (Fuzz *self, Wait *wait)
{
  TsRefWait *expected = &self->reference.waits[number_of (self, wait)];
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success;

  if (!wait->told)
    return;
  success = finish (self, wait, expected->kind, &value, &error);
  CHECK_EQUAL (self, state_of (success, error), expected->state);
  if (expected->kind == TS_REF_RECEIVE || expected->kind == TS_REF_FUTURE)
    check_value (self, expected->state, &value, expected->value);
  if (G_IS_VALUE (&value))
    g_value_unset (&value);
  end (wait);
}

static void
drop (Fuzz *self, Wait *wait)
{
  if (wait->in_port || !wait->told)
    return;
  g_clear_object (&wait->result);
  lose (self, wait);
}

static void
tell_token (Fuzz *self, gint64 token)
{
  for (guint i = 0; i < self->reference.n_waits; i++)
    {
      Wait *wait = &self->waits[i];

      if (!wait->in_port || wait->over || wait->token != token)
        continue;
      g_assert (!wait->told);
      wait->told = TRUE;
      return;
    }
  check_equal (self, "a token that somebody waits for", FALSE, TRUE);
}

/* Everybody who is to be told is, and nobody else. */
static void
iterate (Fuzz *self)
{
  gint64 token;

  while (g_main_context_iteration (self->context, FALSE))
    ;
  while ((token = ts_port_next_ready (self->port)) >= 0)
    tell_token (self, token);
  for (guint i = 0; i < self->reference.n_waits; i++)
    {
      if (!self->waits[i].over)
        CHECK_EQUAL (self, self->waits[i].told,
                     self->reference.waits[i].state != TS_REF_PENDING);
    }
}

/* Who waits there waits no more: first all that pend, so that none of them is given anything back. */
static void
lose_all (Fuzz *self, gboolean in_port)
{
  for (guint i = 0; i < self->reference.n_waits; i++)
    {
      if (!self->waits[i].over && self->waits[i].in_port == in_port)
        ts_reference_cancel (&self->reference, i);
    }
  for (guint i = 0; i < self->reference.n_waits; i++)
    {
      if (!self->waits[i].over && self->waits[i].in_port == in_port &&
          (in_port || !self->waits[i].told))
        lose (self, &self->waits[i]);
    }
}

static void
push_context (Fuzz *self)
{
  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
}

static void
pop_context (Fuzz *self)
{
  g_main_context_pop_thread_default (self->context);
  g_clear_pointer (&self->context, g_main_context_unref);
}

static void
renew_context (Fuzz *self)
{
  pop_context (self);
  lose_all (self, FALSE);
  push_context (self);
}

static void
renew_port (Fuzz *self)
{
  ts_port_close (self->port);
  lose_all (self, TRUE);
  CHECK_EQUAL (self, ts_port_wait_event (self->port, self->event), -1);
  g_object_unref (self->port);
  self->port = ts_port_new ();
}

/* The other side */

static void
settle (Fuzz *self, guint how)
{
  GValue value = int_value (self->next_value);
  GError *error = NULL;
  gboolean settled;

  if (how == 0)
    {
      settled = ts_future_cancel (self->future);
      CHECK_EQUAL (self, settled, ts_reference_settle (&self->reference, TS_REF_CANCELLED, 0));
      return;
    }
  if (how == 1)
    {
      error = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_FAILED, "rejected");
      settled = ts_future_reject (self->future, error);
      CHECK_EQUAL (self, settled, ts_reference_settle (&self->reference, TS_REF_REJECTED, 0));
      g_error_free (error);
      return;
    }
  settled = ts_future_resolve (self->future, &value);
  CHECK_EQUAL (self, settled,
               ts_reference_settle (&self->reference, TS_REF_SUCCESS, self->next_value++));
}

static void
release (Fuzz *self, guint n)
{
  GError *error = NULL;
  gboolean success = ts_semaphore_release (self->semaphore, n, &error);

  CHECK_EQUAL (self, success,
               ts_reference_release (&self->reference, n, self->reference.limit));
  g_assert (success || g_error_matches (error, TS_ERROR, TS_ERROR_OVERFLOW));
  g_clear_error (&error);
}

static void
unlock (Fuzz *self)
{
  GError *error = NULL;
  gboolean success = ts_lock_release (self->lock, &error);

  CHECK_EQUAL (self, success, ts_reference_unlock (&self->reference));
  g_assert (success || g_error_matches (error, TS_ERROR, TS_ERROR_NOT_HELD));
  g_clear_error (&error);
}

static void
change (Fuzz *self, guint what, guint argument)
{
  if (what == 0)
    {
      ts_event_set (self->event);
      ts_reference_set (&self->reference);
    }
  else if (what == 1)
    {
      ts_event_clear (self->event);
      self->reference.set = FALSE;
    }
  else if (what == 2)
    release (self, argument % 4);
  else if (what == 3)
    unlock (self);
  else if (what == 4)
    settle (self, argument % 3);
  else if (argument % 4 == 0)
    CHECK_EQUAL (self, ts_channel_close (self->channel), ts_reference_close (&self->reference));
}

static void
attempt (Fuzz *self, guint what, guint argument)
{
  if (what == 0)
    try_send (self);
  else if (what == 1)
    try_receive (self);
  else if (what == 2)
    try_wait_event (self);
  else if (what == 3)
    try_acquire (self, argument % 2);
  else if (what == 4)
    try_wait_future (self);
  else if (what == 5)
    try_receive_many (self, 1 + argument % 4);
  else
    poll_select (self);
}

static void
deal_with (Fuzz *self, guint what, guint argument)
{
  Wait *wait = get_wait (self, argument);

  if (what == 0)
    iterate (self);
  else if (what == 1 && wait != NULL)
    cancel (self, wait);
  else if (what == 2 && wait != NULL)
    collect (self, wait);
  else if (what == 3 && wait != NULL)
    drop (self, wait);
  else if (what == 4 && argument % 4 == 0)
    renew_context (self);
  else if (what == 5 && argument % 4 == 0)
    renew_port (self);
}

/* One byte says what, another to whom. */
static void
step (Fuzz *self)
{
  guint what = next_byte (self), argument = next_byte (self);

  self->step++;
  switch (what % 4)
    {
    case 0:
      attempt (self, what / 4 % 7, argument);
      break;
    case 1:
      start (self, (TsRefKind) (what / 4 % 6), argument % 2);
      break;
    case 2:
      deal_with (self, what / 4 % 6, argument);
      break;
    default:
      change (self, what / 4 % 6, argument);
    }
  check_all (self);
}

static void
set_up (Fuzz *self)
{
  static const int capacities[] = { 0, 1, 2, 3, TS_CHANNEL_UNLIMITED };
  guint first = next_byte (self), second = next_byte (self);
  TsReference *ref = &self->reference;

  ref->capacity = capacities[first % G_N_ELEMENTS (capacities)];
  ref->overflow = ref->capacity < 1 ? TS_REF_WAIT : (TsRefOverflow) (first / 5 % 3);
  ref->auto_reset = second % 2;
  ref->permits = second / 2 % 3;
  ref->limit = second / 8 % 2 ? 2 : G_MAXINT;
  ts_reference_init (ref);

  self->channel = ts_channel_new_full (ref->capacity, G_TYPE_INT, (TsOverflow) ref->overflow, NULL);
  self->event = ts_event_new_full (ref->auto_reset, NULL);
  self->semaphore = ref->limit == 2 ? ts_semaphore_new_bounded (ref->permits, ref->limit)
                                    : ts_semaphore_new (ref->permits);
  self->lock = ts_lock_new ();
  self->future = ts_future_new ();
  self->port = ts_port_new ();
  push_context (self);
}

static void
assert_last_reference (gpointer object)
{
  g_assert (G_OBJECT (object)->ref_count == 1);
  g_object_unref (object);
}

/* Nothing that was started keeps anything. */
static void
tear_down (Fuzz *self)
{
  iterate (self);
  for (guint i = 0; i < self->reference.n_waits; i++)
    {
      if (!self->waits[i].over && !self->waits[i].in_port)
        collect (self, &self->waits[i]);
    }
  pop_context (self);
  g_object_unref (self->port);
  for (guint i = 0; i < self->reference.n_waits; i++)
    end (&self->waits[i]);

  assert_last_reference (self->channel);
  assert_last_reference (self->event);
  assert_last_reference (self->semaphore);
  assert_last_reference (self->lock);
  assert_last_reference (self->future);
  ts_reference_clear (&self->reference);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Fuzz self = { .data = data, .left = size };

  set_up (&self);
  while (self.left > 0 && self.step < 400)
    step (&self);
  tear_down (&self);
  return 0;
}
