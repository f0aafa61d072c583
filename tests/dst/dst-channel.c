/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Channels under the deterministic scheduler: senders and receivers of all kinds, some of which give
 * up, drop what they get or lose their main context, against threads that cancel and close.
 *
 * Each item is accounted for: what was accepted is received exactly once, what was refused never.
 * The items are boxed and counted, and notice a lock that is held while they are copied or freed.
 * One more thread, the referee, runs when nobody else can. It checks that nobody waits without need:
 * no sender while there is room, no receiver while there are items, and not both at once.
 */

#include "ts-dst.h"

#include <tschan/tschan.h>

#define MAX_ACTORS 5
#define MAX_ITEMS  4 /* for each sender */

typedef enum
{
  THREAD,
  TASK,
  SOURCE,
  PORT,
  TRY,
  N_SENDER_KINDS,
  WATCH = N_SENDER_KINDS,
  MANY,
  N_RECEIVER_KINDS,
} Kind;

typedef enum
{
  UNSENT,
  UNKNOWN, /* given up, or its result dropped */
  ACCEPTED,
  REFUSED,
} Fate;

typedef struct
{
  int sender;
  int number;
} Item;

typedef struct
{
  Kind          kind;
  gboolean      sends;
  int           id;
  guint         wanted;
  gint64        timeout;
  GCancellable *cancellable;
  gboolean      drops;
  int           priority;   /* SOURCE and WATCH */
  guint         patience;
  GMainContext *context;

  guint         waiting;
  guint         ended;
  guint         started;
  guint         destroyed;
  GSource      *exposed;        /* for a thread that destroys it */
  GMainContext *exposed_context;
  gboolean      over;           /* closed or cancelled: nothing more will come */
  int           last[MAX_ACTORS + 1]; /* number of the last item from each sender */
} Actor;

static const char *const kind_names[] = { "thread", "task", "source", "port", "try", "watch", "many" };

static TsChannel *channel;
static int capacity;
static TsOverflow overflow;
static Actor actors[MAX_ACTORS];
static guint n_actors;
static GCancellable *cancellable;
static guint running;
static gboolean ordered; /* nobody gives back what was reserved */
static gboolean certain; /* no send has an unknown fate */
static Fate fates[MAX_ACTORS + 1][MAX_ITEMS];
static guint received[MAX_ACTORS + 1][MAX_ITEMS];
static int live_items;
static Actor *victim; /* whose source another thread destroys */
static _Thread_local Actor *myself;

/* Items */

static gpointer
item_copy (gpointer boxed)
{
  ts_dst_assert_unlocked ();
  live_items++;
  return g_memdup2 (boxed, sizeof (Item));
}

static void
item_free (gpointer boxed)
{
  ts_dst_assert_unlocked ();
  live_items--;
  g_free (boxed);
}

GType item_get_type (void);
G_DEFINE_BOXED_TYPE (Item, item, item_copy, item_free)

static void
make_item (GValue *value, int sender, int number)
{
  Item item = { sender, number };

  *value = (GValue) G_VALUE_INIT;
  g_value_init (value, item_get_type ());
  g_value_set_boxed (value, &item);
}

static void
take_item (Actor *actor, GValue *value)
{
  const Item *item;

  ts_dst_check (G_VALUE_TYPE (value) == item_get_type ());
  item = g_value_get_boxed (value);
  ts_dst_check (++received[item->sender][item->number] == 1);
  ts_dst_check (fates[item->sender][item->number] != REFUSED);
  if (actor != NULL && ordered)
    ts_dst_check (actor->last[item->sender] < item->number);
  if (actor != NULL)
    actor->last[item->sender] = item->number;
}

/* How one operation ended */

static void
check_error (Actor *actor, GError *error, gint64 deadline)
{
  if (error == NULL)
    return;
  if (g_error_matches (error, TS_ERROR, TS_ERROR_CLOSED))
    {
      ts_dst_check (ts_channel_is_closed (channel));
      ts_dst_check (actor->sends || !ordered || ts_channel_get_length (channel) == 0);
      actor->over = TRUE;
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      ts_dst_check (deadline >= 0 && deadline <= ts_dst_now ());
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      ts_dst_check (actor->cancellable != NULL && g_cancellable_is_cancelled (actor->cancellable));
      actor->over = TRUE;
    }
  else
    {
      ts_dst_check (g_error_matches (error, TS_ERROR, actor->sends ? TS_ERROR_FULL : TS_ERROR_EMPTY));
    }
  g_error_free (error);
}

static void
sent (Actor *actor, int number, gboolean success, GError *error, gint64 deadline)
{
  ts_dst_check (success == (error == NULL));
  fates[actor->id][number] = success ? ACCEPTED : REFUSED;
  ts_dst_check (success || received[actor->id][number] == 0);
  check_error (actor, error, deadline);
}

static void
got (Actor *actor, GValue *value, gboolean success, GError *error, gint64 deadline)
{
  ts_dst_check (success == (error == NULL));
  if (success)
    take_item (actor, value);
  g_value_unset (value);
  check_error (actor, error, deadline);
}

static void
end (Actor *actor)
{
  ts_dst_check (actor->waiting > 0);
  actor->waiting--;
  actor->ended++;
}

static void
check_callback (Actor *actor)
{
  ts_dst_check (myself == actor);
  ts_dst_assert_unlocked ();
}

static gint64
deadline_of (Actor *actor)
{
  return actor->timeout < 0 ? -1 : ts_dst_now () + actor->timeout;
}

/* Threads */

static void
send_as_thread (Actor *actor)
{
  for (int i = 0; i < (int) actor->wanted; i++)
    {
      gint64 deadline = deadline_of (actor);
      GError *error = NULL;
      GValue item;
      gboolean success;

      make_item (&item, actor->id, i);
      actor->waiting++;
      success = ts_channel_send_until (channel, &item, deadline, actor->cancellable, &error);
      end (actor);
      g_value_unset (&item);
      sent (actor, i, success, error, deadline);
    }
}

static void
receive_as_thread (Actor *actor)
{
  while (!actor->over && actor->ended < actor->wanted)
    {
      gint64 deadline = deadline_of (actor);
      GValue item = G_VALUE_INIT;
      GError *error = NULL;
      gboolean success;

      actor->waiting++;
      success = ts_channel_receive_until (channel, deadline, actor->cancellable, &item, &error);
      end (actor);
      got (actor, &item, success, error, deadline);
    }
}

static void
receive_many (Actor *actor)
{
  while (!actor->over && actor->ended < actor->wanted)
    {
      GError *error = NULL;
      GPtrArray *items;

      actor->waiting++;
      items = ts_channel_receive_many (channel, 2, actor->cancellable, &error);
      end (actor);
      ts_dst_check (items == NULL || (items->len >= 1 && items->len <= 2));
      for (guint i = 0; items != NULL && i < items->len; i++)
        take_item (actor, items->pdata[i]);
      g_clear_pointer (&items, g_ptr_array_unref);
      check_error (actor, error, -1);
    }
}

static void
try_to_send (Actor *actor, int number)
{
  GError *error = NULL;
  GValue item;
  gboolean success;

  make_item (&item, actor->id, number);
  success = ts_channel_try_send (channel, &item, &error);
  g_value_unset (&item);
  sent (actor, number, success, error, -1);
}

static void
try_to_receive (Actor *actor)
{
  GValue item = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success = ts_channel_try_receive (channel, &item, &error);

  got (actor, &item, success, error, -1);
}

static void
try_a_few_times (Actor *actor)
{
  for (int i = 0; i < (int) actor->wanted; i++)
    {
      if (actor->sends)
        try_to_send (actor, i);
      else
        try_to_receive (actor);
    }
}

/* Main contexts */

static void
run_context (Actor *actor)
{
  for (guint i = 0; actor->waiting > 0 && (actor->patience == 0 || i < actor->patience); i++)
    g_main_context_iteration (actor->context, actor->patience == 0);
}

static void
on_sent (GObject *object, GAsyncResult *result, gpointer data)
{
  Actor *actor = myself;
  int number = GPOINTER_TO_INT (data);
  GError *error = NULL;
  gboolean success;

  check_callback (actor);
  end (actor);
  if (actor->drops)
    return;
  success = ts_channel_send_finish (channel, result, &error);
  sent (actor, number, success, error, -1);
}

static void
send_as_task (Actor *actor)
{
  GValue item;

  for (int i = 0; i < (int) actor->wanted; i++)
    {
      make_item (&item, actor->id, i);
      fates[actor->id][i] = UNKNOWN;
      actor->waiting++;
      ts_channel_send_async (channel, &item, actor->cancellable, on_sent, GINT_TO_POINTER (i));
      g_value_unset (&item);
    }
  run_context (actor);
}

static void
on_received (GObject *object, GAsyncResult *result, gpointer data)
{
  Actor *actor = data;
  GValue item = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success;

  check_callback (actor);
  end (actor);
  if (!actor->drops)
    {
      success = ts_channel_receive_finish (channel, result, &item, &error);
      got (actor, &item, success, error, -1);
    }
  if (actor->over || actor->started >= actor->wanted)
    return;
  actor->started++;
  actor->waiting++;
  ts_channel_receive_async (channel, actor->cancellable, on_received, actor);
}

static void
receive_as_task (Actor *actor)
{
  guint at_once = 1 + ts_dst_random (actor->wanted);

  for (guint i = 0; i < at_once; i++)
    {
      actor->started++;
      actor->waiting++;
      ts_channel_receive_async (channel, actor->cancellable, on_received, actor);
    }
  run_context (actor);
}

/* See ts_dst_cancellable_enter(). */
static void
enter (Actor *actor)
{
  if (actor->kind == SOURCE)
    ts_dst_cancellable_enter (actor->cancellable);
}

static void
leave (Actor *actor)
{
  if (actor->kind == SOURCE)
    ts_dst_cancellable_leave (actor->cancellable);
}

static gboolean
go_on (Actor *actor)
{
  if (!actor->over && actor->ended < actor->wanted)
    return G_SOURCE_CONTINUE;
  actor->waiting = 0;
  enter (actor);
  leave (actor);
  return G_SOURCE_REMOVE;
}

static gboolean
on_usable (gpointer data)
{
  Actor *actor = data;

  check_callback (actor);
  actor->over = actor->over || (actor->cancellable != NULL && g_cancellable_is_cancelled (actor->cancellable));
  if (actor->over)
    return go_on (actor);
  if (actor->sends)
    try_to_send (actor, (int) actor->ended);
  else
    try_to_receive (actor);
  actor->ended++;
  return go_on (actor);
}

static gboolean
on_item (TsChannel *channel_of_watch, const GValue *value, gpointer data)
{
  Actor *actor = data;
  GValue item = G_VALUE_INIT;

  check_callback (actor);
  ts_dst_check (channel_of_watch == channel);
  g_value_init (&item, G_VALUE_TYPE (value));
  g_value_copy (value, &item);
  take_item (actor, &item);
  g_value_unset (&item);
  actor->ended++;
  return go_on (actor);
}

static void
on_destroyed (gpointer data)
{
  Actor *actor = data;

  actor->destroyed++;
  actor->waiting = 0;
}

static void
use_as_source (Actor *actor)
{
  GSource *source;
  guint id;

  actor->waiting = 1;
  if (actor->kind == WATCH)
    {
      id = ts_channel_add_watch_full (channel, actor->priority, on_item, actor, on_destroyed);
      source = g_source_ref (g_main_context_find_source_by_id (actor->context, id));
    }
  else
    {
      enter (actor);
      source = ts_channel_create_source (channel, actor->sends ? G_IO_OUT : G_IO_IN, actor->cancellable);
      leave (actor);
      g_source_set_priority (source, actor->priority);
      g_source_set_callback (source, on_usable, actor, on_destroyed);
      g_source_attach (source, actor->context);
    }
  if (victim == actor)
    {
      actor->exposed_context = g_main_context_ref (actor->context);
      actor->exposed = g_source_ref (source);
    }
  run_context (actor);
  enter (actor);
  if (actor->drops)
    g_source_destroy (source);
  g_source_unref (source);
  leave (actor);
}

static void
use_context (Actor *actor)
{
  g_main_context_push_thread_default (actor->context);
  if (actor->kind != TASK)
    use_as_source (actor);
  else if (actor->sends)
    send_as_task (actor);
  else
    receive_as_task (actor);
  g_main_context_pop_thread_default (actor->context);
  enter (actor);
  g_clear_pointer (&actor->context, g_main_context_unref);
  leave (actor);
  actor->waiting = 0;
}

/* Ports */

static void
submit (Actor *actor, TsPort *port, gint64 *tokens)
{
  GValue item;

  for (int i = 0; i < (int) actor->wanted; i++)
    {
      actor->waiting++;
      if (!actor->sends)
        {
          tokens[i] = ts_port_receive (port, channel);
          continue;
        }
      make_item (&item, actor->id, i);
      fates[actor->id][i] = UNKNOWN;
      tokens[i] = ts_port_send (port, channel, &item);
      g_value_unset (&item);
    }
}

static int
number_of (const gint64 *tokens, gint64 token)
{
  for (int i = 0; i < MAX_ITEMS; i++)
    if (tokens[i] == token)
      return i;
  ts_dst_fail ("a port tells the token %" G_GINT64_FORMAT ", which it did not give", token);
}

static void
collect (Actor *actor, TsPort *port, gint64 *tokens)
{
  GValue item = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success;
  gint64 token;
  int number;

  while ((token = ts_port_next_ready (port)) >= 0)
    {
      number = number_of (tokens, token);
      tokens[number] = -1;
      end (actor);
      if (actor->drops)
        {
          ts_dst_check (ts_port_cancel (port, token));
          continue;
        }
      error = NULL;
      success = ts_port_finish (port, token, &item, &error);
      if (!actor->sends)
        {
          got (actor, &item, success, error, -1);
          continue;
        }
      sent (actor, number, success, error, -1);
      g_value_unset (&item);
    }
}

static void
use_port (Actor *actor)
{
  TsPort *port = ts_port_new ();
  GPollFD pollfd = { .fd = ts_port_get_fd (port), .events = G_IO_IN };
  gint64 tokens[MAX_ITEMS] = { -1, -1, -1, -1 };

  submit (actor, port, tokens);
  for (guint i = 0; actor->waiting > 0 && (actor->patience == 0 || i < actor->patience); i++)
    {
      ts_dst_poll (&pollfd, 1, actor->patience == 0 ? -1 : 0);
      collect (actor, port, tokens);
    }
  for (int i = 0; i < MAX_ITEMS; i++)
    if (tokens[i] > 0 && ts_dst_random (2) == 0)
      ts_dst_check (ts_port_cancel (port, tokens[i]));
  g_object_unref (port);
  actor->waiting = 0;
}

static void
run_actor (gpointer data)
{
  Actor *actor = myself = data;

  switch (actor->kind)
    {
    case THREAD:
      (actor->sends ? send_as_thread : receive_as_thread) (actor);
      break;
    case MANY:
      receive_many (actor);
      break;
    case TRY:
      try_a_few_times (actor);
      break;
    case PORT:
      use_port (actor);
      break;
    case TASK:
    case SOURCE:
    case WATCH:
    case N_RECEIVER_KINDS:
    default:
      use_context (actor);
    }
  ts_dst_check (actor->waiting == 0);
  running--;
}

static void
run_canceller (gpointer data)
{
  ts_dst_cancel (cancellable);
  running--;
}

static void
run_destroyer (gpointer data)
{
  for (int i = 0; i < 20 && victim->exposed == NULL; i++)
    ts_dst_point ("looks for a source");
  if (victim->exposed != NULL)
    {
      g_source_destroy (victim->exposed);
      g_main_context_wakeup (victim->exposed_context);
    }
  running--;
}

static void
run_closer (gpointer data)
{
  ts_channel_close (channel);
  running--;
}

/* The referee */

/* Those who wait though they were cancelled */
static guint
count_cancelled (void)
{
  guint n = 0;

  for (guint i = 0; i < n_actors; i++)
    if (actors[i].cancellable != NULL && g_cancellable_is_cancelled (actors[i].cancellable))
      n += actors[i].waiting;
  return n;
}

static guint
count_waiting (gboolean senders, gboolean sources)
{
  guint n = 0;

  for (guint i = 0; i < n_actors; i++)
    if (actors[i].sends == senders && (actors[i].kind == SOURCE) == sources)
      n += actors[i].waiting;
  return n;
}

/* Who has a deadline may go at any moment, also while the referee feeds. */
static gboolean
a_receiver_stays (void)
{
  for (guint i = 0; i < n_actors; i++)
    if (!actors[i].sends && actors[i].kind != SOURCE && actors[i].timeout < 0 && actors[i].waiting > 0)
      return TRUE;
  return FALSE;
}

static void
check_at_rest (void)
{
  guint senders = count_waiting (TRUE, FALSE), receivers = count_waiting (FALSE, FALSE);
  guint out_sources = count_waiting (TRUE, TRUE), in_sources = count_waiting (FALSE, TRUE);
  guint length = ts_channel_get_length (channel);
  gboolean closed = ts_channel_is_closed (channel);
  gboolean room = capacity < 0 || length < (guint) capacity || overflow != TS_OVERFLOW_WAIT;

  ts_dst_check (!room || senders + out_sources == 0);
  ts_dst_check (length == 0 || receivers + in_sources == 0);
  ts_dst_check (senders == 0 || receivers + in_sources == 0);
  ts_dst_check (receivers == 0 || senders + out_sources == 0);
  ts_dst_check (!closed || senders + receivers + out_sources + in_sources == 0);
  ts_dst_check (!ordered || capacity < 0 || length <= (guint) capacity);
  ts_dst_check (ts_channel_get_can_receive (channel) == (length > 0 || senders > 0));
  ts_dst_check (ts_channel_get_can_send (channel) == (!closed && (room || receivers > 0)));
}

static void
feed (int number)
{
  gboolean stays = a_receiver_stays (), success;
  GValue item;

  make_item (&item, MAX_ACTORS, number);
  success = ts_channel_try_send (channel, &item, NULL);
  g_value_unset (&item);
  fates[MAX_ACTORS][number] = success ? ACCEPTED : REFUSED;
  ts_dst_check (success || !stays);
}

/* What is inside is in order for each sender, also what was given back. */
static void
drain (void)
{
  GValue value = G_VALUE_INIT;
  int last[MAX_ACTORS + 1] = { -1, -1, -1, -1, -1, -1 };

  while (ts_channel_try_receive (channel, &value, NULL))
    {
      const Item *item = g_value_get_boxed (&value);

      ts_dst_check (last[item->sender] < item->number);
      last[item->sender] = item->number;
      take_item (NULL, &value);
    }
  g_value_unset (&value);
}

static void
run_referee (gpointer data)
{
  int fed = 0;

  for (;;)
    {
      ts_dst_wait_quiescent ();
      ts_dst_freeze ();
      ts_dst_check (count_cancelled () == 0);
      check_at_rest ();
      ts_dst_thaw ();
      if (running == 0)
        break;
      if (fed < MAX_ITEMS && !ts_channel_is_closed (channel) && ts_dst_random (4) != 0)
        {
          if (ts_dst_random (2) == 0)
            drain ();
          feed (fed++);
        }
      else
        {
          ts_dst_check (ts_channel_close (channel));
        }
    }
  drain ();
}

/* A schedule */

static void
choose_actor (Actor *actor, int id, gboolean sends)
{
  *actor = (Actor) { .id = id, .sends = sends, .timeout = -1 };
  for (guint i = 0; i < G_N_ELEMENTS (actor->last); i++)
    actor->last[i] = -1;
  actor->kind = (Kind) ts_dst_random (sends ? N_SENDER_KINDS : N_RECEIVER_KINDS);
  actor->priority = ((int) ts_dst_random (3) - 1) * 100;
  actor->wanted = 1 + ts_dst_random (MAX_ITEMS - 1);
  if (actor->kind == THREAD && ts_dst_random (3) == 0)
    actor->timeout = ts_dst_random (3) * 40;
  if (actor->kind != WATCH && actor->kind != PORT && actor->kind != TRY && ts_dst_random (3) == 0)
    actor->cancellable = cancellable;
  if (actor->kind == TASK || actor->kind == SOURCE || actor->kind == WATCH)
    actor->context = ts_dst_context_new ();
  if (actor->context != NULL || actor->kind == PORT)
    {
      actor->drops = ts_dst_random (5) == 0;
      actor->patience = ts_dst_random (5) == 0 ? 1 + ts_dst_random (6) : 0;
    }
  if ((actor->kind == SOURCE || actor->kind == WATCH) && actor->cancellable == NULL &&
      ts_dst_random (4) == 0)
    {
      victim = actor;
      actor->drops = TRUE;
      actor->patience = 0; /* its context lives on, and must not go without a loop */
    }
  ordered = ordered && victim != actor && (sends || (!actor->drops && actor->patience == 0));
  certain = certain && !(sends && (actor->drops || actor->patience > 0));
  ts_dst_describe ("[%s %s ×%u%s%s%s%s] ", kind_names[actor->kind], sends ? "sends" : "receives",
                   actor->wanted, actor->timeout >= 0 ? ", deadline" : "",
                   actor->cancellable != NULL ? ", cancellable" : "", actor->drops ? ", drops" : "",
                   actor->patience > 0 ? ", gives up" : "");
}

static void
choose_world (guint n_senders, guint n_receivers)
{
  static const int capacities[] = { 0, 1, 2, TS_CHANNEL_UNLIMITED };

  capacity = capacities[ts_dst_random (G_N_ELEMENTS (capacities))];
  overflow = capacity > 0 && ts_dst_random (4) == 0 ? (TsOverflow) (1 + ts_dst_random (2)) : TS_OVERFLOW_WAIT;
  channel = ts_channel_new_full (capacity, G_TYPE_INVALID, overflow, NULL);
  cancellable = g_cancellable_new ();
  running = 0;
  victim = NULL;
  ordered = certain = TRUE;
  for (guint i = 0; i <= MAX_ACTORS; i++)
    for (guint k = 0; k < MAX_ITEMS; k++)
      {
        fates[i][k] = UNSENT;
        received[i][k] = 0;
      }
  ts_dst_describe ("capacity %d, overflow %d; ", capacity, (int) overflow);
  n_actors = n_senders + n_receivers;
  for (guint i = 0; i < n_actors; i++)
    choose_actor (&actors[i], (int) i, i < n_senders);
  if (victim != NULL)
    ts_dst_describe ("a source is destroyed");
}

static void
check_items (void)
{
  guint64 accepted = 0, n_received = 0;

  for (guint i = 0; i <= MAX_ACTORS; i++)
    for (guint k = 0; k < MAX_ITEMS; k++)
      {
        accepted += fates[i][k] == ACCEPTED;
        n_received += received[i][k];
        ts_dst_check (fates[i][k] != REFUSED || received[i][k] == 0);
        ts_dst_check (fates[i][k] != ACCEPTED || overflow != TS_OVERFLOW_WAIT || received[i][k] == 1);
      }
  if (certain)
    ts_dst_check (accepted == n_received + ts_channel_get_dropped (channel));
}

static void
check_nothing_is_left (void)
{
  for (guint i = 0; i < n_actors; i++)
    {
      g_clear_pointer (&actors[i].exposed, g_source_unref);
      g_clear_pointer (&actors[i].exposed_context, g_main_context_unref);
      if (actors[i].kind == SOURCE || actors[i].kind == WATCH)
        ts_dst_check (actors[i].destroyed == 1);
    }

  ts_dst_check_last_reference (cancellable);
  ts_dst_check_last_reference (channel);
  g_clear_object (&cancellable);
  g_clear_object (&channel);
  ts_dst_check (live_items == 0);
}

static void
spawn (const char *name, TsDstFunc func, gpointer data)
{
  ts_dst_spawn (name, func, data);
  running++;
}

static void
run_world (void)
{
  static const char *const names[] = { "actor 1", "actor 2", "actor 3", "actor 4", "actor 5" };

  for (guint i = 0; i < n_actors; i++)
    spawn (names[i], run_actor, &actors[i]);
  if (ts_dst_random (2) == 0)
    spawn ("canceller", run_canceller, NULL);
  if (victim != NULL)
    spawn ("destroyer", run_destroyer, NULL);
  if (ts_dst_random (4) == 0)
    spawn ("closer", run_closer, NULL);
  ts_dst_spawn ("referee", run_referee, NULL);
  ts_dst_run ();
  check_items ();
  check_nothing_is_left ();
}

static void
one_to_one (void)
{
  choose_world (1, 1);
  run_world ();
}

static void
some_to_some (void)
{
  guint n_senders = 1 + ts_dst_random (2);

  choose_world (n_senders, 1 + ts_dst_random (MAX_ACTORS - n_senders));
  run_world ();
}

int
main (int argc, char *argv[])
{
  static const TsDstScenario scenarios[] = {
    { "/tschan/dst/channel/one-to-one", one_to_one, 20000 },
    { "/tschan/dst/channel/some-to-some", some_to_some, 20000 },
  };

  return ts_dst_main (argc, argv, scenarios, G_N_ELEMENTS (scenarios));
}
