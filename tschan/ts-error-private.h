/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include "ts-error.h"

G_BEGIN_DECLS

/* @message in the user's language. */
const char *ts_translate (const char *message) G_GNUC_FORMAT (1);

/* Sets an error whose message says which object: @named, with its name, if it has one, else
 * @unnamed. Both are translated here; mark them with N_(). */
void        ts_set_error (GError **error, GQuark domain, int code, const char *name,
                          const char *unnamed, const char *named);

/* A copy of the name that an object is given. Messages are UTF-8, and so is what they contain: with any
 * other name this is a critical, and makes it valid. */
char       *ts_dup_name (const char *name);

void        ts_set_cancelled_error (GError **error);

G_END_DECLS
