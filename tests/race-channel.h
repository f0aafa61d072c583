/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Who takes part in race-channel.c. */

#pragma once

#include "ts-test-util.h"

G_BEGIN_DECLS

#define MAX_SENDERS 8
#define WINDOW      3 /* operations that a task or port has under way */

typedef enum
{
  ORDERLY,
  CHAOTIC,
  CLOSING, /* chaotic, and closed in the midst of it */
} Mode;

typedef enum
{
  UNKNOWN, /* nobody was told, or it was never sent */
  ACCEPTED,
  REFUSED,
} Fate;

/* An item counts itself. */
typedef struct
{
  _Atomic int refs;
  guint       sender;
  guint       number;
} Item;

typedef struct
{
  TsChannel   *channel;
  Mode         mode;
  guint        n_items; /* of each sender */
  guint        n_senders;
  _Atomic int *received[MAX_SENDERS];
  guint8      *fates[MAX_SENDERS];
  _Atomic int  stop;
} Run;

typedef struct
{
  Run          *run;
  guint         index;
  GRand        *rand;
  GMainContext *context;
  TsPort       *port;
  guint         next;           /* number of the next item to send */
  guint         active;         /* operations under way */
  gboolean      ended;          /* the channel is closed */
  gint64        last[MAX_SENDERS];

  GMutex        mutex;
  GCancellable *cancellable;    /* for whoever cancels */
} Peer;

typedef void (*PeerMain) (Peer *self);

#define N_SENDERS   5
#define N_RECEIVERS 8
extern const PeerMain race_senders[N_SENDERS];
extern const PeerMain race_receivers[N_RECEIVERS];

extern _Atomic int race_items_alive;
GType race_item_get_type (void);

/* Gives @self's cancellable to whoever cancels, or takes it back. */
void  race_publish       (Peer *self, GCancellable *cancellable);
void  race_cancel        (Peer *self);

/* Enters what was received into the accounts; clears @value and frees @error. */
void  race_take_received (Peer *self, GValue *value, GError *error);

G_END_DECLS
