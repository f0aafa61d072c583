/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Locking: none. */

#include "config.h"

#include "ts-drop-private.h"

TsDropSlot ts_drop_slot;

void
ts_drop_publish (GType type)
{
  g_type_ensure (TS_TYPE_DROP_GATE);
  g_type_set_qdata (type, g_quark_from_static_string (TS_DROP_SLOT_NAME), &ts_drop_slot);
}

/* Not what is only lent to the value. */
static gpointer
get_owned (const GValue *value)
{
  return (value->data[1].v_uint & G_VALUE_NOCOPY_CONTENTS) == 0 ? g_value_get_boxed (value) : NULL;
}

void
ts_drop_one (const GValue *value)
{
  gpointer object = get_owned (value);

  if (object != NULL)
    ts_drop_slot.func (&object, 1);
}

static void
ts_drop_bundle_hand_over (TsDropBundle *self)
{
  ts_drop_slot.func (self->objects->pdata, self->objects->len);
  g_ptr_array_set_size (self->objects, 0);
}

/* The value is foreign. It is forgotten, as after a move. */
void
ts_drop_bundle_hold (TsDropBundle *self, const GValue *value)
{
  gpointer object = get_owned (value);

  if (object == NULL)
    return;
  if (self->objects == NULL)
    self->objects = g_ptr_array_new ();
  g_ptr_array_add (self->objects, object);
  if (self->objects->len == TS_DROP_BUNDLE_MAX)
    ts_drop_bundle_hand_over (self);
}

void
ts_drop_bundle_finish (TsDropBundle *self)
{
  if (self->objects == NULL)
    return;
  if (self->objects->len > 0)
    ts_drop_bundle_hand_over (self);
  g_clear_pointer (&self->objects, g_ptr_array_unref);
}
