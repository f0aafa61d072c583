/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A request carries the future for its reply, so each client gets its own, or an error. */

#include <tschan/tschan.h>

typedef struct
{
  int       number;
  TsFuture *reply;
} Request;

static void
answer (Request *request)
{
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;

  if (request->number == 0)
    {
      error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "nothing to double");
      ts_future_reject (request->reply, error);
      return;
    }
  g_value_init (&value, G_TYPE_INT);
  g_value_set_int (&value, 2 * request->number);
  ts_future_resolve (request->reply, &value);
}

static gpointer
serve (gpointer requests)
{
  g_auto (GValue) item = G_VALUE_INIT;

  while (ts_channel_receive (requests, NULL, &item, NULL))
    answer (g_value_get_pointer (&item));
  return NULL;
}

static void
ask (TsChannel *requests, int number)
{
  g_autoptr (TsFuture) reply = ts_future_new ();
  g_auto (GValue) value = G_VALUE_INIT;
  g_autoptr (GError) error = NULL;
  Request request = { number, reply };

  ts_channel_send_pointer (requests, &request, NULL, NULL);
  if (ts_future_wait (reply, NULL, &value, &error))
    g_print ("twice %d is %d\n", number, g_value_get_int (&value));
  else
    g_print ("twice %d: %s\n", number, error->message);
}

int
main (void)
{
  g_autoptr (TsChannel) requests = ts_channel_new (0);
  GThread *server = g_thread_new ("server", serve, requests);

  ask (requests, 1);
  ask (requests, 2);
  ask (requests, 0);
  ts_channel_close (requests);
  g_thread_join (server);
  return 0;
}
