/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Objects of every kind, and threads that do with them what comes to their mind. dst-world.c tells the
 * whole story. */

#pragma once

#include "ts-dst.h"
#include "ts-history.h"

G_BEGIN_DECLS

#define WORLD_CHANNELS 2
#define WORLD_ACTORS   4
#define WORLD_CASES    3

typedef enum
{
  RECEIVE,
  SEND,
  EVENT,
  ACQUIRE,
  LOCK,
  FUTURE,
  BARRIER,   /* is no case of a select */
  CONDITION, /* the same; its lock must be held */
} WantKind;

#define N_KINDS      (CONDITION + 1)
#define N_SELECTABLE BARRIER
#define N_WAITABLE   CONDITION

/* Something that an actor waits for */
typedef struct
{
  WantKind kind;
  guint    channel;
  int      item;     /* to send */
  int      step;     /* in the history of the channel */
  int      index;    /* as a case */
} Want;

typedef struct
{
  int           id;
  gboolean      waiting;
  gboolean      tells;       /* waits only to be told */
  Want          wants[WORLD_CASES];
  guint         n_wants;
  gint64        deadline;    /* of what it does now; -1: none */
  GCancellable *cancellable; /* the same */
  guint         began;       /* after how many rests */
  guint         parked_at;   /* the first rest that found it waiting; 0: none did */
} Actor;

/* What most of the threads' time goes into: the more often two of a kind meet, the sooner it shows. */
typedef enum
{
  ON_ALL,
  ON_CHANNELS,
  ON_SELECTS,
  ON_OTHERS,
  N_FOCUSES,
} Focus;

typedef struct
{
  Focus         focus;
  TsChannel    *channels[WORLD_CHANNELS];
  TsHistory     histories[WORLD_CHANNELS];
  TsEvent      *event;
  TsSemaphore  *semaphore;
  TsLock       *lock;
  TsCondition  *condition;
  TsFuture     *future;
  TsBarrier    *barrier;
  TsRunner     *runner;
  GCancellable *cancellable;

  Actor         actors[WORLD_ACTORS];
  guint         n_actors;
  guint         running;
  guint         rests;         /* how often nobody could run */
  guint         served[N_KINDS][WORLD_CHANNELS]; /* when the youngest of those began that got it */
  int           n_items;       /* that were made */
  int           live_items;    /* copies that are somewhere */
  guint         permits;       /* in the semaphore, when nobody has one */
  guint         permits_out;
  gboolean      lock_held;
  gboolean      sent_away;     /* who waited at the barrier */
} World;

extern World world;

/* One schedule: makes the world, runs and judges it. */
void     world_run        (void);

/* What became of a wait: told to the histories, and checked. */
void     world_make_want  (Actor *actor, Want *want, WantKind kind);
void     world_begin      (Actor *actor, Want *want);
void     world_got        (Actor *actor, Want *want, const GValue *value);
void     world_failed     (Actor *actor, Want *want, const GError *error);
void     world_lost       (Want *want);
gboolean world_is_usable  (const Want *want);
void     world_item_init  (GValue *value, int item);
int      world_item_get   (const GValue *value);

/* The ways to wait (world-waits.c) */
void     world_try        (Actor *actor, Want *want);
void     world_block      (Actor *actor, Want *want);
void     world_wait_task  (Actor *actor, Want *want);
void     world_wait_port  (Actor *actor, Want *want);
void     world_select     (Actor *actor);
void     world_receive_at_once (Actor *actor);
void     world_watch      (Actor *actor, Want *want);
void     world_poll       (Actor *actor, Want *want);

G_END_DECLS
