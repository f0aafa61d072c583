/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-channel.h"
#include "ts-operation-private.h"

G_BEGIN_DECLS

/* Describes an object in one line, for a person who debugs; from any thread, also if the object is on its
 * way out. TRUE: it is in use, somebody waits or something is inside. */
typedef gboolean (*TsDescribe) (gpointer object, GString *text);

/* What the public functions return. */
char    *ts_describe                (gpointer object, TsDescribe describe);

/* How each description begins. */
void     ts_description_begin       (GString *text, gpointer object, const char *name);

/* FALSE: the object is about something that takes long, or whose thread was stopped; the description says
 * so, and that is all. TRUE: @lock is held. */
gboolean ts_description_lock        (GString *text, TsSyncLock *lock);

/* What happens when there is too much, if it is not that somebody waits. */
void     ts_description_overflow    (GString *text, TsOverflow overflow, guint64 n_dropped);

/* Who waits in a queue, by kinds of waiters */
typedef struct
{
  guint    threads;
  guint    tasks;
  guint    sources;
  guint    ports;
  guint    selects;
  gboolean more; /* than were counted */
} TsCrowd;

/* Under the lock of the queue. */
void     ts_crowd_count             (TsCrowd *self, TsQueue *queue);

/* Adds it to a description, if there is anybody: @purpose is what they wait to do, or empty. Returns
 * whether there is. */
gboolean ts_crowd_describe          (const TsCrowd *self, GString *text, const char *purpose);

G_END_DECLS
