/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What the primitives do, told in the simplest way: one thread, arrays, no waiting. One of each kind,
 * and a list of those who wait, in the order in which they came. It shares nothing with the library. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TS_REFERENCE_WAITS 24

typedef enum
{
  TS_REF_SEND,
  TS_REF_RECEIVE,
  TS_REF_EVENT,
  TS_REF_ACQUIRE,
  TS_REF_LOCK,
  TS_REF_FUTURE,
} TsRefKind;

typedef enum
{
  TS_REF_PENDING,
  TS_REF_SUCCESS,
  TS_REF_CLOSED,
  TS_REF_CANCELLED,
  TS_REF_REJECTED,
} TsRefState;

typedef enum
{
  TS_REF_WAIT,
  TS_REF_DROP_OLDEST,
  TS_REF_DROP_NEWEST,
} TsRefOverflow;

typedef struct
{
  TsRefKind  kind;
  TsRefState state;
  int        value;  /* to send, or received */
  guint      place;  /* in line, of what was received */
} TsRefWait;

typedef struct
{
  int           capacity; /* -1: any number */
  TsRefOverflow overflow;
  gboolean      auto_reset;
  guint         limit;    /* of the semaphore */

  GArray       *items;    /* int */
  GArray       *returned; /* TsRefWait: items that came back; they leave first, in order of place */
  guint         last_place;
  guint         dropped;
  gboolean      closed;
  gboolean      set;
  guint         permits;
  gboolean      held;
  TsRefState    future;   /* TS_REF_PENDING: not done */
  int           future_value;

  TsRefWait     waits[TS_REFERENCE_WAITS];
  guint         n_waits;
} TsReference;

void       ts_reference_init    (TsReference *self);
void       ts_reference_clear   (TsReference *self);

guint      ts_reference_length  (TsReference *self);

/* Does it now, or TS_REF_PENDING. */
TsRefState ts_reference_attempt (TsReference *self, TsRefWait *wait);

/* Does it now, or waits; tells the number of the wait. */
guint      ts_reference_start   (TsReference *self, TsRefKind kind, int value);

void       ts_reference_cancel  (TsReference *self, guint wait);
void       ts_reference_undo    (TsReference *self, guint wait);

gboolean   ts_reference_close   (TsReference *self);
void       ts_reference_set     (TsReference *self);
gboolean   ts_reference_release (TsReference *self, guint n, guint limit);
gboolean   ts_reference_unlock  (TsReference *self);
gboolean   ts_reference_settle  (TsReference *self, TsRefState state, int value);

G_END_DECLS
