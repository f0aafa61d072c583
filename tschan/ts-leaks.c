/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* TS_DEBUG=leaks: a list of all objects, and at exit a look at those that are in use.
 *
 * Other threads may go on meanwhile, and drop the last reference on an object that is being looked at. It
 * leaves the list before anything of it is gone, and so waits for the look to end.
 *
 * Locking: one lock guards the list. It is held while the objects are described, one after the other, each
 * under its own lock; nobody takes it who holds an object's. */

#include "config.h"

#include "ts-leaks-private.h"

TS_LOCK_ROLE (leaks);

typedef struct
{
  gpointer   object;
  TsDescribe describe;
} Entry;

static TsSyncLock leaks_lock;
/* In order of creation; a debugger looks at them, too. */
static GQueue leaks_entries TS_GUARDED_BY (ts_leaks_role) = G_QUEUE_INIT;
static GHashTable *links TS_GUARDED_BY (ts_leaks_role);            /* object -> its link there */

static void TS_ACQUIRES (ts_leaks_role)
leaks_acquire (void)
{
  ts_sync_lock_acquire (&leaks_lock);
}

static void TS_RELEASES (ts_leaks_role)
leaks_release (void)
{
  ts_sync_lock_release (&leaks_lock);
}

void
ts_leaks_add (gpointer object, TsDescribe describe)
{
  Entry *entry = g_new (Entry, 1);

  *entry = (Entry) { object, describe };
  leaks_acquire ();
  g_queue_push_tail (&leaks_entries, entry);
  if (links == NULL)
    links = g_hash_table_new (NULL, NULL);
  g_hash_table_insert (links, object, g_queue_peek_tail_link (&leaks_entries));
  leaks_release ();
}

void
ts_leaks_remove (gpointer object)
{
  Entry *entry = NULL;
  GList *link;

  leaks_acquire ();
  link = g_hash_table_lookup (links, object);
  if (link != NULL)
    {
      entry = link->data;
      g_hash_table_remove (links, object);
      g_queue_delete_link (&leaks_entries, link);
    }
  leaks_release ();
  g_free (entry);
}

static guint TS_REQUIRES (ts_leaks_role)
describe_all_locked (GString *text)
{
  guint n_in_use = 0;

  for (GList *link = leaks_entries.head; link != NULL; link = link->next)
    {
      Entry *entry = link->data;
      gsize length = text->len;

      g_string_append (text, "  ");
      if (entry->describe (entry->object, text))
        {
          g_string_append_c (text, '\n');
          n_in_use++;
        }
      else
        {
          g_string_truncate (text, length);
        }
    }
  return n_in_use;
}

/* After what the program itself does at exit. */
static void __attribute__ ((destructor))
list_leaks (void)
{
  g_autoptr (GString) text = NULL;
  guint n_in_use;

  if (!ts_debug_has (TS_DEBUG_LEAKS))
    return;
  text = g_string_new (NULL);
  leaks_acquire ();
  n_in_use = describe_all_locked (text);
  leaks_release ();
  if (n_in_use > 0)
    g_printerr ("tschan: %u %s in use at exit:\n%s", n_in_use, n_in_use == 1 ? "object is" : "objects are",
                text->str);
}
