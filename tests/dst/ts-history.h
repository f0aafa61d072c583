/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What was asked of a channel and what it answered, and whether that can be.
 *
 * Each operation has happened at one instant between its call and its return. A history is right
 * ("linearizable") if these instants can be chosen so that a plain queue, asked one after the other, gives
 * the same answers. The search for them is Wing and Gong's: try each operation that may be the next, see
 * whether the queue would have answered so, and go on from there; what was seen before is not tried again.
 *
 * Three things are more than a queue has. With capacity 0 a send and a receive happen at the same instant.
 * What was reserved for somebody who did not want it comes back, to its place in line; whether anything
 * was is not known. And nobody knows whether a send has happened whose result was not asked for.
 */

#pragma once

#include <tschan/tschan.h>

G_BEGIN_DECLS

#define TS_HISTORY_MAX 56

typedef enum
{
  TS_HISTORY_NOTHING,     /* does not count */
  TS_HISTORY_PUT,         /* number: the item */
  TS_HISTORY_MAYBE_PUT,
  TS_HISTORY_FULL,        /* found no room */
  TS_HISTORY_PUT_CLOSED,
  TS_HISTORY_TAKE,        /* number: the item */
  TS_HISTORY_MAYBE_TAKE,
  TS_HISTORY_GIVE_BACK,   /* what the one that it comes after has taken */
  TS_HISTORY_EMPTY,
  TS_HISTORY_TAKE_CLOSED,
  TS_HISTORY_CLOSE,       /* number: whether it was open */
  TS_HISTORY_LENGTH,
  TS_HISTORY_CAN_PUT,
  TS_HISTORY_CAN_TAKE,
  TS_HISTORY_DROPPED,
} TsHistoryKind;

typedef struct
{
  TsHistoryKind kind;
  int           number;
  guint         called;
  guint         returned; /* G_MAXUINT: it did not */
  int           after;    /* the operation that must have happened before; -1: none */
} TsHistoryStep;

typedef struct
{
  int           capacity;
  TsOverflow    overflow;
  guint         clock;
  guint         n_steps;
  TsHistoryStep steps[TS_HISTORY_MAX];
} TsHistory;

void     ts_history_init  (TsHistory *self, int capacity, TsOverflow overflow);

/* Around an operation. Whoever cannot begin one (-1) should not make any more. */
int      ts_history_begin (TsHistory *self);
void     ts_history_end   (TsHistory *self, int step, TsHistoryKind kind, int number);

/* It was given up. What it may have taken comes back, at the latest when whoever was about to hand it over has
 * done that; what it may have put is in, or will be, or not. */
void     ts_history_lose  (TsHistory *self, int step, gboolean sends, int number);

/* Nobody does anything: so what was given up is back. */
void     ts_history_rest  (TsHistory *self);

/* One more that began with @step, and happened after the operation @after. */
void     ts_history_also  (TsHistory *self, int step, int after, TsHistoryKind kind, int number);

gboolean ts_history_is_full (TsHistory *self);
gboolean ts_history_check (TsHistory *self);
char    *ts_history_print (TsHistory *self);

G_END_DECLS
