/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Three sources, each a thread with a channel of its own. A select receives from all of them, until
 * the last has closed its channel. */

#include <tschan/tschan.h>

#define N_SOURCES 3

typedef struct
{
  char       letter;
  TsChannel *channel;
  GString   *received;
} Source;

static gpointer
produce (gpointer data)
{
  Source *source = data;

  for (int i = 1; i <= 3; i++)
    ts_channel_send_string (source->channel, g_strdup_printf ("%c%d", source->letter, i), NULL,
                            NULL);
  ts_channel_close (source->channel);
  return NULL;
}

static void
receive_all (Source *sources)
{
  g_autoptr (TsSelect) select = ts_select_new ();
  g_auto (GValue) item = G_VALUE_INIT;

  for (int i = 0; i < N_SOURCES; i++)
    ts_select_add_receive (select, sources[i].channel); /* as index i */
  for (int open = N_SOURCES; open > 0;)
    {
      int i = ts_select_wait (select, NULL, NULL);

      if (ts_select_get_value (select, i, &item))
        g_string_append_printf (sources[i].received, " %s", g_value_get_string (&item));
      else if (ts_select_remove (select, i)) /* it is closed */
        open--;
    }
}

int
main (void)
{
  Source sources[N_SOURCES];
  GThread *threads[N_SOURCES];

  for (int i = 0; i < N_SOURCES; i++)
    {
      sources[i] = (Source) { (char) ('a' + i), ts_channel_new (0), g_string_new (NULL) };
      threads[i] = g_thread_new ("source", produce, &sources[i]);
    }
  receive_all (sources);
  for (int i = 0; i < N_SOURCES; i++)
    {
      g_thread_join (threads[i]);
      g_print ("%s\n", sources[i].received->str + 1);
      g_string_free (sources[i].received, TRUE);
      g_object_unref (sources[i].channel);
    }
  return 0;
}
