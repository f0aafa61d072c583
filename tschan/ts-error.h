/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/ts-types.h>

G_BEGIN_DECLS

/**
 * TS_ERROR:
 *
 * The error domain of tschan. Its codes are those of [error@Ts.Error].
 *
 * Since: 1.0
 */
#define TS_ERROR (ts_error_quark ())

/**
 * TsError:
 * @TS_ERROR_CLOSED: the object was closed, and nothing is left in it
 * @TS_ERROR_FULL: there is no room now
 * @TS_ERROR_EMPTY: there is nothing to take now
 * @TS_ERROR_WRONG_TYPE: the value is not of the type that the object holds,
 *   and cannot be turned into it
 * @TS_ERROR_NOT_HELD: a lock was released, or a condition waited on, without
 *   the lock being held
 * @TS_ERROR_OVERFLOW: a semaphore would rise above its limit
 * @TS_ERROR_WOULD_DEADLOCK: a runner was asked to wait for itself
 *
 * What can go wrong in a correct program.
 *
 * A cancelled call fails with %G_IO_ERROR_CANCELLED, one whose deadline has
 * passed with %G_IO_ERROR_TIMED_OUT: both belong to GIO's own error domain.
 *
 * Since: 1.0
 */
typedef enum
{
  TS_ERROR_CLOSED,
  TS_ERROR_FULL,
  TS_ERROR_EMPTY,
  TS_ERROR_WRONG_TYPE,
  TS_ERROR_NOT_HELD,
  TS_ERROR_OVERFLOW,
  TS_ERROR_WOULD_DEADLOCK,
} TsError;

/**
 * ts_error_quark:
 *
 * Gets the error domain of tschan.
 *
 * Returns: the quark
 *
 * Since: 1.0
 */
TS_AVAILABLE_IN_1_0
GQuark ts_error_quark (void);

G_END_DECLS
