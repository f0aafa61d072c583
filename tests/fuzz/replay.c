/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The fuzzer's tests without the fuzzer: its corpus, or the files named, and random sequences. */

#include "fuzz-operations.h"
#include "ts-test-util.h"

static void
replay_file (const char *path)
{
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  ts_test_note ("%s", path);
  if (!g_file_get_contents (path, &data, &size, &error))
    g_error ("%s", error->message);
  LLVMFuzzerTestOneInput ((const uint8_t *) data, size);
}

static void
test_corpus (void)
{
  g_autofree char *directory = g_build_filename (g_getenv ("TS_TEST_SRCDIR"), "fuzz", "corpus", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) files = g_dir_open (directory, 0, &error);
  const char *name;
  guint n_files = 0;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (files)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      replay_file (path);
      n_files++;
    }
  g_assert_cmpuint (n_files, >, 0);
}

static void
test_random (void)
{
  g_autoptr (GRand) rand = ts_test_rand_new ();
  guint n_rounds = ts_test_rounds (3000);

  for (guint round = 0; round < n_rounds; round++)
    {
      uint8_t data[240];

      ts_test_note ("round %u", round);
      for (guint i = 0; i < G_N_ELEMENTS (data); i++)
        data[i] = (uint8_t) g_rand_int_range (rand, 0, 256);
      LLVMFuzzerTestOneInput (data, sizeof data);
    }
}

int
main (int argc, char **argv)
{
  if (argc > 1 && argv[1][0] != '-')
    {
      for (int i = 1; i < argc; i++)
        replay_file (argv[i]);
      return 0;
    }
  ts_test_init (&argc, &argv);
  ts_test_add ("/fuzz/corpus", test_corpus);
  ts_test_add ("/fuzz/random", test_random);
  return g_test_run ();
}
