/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/ts-types.h>

G_BEGIN_DECLS

/**
 * TS_CHANNEL_UNLIMITED:
 *
 * The capacity of a channel whose sends never wait.
 *
 * Since: 1.0
 */
#define TS_CHANNEL_UNLIMITED (-1)

/**
 * TsOverflow:
 * @TS_OVERFLOW_WAIT: a send waits until there is room
 * @TS_OVERFLOW_DROP_OLDEST: a send succeeds, and the oldest item inside is dropped
 * @TS_OVERFLOW_DROP_NEWEST: a send succeeds, and its own item is dropped
 *
 * What a send does when the channel is full.
 *
 * Since: 1.0
 */
typedef enum
{
  TS_OVERFLOW_WAIT,
  TS_OVERFLOW_DROP_OLDEST,
  TS_OVERFLOW_DROP_NEWEST,
} TsOverflow;

#define TS_TYPE_CHANNEL (ts_channel_get_type ())

TS_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (TsChannel, ts_channel, TS, CHANNEL, GObject)

/**
 * TsChannelFunc:
 * @channel: the channel
 * @value: an item that was received; it is only lent
 * @user_data: what was given with the function
 *
 * Called in a main loop for each item.
 *
 * Returns: %G_SOURCE_CONTINUE to be called again, %G_SOURCE_REMOVE to end the watch
 *
 * Since: 1.0
 */
typedef gboolean (*TsChannelFunc) (TsChannel    *channel,
                                   const GValue *value,
                                   gpointer      user_data);

TS_AVAILABLE_IN_1_0
TsChannel  *ts_channel_new                  (int                  capacity);
TS_AVAILABLE_IN_1_0
TsChannel  *ts_channel_new_full             (int                  capacity,
                                             GType                item_type,
                                             TsOverflow           overflow,
                                             const char          *name);

TS_AVAILABLE_IN_1_0
int         ts_channel_get_capacity         (TsChannel           *self);
TS_AVAILABLE_IN_1_0
GType       ts_channel_get_item_type        (TsChannel           *self);
TS_AVAILABLE_IN_1_0
TsOverflow  ts_channel_get_overflow         (TsChannel           *self);
TS_AVAILABLE_IN_1_0
const char *ts_channel_get_name             (TsChannel           *self);
TS_AVAILABLE_IN_1_0
guint       ts_channel_get_length           (TsChannel           *self);
TS_AVAILABLE_IN_1_0
guint64     ts_channel_get_dropped          (TsChannel           *self);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_is_closed            (TsChannel           *self);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_get_can_send         (TsChannel           *self);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_get_can_receive      (TsChannel           *self);

TS_AVAILABLE_IN_1_0
gboolean    ts_channel_close                (TsChannel           *self);

TS_AVAILABLE_IN_1_0
gboolean    ts_channel_send                 (TsChannel           *self,
                                             const GValue        *value,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_send_until           (TsChannel           *self,
                                             const GValue        *value,
                                             gint64               deadline,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_try_send             (TsChannel           *self,
                                             const GValue        *value,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
void        ts_channel_send_async           (TsChannel           *self,
                                             const GValue        *value,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_send_finish          (TsChannel           *self,
                                             GAsyncResult        *result,
                                             GError             **error);

TS_AVAILABLE_IN_1_0
gboolean    ts_channel_send_take            (TsChannel           *self,
                                             GValue              *value,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_send_take_until      (TsChannel           *self,
                                             GValue              *value,
                                             gint64               deadline,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_try_send_take        (TsChannel           *self,
                                             GValue              *value,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_send_boolean         (TsChannel           *self,
                                             gboolean             boolean,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_send_int             (TsChannel           *self,
                                             int                  number,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_send_int64           (TsChannel           *self,
                                             gint64               number,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_send_double          (TsChannel           *self,
                                             double               number,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_send_string          (TsChannel           *self,
                                             char                *string,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_send_pointer         (TsChannel           *self,
                                             gpointer             pointer,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_send_boxed           (TsChannel           *self,
                                             GType                type,
                                             gpointer             boxed,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_send_object          (TsChannel           *self,
                                             gpointer             object,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_send_variant         (TsChannel           *self,
                                             GVariant            *variant,
                                             GCancellable        *cancellable,
                                             GError             **error);

TS_AVAILABLE_IN_1_0
gboolean    ts_channel_receive              (TsChannel           *self,
                                             GCancellable        *cancellable,
                                             GValue              *value,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_receive_until        (TsChannel           *self,
                                             gint64               deadline,
                                             GCancellable        *cancellable,
                                             GValue              *value,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_try_receive          (TsChannel           *self,
                                             GValue              *value,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
void        ts_channel_receive_async        (TsChannel           *self,
                                             GCancellable        *cancellable,
                                             GAsyncReadyCallback  callback,
                                             gpointer             user_data);
TS_AVAILABLE_IN_1_0
gboolean    ts_channel_receive_finish       (TsChannel           *self,
                                             GAsyncResult        *result,
                                             GValue              *value,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
GValue     *ts_channel_receive_value        (TsChannel           *self,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
GValue     *ts_channel_receive_until_value  (TsChannel           *self,
                                             gint64               deadline,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
GValue     *ts_channel_try_receive_value    (TsChannel           *self,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
GValue     *ts_channel_receive_finish_value (TsChannel           *self,
                                             GAsyncResult        *result,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
GPtrArray  *ts_channel_receive_many         (TsChannel           *self,
                                             guint                max,
                                             GCancellable        *cancellable,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
GPtrArray  *ts_channel_try_receive_many     (TsChannel           *self,
                                             guint                max,
                                             GError             **error);
TS_AVAILABLE_IN_1_0
GValue     *ts_channel_next                 (TsChannel           *self);

TS_AVAILABLE_IN_1_0
GSource    *ts_channel_create_source        (TsChannel           *self,
                                             GIOCondition         condition,
                                             GCancellable        *cancellable);
TS_AVAILABLE_IN_1_0
guint       ts_channel_add_watch            (TsChannel           *self,
                                             TsChannelFunc        func,
                                             gpointer             user_data);
TS_AVAILABLE_IN_1_0
guint       ts_channel_add_watch_full       (TsChannel           *self,
                                             int                  priority,
                                             TsChannelFunc        func,
                                             gpointer             user_data,
                                             GDestroyNotify       notify);
TS_AVAILABLE_IN_1_0
void        ts_channel_set_watch_budget     (GSource             *source,
                                             guint                n_items,
                                             gint64               microseconds);

TS_AVAILABLE_IN_1_0
char *ts_channel_to_string (TsChannel *self);

G_END_DECLS
