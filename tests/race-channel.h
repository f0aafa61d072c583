/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Who takes part in race-channel.c. */

#pragma once

#include "ts-test-util.h"

G_BEGIN_DECLS

#define MAX_SENDERS 8
#define WINDOW      3 /* operations that a task or port has under way, at most */

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

typedef struct _Peer Peer;

/* An operation under way, and the item that it sends */
typedef struct
{
  Peer    *peer;
  gboolean busy;
  gint64   token;
  guint    number;
} Slot;

struct _Peer
{
  Run          *run;
  guint         index;
  guint         window;         /* operations to have under way */
  GRand        *rand;
  GMainContext *context;
  TsPort       *port;
  Slot          slots[WINDOW];
  guint         next;           /* number of the next item to send */
  gboolean      ended;          /* the channel is closed */
  gboolean      orderly;        /* what is received is checked to be in order */
  gboolean      sweeping;       /* drops all that is under way at once, or nothing */
  gint64        last[MAX_SENDERS];

  GMutex        mutex;
  GCancellable *cancellable;    /* for whoever cancels */
};

typedef void (*PeerMain) (Peer *self);

#define N_SENDERS   6
#define N_RECEIVERS 9
extern const PeerMain race_senders[N_SENDERS];
extern const PeerMain race_receivers[N_RECEIVERS];

extern _Atomic int race_items_alive;
GType race_item_get_type (void);

/* Gives @self's cancellable to whoever cancels, or takes it back. */
void  race_publish       (Peer *self, GCancellable *cancellable);
void  race_cancel        (Peer *self);

/* Chance */
gboolean      race_one_in             (Peer *self, int n);
gboolean      race_chaotically_one_in (Peer *self, int n); /* never where all is orderly */
gboolean      race_drops              (Peer *self);
GCancellable *race_choose_cancellable (Peer *self);
gint64        race_choose_deadline    (Peer *self);

/* A sender's items, and what became of them; @error is freed. */
gboolean race_has_more  (Peer *self);
guint    race_make_item (Peer *self, GValue *value);
void     race_note_sent (Peer *self, guint number, gboolean accepted, GError *error);

/* Enters what was received into the accounts; clears @value and frees @error. */
void race_take_received (Peer *self, GValue *value, GError *error);
void race_note_received (Peer *self, const GValue *value);
void race_note_error    (Peer *self, GError *error);

/* Keeps @self's slots busy with what @start starts, in a main context. Where it is chaotic the
 * context is lost now and then, with all that is under way. @start may leave the slot as it is. */
void  race_run_tasks      (Peer *self, void (*start) (Slot *slot));
/* Pushes a new context in the place of the one before, if any: that is gone then. */
void  race_change_context (Peer *self);

/* The same for ports */
void  race_change_port    (Peer *self);
void  race_wait_for_port  (Peer *self);
Slot *race_find_slot      (Peer *self, gint64 token);

/* On either side */
void  race_send_by_select    (Peer *self);
void  race_receive_by_select (Peer *self);

G_END_DECLS
