/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* How a thread gets a main loop to do something: one source and one file descriptor for each
 * GMainContext that waits for anything, however many waits that are.
 *
 * A thread that wakes a waiter appends it to the ready list and *kicks* the dispatcher. The kick
 * writes to the descriptor only if the context is on its way to sleep, and only the first of a
 * burst does: the state is asleep only between the source's prepare() and its check(). The
 * library's other sources (ts-source.c) set a flag of their own and kick the same way, since any
 * kick makes the context ask all its sources.
 *
 * No foreign thread ever touches the GMainContext or a GSource: not g_main_context_wakeup(), not
 * g_source_set_ready_time(). Both may meet a context in destruction (GLib issue 803). A waiter
 * therefore needs no reference on its context: nothing here keeps a context alive, and when it
 * goes, the source goes with it and abandons what is still pending.
 * The exception is a process without a descriptor left: kick_without_descriptor().
 *
 * The source may recurse: a callback that runs a nested loop waits for the same deliveries.
 *
 * Locking: registry_lock guards the table of dispatchers; each dispatcher's lock its two lists and
 * @source. They are never held together, and nothing of the user's is called under them; of GLib's
 * main loop only what that exception needs. No object's lock is held here: waiters are woken after
 * unlocking.
 */

#include "config.h"

#include "ts-dispatcher-private.h"
#include "ts-marks-private.h"
#include "ts-wakeup-private.h"

TS_LOCK_ROLE (registry);
TS_LOCK_ROLE (dispatcher);

/* Whoever kicks it while it sleeps adds a stamp. */
enum
{
  AWAKE = 0,         /* the context runs, and will look at the ready list before it sleeps */
  KICKED = 1 << 0,   /* as above, and there is something new */
  SLEEPING = 1 << 1, /* the context is, or soon will be, in poll() */
};

struct _TsDispatcher
{
  _Atomic int  refs;
  _Atomic int  state;
  TsWakeup     wakeup;  /* immutable */
  GMainContext *context; /* only to find the table's entry again */
  GList        link;     /* in @dispatchers, and guarded as that */

  /* Touched by whoever iterates the context. */
  gboolean     active; /* there was a kick lately */
  gboolean     busy;   /* another source of ours is ready: no time to look for kicks */
  guint        asleep_at;

  TsSyncLock   lock;
  GQueue       pending TS_GUARDED_BY (ts_dispatcher_role);
  GQueue       ready TS_GUARDED_BY (ts_dispatcher_role);
  GSource     *source TS_GUARDED_BY (ts_dispatcher_role); /* owned by the context; NULL when that is gone */
};

typedef struct
{
  GSource       parent;
  TsDispatcher *dispatcher;
  gpointer      fd_tag;
} DispatcherSource;

static TsSyncLock registry_lock;
static GQueue dispatchers TS_GUARDED_BY (ts_registry_role) = G_QUEUE_INIT; /* for a debugger */
static GHashTable *registry TS_GUARDED_BY (ts_registry_role);

static void TS_ACQUIRES (ts_registry_role)
registry_acquire (void)
{
  ts_sync_lock_acquire (&registry_lock);
}

static void TS_RELEASES (ts_registry_role)
registry_release (void)
{
  ts_sync_lock_release (&registry_lock);
}

static void TS_ACQUIRES (ts_dispatcher_role)
dispatcher_lock (TsDispatcher *self)
{
  ts_sync_lock_acquire (&self->lock);
}

static void TS_RELEASES (ts_dispatcher_role)
dispatcher_unlock (TsDispatcher *self)
{
  ts_sync_lock_release (&self->lock);
}

/* The source's side */

static gboolean
has_ready (TsDispatcher *self)
{
  gboolean ready;

  dispatcher_lock (self);
  ready = self->ready.length > 0;
  dispatcher_unlock (self);
  return ready;
}

static gboolean
dispatcher_look (gpointer data)
{
  TsDispatcher *self = data;

  return (atomic_load_explicit (&self->state, memory_order_relaxed) & KICKED) != 0;
}

/* After a kick the next one is often near, and quicker to wait for than to be woken for.
 *
 * The list itself is asked, too: a nested loop gets here with what its outer dispatch() has not yet
 * come to, for which nobody kicks again. A kick that was not for the ready list is for another source
 * of this context, which will be asked by its check(): so the context may not sleep now, though this
 * source has nothing to do. */
static gboolean
dispatcher_source_prepare (GSource *source, int *timeout)
{
  TsDispatcher *self = ((DispatcherSource *) source)->dispatcher;
  gboolean ready, kicked;
  int awake = AWAKE;

  if (self->active && !self->busy)
    self->active = ts_sync_look (dispatcher_look, self);
  self->busy = FALSE;

  TS_SYNC_POINT ("dispatcher prepare");
  self->asleep_at = ts_sync_fall_asleep ();
  kicked = !atomic_compare_exchange_strong (&self->state, &awake, SLEEPING) && (awake & KICKED) != 0;
  ready = has_ready (self);
  if (kicked || ready)
    atomic_store (&self->state, AWAKE);
  self->active |= kicked;
  *timeout = kicked ? 0 : -1;
  return ready;
}

static void
note_kick (TsDispatcher *self, int state)
{
  if ((state & KICKED) == 0)
    return;
  self->active = TRUE;
  if (state != KICKED)
    ts_sync_learn (self->asleep_at, state);
}

static gboolean
dispatcher_source_check (GSource *source)
{
  DispatcherSource *dispatcher_source = (DispatcherSource *) source;
  TsDispatcher *self = dispatcher_source->dispatcher;

  if (dispatcher_source->fd_tag != NULL &&
      g_source_query_unix_fd (source, dispatcher_source->fd_tag) != 0)
    ts_wakeup_acknowledge (&self->wakeup);
  TS_SYNC_POINT ("dispatcher check");
  note_kick (self, atomic_exchange (&self->state, AWAKE));
  return has_ready (self);
}

static TsDelivery *
steal_first (TsDispatcher *self, GQueue *queue)
{
  GList *link;

  dispatcher_lock (self);
  link = g_queue_pop_head_link (queue);
  dispatcher_unlock (self);
  return link == NULL ? NULL : link->data;
}

/* Delivers what was ready at the start; what becomes ready meanwhile has its turn after the other
 * sources. A nested loop may take from the same list, so it is popped one by one. */
static gboolean
dispatcher_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  TsDispatcher *self = ts_dispatcher_ref (((DispatcherSource *) source)->dispatcher);
  gint64 begun = ts_mark_begin ();
  TsDelivery *delivery;
  guint burst, n = 0;

  if (self->wakeup.read_fd < 0)
    g_source_set_ready_time (source, -1);
  dispatcher_lock (self);
  burst = self->ready.length;
  dispatcher_unlock (self);

  for (; n < burst && (delivery = steal_first (self, &self->ready)) != NULL; n++)
    delivery->deliver (delivery);
  if (n > 0) /* or else it was woken up for another source */
    ts_mark_time (begun, "dispatch", n, "results");

  if (has_ready (self))
    ts_dispatcher_kick (self);
  ts_dispatcher_unref (self);
  return G_SOURCE_CONTINUE;
}

static void
forget (TsDispatcher *self)
{
  registry_acquire ();
  if (g_hash_table_lookup (registry, self->context) == self)
    {
      g_hash_table_remove (registry, self->context);
      g_queue_unlink (&dispatchers, &self->link);
    }
  registry_release ();
}

/* The context is going: nobody can push any more. This is the source's destroy notify, as GLib frees a
 * context before it finalizes the sources, and then another context may have the address at once. */
static void
dispatcher_source_gone (gpointer data)
{
  TsDispatcher *self = data;

  forget (self);
  dispatcher_lock (self);
  self->source = NULL;
  dispatcher_unlock (self);
  ts_dispatcher_unref (self);
}

/* What is there never arrives. First those that wait, so that what the others give back goes elsewhere,
 * and in order. */
static void
dispatcher_source_finalize (GSource *source)
{
  TsDispatcher *self = ((DispatcherSource *) source)->dispatcher;
  TsDelivery *delivery;

  TS_SYNC_POINT ("dispatcher finalize");
  while ((delivery = steal_first (self, &self->pending)) != NULL ||
         (delivery = steal_first (self, &self->ready)) != NULL)
    delivery->abandon (delivery);
  ts_dispatcher_unref (self);
}

static GSourceFuncs dispatcher_source_funcs = {
  .prepare = dispatcher_source_prepare,
  .check = dispatcher_source_check,
  .dispatch = dispatcher_source_dispatch,
  .finalize = dispatcher_source_finalize,
};

/* Everybody's side */

TsDispatcher *
ts_dispatcher_ref (TsDispatcher *self)
{
  atomic_fetch_add_explicit (&self->refs, 1, memory_order_relaxed);
  return self;
}

void
ts_dispatcher_unref (TsDispatcher *self)
{
  if (atomic_fetch_sub_explicit (&self->refs, 1, memory_order_acq_rel) > 1)
    return;
  ts_wakeup_clear (&self->wakeup);
  ts_sync_lock_clear (&self->lock);
  g_free (self);
}

/* Owned by its source, which owns the only reference: nobody else has it yet, so there is no lock to
 * hold. */
TS_UNANALYSED static GSource *
dispatcher_source_new (GMainContext *context)
{
  GSource *source = g_source_new (&dispatcher_source_funcs, sizeof (DispatcherSource));
  DispatcherSource *dispatcher_source = (DispatcherSource *) source;
  TsDispatcher *self = g_new0 (TsDispatcher, 1);

  atomic_init (&self->refs, 1);
  self->context = context;
  self->source = source;
  ts_wakeup_init (&self->wakeup);
  g_queue_init (&self->pending);
  g_queue_init (&self->ready);

  dispatcher_source->dispatcher = self;
  if (self->wakeup.read_fd >= 0)
    dispatcher_source->fd_tag = g_source_add_unix_fd (source, self->wakeup.read_fd, G_IO_IN);
  g_source_set_static_name (source, "tschan");
  g_source_set_can_recurse (source, TRUE);
  g_source_set_callback (source, NULL, ts_dispatcher_ref (self), dispatcher_source_gone);
  return source;
}

static TsDispatcher *
lookup (GMainContext *context)
{
  TsDispatcher *self;

  registry_acquire ();
  self = registry == NULL ? NULL : g_hash_table_lookup (registry, context);
  if (self != NULL)
    ts_dispatcher_ref (self);
  registry_release ();
  return self;
}

static void TS_REQUIRES (ts_registry_role)
enter (TsDispatcher *self)
{
  g_hash_table_insert (registry, self->context, self);
  self->link.data = self;
  g_queue_push_tail_link (&dispatchers, &self->link);
}

/* Two threads may get here at once for one context. The one that finds the other's entry in the
 * table uses that, though it may not be attached yet: a kick is remembered until it is. */
TsDispatcher *
ts_dispatcher_get (GMainContext *context)
{
  TsDispatcher *self = lookup (context);
  GSource *source;

  if (self != NULL)
    return self;

  source = dispatcher_source_new (context);
  registry_acquire ();
  if (registry == NULL)
    registry = g_hash_table_new (NULL, NULL);
  self = g_hash_table_lookup (registry, context);
  if (self == NULL)
    enter (((DispatcherSource *) source)->dispatcher);
  else
    ts_dispatcher_ref (self);
  registry_release ();

  if (self == NULL)
    {
      self = ts_dispatcher_ref (((DispatcherSource *) source)->dispatcher);
      g_source_attach (source, context);
    }
  g_source_unref (source);
  return self;
}

void
ts_dispatcher_expect (TsDispatcher *self, TsDelivery *delivery)
{
  delivery->link.data = delivery;
  dispatcher_lock (self);
  g_queue_push_tail_link (&self->pending, &delivery->link);
  dispatcher_unlock (self);
}

gboolean
ts_dispatcher_push (TsDispatcher *self, TsDelivery *delivery)
{
  gboolean alive, first = FALSE;

  dispatcher_lock (self);
  alive = self->source != NULL;
  if (alive)
    {
      if (delivery->link.data != NULL)
        g_queue_unlink (&self->pending, &delivery->link);
      delivery->link.data = delivery;
      first = self->ready.length == 0;
      g_queue_push_tail_link (&self->ready, &delivery->link);
    }
  dispatcher_unlock (self);

  if (first)
    ts_dispatcher_kick (self);
  return alive;
}

/* Without a descriptor there is no other way than GLib's own; the lock keeps the source, and with
 * it the context, from going meanwhile. */
static void
kick_without_descriptor (TsDispatcher *self) TS_UNANALYSED
{
  dispatcher_lock (self);
  if (self->source != NULL)
    g_source_set_ready_time (self->source, 0);
  dispatcher_unlock (self);
}

void
ts_dispatcher_keep_busy (TsDispatcher *self)
{
  self->busy = TRUE;
}

void
ts_dispatcher_kick (TsDispatcher *self)
{
  int stamp = 0;

  TS_SYNC_POINT ("kick");
  if (atomic_load_explicit (&self->state, memory_order_relaxed) == SLEEPING)
    stamp = ts_sync_stamp ();
  if (atomic_exchange (&self->state, KICKED | stamp) != SLEEPING)
    return;
  if (G_LIKELY (self->wakeup.write_fd >= 0))
    ts_wakeup_signal (&self->wakeup);
  else
    kick_without_descriptor (self);
}
