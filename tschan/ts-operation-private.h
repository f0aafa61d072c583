/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The way of waiting.
 *
 * An *operation* is something that can be attempted, parked, unparked and undone: to wait for an
 * event, to receive from a channel. Each primitive brings the four functions (TsOperationClass).
 *
 * A *waiter* is somebody for whom an operation is to happen: a blocked thread, a task of a main
 * loop, a GSource, an entry of a port. It carries one atomic claim. Whoever wins it decides how
 * the wait ends: the object that has what is waited for, the deadline, the cancellable, or the
 * owner who no longer wants it. Everyone else leaves the operation alone. So exactly one thing
 * happens.
 *
 * The rules between the two:
 *
 *  - An object claims under its own lock, ts_operation_claim(); on success it takes the operation
 *    out of its queue, fills in @outcome and @value, and adds it to a TsWakeList. After it
 *    has released its lock it runs the list. A waiter's memory is valid until it was woken.
 *  - If the claim fails the object drops the operation from its queue and looks at the next one.
 *  - An owner who gives up claims too. If it wins, it calls unpark(), after which no object knows
 *    the operation any more. If it loses, the wake-up is certain to come, and the owner must take
 *    it, and undo() the operation if it does not want its result.
 *  - Completion has two phases. What the object hands over is *reserved*; the owner *commits* by
 *    collecting the result. A success that nobody collects is undone, and the object gives it to
 *    the next.
 */

#pragma once

#include "ts-debug-private.h"
#include "ts-sync-private.h"
#include "ts-types.h"

G_BEGIN_DECLS

typedef struct _TsOperation      TsOperation;
typedef struct _TsOperationClass TsOperationClass;
typedef struct _TsWaiter         TsWaiter;

/* How an operation ended. Zero and below are the engine's, the rest is a TsError plus one, or what a
 * class has for itself. */
typedef enum
{
  TS_OUTCOME_TIMED_OUT = -2,
  TS_OUTCOME_CANCELLED = -1,
  TS_OUTCOME_SUCCESS = 0,
  TS_OUTCOME_OWN = G_MAXINT8, /* for a class to use as it likes */
} TsOutcome;

#define TS_OUTCOME_ERROR(code) ((TsOutcome) ((code) + 1))

/* What stands in a waiter's claim. A positive number is one plus the index of the operation that
 * won (0 unless the waiter has several). */
enum
{
  TS_CLAIM_NONE = 0,
  TS_CLAIM_TIMED_OUT = -1,
  TS_CLAIM_CANCELLED = -2,
  TS_CLAIM_ABANDONED = -3,
};

struct _TsOperationClass
{
  const char *name; /* for a trace, a description, a debugger */

  /* A guess, without a lock, whether attempt() might succeed now. NULL: it always might. */
  gboolean (*hint)    (TsOperation *op);

  /* Does it now if that is possible. TRUE: it is over, @outcome says how. */
  gboolean (*attempt) (TsOperation *op);

  /* The same, else enters the object's queue, in one step: TRUE, it is over and not parked; FALSE,
   * it is parked, and the waiter will be woken. An operation that shares its waiter is
   * not done here; TRUE then only says that an attempt might succeed. */
  gboolean (*park)    (TsOperation *op);

  /* Leaves the queue, if it is still in it. */
  void     (*unpark)  (TsOperation *op);

  /* After an object has woken the waiter of a blocked thread, and before that waiter goes: nobody may
   * know it any more. NULL: nobody does, since the operation is in one queue only. */
  void     (*settle)  (TsOperation *op);

  /* After unpark(), if the wait was cancelled or out of time: what must come before its owner is
   * told so; it may turn it into a success, too (ts_operation_succeed_late()). TRUE: no more. FALSE:
   * it is parked once more, for good, and the waiter will be woken. NULL: nothing. */
  gboolean (*resume)  (TsOperation *op);

  /* After a success that nobody wanted, and after any resume() whose result nobody wanted: gives
   * back what was taken. NULL: nothing was taken. */
  void     (*undo)    (TsOperation *op);

  /* Fills in @value, with no lock held, when a success is committed; NULL: it is there already. */
  void     (*collect) (TsOperation *op);

  /* While a thread looks for a moment whether its wait is over already: something cheaper than a
   * reference that keeps the object alive, and its end. NULL: there is nothing cheaper. */
  void     (*hold)    (TsOperation *op);
  void     (*release) (TsOperation *op);

  /* Describes @outcome, which is not a success, for a person. */
  void     (*set_error) (TsOperation *op, TsOutcome outcome, GError **error);
};

/* What an object touches when it completes an operation comes first: with the waiter of a blocked thread
 * in front of it that is one line of memory, which one processor has to fetch from the other. */
struct _TsOperation
{
  TsWaiter               *waiter;
  TsOperation            *next;    /* guarded by the object's lock, as @prev, @queued and @owed; once it
                                    * was claimed, and is in no queue any more, of a TsWakeList */
  GValue                  value;   /* what to hand over, or what was taken */
  guint                   index;
  gint8                   outcome; /* a TsOutcome */
  guint8                  queued;
  guint8                  owed;    /* in a TsLock's queue: needs no claim, it was claimed elsewhere */
  guint8                  flags;   /* TS_OPERATION_…; they do not change once it is parked */

  TsOperation            *prev;
  const TsOperationClass *klass;
  gpointer                object;  /* not a reference: whoever waits holds one */
  guint32                 ticket;  /* the place in line of what was taken; 0 if there is no line */
  int                     claim;   /* of a waiter that is gone: a blocked thread's */
};

enum
{
  TS_OPERATION_SHARED = 1 << 0, /* its waiter has several */
  TS_OPERATION_FINAL = 1 << 1,  /* what it takes is taken: it is never undone */
  TS_OPERATION_TELLS = 1 << 2,  /* takes nothing: it only tells when another kind could go on */
};

struct _TsWaiter
{
  void      (*wake) (TsWaiter *waiter); /* runs with no lock held, in any thread */
  _Atomic int claim;
  TsParker    parker;                   /* of a blocked thread; others have no use for it */
};

/* An object's queue of parked operations, first come, first served. Guarded by the object's lock. */
typedef struct
{
  TsOperation *_Atomic head; /* written under the lock; for a guess it may be read without */
  TsOperation         *tail;
} TsQueue;

/* Operations whose waiters were claimed under a lock, to be woken after it. */
typedef struct
{
  TsOperation *head;
  TsOperation *tail;
} TsWakeList;

#define TS_WAKE_LIST_INIT { NULL, NULL }

/* What is called when a waiter is woken also tells the kinds apart: this is any other than a result. */
void ts_waiter_wake_thread (TsWaiter *waiter);
void ts_waiter_wake_source (TsWaiter *waiter);
void ts_waiter_wake_port   (TsWaiter *waiter);

static inline void
ts_operation_init (TsOperation *op, const TsOperationClass *klass, gpointer object)
{
  *op = (TsOperation) { .klass = klass, .object = object };
}

static inline gboolean
ts_operation_is_shared (TsOperation *op)
{
  return (op->flags & TS_OPERATION_SHARED) != 0;
}

static inline gboolean
ts_waiter_claim (TsWaiter *waiter, int claim)
{
  int none = TS_CLAIM_NONE;

  TS_SYNC_POINT ("claim");
  return atomic_compare_exchange_strong (&waiter->claim, &none, claim);
}

static inline gboolean
ts_operation_claim (TsOperation *op)
{
  return ts_waiter_claim (op->waiter, (int) op->index + 1);
}

/* For resume(): the object had counted on the waiter before it gave up. */
static inline void
ts_operation_succeed_late (TsOperation *op)
{
  atomic_store (&op->waiter->claim, (int) op->index + 1);
}

static inline TsOperation *
ts_queue_get_head (TsQueue *queue)
{
  return atomic_load_explicit (&queue->head, memory_order_relaxed);
}

static inline void
ts_queue_set_head (TsQueue *queue, TsOperation *head)
{
  atomic_store_explicit (&queue->head, head, memory_order_relaxed);
}

static inline void
ts_queue_push (TsQueue *queue, TsOperation *op)
{
  op->queued = TRUE;
  op->next = NULL;
  op->prev = queue->tail;
  if (queue->tail != NULL)
    queue->tail->next = op;
  else
    ts_queue_set_head (queue, op);
  queue->tail = op;
}

/* @prev of the first means nothing: so who takes the first of a queue need not fetch that line of memory, nor
 * that of the next. */
static inline void
ts_queue_drop_first (TsQueue *queue)
{
  TsOperation *op = ts_queue_get_head (queue);

  ts_queue_set_head (queue, op->next);
  if (op->next == NULL)
    queue->tail = NULL;
  op->queued = FALSE;
  op->next = NULL;
}

static inline void
ts_queue_remove (TsQueue *queue, TsOperation *op)
{
  if (!op->queued)
    return;
  if (ts_queue_get_head (queue) == op)
    {
      ts_queue_drop_first (queue);
      return;
    }
  op->prev->next = op->next;
  if (op->next != NULL)
    op->next->prev = op->prev;
  else
    queue->tail = op->prev;
  op->queued = FALSE;
  op->next = NULL;
}

/* Takes out the first operation whose waiter can still be had, and claims it. Those that somebody
 * else has claimed leave the queue on the way. */
static inline TsOperation *
ts_queue_claim_first (TsQueue *queue)
{
  TsOperation *op;

  while ((op = ts_queue_get_head (queue)) != NULL)
    {
      ts_queue_drop_first (queue);
      if (ts_operation_claim (op))
        return op;
    }
  return NULL;
}

/* @op is in no queue. */
static inline void
ts_wake_list_add (TsWakeList *list, TsOperation *op)
{
  op->next = NULL;
  if (list->tail != NULL)
    list->tail->next = op;
  else
    list->head = op;
  list->tail = op;
}

static inline void
ts_operation_trace (TsOperation *op, const char *step)
{
  ts_trace (op->object, op->klass->name, step);
}

/* With no lock held. */
static inline void
ts_wake_list_run (TsWakeList *list)
{
  TsOperation *op = list->head;

  while (op != NULL)
    {
      TsOperation *next = op->next;

      ts_operation_trace (op, "is settled");
      op->waiter->wake (op->waiter);
      op = next;
    }
}

/* How the wait for @op ended, once its waiter was woken or has given up. */
TsOutcome ts_operation_get_outcome (TsOperation *op);

/* For a trace. */
const char *ts_outcome_describe (TsOutcome outcome);
void      ts_operation_trace_outcome (TsOperation *op, TsOutcome outcome);

/* FALSE and @error unless @outcome is a success. */
gboolean  ts_operation_propagate   (TsOperation *op, TsOutcome outcome, GError **error);

/* Commits a success: moves what was taken into @value, which is left alone if that is nothing. */
void      ts_operation_collect     (TsOperation *op, GValue *value);

/* Undoes a success. */
void      ts_operation_undo        (TsOperation *op);

/* The blocking face: waits in this thread. */
gboolean  ts_operation_wait        (TsOperation *op, gint64 deadline, GCancellable *cancellable,
                                    GError **error);

/* The same for a caller that has found the cancellable not cancelled, and has just made the attempt. */
gboolean  ts_operation_wait_on     (TsOperation *op, gint64 deadline, GCancellable *cancellable,
                                    GError **error);

G_END_DECLS
