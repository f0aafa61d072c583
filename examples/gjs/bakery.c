/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The part of a program that is written in C, because it needs threads. */

#include "bakery.h"

typedef struct
{
  TsEvent   *opening;
  TsChannel *counter;
  char      *kind;
  guint      n_trays;
} Baker;

static void
baker_free (gpointer data)
{
  Baker *self = data;

  g_object_unref (self->opening);
  g_object_unref (self->counter);
  g_free (self->kind);
  g_free (self);
}

static gboolean
bake (Baker *self, GCancellable *cancellable, GError **error)
{
  if (!ts_event_wait (self->opening, cancellable, error))
    return FALSE;

  for (guint number = 1; number <= self->n_trays; number++)
    {
      char *tray = g_strdup_printf ("%s tray %u", self->kind, number);

      g_usleep (50000);
      g_print ("         baker     puts %s on the counter\n", tray);
      if (!ts_channel_send_string (self->counter, tray, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/* In a thread of its own: blocks where it has to. */
static void
work (TsCall *call, gpointer data)
{
  Baker *self = data;
  g_autoptr (GError) error = NULL;
  g_auto (GValue) name = G_VALUE_INIT;

  if (!bake (self, ts_call_get_cancellable (call), &error))
    {
      ts_call_fail (call, error);
      return;
    }
  g_value_init (&name, G_TYPE_STRING);
  g_value_take_string (&name, g_strdup_printf ("the %s baker", self->kind));
  ts_call_complete (call, &name);
}

/**
 * bakery_bake:
 * @opening: what to wait for before baking
 * @counter: where to put the trays
 * @kind: what to bake
 * @n_trays: how many trays
 *
 * Bakes, in another thread.
 *
 * Returns: (transfer full): done when all trays are on the counter
 */
TsFuture *
bakery_bake (TsEvent *opening, TsChannel *counter, const char *kind, guint n_trays)
{
  Baker *self = g_new0 (Baker, 1);

  self->opening = g_object_ref (opening);
  self->counter = g_object_ref (counter);
  self->kind = g_strdup (kind);
  self->n_trays = n_trays;
  return ts_offload (work, self, baker_free, NULL);
}
