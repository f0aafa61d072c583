/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Dropping values many at a time, where that is cheaper.
 *
 * The values of one type may belong to a runtime with a lock of its own, which whoever frees one must
 * take: Python's objects and the GIL. Each time that may mean to wait until a busy thread gives it up.
 * So the extension for Python has them handed over in bundles, and also learns of each that is
 * dropped alone: so it can stop to look after them when the interpreter goes.
 *
 * It includes this header; the library exports nothing for it. It finds the slot as data of the type of
 * channels. Python without the extension has a TsDropGate (ts-drop-gate.c) instead, which it finds by the
 * name of its type: values are freed one by one, but no more when the interpreter goes. */

#pragma once

#include <glib-object.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* Frees what boxed values held; none is NULL. With no lock of the library held, in any thread. */
typedef void (*TsDropFunc) (gpointer *objects, guint n);

/* Filled once, the type at last, and then immutable. */
typedef struct
{
  _Atomic GType type;
  TsDropFunc    func;
} TsDropSlot;

/* The name of the data changes with what it is. */
#define TS_DROP_SLOT_NAME "ts-drop-slot-1"

extern G_GNUC_INTERNAL TsDropSlot ts_drop_slot;

static inline gboolean
ts_drop_is_foreign (GType type)
{
  return type != 0 &&
         G_UNLIKELY (type == atomic_load_explicit (&ts_drop_slot.type, memory_order_acquire));
}

void ts_drop_publish (GType type);

#define TS_TYPE_DROP_GATE (ts_drop_gate_get_type ())
G_DECLARE_FINAL_TYPE (TsDropGate, ts_drop_gate, TS, DROP_GATE, GObject)

/* For one that is foreign */
void ts_drop_one     (const GValue *value);

/* A bundle: what is added is freed at once if it is not foreign, and else at the latest when the bundle
 * is finished. */

typedef struct
{
  GPtrArray *objects; /* NULL: none yet */
} TsDropBundle;

#define TS_DROP_BUNDLE_INIT { NULL }

/* So many of a word each are held back at most. */
#define TS_DROP_BUNDLE_MAX 4096u

void ts_drop_bundle_hold   (TsDropBundle *self, const GValue *value);
void ts_drop_bundle_finish (TsDropBundle *self);

G_END_DECLS
