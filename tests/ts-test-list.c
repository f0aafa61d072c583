/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "ts-test-list.h"

void
ts_test_list_check (TsTestList *self)
{
  GListModel *list = G_LIST_MODEL (self->model);

  g_assert_cmpuint (g_list_model_get_n_items (list), ==, self->mirror->len);
  g_assert_null (g_list_model_get_item (list, self->mirror->len));
  for (guint i = 0; i < self->mirror->len; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (list, i);

      g_assert_true (item == self->mirror->pdata[i]);
    }
}

static void
on_items_changed (GListModel *list, guint position, guint n_removed, guint n_added, gpointer data)
{
  TsTestList *self = data;
  void (*then) (gpointer) = g_steal_pointer (&self->then);

  ts_test_check_callback (self->context);
  g_assert_true (n_removed > 0 || n_added > 0);
  g_assert_false (ts_list_model_is_finished (self->model));
  self->n_changes++;
  if (n_removed > 0)
    g_ptr_array_remove_range (self->mirror, position, n_removed);
  for (guint i = 0; i < n_added; i++)
    g_ptr_array_insert (self->mirror, (int) (position + i),
                        g_list_model_get_item (list, position + i));
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, self->mirror->len);
  if (then != NULL)
    then (self);
}

static void
on_finished (GObject *model, GParamSpec *pspec, gpointer data)
{
  TsTestList *self = data;

  ts_test_check_callback (self->context);
  g_assert_true (ts_list_model_is_finished (TS_LIST_MODEL (model)));
  self->n_finished++;
}

void
ts_test_list_watch (TsTestList *self)
{
  g_signal_connect (self->model, "items-changed", G_CALLBACK (on_items_changed), self);
  g_signal_connect (self->model, "notify::finished", G_CALLBACK (on_finished), self);
}

void
ts_test_list_init (TsTestList *self, TsChannel *channel)
{
  *self = (TsTestList) { .channel = channel };
  self->context = ts_test_context_push ();
  self->mirror = g_ptr_array_new_with_free_func (g_object_unref);
  self->model = ts_list_model_new (channel);
  ts_list_model_set_interval (self->model, 0);
  ts_test_list_watch (self);
}

void
ts_test_list_clear (TsTestList *self)
{
  g_ptr_array_set_size (self->mirror, 0);
  if (self->model != NULL)
    g_assert_finalize_object (self->model);
  g_ptr_array_unref (self->mirror);
  ts_test_iterate (self->context);
  ts_test_context_pop (self->context);
  g_assert_finalize_object (self->channel);
}

void
ts_test_list_send (TsTestList *self, gint64 from, gint64 to)
{
  ts_test_forbid_callbacks ();
  while (from < to)
    g_assert_true (ts_channel_send_int64 (self->channel, from++, NULL, NULL));
  ts_test_allow_callbacks ();
}

void
ts_test_list_iterate (TsTestList *self)
{
  ts_test_iterate (self->context);
  ts_test_list_check (self);
}

void
ts_test_list_assert_rows (TsTestList *self, gint64 from, gint64 to)
{
  g_assert_cmpint (self->mirror->len, ==, to - from);
  for (guint i = 0; i < self->mirror->len; i++)
    g_assert_cmpint (g_value_get_int64 (ts_item_get_value (self->mirror->pdata[i])), ==, from + i);
}

void
ts_test_list_assert_inside (TsTestList *self, gint64 from, gint64 to)
{
  g_assert_cmpint (ts_channel_get_length (self->channel), ==, to - from);
  for (; from < to; from++)
    g_assert_cmpint (ts_test_try_receive (self->channel), ==, from);
}

void
ts_test_list_hide (TsTestList *self, gint64 n)
{
  ts_list_model_set_interval (self->model, TS_TEST_AN_HOUR);
  ts_test_list_send (self, 0, 1);
  ts_test_list_iterate (self);
  ts_test_list_assert_rows (self, 0, 1);
  ts_test_list_send (self, 1, n);
  ts_test_list_iterate (self);
  ts_test_list_assert_rows (self, 0, 1);
  g_assert_cmpuint (ts_channel_get_length (self->channel), ==, 0);
}
