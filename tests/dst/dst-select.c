/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Selects under the deterministic scheduler: in threads, tasks, sources and ports, against each other
 * and against plain senders and receivers, all over the same two channels, an event and a semaphore.
 *
 * Of the cases of a select exactly one happens: items are neither lost nor doubled, permits are all
 * back in the end, a release of the event is taken once. The referee, who runs when nobody else can,
 * checks that nobody waits for anything that could be done.
 */

#include "ts-dst.h"

#include <tschan/tschan.h>

#define MAX_ACTORS 4
#define MAX_CASES  4
#define MAX_ITEMS  4
#define N_CHANNELS 2

typedef enum
{
  THREAD,
  TASK,
  SOURCE,
  PORT,
  N_SELECTS,
  SENDER = N_SELECTS,
  RECEIVER,
  LISTENER, /* a source that is told when it could receive */
  N_KINDS,
} Kind;

typedef enum
{
  RECEIVE,
  SEND,
  EVENT,
  ACQUIRE,
  N_CASE_KINDS,
} CaseKind;

typedef enum
{
  UNSENT,
  UNKNOWN,
  ACCEPTED,
  REFUSED,
} Fate;

typedef struct
{
  CaseKind kind;
  guint    channel;
  int      number; /* of the item that it sends */
} Case;

typedef struct
{
  Kind          kind;
  int           id;
  guint         wanted;
  gint64        timeout;
  GCancellable *cancellable;
  gboolean      drops;
  guint         patience;
  GMainContext *context;

  TsSelect     *select;
  Case          cases[MAX_CASES];
  guint         n_cases;
  int           n_items;
  guint         waiting;
  guint         ended;
  gboolean      over;
} Actor;

typedef struct
{
  int sender;
  int number;
} Item;

static const char *const kind_names[] = { "thread", "task", "source", "port", "sender", "receiver", "listener" };

static TsChannel *channels[N_CHANNELS];
static int capacities[N_CHANNELS];
static TsEvent *event;
static TsSemaphore *semaphore;
static guint inside;
static guint sets, releases;
static Actor actors[MAX_ACTORS];
static guint n_actors;
static GCancellable *cancellable;
static guint running;
static Fate fates[MAX_ACTORS][MAX_ITEMS];
static guint received[MAX_ACTORS][MAX_ITEMS];
static int live_items;
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

/* The next item of this actor; -1: it has sent enough. */
static int
make_item (Actor *actor, GValue *value)
{
  Item item = { actor->id, actor->n_items };

  if (actor->n_items == MAX_ITEMS)
    return -1;
  *value = (GValue) G_VALUE_INIT;
  g_value_init (value, item_get_type ());
  g_value_set_boxed (value, &item);
  fates[item.sender][item.number] = UNKNOWN;
  return actor->n_items++;
}

static void
take_item (GValue *value)
{
  const Item *item;

  ts_dst_check (G_VALUE_TYPE (value) == item_get_type ());
  item = g_value_get_boxed (value);
  ts_dst_check (++received[item->sender][item->number] == 1);
  ts_dst_check (fates[item->sender][item->number] != REFUSED);
  g_value_unset (value);
}

static void
refuse (Actor *actor, int number)
{
  ts_dst_check (received[actor->id][number] == 0);
  fates[actor->id][number] = REFUSED;
}

/* What a select has brought */

static void
check_error (Actor *actor, GError *error, gint64 deadline)
{
  ts_dst_check (error != NULL);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
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
      ts_dst_check (g_error_matches (error, TS_ERROR, TS_ERROR_CLOSED));
      actor->over = TRUE;
    }
  g_error_free (error);
}

static void
be_inside (void)
{
  ts_dst_check (++inside == 1);
  ts_dst_point ("inside");
  inside--;
  ts_dst_check (ts_semaphore_release (semaphore, 1, NULL));
}

static void
after_send (Actor *actor, Case *won, int index)
{
  GValue item;

  fates[actor->id][won->number] = ACCEPTED;
  won->number = make_item (actor, &item);
  if (won->number < 0)
    {
      ts_dst_check (ts_select_remove (actor->select, index));
      actor->over = TRUE;
      return;
    }
  ts_dst_check (ts_select_set_value (actor->select, index, &item, NULL));
  g_value_unset (&item);
}

static void
use_winner (Actor *actor, int index)
{
  Case *won = &actor->cases[index];
  GValue value = G_VALUE_INIT;

  ts_dst_check (index >= 0 && (guint) index < actor->n_cases);
  ts_dst_check (ts_select_get_winner (actor->select) == index);
  if (!ts_select_steal_value (actor->select, index, &value))
    {
      ts_dst_check (won->kind <= SEND && ts_channel_is_closed (channels[won->channel]));
      actor->over = TRUE;
    }
  else if (won->kind == RECEIVE)
    {
      take_item (&value);
      return;
    }
  else if (won->kind == SEND)
    {
      after_send (actor, won, index);
    }
  else if (won->kind == ACQUIRE)
    {
      be_inside ();
    }
  else
    {
      ts_dst_check (++releases <= sets);
    }
  g_value_unset (&value);
}

static void
end (Actor *actor)
{
  ts_dst_check (actor->waiting == 1);
  actor->waiting = 0;
  actor->ended++;
}

static void
finish (Actor *actor, int index, GError *error, gint64 deadline)
{
  ts_dst_check ((index >= 0) == (error == NULL));
  if (index >= 0)
    use_winner (actor, index);
  else
    check_error (actor, error, deadline);
}

static gboolean
wants_more (Actor *actor)
{
  return !actor->over && actor->ended < actor->wanted;
}

/* The ways to wait for a select */

static void
select_in_thread (Actor *actor)
{
  while (wants_more (actor))
    {
      gint64 deadline = actor->timeout < 0 ? -1 : ts_dst_now () + actor->timeout;
      GError *error = NULL;
      int index;

      actor->waiting = 1;
      index = ts_select_wait_until (actor->select, deadline, actor->cancellable, &error);
      end (actor);
      finish (actor, index, error, deadline);
    }
}

static void
on_selected (GObject *object, GAsyncResult *result, gpointer data)
{
  Actor *actor = data;
  GError *error = NULL;
  int index;

  ts_dst_check (myself == actor);
  ts_dst_assert_unlocked ();
  end (actor);
  if (actor->drops)
    return;
  index = ts_select_wait_finish (actor->select, result, &error);
  finish (actor, index, error, -1);
  if (!wants_more (actor))
    return;
  actor->waiting = 1;
  ts_select_wait_async (actor->select, actor->cancellable, on_selected, actor);
}

static gboolean
on_ready (gpointer data)
{
  Actor *actor = data;

  ts_dst_check (myself == actor);
  ts_dst_assert_unlocked ();
  end (actor);
  use_winner (actor, ts_select_get_winner (actor->select));
  if (!wants_more (actor))
    return G_SOURCE_REMOVE;
  actor->waiting = 1;
  return G_SOURCE_CONTINUE;
}

static void
on_destroyed (gpointer data)
{
  ((Actor *) data)->waiting = 0;
}

static void
select_in_context (Actor *actor)
{
  GSource *source = NULL;

  g_main_context_push_thread_default (actor->context);
  actor->waiting = 1;
  if (actor->kind == TASK)
    {
      ts_select_wait_async (actor->select, actor->cancellable, on_selected, actor);
    }
  else
    {
      source = ts_select_create_source (actor->select, NULL);
      g_source_set_callback (source, on_ready, actor, on_destroyed);
      g_source_attach (source, actor->context);
    }
  for (guint i = 0; actor->waiting > 0 && (actor->patience == 0 || i < actor->patience); i++)
    g_main_context_iteration (actor->context, actor->patience == 0);
  if (source != NULL)
    {
      if (actor->drops)
        g_source_destroy (source);
      g_source_unref (source);
    }
  g_main_context_pop_thread_default (actor->context);
  g_clear_pointer (&actor->context, g_main_context_unref);
  actor->waiting = 0;
}

static void
collect (Actor *actor, TsPort *port, gint64 token)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success;

  end (actor);
  if (actor->drops)
    {
      ts_dst_check (ts_port_cancel (port, token));
      return;
    }
  success = ts_port_finish (port, token, &value, &error);
  finish (actor, success ? g_value_get_int (&value) : -1, error, -1);
  g_value_unset (&value);
}

static void
select_by_port (Actor *actor)
{
  TsPort *port = ts_port_new ();
  GPollFD pollfd = { .fd = ts_port_get_fd (port), .events = G_IO_IN };
  gint64 token = -1;

  for (guint i = 0; wants_more (actor) && (actor->patience == 0 || i < actor->patience); i++)
    {
      if (actor->waiting == 0)
        {
          actor->waiting = 1;
          token = ts_port_select (port, actor->select);
        }
      ts_dst_poll (&pollfd, 1, actor->patience == 0 ? -1 : 0);
      if (ts_port_next_ready (port) == token)
        collect (actor, port, token);
    }
  if (actor->waiting > 0 && ts_dst_random (2) == 0)
    ts_dst_check (ts_port_cancel (port, token));
  g_object_unref (port);
  actor->waiting = 0;
}

static void
add_case (Actor *actor, CaseKind kind)
{
  int index = (int) actor->n_cases;
  Case *added = &actor->cases[actor->n_cases++];
  GValue item;

  *added = (Case) { kind, ts_dst_random (N_CHANNELS), -1 };
  if (added->kind == SEND && (added->number = make_item (actor, &item)) < 0)
    added->kind = RECEIVE;
  switch (added->kind)
    {
    case SEND:
      ts_dst_check (ts_select_add_send (actor->select, channels[added->channel], &item, NULL) == index);
      g_value_unset (&item);
      break;
    case EVENT:
      ts_dst_check (ts_select_add_event (actor->select, event) == index);
      break;
    case ACQUIRE:
      ts_dst_check (ts_select_add_acquire (actor->select, semaphore) == index);
      break;
    case RECEIVE:
    case N_CASE_KINDS:
    default:
      ts_dst_check (ts_select_add_receive (actor->select, channels[added->channel]) == index);
    }
}

/* Those who do not select */

static void
send_plainly (Actor *actor)
{
  GValue item;
  GError *error = NULL;
  gboolean success;
  int number;

  while (wants_more (actor))
    {
      number = make_item (actor, &item);
      actor->waiting = 1;
      success = ts_channel_send (channels[actor->cases[0].channel], &item, actor->cancellable, &error);
      end (actor);
      g_value_unset (&item);
      if (success)
        {
          fates[actor->id][number] = ACCEPTED;
          continue;
        }
      refuse (actor, number);
      check_error (actor, g_steal_pointer (&error), -1);
    }
}

static void
receive_plainly (Actor *actor)
{
  GValue item = G_VALUE_INIT;
  GError *error = NULL;

  while (wants_more (actor))
    {
      gboolean success;

      actor->waiting = 1;
      success = ts_channel_receive (channels[actor->cases[0].channel], actor->cancellable, &item, &error);
      end (actor);
      if (success)
        take_item (&item);
      else
        check_error (actor, g_steal_pointer (&error), -1);
    }
  if (G_IS_VALUE (&item))
    g_value_unset (&item);
}

static gboolean
on_receivable (gpointer data)
{
  Actor *actor = data;
  GValue item = G_VALUE_INIT;
  GError *error = NULL;

  ts_dst_check (myself == actor);
  actor->ended++;
  if (ts_channel_try_receive (channels[actor->cases[0].channel], &item, &error))
    {
      take_item (&item);
      return wants_more (actor);
    }
  g_value_unset (&item);
  if (g_error_matches (error, TS_ERROR, TS_ERROR_EMPTY))
    g_error_free (error);
  else
    check_error (actor, error, -1);
  return wants_more (actor);
}

static void
listen (Actor *actor)
{
  GSource *source = ts_channel_create_source (channels[actor->cases[0].channel], G_IO_IN, NULL);

  g_source_set_callback (source, on_receivable, actor, on_destroyed);
  g_source_attach (source, actor->context);
  g_source_unref (source);
  actor->waiting = 1;
  while (actor->waiting > 0)
    g_main_context_iteration (actor->context, TRUE);
  g_clear_pointer (&actor->context, g_main_context_unref);
}

static void
run_select (Actor *actor)
{
  switch (actor->kind)
    {
    case THREAD:
      select_in_thread (actor);
      break;
    case PORT:
      select_by_port (actor);
      break;
    case TASK:
    case SOURCE:
    case N_SELECTS:
    case RECEIVER:
    case LISTENER:
    case N_KINDS:
    default:
      select_in_context (actor);
    }
}

/* A select that nobody waits on any more has given nothing that it still has. */
static void
let_go_of_select (Actor *actor)
{
  ts_dst_check_last_reference (actor->select);
  g_clear_object (&actor->select);
  if (actor->drops || actor->patience > 0)
    return;
  for (guint i = 0; i < actor->n_cases; i++)
    if (actor->cases[i].kind == SEND && actor->cases[i].number >= 0)
      refuse (actor, actor->cases[i].number);
}

static void
run_actor (gpointer data)
{
  Actor *actor = myself = data;

  if (actor->kind == SENDER)
    {
      send_plainly (actor);
    }
  else if (actor->kind == RECEIVER)
    {
      receive_plainly (actor);
    }
  else if (actor->kind == LISTENER)
    {
      listen (actor);
    }
  else
    {
      run_select (actor);
      ts_dst_check (actor->waiting == 0);
    }
  running--;
}

static void
run_canceller (gpointer data)
{
  ts_dst_cancel (cancellable);
  running--;
}

static void
run_setter (gpointer data)
{
  for (guint i = 1 + ts_dst_random (2); i > 0; i--)
    {
      sets++;
      ts_event_set (event);
    }
  running--;
}

static void
run_hog (gpointer data)
{
  if (ts_semaphore_try_acquire (semaphore))
    be_inside ();
  running--;
}

/* The referee */

static gboolean
waits_to_receive (Actor *actor, guint channel)
{
  if (actor->waiting == 0)
    return FALSE;
  if (actor->kind == RECEIVER || actor->kind == LISTENER)
    return actor->cases[0].channel == channel;
  for (guint i = 0; actor->kind < N_SELECTS && i < actor->n_cases; i++)
    if (actor->cases[i].kind == RECEIVE && actor->cases[i].channel == channel)
      return TRUE;
  return FALSE;
}

static gboolean
waits_to_send (Actor *actor, guint channel)
{
  if (actor->waiting == 0)
    return FALSE;
  if (actor->kind == SENDER)
    return actor->cases[0].channel == channel;
  if (actor->drops && actor->ended > 0)
    return FALSE; /* perhaps: its item may have gone without notice */
  for (guint i = 0; actor->kind < N_SELECTS && i < actor->n_cases; i++)
    if (actor->cases[i].kind == SEND && actor->cases[i].channel == channel)
      return TRUE;
  return FALSE;
}

static void
check_channel (guint channel)
{
  guint length = ts_channel_get_length (channels[channel]);
  gboolean room = capacities[channel] < 0 || length < (guint) capacities[channel];
  gboolean closed = ts_channel_is_closed (channels[channel]);

  for (guint i = 0; i < n_actors; i++)
    {
      ts_dst_check (!waits_to_receive (&actors[i], channel) || (length == 0 && !closed));
      ts_dst_check (!waits_to_send (&actors[i], channel) || (!room && !closed));
      for (guint k = 0; k < n_actors; k++)
        ts_dst_check (i == k || !waits_to_send (&actors[i], channel) ||
                      !waits_to_receive (&actors[k], channel));
    }
}

static void
check_case_kind (CaseKind kind)
{
  for (guint i = 0; i < n_actors; i++)
    for (guint k = 0; actors[i].kind < N_SELECTS && k < actors[i].n_cases; k++)
      ts_dst_check (actors[i].waiting == 0 || actors[i].cases[k].kind != kind);
}

static void
check_at_rest (void)
{
  for (guint i = 0; i < n_actors; i++)
    ts_dst_check (actors[i].waiting == 0 || actors[i].cancellable == NULL ||
                  !g_cancellable_is_cancelled (actors[i].cancellable));
  if (ts_event_is_set (event))
    check_case_kind (EVENT);
  check_case_kind (ACQUIRE);
  ts_dst_check (ts_semaphore_get_value (semaphore) == 1);
  for (guint i = 0; i < N_CHANNELS; i++)
    check_channel (i);
}

static void
drain (guint channel)
{
  GValue item = G_VALUE_INIT;

  while (ts_channel_try_receive (channels[channel], &item, NULL))
    take_item (&item);
  g_value_unset (&item);
}

static void
run_referee (gpointer data)
{
  for (;;)
    {
      ts_dst_wait_quiescent ();
      ts_dst_freeze ();
      check_at_rest ();
      ts_dst_thaw ();
      if (running == 0)
        break;
      switch (ts_dst_random (4))
        {
        case 0:
          drain (ts_dst_random (N_CHANNELS));
          break;
        case 1:
          ts_channel_close (channels[ts_dst_random (N_CHANNELS)]);
          break;
        default:
          sets++;
          ts_event_set (event);
        }
    }
  for (guint i = 0; i < n_actors; i++)
    if (actors[i].select != NULL)
      let_go_of_select (&actors[i]);
  for (guint i = 0; i < N_CHANNELS; i++)
    drain (i);
}

/* A schedule */

static void
choose_actor (Actor *actor, int id)
{
  *actor = (Actor) { .id = id, .timeout = -1 };
  actor->kind = (Kind) ts_dst_random (ts_dst_random (2) == 0 ? N_SELECTS : N_KINDS);
  actor->wanted = 1 + ts_dst_random (MAX_ITEMS - 1);
  if (actor->kind != SOURCE && actor->kind != PORT && actor->kind != LISTENER && ts_dst_random (4) == 0)
    actor->cancellable = cancellable;
  ts_dst_describe ("[%s ×%u%s", kind_names[actor->kind], actor->wanted,
                   actor->cancellable != NULL ? ", cancellable" : "");
  if (actor->kind >= N_SELECTS)
    {
      actor->cases[0].channel = ts_dst_random (N_CHANNELS);
      if (actor->kind == LISTENER)
        actor->context = ts_dst_context_new ();
      ts_dst_describe (": %u] ", actor->cases[0].channel);
      return;
    }
  if (actor->kind == THREAD && ts_dst_random (4) == 0)
    actor->timeout = ts_dst_random (3) * 40;
  if (actor->kind == TASK || actor->kind == SOURCE)
    actor->context = ts_dst_context_new ();
  if (actor->kind != THREAD)
    {
      actor->drops = ts_dst_random (5) == 0;
      actor->patience = ts_dst_random (5) == 0 ? 1 + ts_dst_random (6) : 0;
    }
  actor->select = ts_select_new ();
  for (guint i = 1 + ts_dst_random (MAX_CASES - 1); i > 0; i--)
    add_case (actor, (CaseKind) ts_dst_random (N_CASE_KINDS));
  if (actor->drops) /* an end to wait for when all its items have gone */
    add_case (actor, EVENT);
  ts_dst_describe ("%s%s%s:", actor->timeout >= 0 ? ", deadline" : "", actor->drops ? ", drops" : "",
                   actor->patience > 0 ? ", gives up" : "");
  for (guint i = 0; i < actor->n_cases; i++)
    ts_dst_describe (" %s%u", ((const char *[]) { "receive", "send", "event", "acquire" })[actor->cases[i].kind],
                     actor->cases[i].channel);
  ts_dst_describe ("] ");
}

static void
spawn (const char *name, TsDstFunc func, gpointer data)
{
  ts_dst_spawn (name, func, data);
  running++;
}

static void
check_items (void)
{
  for (guint i = 0; i < MAX_ACTORS; i++)
    for (guint k = 0; k < MAX_ITEMS; k++)
      {
        ts_dst_check (fates[i][k] != REFUSED || received[i][k] == 0);
        ts_dst_check (fates[i][k] != ACCEPTED || received[i][k] == 1);
      }
  ts_dst_check (releases <= sets);
}

static void
choose_world (void)
{
  static const int some_capacities[] = { 0, 0, 1, 2, TS_CHANNEL_UNLIMITED };

  running = inside = sets = releases = 0;
  for (guint i = 0; i < MAX_ACTORS; i++)
    for (guint k = 0; k < MAX_ITEMS; k++)
      {
        fates[i][k] = UNSENT;
        received[i][k] = 0;
      }
  for (guint i = 0; i < N_CHANNELS; i++)
    {
      capacities[i] = some_capacities[ts_dst_random (G_N_ELEMENTS (some_capacities))];
      channels[i] = ts_channel_new (capacities[i]);
      ts_dst_describe ("capacity %d; ", capacities[i]);
    }
  event = ts_event_new_auto_reset ();
  semaphore = ts_semaphore_new (1);
  cancellable = g_cancellable_new ();
  n_actors = 1 + ts_dst_random (MAX_ACTORS);
  for (guint i = 0; i < n_actors; i++)
    choose_actor (&actors[i], (int) i);
}

static void
selects (void)
{
  static const char *const names[] = { "actor 1", "actor 2", "actor 3", "actor 4" };

  choose_world ();
  for (guint i = 0; i < n_actors; i++)
    spawn (names[i], run_actor, &actors[i]);
  if (ts_dst_random (3) == 0)
    spawn ("canceller", run_canceller, NULL);
  if (ts_dst_random (2) == 0)
    spawn ("setter", run_setter, NULL);
  if (ts_dst_random (2) == 0)
    spawn ("hog", run_hog, NULL);
  ts_dst_spawn ("referee", run_referee, NULL);
  ts_dst_run ();

  check_items ();
  ts_dst_check_last_reference (cancellable);
  ts_dst_check_last_reference (event);
  ts_dst_check_last_reference (semaphore);
  g_clear_object (&cancellable);
  g_clear_object (&event);
  g_clear_object (&semaphore);
  for (guint i = 0; i < N_CHANNELS; i++)
    {
      ts_dst_check_last_reference (channels[i]);
      g_clear_object (&channels[i]);
    }
  ts_dst_check (live_items == 0);
}

/* Two selects that see the same two channels from either side, in lockstep: if each of them parked at what
 * the other looks at next, they would make each other begin again for ever. */

typedef struct
{
  TsSelect *select;
  guint     delay;
  gboolean  sends[N_CHANNELS];
} Facing;

static void
run_facing (gpointer data)
{
  Facing *facing = data;
  GError *error = NULL;

  for (guint i = 0; i < facing->delay; i++)
    ts_dst_point ("is late");
  ts_dst_check (ts_select_wait (facing->select, NULL, &error) >= 0);
}

static void
add_facing_case (Facing *facing, guint channel)
{
  GValue item = G_VALUE_INIT;

  if (!facing->sends[channel])
    {
      ts_select_add_receive (facing->select, channels[channel]);
      return;
    }
  g_value_init (&item, G_TYPE_INT);
  ts_select_add_send (facing->select, channels[channel], &item, NULL);
}

static void
lockstep (void)
{
  Facing facing[2];

  for (guint i = 0; i < N_CHANNELS; i++)
    channels[i] = ts_channel_new (0);
  for (guint i = 0; i < N_CHANNELS; i++)
    {
      facing[0].sends[i] = ts_dst_random (2) == 0;
      facing[1].sends[i] = !facing[0].sends[i];
    }
  for (guint i = 0; i < 2; i++)
    {
      facing[i].select = ts_select_new ();
      facing[i].delay = ts_dst_random (3);
      add_facing_case (&facing[i], i);
      add_facing_case (&facing[i], 1 - i);
    }
  ts_dst_spawn ("one", run_facing, &facing[0]);
  ts_dst_spawn ("other", run_facing, &facing[1]);
  ts_dst_take_turns ();
  ts_dst_run ();

  for (guint i = 0; i < 2; i++)
    g_object_unref (facing[i].select);
  for (guint i = 0; i < N_CHANNELS; i++)
    {
      ts_dst_check_last_reference (channels[i]);
      g_clear_object (&channels[i]);
    }
}

int
main (int argc, char *argv[])
{
  static const TsDstScenario scenarios[] = {
    { "/tschan/dst/select/any-cases", selects, 20000 },
    { "/tschan/dst/select/lockstep", lockstep, 500 },
  };

  return ts_dst_main (argc, argv, scenarios, G_N_ELEMENTS (scenarios));
}
