/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-list-model.h"
#include "ts-rows-private.h"

G_BEGIN_DECLS

/* What of the channel the model waits for. */
typedef enum
{
  TS_LISTENS_TO_NOTHING,
  TS_LISTENS_TO_END,   /* it is full: whether the channel ends all the same */
  TS_LISTENS_TO_ITEMS,
} TsListening;

struct _TsListModel
{
  GObject     parent_instance;

  /* Immutable, but for the end of its life. */
  TsChannel  *channel;
  GType       item_type;
  gboolean    only_objects; /* the channel says so */

  /* All else belongs to the thread that runs the context. */
  GSource    *home;      /* stays in the context, and shows what is to be shown; NULL once nothing
                          * more will come */
  GSource    *source;    /* waits for the channel */
  TsListening listening; /* to what @source does */

  TsRows      rows;      /* the first @n_items are shown, the others may be given back */
  guint       n_items;
  GArray     *tickets;   /* of those that are not shown yet */
  TsRows      waste;     /* to be freed as soon as all is consistent */

  guint       max_items;
  TsOverflow  overflow;
  guint       interval;  /* milliseconds */
  int         priority;
  gint64      shown;     /* when rows were last shown; 0: never yet */
  guint64     received;
  guint64     dropped;
  guint64     told_received;
  guint64     told_dropped;
  guint       told_n_items;
  gboolean    emitting;
  gboolean    ended;     /* the channel has nothing more */
  gboolean    finished;
};

extern GParamSpec *ts_list_model_properties[];

enum
{
  TS_LIST_MODEL_PROP_CHANNEL = 1,
  TS_LIST_MODEL_PROP_ITEM_TYPE,
  TS_LIST_MODEL_PROP_N_ITEMS,
  TS_LIST_MODEL_PROP_MAX_ITEMS,
  TS_LIST_MODEL_PROP_OVERFLOW,
  TS_LIST_MODEL_PROP_INTERVAL,
  TS_LIST_MODEL_PROP_PRIORITY,
  TS_LIST_MODEL_PROP_RECEIVED,
  TS_LIST_MODEL_PROP_DROPPED,
  TS_LIST_MODEL_PROP_FINISHED,
  TS_LIST_MODEL_N_PROPS,
};

/* Joins the thread-default main context. */
void     ts_list_model_start         (TsListModel *self);

/* Leaves it; what is not shown goes back into the channel. FALSE: it had left already. */
gboolean ts_list_model_leave         (TsListModel *self);

/* After a change of what may be in. */
void     ts_list_model_adapt         (TsListModel *self);

/* After a change of when to show. */
void     ts_list_model_plan          (TsListModel *self);

/* Removes rows that are shown; not while handlers are told of another change. */
void     ts_list_model_take_out      (TsListModel *self, guint position, guint n);

G_END_DECLS
