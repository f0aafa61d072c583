/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Prime numbers by a growing chain of threads. Each takes the first number that reaches it for a
 * prime, and lets pass what cannot be divided by it. Closing the first channel ends them all. */

#include <tschan/tschan.h>

#define LIMIT 50

static TsChannel *primes;

static gpointer
produce (gpointer output)
{
  for (int number = 2; number < LIMIT; number++)
    ts_channel_send_int (output, number, NULL, NULL);
  ts_channel_close (output);
  return NULL;
}

static gpointer
sieve (gpointer data)
{
  g_autoptr (TsChannel) input = data;
  g_autoptr (TsChannel) output = ts_channel_new (0);
  g_auto (GValue) item = G_VALUE_INIT;
  GThread *next;
  int prime;

  if (!ts_channel_receive (input, NULL, &item, NULL))
    {
      ts_channel_close (primes); /* nothing has come this far */
      return NULL;
    }
  prime = g_value_get_int (&item);
  ts_channel_send_int (primes, prime, NULL, NULL);
  next = g_thread_new ("sieve", sieve, g_object_ref (output));
  while (ts_channel_receive (input, NULL, &item, NULL))
    {
      if (g_value_get_int (&item) % prime != 0)
        ts_channel_send_int (output, g_value_get_int (&item), NULL, NULL);
    }
  ts_channel_close (output);
  g_thread_join (next);
  return NULL;
}

int
main (void)
{
  g_autoptr (TsChannel) numbers = ts_channel_new (0);
  g_auto (GValue) prime = G_VALUE_INIT;
  const char *separator = "";
  GThread *producer, *first;

  primes = ts_channel_new (TS_CHANNEL_UNLIMITED);
  producer = g_thread_new ("produce", produce, numbers);
  first = g_thread_new ("sieve", sieve, g_object_ref (numbers));
  for (; ts_channel_receive (primes, NULL, &prime, NULL); separator = " ")
    g_print ("%s%d", separator, g_value_get_int (&prime));
  g_print ("\n");
  g_thread_join (producer);
  g_thread_join (first);
  g_object_unref (primes);
  return 0;
}
