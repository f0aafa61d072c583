/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The story of world.c under many seeds, and whether the judge of its histories can be trusted. */

#include "world.h"

typedef struct
{
  TsHistoryKind kind;
  int           number;
  guint         called, returned;
} Step;

static gboolean
is_right (int capacity, TsOverflow overflow, const Step *steps, guint n)
{
  TsHistory history;

  ts_history_init (&history, capacity, overflow);
  history.n_steps = n;
  for (guint i = 0; i < n; i++)
    history.steps[i] = (TsHistoryStep) { steps[i].kind, steps[i].number, steps[i].called, steps[i].returned,
                                         steps[i].kind == TS_HISTORY_GIVE_BACK ? (int) i - 1 : -1 };
  return ts_history_check (&history);
}

#define RIGHT(capacity, overflow, ...) \
  ts_dst_check (is_right (capacity, TS_OVERFLOW_##overflow, (Step[]) { __VA_ARGS__ }, \
                          G_N_ELEMENTS (((Step[]) { __VA_ARGS__ }))))
#define WRONG(capacity, overflow, ...) \
  ts_dst_check (!is_right (capacity, TS_OVERFLOW_##overflow, (Step[]) { __VA_ARGS__ }, \
                           G_N_ELEMENTS (((Step[]) { __VA_ARGS__ }))))

#define PUT(n, from, to)   { TS_HISTORY_PUT, n, from, to }
#define TAKE(n, from, to)  { TS_HISTORY_TAKE, n, from, to }
#define STEP(kind, n, from, to) { TS_HISTORY_##kind, n, from, to }

static void
judge_knows_a_queue (void)
{
  RIGHT (-1, WAIT, PUT (1, 1, 2), PUT (2, 3, 4), TAKE (1, 5, 6), TAKE (2, 7, 8), STEP (EMPTY, 0, 9, 10));
  WRONG (-1, WAIT, PUT (1, 1, 2), PUT (2, 3, 4), TAKE (2, 5, 6), TAKE (1, 7, 8)); /* overtaken */
  RIGHT (-1, WAIT, PUT (1, 1, 4), PUT (2, 2, 3), TAKE (2, 5, 6), TAKE (1, 7, 8)); /* at the same time */
  WRONG (-1, WAIT, PUT (1, 1, 2), TAKE (1, 3, 4), TAKE (1, 5, 6));                /* doubled */
  WRONG (-1, WAIT, PUT (1, 1, 2), STEP (EMPTY, 0, 3, 4));                         /* lost */
  WRONG (-1, WAIT, TAKE (1, 1, 2), PUT (1, 3, 4));                                /* before it was there */
  RIGHT (1, WAIT, PUT (1, 1, 2), STEP (FULL, 0, 3, 4), STEP (CLOSE, TRUE, 5, 6), STEP (PUT_CLOSED, 0, 7, 8),
         TAKE (1, 9, 10), STEP (TAKE_CLOSED, 0, 11, 12));
  WRONG (1, WAIT, PUT (1, 1, 2), PUT (2, 3, 4));
  WRONG (2, WAIT, PUT (1, 1, 2), STEP (FULL, 0, 3, 4));
  WRONG (1, WAIT, PUT (1, 1, 2), STEP (CLOSE, TRUE, 3, 4), STEP (TAKE_CLOSED, 0, 5, 6));
  WRONG (1, WAIT, STEP (CLOSE, TRUE, 1, 2), STEP (CLOSE, TRUE, 3, 4));
  WRONG (1, WAIT, STEP (CLOSE, TRUE, 1, 2), PUT (1, 3, 4));
  WRONG (2, WAIT, PUT (1, 1, 2), STEP (LENGTH, 2, 3, 4));
}

static void
judge_knows_what_is_more (void)
{
  /* They meet. */
  RIGHT (0, WAIT, PUT (1, 1, 4), TAKE (1, 2, 3));
  WRONG (0, WAIT, PUT (1, 1, 2), TAKE (1, 3, 4));
  /* What comes back is the next one out. */
  RIGHT (-1, WAIT, PUT (1, 1, 2), PUT (2, 3, 4), STEP (MAYBE_TAKE, 0, 5, 9), STEP (GIVE_BACK, 0, 5, 9),
         STEP (LENGTH, 1, 6, 7), TAKE (1, 10, 11), TAKE (2, 12, 13));
  WRONG (-1, WAIT, PUT (1, 1, 2), PUT (2, 3, 4), STEP (MAYBE_TAKE, 0, 5, 6), STEP (GIVE_BACK, 0, 5, 6),
         TAKE (2, 7, 8), TAKE (1, 9, 10));
  RIGHT (0, WAIT, PUT (1, 1, 2), STEP (MAYBE_TAKE, 0, 1, 3), STEP (GIVE_BACK, 0, 1, 3), TAKE (1, 4, 5));
  /* Nobody knows. */
  RIGHT (-1, WAIT, STEP (MAYBE_PUT, 1, 1, G_MAXUINT), STEP (EMPTY, 0, 2, 3));
  RIGHT (-1, WAIT, STEP (MAYBE_PUT, 1, 1, G_MAXUINT), STEP (EMPTY, 0, 2, 3), TAKE (1, 4, 5));
  /* Some are dropped. */
  RIGHT (1, DROP_OLDEST, PUT (1, 1, 2), PUT (2, 3, 4), TAKE (2, 5, 6), STEP (DROPPED, 1, 7, 8));
  WRONG (1, DROP_OLDEST, PUT (1, 1, 2), PUT (2, 3, 4), TAKE (1, 5, 6));
  RIGHT (1, DROP_NEWEST, PUT (1, 1, 2), PUT (2, 3, 4), TAKE (1, 5, 6), STEP (EMPTY, 0, 7, 8));
  WRONG (1, DROP_NEWEST, PUT (1, 1, 2), PUT (2, 3, 4), STEP (DROPPED, 0, 5, 6));
}

/* What fuzz/fuzz-schedules.c has found worth keeping; or one file, from TS_TEST_INPUT. */

static void
replay_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = NULL;
  gsize size;

  if (!g_file_get_contents (path, &data, &size, &error))
    g_error ("%s", error->message);
  ts_dst_begin (1);
  ts_dst_set_input ((const guint8 *) data, size);
  ts_dst_describe ("TS_TEST_INPUT=%s; ", path);
  world_run ();
}

static void
fuzzed_schedules_go_well (void)
{
  g_autofree char *directory = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) files = NULL;
  const char *name;
  guint n = 0;

  if (g_getenv ("TS_TEST_INPUT") != NULL)
    {
      replay_file (g_getenv ("TS_TEST_INPUT"));
      return;
    }
  if (g_getenv ("TS_TEST_SRCDIR") == NULL)
    {
      g_test_skip ("TS_TEST_SRCDIR is not set");
      return;
    }
  directory = g_build_filename (g_getenv ("TS_TEST_SRCDIR"), "fuzz", "corpus-schedules", NULL);
  files = g_dir_open (directory, 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (files)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      replay_file (path);
      n++;
    }
  ts_dst_check (n > 0);
}

int
main (int argc, char *argv[])
{
  static const TsDstScenario scenarios[] = {
    { "/tschan/dst/world/judge-knows-a-queue", judge_knows_a_queue, 1 },
    { "/tschan/dst/world/judge-knows-what-is-more", judge_knows_what_is_more, 1 },
    { "/tschan/dst/world/fuzzed-schedules-go-well", fuzzed_schedules_go_well, 1 },
    { "/tschan/dst/world/anything-goes", world_run, 20000 },
  };

  return ts_dst_main (argc, argv, scenarios, G_N_ELEMENTS (scenarios));
}
