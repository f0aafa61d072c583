/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A pipeline: numbers are produced by one thread, squared by a second, increased by a third, and
 * printed here. When a stage has closed its channel, the next one ends as well. */

#include <tschan/tschan.h>

typedef struct
{
  TsChannel *input;
  TsChannel *output;
  int      (*change) (int number);
} Stage;

static int
square (int number)
{
  return number * number;
}

static int
increase (int number)
{
  return number + 1;
}

static gpointer
run_stage (gpointer data)
{
  Stage *stage = data;
  g_auto (GValue) item = G_VALUE_INIT;

  while (ts_channel_receive (stage->input, NULL, &item, NULL))
    ts_channel_send_int (stage->output, stage->change (g_value_get_int (&item)), NULL, NULL);
  ts_channel_close (stage->output);
  return NULL;
}

static gpointer
produce (gpointer numbers)
{
  for (int i = 1; i <= 5; i++)
    ts_channel_send_int (numbers, i, NULL, NULL);
  ts_channel_close (numbers);
  return NULL;
}

int
main (void)
{
  g_autoptr (TsChannel) numbers = ts_channel_new (2);
  g_autoptr (TsChannel) squares = ts_channel_new (2);
  g_autoptr (TsChannel) results = ts_channel_new (2);
  g_auto (GValue) result = G_VALUE_INIT;
  Stage squaring = { numbers, squares, square };
  Stage increasing = { squares, results, increase };
  GThread *threads[] = {
    g_thread_new ("produce", produce, numbers),
    g_thread_new ("square", run_stage, &squaring),
    g_thread_new ("increase", run_stage, &increasing),
  };

  while (ts_channel_receive (results, NULL, &result, NULL))
    g_print ("%d\n", g_value_get_int (&result));
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  return 0;
}
