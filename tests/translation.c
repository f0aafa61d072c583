/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Messages come in the user's language.
 *
 * A bare system has no locale but C.UTF-8, in which nothing is translated on some systems. So each
 * locale that is needed here is made from that one, under another name, where the C library is told
 * to look for locales. */

#include <glib/gstdio.h>
#include <libintl.h>
#include <locale.h>
#include <tschan/tschan.h>
#include <unistd.h>

typedef struct
{
  const char *locale;
  const char *expected;
} Translation;

static const Translation translations[] = {
  { "de_DE.UTF-8", "Das Ereignis „A“ wurde nicht rechtzeitig gesetzt" },
  { "es_ES.UTF-8", "El evento «A» no se activó a tiempo" },
  { "fr_FR.UTF-8", "L’événement «\u00a0A\u00a0» n’a pas été déclenché à temps" },
  { "ja_JP.UTF-8", "イベント「A」は時間内にセットされませんでした" },
  { "pt_BR.UTF-8", "O evento “A” não foi sinalizado a tempo" },
  { "zh_CN.UTF-8", "事件“A”未及时触发" },
};

static char *
find_utf8_locale (void)
{
  static const char *const places[] = {
    "/usr/lib/locale/C.utf8", "/usr/lib/locale/C.UTF-8", "/usr/lib64/locale/C.utf8",
  };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      if (g_file_test (places[i], G_FILE_TEST_IS_DIR))
        return g_strdup (places[i]);
    }
  return NULL;
}

static char *
message_of_a_late_wait (void)
{
  g_autoptr (TsEvent) event = ts_event_new_full (FALSE, "A");
  g_autoptr (GError) error = NULL;

  g_assert_false (ts_event_wait_until (event, 0, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);
  return g_strdup (error->message);
}

static void
messages_are_translated (gconstpointer data)
{
  const Translation *translation = data;
  g_autofree char *model = find_utf8_locale ();
  g_autofree char *directory = NULL, *link = NULL, *message = NULL;

  if (model == NULL)
    {
      g_test_skip ("this system has no C.UTF-8 as a directory of files");
      return;
    }
  directory = g_dir_make_tmp ("tschan-locale-XXXXXX", NULL);
  link = g_build_filename (directory, translation->locale, NULL);
  g_assert_no_errno (symlink (model, link));
  g_setenv ("LOCPATH", directory, TRUE);
  g_assert_cmpstr (setlocale (LC_ALL, translation->locale), ==, translation->locale);

  message = message_of_a_late_wait ();
  g_assert_cmpstr (message, ==, translation->expected);

  setlocale (LC_ALL, "C");
  g_assert_no_errno (g_unlink (link));
  g_assert_no_errno (g_rmdir (directory));
}

static void
messages_are_english_by_default (void)
{
  g_autofree char *message = message_of_a_late_wait ();

  g_assert_cmpstr (message, ==, "The event “A” was not set in time");
}

int
main (int argc, char *argv[])
{
  g_autofree char *first = NULL;

  g_unsetenv ("LANGUAGE");
  g_setenv ("LC_ALL", "C", TRUE);
  g_test_init (&argc, &argv, NULL);

  /* With its first message the library says where it is installed. We are not installed. */
  first = message_of_a_late_wait ();
  bindtextdomain ("tschan-1", g_getenv ("TS_TEST_LOCALEDIR"));

  g_test_add_func ("/tschan/translation/english-by-default", messages_are_english_by_default);
  for (guint i = 0; i < G_N_ELEMENTS (translations); i++)
    {
      g_autofree char *path =
        g_strdup_printf ("/tschan/translation/%.5s", translations[i].locale);

      g_test_add_data_func (path, &translations[i], messages_are_translated);
    }
  return g_test_run ();
}
