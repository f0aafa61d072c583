/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-operation-private.h"
#include "ts-select.h"

G_BEGIN_DECLS

typedef struct
{
  TsOperation operation; /* object: NULL once the case was removed; @value: what to send */
  GValue      received;
  gboolean    idle;      /* a send whose value has gone */
  gboolean    failed;    /* it has won because its channel is closed */
  gint64      deadline;  /* -1: not that kind */
  GSource    *timer;     /* sets the event of a deadline */
} TsSelectCase;

struct _TsSelect
{
  GObject     parent_instance;

  GPtrArray  *cases;  /* of TsSelectCase; an index is for ever */
  GPtrArray  *active; /* of those that are not removed, in the order in which they are parked */
  guint       next;   /* in @cases: where the next attempt begins */
  int         winner; /* -1: none yet */
  guint       parked; /* how many of @active may be parked */
  gboolean    final;  /* what this wait takes is taken: it is never undone */
  gboolean    lucky;  /* the first attempt has been the last one for a while */
  _Atomic int busy;

  _Atomic guint n_active; /* as @active has it, for others to look at */
};

/* Waiting for a TsSelect, for whoever brings the waiter. Its value is the index, an int. */
extern const TsOperationClass ts_select_wait_class;

/* A TsDescribe. */
gboolean ts_select_describe (gpointer object, GString *text);

G_END_DECLS
