/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include <tschan/tschan.h>

static void
quark_and_type_are_registered (void)
{
  g_autoptr (GError) error = g_error_new_literal (TS_ERROR, TS_ERROR_CLOSED, "closed");

  g_assert_cmpstr (g_quark_to_string (TS_ERROR), ==, "ts-error-quark");
  g_assert_error (error, TS_ERROR, TS_ERROR_CLOSED);
  g_assert_true (G_TYPE_IS_ENUM (TS_TYPE_ERROR));
}

static void
codes_have_stable_nicks (void)
{
  static const char *const nicks[] = {
    "closed", "full", "empty", "wrong-type", "not-held", "overflow", "would-deadlock",
  };
  GEnumClass *enum_class = g_type_class_ref (TS_TYPE_ERROR);

  g_assert_cmpuint (enum_class->n_values, ==, G_N_ELEMENTS (nicks));
  for (guint i = 0; i < G_N_ELEMENTS (nicks); i++)
    g_assert_cmpstr (g_enum_get_value (enum_class, (int) i)->value_nick, ==, nicks[i]);

  g_type_class_unref (enum_class);
}

static void
version_macros_agree_with_the_release (void)
{
  g_assert_true (TS_CHECK_VERSION (TS_MAJOR_VERSION, TS_MINOR_VERSION, TS_MICRO_VERSION));
  g_assert_false (TS_CHECK_VERSION (TS_MAJOR_VERSION, TS_MINOR_VERSION, TS_MICRO_VERSION + 1));
  g_assert_false (TS_CHECK_VERSION (TS_MAJOR_VERSION, TS_MINOR_VERSION + 1, 0));
  g_assert_false (TS_CHECK_VERSION (TS_MAJOR_VERSION + 1, 0, 0));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/tschan/error/quark-and-type-are-registered", quark_and_type_are_registered);
  g_test_add_func ("/tschan/error/codes-have-stable-nicks", codes_have_stable_nicks);
  g_test_add_func ("/tschan/version/macros-agree-with-the-release",
                   version_macros_agree_with_the_release);

  return g_test_run ();
}
