/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Ways for rows into a list: a TsListModel, and what one writes without. */

#include "rows.h"

#define CAPACITY 1000

/* Rows */

struct _RowsRow
{
  GObject parent_instance;
  gint64  number;
};

G_DEFINE_FINAL_TYPE (RowsRow, rows_row, G_TYPE_OBJECT)

static void
rows_row_class_init (RowsRowClass *klass)
{
}

static void
rows_row_init (RowsRow *self)
{
}

RowsRow *
rows_row_new (gint64 number)
{
  RowsRow *self = g_object_new (ROWS_TYPE_ROW, NULL);

  self->number = number;
  return self;
}

gint64
rows_get_number (gpointer row)
{
  return ROWS_IS_ROW (row) ? ((RowsRow *) row)->number : g_value_get_int64 (ts_item_get_value (row));
}

/* A channel and a TsListModel */

static gpointer
create_channel (GListModel **model, GType type)
{
  TsChannel *channel = ts_channel_new_full (CAPACITY, type, TS_OVERFLOW_WAIT, NULL);

  *model = G_LIST_MODEL (ts_list_model_new (channel));
  return channel;
}

static gpointer
create_objects (GListModel **model)
{
  return create_channel (model, ROWS_TYPE_ROW);
}

static gpointer
create_numbers (GListModel **model)
{
  return create_channel (model, G_TYPE_INT64);
}

static void
send_object (gpointer channel, gint64 number)
{
  ts_channel_send_object (channel, rows_row_new (number), NULL, NULL);
}

static void
send_number (gpointer channel, gint64 number)
{
  ts_channel_send_int64 (channel, number, NULL, NULL);
}

/* A GListStore, and a source for each row. In a window that takes a time that grows with the square of their
 * number: a quarter of an hour for a million. */

typedef struct
{
  GListStore *store;
  RowsRow    *row;
} Message;

static gpointer
create_store (GListModel **model)
{
  GListStore *store = g_list_store_new (ROWS_TYPE_ROW);

  *model = g_object_ref (G_LIST_MODEL (store));
  return store;
}

static gboolean
append (gpointer data)
{
  Message *message = data;

  g_list_store_append (message->store, message->row);
  g_object_unref (message->row);
  return G_SOURCE_REMOVE;
}

static void
send_idle (gpointer store, gint64 number)
{
  Message *message = g_new (Message, 1);

  *message = (Message) { store, rows_row_new (number) };
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, append, message, g_free);
}

/* A GListStore, and one source for all that has come until it is dispatched */

typedef struct
{
  GListStore *store;
  GMutex      lock; /* guards all below */
  GPtrArray  *rows;
  gboolean    scheduled;
} Batch;

static gpointer
create_batch (GListModel **model)
{
  Batch *self = g_new0 (Batch, 1);

  self->store = create_store (model);
  g_mutex_init (&self->lock);
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

static gboolean
splice (gpointer data)
{
  Batch *self = data;
  GPtrArray *rows, *empty = g_ptr_array_new_with_free_func (g_object_unref);

  g_mutex_lock (&self->lock);
  rows = g_steal_pointer (&self->rows);
  self->rows = empty;
  self->scheduled = FALSE;
  g_mutex_unlock (&self->lock);

  g_list_store_splice (self->store, g_list_model_get_n_items (G_LIST_MODEL (self->store)), 0, rows->pdata,
                       rows->len);
  g_ptr_array_unref (rows);
  return G_SOURCE_REMOVE;
}

static void
send_to_batch (gpointer batch, gint64 number)
{
  Batch *self = batch;
  RowsRow *row = rows_row_new (number);
  gboolean schedule;

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->rows, row);
  schedule = !self->scheduled;
  self->scheduled = TRUE;
  g_mutex_unlock (&self->lock);

  if (schedule)
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, splice, self, NULL);
}

static void
destroy_batch (gpointer batch)
{
  Batch *self = batch;

  g_object_unref (self->store);
  g_ptr_array_unref (self->rows);
  g_mutex_clear (&self->lock);
  g_free (self);
}

const RowsFeed rows_feeds[] = {
  { "TsListModel", 1, create_objects, send_object, g_object_unref },
  { "TsListModel-numbers", 1, create_numbers, send_number, g_object_unref },
  { "GListStore-splice", 1, create_batch, send_to_batch, destroy_batch },
  { "GListStore-idle", 20, create_store, send_idle, g_object_unref },
  { NULL },
};
