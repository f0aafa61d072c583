/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A gate before the function that frees values of one type, for a runtime that ends before the process
 * does: Python, where it has no extension of ours. Once the gate is closed only the thread that closed it
 * frees such values; what others drop goes with the process. PyGObject's function would take the lock of
 * an interpreter that is being taken apart, and crash.
 *
 * Nothing of it is exported. A runtime finds the type by its name, and sets properties:
 *
 *   type    of what values the gate is to be; once in a process
 *   closed  TRUE waits, for a while, for those who are inside; FALSE is for a child of fork(), in which
 *           nobody is */

#include "config.h"

#include "ts-drop-private.h"

/* For how long closing waits: somebody may hang inside. */
enum { LEAVE_TIME = G_USEC_PER_SEC, LEAVE_LOOK = 500 };

/* One for the process, whatever number of objects there is. */
static atomic_int n_inside;
static GThread *_Atomic closer;

struct _TsDropGate
{
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (TsDropGate, ts_drop_gate, G_TYPE_OBJECT)

typedef enum
{
  PROP_TYPE = 1,
  PROP_CLOSED,
} TsDropGateProperty;

static GParamSpec *properties[PROP_CLOSED + 1];

static gboolean
may_pass (void)
{
  GThread *closed_by = atomic_load (&closer);

  return closed_by == NULL || closed_by == g_thread_self ();
}

/* Whoever closes must not have to wait for all of many. */
static void
drop_by_type (gpointer *objects, guint n)
{
  GType type = atomic_load (&ts_drop_slot.type);

  atomic_fetch_add (&n_inside, 1);
  for (guint i = 0; i < n && may_pass (); i++)
    g_boxed_free (type, objects[i]);
  atomic_fetch_sub (&n_inside, 1);
}

static void
gate_close (void)
{
  gint64 end = g_get_monotonic_time () + LEAVE_TIME;

  atomic_store (&closer, g_thread_self ());
  while (atomic_load (&n_inside) > 0 && g_get_monotonic_time () < end)
    g_usleep (LEAVE_LOOK);
}

static void
gate_open (void)
{
  atomic_store (&n_inside, 0);
  atomic_store (&closer, NULL);
}

static void
gate_set_type (GType type)
{
  if (atomic_load (&ts_drop_slot.type) != G_TYPE_INVALID || !G_TYPE_IS_BOXED (type))
    return;
  ts_drop_slot.func = drop_by_type;
  atomic_store (&ts_drop_slot.type, type);
}

static void
ts_drop_gate_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch ((TsDropGateProperty) id)
    {
    case PROP_TYPE:
      gate_set_type (g_value_get_gtype (value));
      break;
    case PROP_CLOSED:
      if (g_value_get_boolean (value))
        gate_close ();
      else
        gate_open ();
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ts_drop_gate_class_init (TsDropGateClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS;

  object_class->set_property = ts_drop_gate_set_property;
  properties[PROP_TYPE] = g_param_spec_gtype ("type", NULL, NULL, G_TYPE_NONE, flags);
  properties[PROP_CLOSED] = g_param_spec_boolean ("closed", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ts_drop_gate_init (TsDropGate *self)
{
}
