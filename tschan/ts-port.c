/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The way of waiting of a loop that is not GLib's: operations go in, tokens come out, and a file
 * descriptor tells when to ask.
 *
 * What outlives the object, because an entry's wake-up may still be under way, is in the core. Each
 * entry holds it. An entry that is cancelled, or whose port is closed, leaves the table; if the
 * wake-up is under way it is then the wake-up's to free.
 *
 * Locking: the core's lock guards its lists, its flags and those of each entry, and is held while
 * the descriptor is read, which does not block: the descriptor must not be emptied after somebody
 * has filled it for a new entry. Parking, unparking and undoing happen without it.
 */

#include "config.h"

#include <glib/gi18n.h>

#include "ts-describe-private.h"
#include "ts-error-private.h"
#include "ts-leaks-private.h"
#include "ts-port-private.h"
#include "ts-value-private.h"
#include "ts-wakeup-private.h"

TS_LOCK_ROLE (port);

typedef struct _Core  Core;
typedef struct _Entry Entry;

struct _Core
{
  _Atomic int refs;
  TsWakeup    wakeup; /* immutable */

  TsSyncLock  lock;
  GHashTable *entries TS_GUARDED_BY (ts_port_role); /* token -> Entry */
  GQueue      ready TS_GUARDED_BY (ts_port_role);   /* entries whose token was not told yet */
  gint64      last_token TS_GUARDED_BY (ts_port_role);
  gboolean    signalled TS_GUARDED_BY (ts_port_role); /* the descriptor is, or soon will be, readable */
  guint64     unread TS_GUARDED_BY (ts_port_role); /* signals, also under way, that were not read back */
  gboolean    closed TS_GUARDED_BY (ts_port_role);
};

struct _Entry
{
  TsWaiter    waiter;
  TsOperation operation;
  Core       *core;
  gint64      token;

  /* Guarded by the core's lock. */
  GList       link; /* in @ready; data: NULL if it is not */
  gboolean    listed;    /* in @entries */
  gboolean    woken;
  gboolean    abandoned; /* is the wake-up's to free */
};

/* Whose an entry is that nobody wants any more */
typedef enum
{
  FATE_WOKEN,  /* ours, and to be undone: it is over */
  FATE_OURS,   /* ours, and to be unparked: nobody will wake it */
  FATE_WAKING, /* the wake-up's, which is under way */
} Fate;

/**
 * TsPort:
 *
 * A completion queue with a file descriptor, for loops that are not GLib's.
 *
 * asyncio, Qt, libuv or a bare `poll()` can wait for any number of tschan's operations with one
 * port. Each method that starts an operation, such as [method@Port.wait_event], returns a token. When
 * the descriptor is readable, [method@Port.next_ready] tells which tokens are done, and
 * [method@Port.finish] collects a result.
 *
 * Completion has two phases: until it is collected, a result is only reserved, and
 * [method@Port.cancel] or [method@Port.close] give it back to whoever is next. So a caller that
 * changes its mind, however late, takes nothing.
 *
 * A burst of completions makes the descriptor readable once. All methods may be called from any
 * thread; none blocks.
 *
 * Since: 1.0
 */
struct _TsPort
{
  GObject parent_instance;

  Core   *core;
};

G_DEFINE_FINAL_TYPE (TsPort, ts_port, G_TYPE_OBJECT)

static void TS_ACQUIRES (ts_port_role)
core_lock (Core *self)
{
  ts_sync_lock_acquire (&self->lock);
}

static void TS_RELEASES (ts_port_role)
core_unlock (Core *self)
{
  ts_sync_lock_release (&self->lock);
}

/* Nobody else has the object now, so there is no lock to hold. */
TS_UNANALYSED static Core *
core_new (void)
{
  Core *self = g_new0 (Core, 1);

  atomic_init (&self->refs, 1);
  ts_wakeup_init (&self->wakeup);
  self->entries = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_queue_init (&self->ready);
  return self;
}

static Core *
core_ref (Core *self)
{
  atomic_fetch_add_explicit (&self->refs, 1, memory_order_relaxed);
  return self;
}

/* Nobody else will have the object, so there is no lock to hold. */
TS_UNANALYSED static void
core_unref (Core *self)
{
  if (atomic_fetch_sub_explicit (&self->refs, 1, memory_order_acq_rel) > 1)
    return;
  g_hash_table_unref (self->entries);
  ts_wakeup_clear (&self->wakeup);
  ts_sync_lock_clear (&self->lock);
  g_free (self);
}

static void
entry_free (Entry *self)
{
  ts_value_clear (&self->operation.value);
  g_object_unref (self->operation.object);
  core_unref (self->core);
  g_free (self);
}

/* Under the lock, which the wake-up takes as well: afterwards the entry may be gone. */
static Fate TS_REQUIRES (ts_port_role)
entry_give_up_locked (Entry *self)
{
  if (self->woken)
    return FATE_WOKEN;
  if (ts_waiter_claim (&self->waiter, TS_CLAIM_ABANDONED))
    return FATE_OURS;
  self->abandoned = TRUE;
  return FATE_WAKING;
}

/* Takes the entry out of all lists. */
static void TS_REQUIRES (ts_port_role)
core_unlist_locked (Core *self, Entry *entry)
{
  g_hash_table_remove (self->entries, &entry->token);
  if (entry->link.data != NULL)
    g_queue_unlink (&self->ready, &entry->link);
  entry->link.data = NULL;
  entry->listed = FALSE;
}

/* TRUE: the descriptor must be signalled, after unlocking. */
static gboolean TS_REQUIRES (ts_port_role)
core_push_locked (Core *self, Entry *entry)
{
  gboolean first = !self->signalled;

  entry->woken = TRUE;
  entry->link.data = entry;
  g_queue_push_tail_link (&self->ready, &entry->link);
  self->signalled = TRUE;
  self->unread += first;
  return first;
}

/* Before the entry is listed the one who submits it looks at @woken. */
void
ts_waiter_wake_port (TsWaiter *waiter)
{
  Entry *self = (Entry *) waiter;
  Core *core = core_ref (self->core);
  gboolean abandoned, signal = FALSE;

  core_lock (core);
  self->woken = TRUE;
  abandoned = self->abandoned;
  if (self->listed)
    signal = core_push_locked (core, self);
  core_unlock (core);

  if (abandoned)
    {
      ts_operation_undo (&self->operation);
      entry_free (self);
    }
  if (signal)
    ts_wakeup_signal (&core->wakeup);
  core_unref (core);
}

/* With no lock held */
static void
entry_abandon (Entry *self, Fate fate)
{
  if (fate == FATE_WAKING)
    return;
  ts_operation_trace (&self->operation, "is given up");
  if (fate == FATE_WOKEN)
    ts_operation_undo (&self->operation);
  else
    self->operation.klass->unpark (&self->operation);
  entry_free (self);
}

/* The token, or -1: the port was closed, and the entry is given up. Once the entry is listed, others
 * may finish or cancel it at any moment. */
static gint64
core_list (Core *self, Entry *entry)
{
  gboolean signal = FALSE;
  Fate fate = FATE_WAKING;
  gint64 token = -1;

  core_lock (self);
  if (self->closed)
    {
      fate = entry_give_up_locked (entry);
    }
  else
    {
      token = entry->token = ++self->last_token;
      entry->listed = TRUE;
      g_hash_table_insert (self->entries, &entry->token, entry);
      if (entry->woken)
        signal = core_push_locked (self, entry);
    }
  core_unlock (self);

  if (signal)
    ts_wakeup_signal (&self->wakeup);
  if (token < 0)
    entry_abandon (entry, fate);
  return token;
}

static gboolean
core_is_closed (Core *self)
{
  gboolean closed;

  core_lock (self);
  closed = self->closed;
  core_unlock (self);
  return closed;
}

/* Not everything can be undone: so with a port that is known to be closed nothing begins, but for the wait
 * on a condition, which is to release its lock whatever comes. */
gint64
ts_port_submit (TsPort *self, TsOperation *start)
{
  Entry *entry;

  if (start->klass->resume == NULL && core_is_closed (self->core))
    {
      ts_value_clear (&start->value);
      return -1;
    }
  entry = g_new0 (Entry, 1);
  entry->operation = *start;
  entry->operation.waiter = &entry->waiter;
  g_object_ref (start->object);
  entry->waiter.wake = ts_waiter_wake_port;
  entry->core = core_ref (self->core);

  ts_operation_trace (start, "begins");

  /* Settled at once, the entry is known to nobody else yet: no lock for @woken. */
  if (start->klass->park (&entry->operation))
    entry->woken = TRUE;
  else
    ts_operation_trace (start, "waits");
  return core_list (self->core, entry);
}

/* NULL: there is none. */
static Entry *
core_steal (Core *self, gint64 token, Fate *fate)
{
  Entry *entry;

  core_lock (self);
  entry = g_hash_table_lookup (self->entries, &token);
  if (entry != NULL)
    {
      core_unlist_locked (self, entry);
      *fate = entry_give_up_locked (entry);
    }
  core_unlock (self);
  return entry;
}

static int
compare_tokens (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return x < y ? -1 : x > y;
}

/* All tokens whose operations are over, or all others, in order. */
static GArray *
core_list_tokens (Core *self, gboolean woken)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (gint64));
  GHashTableIter iter;
  Entry *entry;

  core_lock (self);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &entry))
    {
      if (entry->woken == woken)
        g_array_append_val (tokens, entry->token);
    }
  core_unlock (self);
  g_array_sort (tokens, compare_tokens);
  return tokens;
}

static void
core_give_up_all (Core *self, gboolean woken)
{
  g_autoptr (GArray) tokens = core_list_tokens (self, woken);

  for (guint i = 0; i < tokens->len; i++)
    {
      Fate fate;
      Entry *entry = core_steal (self, g_array_index (tokens, gint64, i), &fate);

      if (entry != NULL)
        entry_abandon (entry, fate);
    }
}

/* First those that wait, then those that have something, in order: so what comes back goes to others,
 * and in order, too. Meanwhile some of the first may have become some of the second. */
static void
core_close (Core *self)
{
  core_lock (self);
  self->closed = TRUE;
  core_unlock (self);
  core_give_up_all (self, FALSE);
  core_give_up_all (self, TRUE);
}

static void
ts_port_finalize (GObject *object)
{
  TsPort *self = TS_PORT (object);

  ts_leaks_forget (self);
  core_close (self->core);
  core_unref (self->core);

  G_OBJECT_CLASS (ts_port_parent_class)->finalize (object);
}

static void
ts_port_class_init (TsPortClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ts_port_finalize;
}

static void
ts_port_init (TsPort *self)
{
  self->core = core_new ();
  ts_leaks_watch (self, ts_port_describe);
}

/**
 * ts_port_new:
 *
 * Creates a port with nothing in it.
 *
 * Returns: (transfer full): a new port
 *
 * Since: 1.0
 */
TsPort *
ts_port_new (void)
{
  return g_object_new (TS_TYPE_PORT, NULL);
}

/**
 * ts_port_get_fd:
 * @self: a port
 *
 * Tells which file descriptor to wait for.
 *
 * It is readable as long as [method@Port.next_ready] has a token to tell. Only poll it: reading,
 * writing and closing are the port's. It is closed with the last reference on the port.
 *
 * Returns: a file descriptor, or -1 if the process had none left when the port was created
 *
 * Since: 1.0
 */
int
ts_port_get_fd (TsPort *self)
{
  g_return_val_if_fail (TS_IS_PORT (self), -1);

  return self->core->wakeup.read_fd;
}

/**
 * ts_port_next_ready:
 * @self: a port
 *
 * Tells the next token whose operation is over.
 *
 * Each token is told once, in the order in which the operations completed; call this until it
 * returns -1. From any thread; does not block.
 *
 * Returns: a token to pass to [method@Port.finish], or -1 if there is none now
 *
 * Since: 1.0
 */
gint64
ts_port_next_ready (TsPort *self)
{
  Core *core;
  GList *link;
  gint64 token = -1;

  g_return_val_if_fail (TS_IS_PORT (self), -1);

  core = self->core;
  core_lock (core);
  link = g_queue_pop_head_link (&core->ready);
  if (link != NULL)
    {
      token = ((Entry *) link->data)->token;
      link->data = NULL;
    }

  /* Also what was signalled for a token that is gone: whoever did may have written late. */
  if (core->ready.length == 0)
    {
      if (core->unread > 0)
        core->unread -= ts_wakeup_acknowledge (&core->wakeup);
      core->signalled = FALSE;
    }
  core_unlock (core);
  return token;
}

/* Why @token cannot be finished. */
static void
set_token_error (GError **error, gboolean known)
{
  if (known)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PENDING,
                         ts_translate (N_("The operation is not over yet")));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                         ts_translate (N_("The port has no such operation")));
}

static Entry *
core_steal_woken (Core *self, gint64 token, GError **error)
{
  Entry *entry;
  gboolean known;

  core_lock (self);
  entry = g_hash_table_lookup (self->entries, &token);
  known = entry != NULL;
  if (known && entry->woken)
    core_unlist_locked (self, entry);
  else
    entry = NULL;
  core_unlock (self);

  if (entry == NULL)
    set_token_error (error, known);
  return entry;
}

/**
 * ts_port_finish:
 * @self: a port
 * @token: of an operation that is over
 * @value: (out caller-allocates): what was received, for an operation that receives something;
 *   otherwise a %NULL pointer
 * @error: return location for an error
 *
 * Collects the result of an operation, and commits it.
 *
 * Fails with the operation's own error, with %G_IO_ERROR_PENDING if it is not over yet, and with
 * %G_IO_ERROR_NOT_FOUND if @token was finished or cancelled before. From any thread; does not
 * block.
 *
 * Returns: %TRUE if the operation succeeded
 *
 * Since: 1.0
 */
gboolean
ts_port_finish (TsPort *self, gint64 token, GValue *value, GError **error)
{
  Entry *entry;
  TsOperation *op;
  gboolean success;

  g_return_val_if_fail (value != NULL, FALSE);
  ts_value_clear (value);
  ts_value_init_nothing (value);
  g_return_val_if_fail (TS_IS_PORT (self), FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  entry = core_steal_woken (self->core, token, error);
  if (entry == NULL)
    return FALSE;

  op = &entry->operation;
  success = ts_operation_propagate (op, ts_operation_get_outcome (op), error);
  if (success)
    ts_operation_collect (op, value);
  entry_free (entry);
  return success;
}

/**
 * ts_port_cancel:
 * @self: a port
 * @token: of any operation
 *
 * Gives up an operation, whether it is over or not.
 *
 * What it had taken goes back, and to whoever is next. From any thread; does not block.
 *
 * Returns: %TRUE if it was given up, %FALSE if @token was finished or cancelled before
 *
 * Since: 1.0
 */
gboolean
ts_port_cancel (TsPort *self, gint64 token)
{
  Entry *entry;
  Fate fate;

  g_return_val_if_fail (TS_IS_PORT (self), FALSE);

  entry = token < 0 ? NULL : core_steal (self->core, token, &fate);
  if (entry == NULL)
    return FALSE;
  entry_abandon (entry, fate);
  return TRUE;
}

/**
 * ts_port_close:
 * @self: a port
 *
 * Gives up all operations, and takes no more.
 *
 * The same happens with the last reference on the port. Closing twice is harmless.
 *
 * Since: 1.0
 */
void
ts_port_close (TsPort *self)
{
  g_return_if_fail (TS_IS_PORT (self));

  ts_trace_call (self, "close");
  core_close (self->core);
}

/* Description */

gboolean TS_UNANALYSED
ts_port_describe (gpointer object, GString *text)
{
  Core *core = ((TsPort *) object)->core;
  guint n_entries, n_ready;
  gboolean closed;

  ts_description_begin (text, object, NULL);
  if (!ts_description_lock (text, &core->lock))
    return TRUE;
  n_entries = g_hash_table_size (core->entries);
  n_ready = core->ready.length;
  closed = core->closed;
  core_unlock (core);

  g_string_append_printf (text, "%u %s, %u to be told%s", n_entries,
                          n_entries == 1 ? "operation" : "operations", n_ready, closed ? ", closed" : "");
  return n_entries > 0;
}

/**
 * ts_port_to_string:
 * @self: a port
 *
 * Describes the port as it is at this moment, in one line, for logs and debuggers.
 *
 * How many operations it has, and how many of their tokens were not told yet. What the line
 * looks like may change. From any thread; does not block.
 *
 * Returns: (transfer full): a description
 *
 * Since: 1.0
 */
char *
ts_port_to_string (TsPort *self)
{
  g_return_val_if_fail (TS_IS_PORT (self), NULL);

  return ts_describe (self, ts_port_describe);
}
