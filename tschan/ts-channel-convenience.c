/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Sending the common types from C without setting up a GValue. On failure what the value holds is
 * still the caller's, who passed the bare pointer: so the value is forgotten, not unset. */

#include "config.h"

#include "ts-channel-private.h"

static inline gboolean
send_taken (TsChannel *self, GValue *value, GCancellable *cancellable, GError **error)
{
  if (ts_channel_is_plain_send (self, value, cancellable, error))
    return ts_channel_put (self, value, -1, NULL, error);
  return ts_channel_send_take (self, value, cancellable, error);
}

/**
 * ts_channel_send_boolean: (skip)
 * @self: a channel
 * @boolean: what to send
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Sends a boolean.
 *
 * Blocks and fails as [method@Channel.send] does.
 *
 * Returns: %TRUE if it was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_send_boolean (TsChannel *self, gboolean boolean, GCancellable *cancellable, GError **error)
{
  GValue value = { .g_type = G_TYPE_BOOLEAN, .data = { { .v_int = boolean } } };

  return send_taken (self, &value, cancellable, error);
}

/**
 * ts_channel_send_int: (skip)
 * @self: a channel
 * @number: what to send
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Sends an integer.
 *
 * Blocks and fails as [method@Channel.send] does.
 *
 * Returns: %TRUE if it was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_send_int (TsChannel *self, int number, GCancellable *cancellable, GError **error)
{
  GValue value = { .g_type = G_TYPE_INT, .data = { { .v_int = number } } };

  return send_taken (self, &value, cancellable, error);
}

/**
 * ts_channel_send_int64: (skip)
 * @self: a channel
 * @number: what to send
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Sends an integer of 64 bits.
 *
 * Blocks and fails as [method@Channel.send] does.
 *
 * Returns: %TRUE if it was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_send_int64 (TsChannel *self, gint64 number, GCancellable *cancellable, GError **error)
{
  GValue value = { .g_type = G_TYPE_INT64, .data = { { .v_int64 = number } } };

  return send_taken (self, &value, cancellable, error);
}

/**
 * ts_channel_send_double: (skip)
 * @self: a channel
 * @number: what to send
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Sends a floating-point number.
 *
 * Blocks and fails as [method@Channel.send] does.
 *
 * Returns: %TRUE if it was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_send_double (TsChannel *self, double number, GCancellable *cancellable, GError **error)
{
  GValue value = { .g_type = G_TYPE_DOUBLE, .data = { { .v_double = number } } };

  return send_taken (self, &value, cancellable, error);
}

/**
 * ts_channel_send_string: (skip)
 * @self: a channel
 * @string: (transfer full) (nullable): what to send
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Sends a string without copying it.
 *
 * On success @string belongs to the channel; on failure it is still the caller's.
 *
 * Blocks and fails as [method@Channel.send] does.
 *
 * Returns: %TRUE if it was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_send_string (TsChannel *self, char *string, GCancellable *cancellable, GError **error)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_STRING);
  g_value_take_string (&value, string);
  return send_taken (self, &value, cancellable, error);
}

/**
 * ts_channel_send_pointer: (skip)
 * @self: a channel
 * @pointer: (nullable): what to send
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Sends a pointer.
 *
 * The channel knows nothing of what it points to: items that nobody receives are not freed.
 *
 * Blocks and fails as [method@Channel.send] does.
 *
 * Returns: %TRUE if it was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_send_pointer (TsChannel *self, gpointer pointer, GCancellable *cancellable, GError **error)
{
  GValue value = { .g_type = G_TYPE_POINTER, .data = { { .v_pointer = pointer } } };

  return send_taken (self, &value, cancellable, error);
}

/**
 * ts_channel_send_boxed: (skip)
 * @self: a channel
 * @type: the type of @boxed
 * @boxed: (transfer full) (nullable): what to send
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Sends a boxed value without copying it.
 *
 * On success @boxed belongs to the channel; on failure it is still the caller's.
 *
 * Blocks and fails as [method@Channel.send] does.
 *
 * Returns: %TRUE if it was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_send_boxed (TsChannel *self, GType type, gpointer boxed, GCancellable *cancellable, GError **error)
{
  GValue value = G_VALUE_INIT;

  g_return_val_if_fail (G_TYPE_IS_BOXED (type), FALSE);

  g_value_init (&value, type);
  g_value_take_boxed (&value, boxed);
  return send_taken (self, &value, cancellable, error);
}

/**
 * ts_channel_send_object: (skip)
 * @self: a channel
 * @object: (transfer full): what to send, a #GObject
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Sends an object, with a reference of the caller's.
 *
 * On success @object belongs to the channel; on failure it is still the caller's.
 *
 * Blocks and fails as [method@Channel.send] does.
 *
 * Returns: %TRUE if it was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_send_object (TsChannel *self, gpointer object, GCancellable *cancellable, GError **error)
{
  GValue value = G_VALUE_INIT;

  g_return_val_if_fail (G_IS_OBJECT (object), FALSE);

  g_value_init (&value, G_OBJECT_TYPE (object));
  g_value_take_object (&value, object);
  return send_taken (self, &value, cancellable, error);
}

/**
 * ts_channel_send_variant: (skip)
 * @self: a channel
 * @variant: (transfer full) (nullable): what to send; a floating one is sunk
 * @cancellable: (nullable): to give up
 * @error: return location for an error
 *
 * Sends a variant, with a reference of the caller's.
 *
 * On success @variant belongs to the channel; on failure it is still the caller's.
 *
 * Blocks and fails as [method@Channel.send] does.
 *
 * Returns: %TRUE if it was sent, %FALSE and @error otherwise
 *
 * Since: 1.0
 */
gboolean
ts_channel_send_variant (TsChannel *self, GVariant *variant, GCancellable *cancellable, GError **error)
{
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_VARIANT);
  g_value_take_variant (&value, variant);
  return send_taken (self, &value, cancellable, error);
}
