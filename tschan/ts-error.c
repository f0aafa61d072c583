/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include <glib/gi18n.h>
#include <stdatomic.h>

#include "ts-error-private.h"

/* As G_DEFINE_QUARK() would have it, but for threads that come here at the same time. */
GQuark
ts_error_quark (void)
{
  static _Atomic GQuark quark;
  GQuark known = atomic_load_explicit (&quark, memory_order_relaxed);

  if (G_UNLIKELY (known == 0))
    {
      known = g_quark_from_static_string ("ts-error-quark");
      atomic_store_explicit (&quark, known, memory_order_relaxed);
    }
  return known;
}

const char *
ts_translate (const char *message)
{
  static gsize bound;

  if (g_once_init_enter (&bound))
    {
      bindtextdomain (GETTEXT_PACKAGE, LOCALEDIR);
      bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
      g_once_init_leave (&bound, 1);
    }
  return g_dgettext (GETTEXT_PACKAGE, message);
}

void
ts_set_error (GError **error, GQuark domain, int code, const char *name, const char *unnamed,
              const char *named)
{
  g_autofree char *message = NULL;

  if (error == NULL)
    return;
  if (name != NULL)
    {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
      message = g_strdup_printf (ts_translate (named), name);
#pragma GCC diagnostic pop
    }
  g_set_error_literal (error, domain, code, message != NULL ? message : ts_translate (unnamed));
}

char *
ts_dup_name (const char *name)
{
  if (name == NULL || g_utf8_validate (name, -1, NULL))
    return g_strdup (name);
  g_critical ("The name of an object must be UTF-8");
  return g_utf8_make_valid (name, -1);
}

void
ts_set_cancelled_error (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
                       ts_translate (N_("The wait was cancelled")));
}
