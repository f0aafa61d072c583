/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What a programmer's errors do: a critical, a neutral answer, and nothing else.
 *
 * The table (bad-input-table.c) has a row for each function that the library exports. Each is called once
 * for each thing that can be wrong with each of its arguments, with nothing wrong about the others. */

#include <dlfcn.h>
#include <string.h>

#include "bad-input.h"
#include "ts-test-util.h"

static void
expect_critical (void)
{
  g_test_expect_message ("tschan", G_LOG_LEVEL_CRITICAL, "*");
}

typedef struct
{
  TsEvent      *event;
  TsPort       *port;
  TsChannel    *channel;
  TsSemaphore  *semaphore;
  TsLock       *lock;
  TsCondition  *condition;
  TsBarrier    *barrier;
  TsFuture     *future;
  TsSelect     *select;
  TsRunner     *runner;
  TsListModel  *model;
  TsItem       *item;
  TsCall       *call;
  TsFuture     *answer;  /* of the call */
  GSource      *watch;
  int           index;   /* of a case that sends */
  gpointer      wrong;   /* an object of no such type */
  GError       *error;   /* set already */
  GError       *reason;
  GValue        value;
  GValue        unset;   /* not initialized */
  GValue        out;
  GError       *fresh;   /* where an error may go */
  GAsyncResult *result;
  TsChannel    *channels[2], *bad_channels[2];
} Things;

static void
keep_call (TsCall *call, gpointer kept)
{
  g_atomic_pointer_set ((TsCall **) kept, g_object_ref (call));
}

static gboolean
never_called (TsChannel *channel, const GValue *value, gpointer data)
{
  g_assert_not_reached ();
}

static void
things_init_arguments (Things *t)
{
  t->watch = g_main_context_find_source_by_id (NULL, ts_channel_add_watch (t->channel, never_called, NULL));
  g_source_ref (t->watch);
  t->index = ts_select_add_send (t->select, t->channel, &t->value, NULL);
  t->answer = ts_runner_spawn (t->runner, keep_call, &t->call, NULL);
  ts_test_wait_for (g_atomic_pointer_get (&t->call) != NULL);
  t->channels[0] = t->channels[1] = t->bad_channels[0] = t->channel;
  t->bad_channels[1] = t->wrong;
}

static void
things_init (Things *t)
{
  *t = (Things) { .event = ts_event_new (), .port = ts_port_new () };
  t->channel = ts_channel_new (1);
  t->semaphore = ts_semaphore_new_bounded (0, 1);
  t->lock = ts_lock_new ();
  t->condition = ts_condition_new (NULL);
  t->barrier = ts_barrier_new (2);
  t->future = ts_future_new ();
  t->select = ts_select_new ();
  t->runner = ts_runner_new ("bad input");
  t->wrong = g_object_new (G_TYPE_OBJECT, NULL);
  t->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_EXISTS, "set already");
  t->reason = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "a reason");
  g_value_init (&t->value, G_TYPE_INT);
  t->model = g_object_new (TS_TYPE_LIST_MODEL, "channel", ts_channel_new (0), NULL);
  g_object_unref (ts_list_model_get_channel (t->model));
  t->item = ts_item_new (&t->value);
  things_init_arguments (t);
}

/* Nothing has changed, and nobody is left in a queue. */
static void
assert_unchanged (Things *t)
{
  g_assert_error (t->error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_no_error (t->fresh);
  g_assert_false (ts_event_is_set (t->event));
  g_assert_cmpint (ts_port_next_ready (t->port), ==, -1);
  g_assert_cmpuint (ts_channel_get_length (t->channel), ==, 0);
  g_assert_false (ts_channel_is_closed (t->channel));
  g_assert_true (ts_channel_get_can_send (t->channel));
  g_assert_cmpuint (ts_semaphore_get_value (t->semaphore), ==, 0);
  g_assert_false (ts_lock_is_held (t->lock));
  g_assert_cmpuint (ts_barrier_get_waiting (t->barrier), ==, 0);
  g_assert_false (ts_barrier_is_broken (t->barrier));
  g_assert_false (ts_future_is_done (t->future));
  g_assert_false (ts_future_is_done (t->answer));
  g_assert_false (ts_runner_is_closed (t->runner));
  g_assert_false (g_source_is_destroyed (t->watch));
  g_assert_false (ts_list_model_is_finished (t->model));
  g_assert_cmpuint (ts_list_model_get_max_items (t->model), ==, G_MAXUINT);
  g_assert_cmpint (ts_list_model_get_overflow (t->model), ==, TS_OVERFLOW_WAIT);
  g_assert_cmpuint (G_OBJECT (t->wrong)->ref_count, ==, 1);
}

static void
things_clear (Things *t)
{
  GObject *objects[] = {
    G_OBJECT (t->select),    G_OBJECT (t->event),     G_OBJECT (t->port),    G_OBJECT (t->channel),
    G_OBJECT (t->future),    G_OBJECT (t->semaphore), G_OBJECT (t->barrier), t->wrong,
    G_OBJECT (t->condition), G_OBJECT (t->lock),      G_OBJECT (t->runner),  G_OBJECT (t->call),
    G_OBJECT (t->model),     G_OBJECT (t->item),
  };

  g_source_destroy (t->watch);
  g_source_unref (t->watch);
  ts_runner_close (t->runner);
  g_object_unref (t->answer);
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    {
      ts_test_note ("object %u", i);
      g_assert_finalize_object (objects[i]);
    }
  g_clear_error (&t->error);
  g_clear_error (&t->reason);
  g_clear_error (&t->fresh);
  g_value_unset (&t->value);
}

/* Calls. They are unlike any right one, so no sanitizer may look at it; but all arguments are in registers,
 * or in whole words of the stack, as for any. */

#define MAX_ARGUMENTS 8

typedef guintptr Argument;
typedef guint64 (*AnyFunction) (Argument, Argument, Argument, Argument, Argument, Argument, Argument,
                                Argument);

static AnyFunction
find_function (const char *symbol)
{
  AnyFunction function;

  *(void **) &function = dlsym (RTLD_DEFAULT, symbol);
  if (function == NULL)
    g_error ("the library has no %s", symbol);
  return function;
}

static guint64
call (const char *symbol, const Argument *a)
{
  return find_function (symbol) (a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]);
}

static void
assert_answer (char kind, guint64 answer)
{
  if (kind == 'p' || kind == 'l')
    g_assert_cmpint ((gint64) answer, ==, kind == 'p' ? 0 : -1);
  else if (kind == 'i')
    g_assert_cmpint ((int) answer, ==, -1);
  else if (kind != 'v')
    g_assert_cmpint ((int) answer, ==, kind == 't');
}

static Argument
object_of_kind (Things *t, char kind)
{
  switch (kind)
    {
    case 'B': return (Argument) t->barrier;
    case 'C': return (Argument) t->channel;
    case 'D': return (Argument) t->model;
    case 'E': return (Argument) t->event;
    case 'F': return (Argument) t->future;
    case 'I': return (Argument) t->item;
    case 'K': return (Argument) t->call;
    case 'L': return (Argument) t->lock;
    case 'O': return (Argument) t->condition;
    case 'P': return (Argument) t->port;
    case 'R': return (Argument) t->runner;
    case 'S': return (Argument) t->semaphore;
    case 'X': return (Argument) t->select;
    default: return 0;
    }
}

static Argument
good_argument (Things *t, char kind)
{
  switch (kind)
    {
    case '2': return 2;
    case 'a': return (Argument) t->channels;
    case 'e': return (Argument) &t->fresh;
    case 'f': return (Argument) never_called;
    case 'h': return (Argument) t->channel;
    case 'i': return (Argument) t->index;
    case 'j': return (Argument) t->wrong;
    case 'M': case 'm': return 1;
    case 'N': case 'n': return 3;
    case 'o': return (Argument) &t->out;
    case 'r': return (Argument) t->reason;
    case 't': return (Argument) G_TYPE_STRV;
    case 'u': return (Argument) t->watch;
    case 'v': case 'w': return (Argument) &t->value;
    case 'x': return G_IO_IN;
    case 'y': return (Argument) t->result;
    default: return object_of_kind (t, kind);
    }
}

/* The things that are wrong for an argument of @kind: one after the other, FALSE when there are no more. */
static gboolean
bad_argument (Things *t, char kind, guint which, Argument *bad)
{
  const Argument wrong = (Argument) t->wrong, unset = (Argument) &t->unset;
  const struct
  {
    const char *kinds;
    guint       n;
    Argument    bad[3];
  } all[] = {
    { "BCDEFIKLOPRSXy", 2, { 0, wrong } },
    { "clh", 1, { wrong } },
    { "e", 1, { (Argument) &t->error } },
    { "v", 2, { 0, unset } },
    { "w", 1, { unset } },
    { "ofjru", 1, { 0 } },
    { "n", 1, { 0 } },
    { "N", 2, { 0, G_MAXUINT } },
    { "z", 2, { (Argument) -1, (Argument) G_MININT64 } },
    { "k", 2, { (Argument) -2, (Argument) G_MININT } },
    { "M", 1, { G_MAXUINT } },
    { "m", 2, { 4, G_MAXUINT } },
    { "x", 2, { 0, G_IO_PRI } },
    { "t", 3, { G_TYPE_INVALID, G_TYPE_INT, G_TYPE_OBJECT } },
    { "i", 3, { (Argument) -1, 99, (Argument) G_MININT } },
    { "a", 2, { 0, (Argument) t->bad_channels } },
    { "g", 2, { 1, G_MAXUINT } },
    { "q", 2, { 3, (Argument) -1 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (strchr (all[i].kinds, kind) != NULL && which < all[i].n)
      {
        *bad = all[i].bad[which];
        return TRUE;
      }
  return FALSE;
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer kept)
{
  *(GAsyncResult **) kept = g_object_ref (result);
}

/* For X_finish: a result of X_async, of a call that was cancelled before. */
static void
make_result (Things *t, const BadInputRow *row)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *start = g_strndup (row->symbol, (gsize) (strstr (row->symbol, "_finish") - row->symbol));
  g_autofree char *symbol = g_strconcat (start, "_async", NULL);
  const Argument object = object_of_kind (t, row->arguments[0]), callback = (Argument) keep_result;
  const Argument data = (Argument) &t->result, cancelled = (Argument) cancellable;

  g_cancellable_cancel (cancellable);
  if (g_str_equal (symbol, "ts_channel_send_async"))
    call (symbol, (Argument[]) { object, (Argument) &t->value, cancelled, callback, data, 0, 0, 0 });
  else if (g_str_equal (symbol, "ts_runner_call_async"))
    call (symbol, (Argument[]) { object, (Argument) never_called, 0, 0, cancelled, callback, data, 0 });
  else
    call (symbol, (Argument[]) { object, cancelled, callback, data, 0, 0, 0, 0 });
  while (t->result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static guint
misuse_argument (Things *t, const BadInputRow *row, guint position)
{
  Argument arguments[MAX_ARGUMENTS] = { 0 }, bad;
  guint which;

  for (guint i = 0; row->arguments[i] != '\0'; i++)
    arguments[i] = good_argument (t, row->arguments[i]);
  for (which = 0; bad_argument (t, row->arguments[position], which, &bad); which++)
    {
      ts_test_note ("%s, argument %u, mistake %u", row->symbol, position, which);
      arguments[position] = bad;
      expect_critical ();
      assert_answer (row->answer, call (row->symbol, arguments));
      g_test_assert_expected_messages ();
      assert_unchanged (t);
      if (strchr (row->arguments, 'o') != NULL && row->arguments[position] != 'o')
        g_assert_true (G_VALUE_HOLDS_POINTER (&t->out) && g_value_get_pointer (&t->out) == NULL);
      t->out = (GValue) G_VALUE_INIT;
    }
  return which;
}

static gboolean
can_call_anything (void)
{
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
  return TRUE;
#else
  g_test_skip ("how a call is made is not known for this machine");
  return FALSE;
#endif
}

static void
each_argument_of_each_function (void)
{
  guint n_mistakes = 0;

  if (!can_call_anything ())
    return;
  for (guint i = 0; i < n_bad_input_rows; i++)
    {
      const BadInputRow *row = &bad_input_rows[i];
      Things things;

      g_assert_true ((row->arguments == NULL) != (row->reason == NULL));
      if (row->arguments == NULL)
        continue;
      things_init (&things);
      if (strchr (row->arguments, 'y') != NULL)
        make_result (&things, row);
      for (guint k = 0; row->arguments[k] != '\0'; k++)
        n_mistakes += misuse_argument (&things, row, k);
      g_clear_object (&things.result);
      things_clear (&things);
    }
  g_test_message ("%u mistakes", n_mistakes);
  g_assert_cmpuint (n_mistakes, >, 400);
}

/* Tells also which are missing in the table, for who adds one. */
static void
table_has_each_function (void)
{
  g_autofree char *path = NULL, *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  if (g_getenv ("TS_TEST_SRCDIR") == NULL)
    {
      g_test_skip ("TS_TEST_SRCDIR is not set");
      return;
    }
  path = g_build_filename (g_getenv ("TS_TEST_SRCDIR"), "..", "tschan", "tschan-1.symbols", NULL);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      if (!g_str_has_prefix (*line, "ts_"))
        continue;
      if (n == n_bad_input_rows || !g_str_equal (bad_input_rows[n].symbol, *line))
        g_error ("%s has no row in bad-input-table.c, or not at its place", *line);
      n++;
    }
  g_assert_cmpuint (n, ==, n_bad_input_rows);
}

/* What is closed: an error that says so, for all that has a place for one */

static const BadInputRow *
find_row (const char *symbol)
{
  for (guint i = 0; i < n_bad_input_rows; i++)
    if (g_str_equal (bad_input_rows[i].symbol, symbol))
      return &bad_input_rows[i];
  g_error ("%s has no row", symbol);
}

static guint64
call_rightly (Things *t, const BadInputRow *row)
{
  Argument arguments[MAX_ARGUMENTS] = { 0 };

  for (guint i = 0; row->arguments[i] != '\0'; i++)
    arguments[i] = good_argument (t, row->arguments[i]);
  return call (row->symbol, arguments);
}

static void
assert_closed (Things *t, const BadInputRow *row)
{
  ts_test_note ("%s", row->symbol);
  assert_answer (row->answer, call_rightly (t, row));
  g_assert_error (t->fresh, TS_ERROR, TS_ERROR_CLOSED);
  g_clear_error (&t->fresh);
}

static void
assert_finishes_closed (Things *t, const BadInputRow *row)
{
  const gsize length = strlen (row->symbol) - strlen ("_async");
  g_autofree char *finish = g_strdup_printf ("%.*s_finish", (int) length, row->symbol);
  const Argument callback = (Argument) keep_result, data = (Argument) &t->result;
  Argument arguments[MAX_ARGUMENTS] = { 0 };
  guint n = 0;

  for (; row->arguments[n] != '\0'; n++)
    arguments[n] = good_argument (t, row->arguments[n]);
  arguments[n - 2] = callback;
  arguments[n - 1] = data;
  ts_test_note ("%s", row->symbol);
  call (row->symbol, arguments);
  while (t->result == NULL)
    g_main_context_iteration (NULL, TRUE);
  assert_closed (t, find_row (finish));
  g_clear_object (&t->result);
}

static void
closed_objects_say_so (void)
{
  guint n = 0;
  Things t;

  if (!can_call_anything ())
    return;
  things_init (&t);
  ts_channel_close (t.channel);
  ts_barrier_abort (t.barrier);
  ts_runner_close (t.runner);
  for (guint i = 0; i < n_bad_input_rows; i++)
    {
      const BadInputRow *row = &bad_input_rows[i];

      if (row->arguments == NULL || strchr ("BCR", row->arguments[0]) == NULL)
        continue;
      if (g_str_has_suffix (row->symbol, "_async"))
        assert_finishes_closed (&t, row);
      else if (strchr (row->arguments, 'e') != NULL && strchr (row->arguments, 'y') == NULL)
        assert_closed (&t, row);
      else
        continue;
      n++;
    }
  g_assert_cmpuint (n, >, 30);
  things_clear (&t);
}

/* A port that was closed refuses without an error: it says -1. */
static void
closed_port_takes_nothing (void)
{
  Things t;
  guint n = 0;

  if (!can_call_anything ())
    return;
  things_init (&t);
  ts_port_close (t.port);
  for (guint i = 0; i < n_bad_input_rows; i++)
    {
      const BadInputRow *row = &bad_input_rows[i];

      if (row->arguments == NULL || row->arguments[0] != 'P' || row->answer != 'l')
        continue;
      ts_test_note ("%s", row->symbol);
      assert_answer ('l', call_rightly (&t, row));
      n++;
    }
  g_assert_cmpuint (n, ==, 10);
  g_assert_false (ts_port_finish (t.port, 1, &t.out, &t.fresh));
  g_assert_nonnull (t.fresh);
  g_clear_error (&t.fresh);
  assert_unchanged (&t);
  things_clear (&t);
}

/* Numbers that are right, but large: they wait for nothing, and allocate nothing. */
static void
huge_numbers_are_only_numbers (void)
{
  Things t;
  TsBarrier *barrier = ts_barrier_new (G_MAXINT);
  TsChannel *channel = ts_channel_new (G_MAXINT);
  TsSemaphore *semaphore = ts_semaphore_new (G_MAXINT);
  GPtrArray *items;

  things_init (&t);
  g_assert_false (ts_semaphore_release (semaphore, 1, &t.fresh));
  g_assert_error (t.fresh, TS_ERROR, TS_ERROR_OVERFLOW);
  g_clear_error (&t.fresh);
  g_assert_false (ts_semaphore_release (t.semaphore, G_MAXUINT, &t.fresh));
  g_assert_error (t.fresh, TS_ERROR, TS_ERROR_OVERFLOW);
  g_clear_error (&t.fresh);
  g_assert_false (ts_condition_notify_many (t.condition, G_MAXUINT, &t.fresh));
  g_assert_error (t.fresh, TS_ERROR, TS_ERROR_NOT_HELD);
  g_clear_error (&t.fresh);
  ts_channel_set_watch_budget (t.watch, G_MAXUINT, G_MAXINT64);

  g_assert_true (ts_channel_send (channel, &t.value, NULL, NULL));
  items = ts_channel_receive_many (channel, G_MAXUINT, NULL, NULL);
  g_assert_cmpuint (items->len, ==, 1);
  g_ptr_array_unref (items);
  assert_unchanged (&t);
  things_clear (&t);
  g_assert_finalize_object (barrier);
  g_assert_finalize_object (channel);
  g_assert_finalize_object (semaphore);
}

/* What a correct program may meet is no programmer's error. */
static void
unknown_tokens_and_cases_are_no_mistake (void)
{
  static const gint64 tokens[] = { 0, -1, 1, G_MAXINT64, G_MININT64 };
  static const int indices[] = { 99, -1, G_MAXINT, G_MININT };
  Things t;

  things_init (&t);
  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    {
      g_assert_false (ts_port_finish (t.port, tokens[i], &t.out, &t.fresh));
      g_assert_nonnull (t.fresh);
      g_clear_error (&t.fresh);
      g_assert_false (ts_port_cancel (t.port, tokens[i]));
    }
  for (guint i = 0; i < G_N_ELEMENTS (indices); i++)
    {
      g_assert_false (ts_select_remove (t.select, indices[i]));
      g_assert_false (ts_select_get_value (t.select, indices[i], &t.out));
      g_assert_false (ts_select_steal_value (t.select, indices[i], &t.out));
      g_assert_null (ts_select_dup_value (t.select, indices[i]));
    }
  assert_unchanged (&t);
  things_clear (&t);
}

static void
overflow_needs_a_place_to_drop_from (void)
{
  TsChannel *channel;

  for (int capacity = -1; capacity <= 0; capacity++)
    for (TsOverflow overflow = TS_OVERFLOW_DROP_OLDEST; overflow <= TS_OVERFLOW_DROP_NEWEST; overflow++)
      {
        expect_critical ();
        g_assert_null (ts_channel_new_full (capacity, G_TYPE_INT, overflow, NULL));
        g_test_assert_expected_messages ();
        expect_critical ();
        channel = g_object_new (TS_TYPE_CHANNEL, "capacity", capacity, "overflow", overflow, NULL);
        g_test_assert_expected_messages ();
        g_assert_cmpint (ts_channel_get_overflow (channel), ==, TS_OVERFLOW_WAIT);
        g_assert_finalize_object (channel);
      }
}

/* The others have an item, so that nothing is waited for. */
static void
one_wrong_channel_is_a_mistake (void)
{
  g_autoptr (TsChannel) channel = ts_channel_new (1);
  TsChannel *channels[] = { NULL, channel };
  GValue value = G_VALUE_INIT;

  g_assert_true (ts_channel_send_int64 (channel, 1, NULL, NULL));
  for (guint round = 0; round < 2; round++)
    {
      expect_critical ();
      g_assert_cmpint (ts_select_oncev (channels, G_N_ELEMENTS (channels), NULL, &value, NULL), ==, -1);
      g_test_assert_expected_messages ();
      g_assert_cmpuint (ts_channel_get_length (channel), ==, 1);
      channels[0] = channel;
      channels[1] = NULL;
    }
  g_value_unset (&value);
}

/* There is no value of type "interface". */
static void
items_have_a_type_of_values (void)
{
  TsChannel *channel;

  expect_critical ();
  channel = g_object_new (TS_TYPE_CHANNEL, "capacity", 1, "item-type", G_TYPE_INTERFACE, NULL);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (ts_channel_get_item_type (channel), ==, G_TYPE_INVALID);
  g_assert_finalize_object (channel);
}

static void
budget_is_for_watches (void)
{
  TsEvent *event = ts_event_new ();
  GSource *sources[] = { g_idle_source_new (), ts_event_create_source (event, NULL) };

  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    {
      expect_critical ();
      ts_channel_set_watch_budget (sources[i], 1, 1);
      g_test_assert_expected_messages ();
      g_source_unref (sources[i]);
    }
  g_assert_finalize_object (event);
}

/* Messages have names in them, and are UTF-8: other languages would stumble over anything else. */
static void
names_are_text (void)
{
  static const char *const wrong = "caf\xe9";
  GType (*const named[]) (void) = {
    ts_barrier_get_type, ts_channel_get_type, ts_condition_get_type, ts_event_get_type,
    ts_future_get_type,  ts_lock_get_type,    ts_runner_get_type,    ts_semaphore_get_type,
  };
  char *name;

  for (guint i = 0; i < G_N_ELEMENTS (named); i++)
    {
      GObject *object;

      ts_test_note ("%s", g_type_name (named[i] ()));
      expect_critical ();
      object = g_object_new (named[i] (), "name", wrong, NULL);
      g_test_assert_expected_messages ();
      g_object_get (object, "name", &name, NULL);
      g_assert_cmpstr (name, ==, "caf\xef\xbf\xbd");
      g_free (name);
      g_assert_finalize_object (object);
    }
  expect_critical ();
  g_object_unref (ts_future_new_full (NULL, wrong));
  g_test_assert_expected_messages ();
}

/* Results */

typedef void     (*Start)  (gpointer object, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
typedef gboolean (*Finish) (gpointer object, GAsyncResult *result, GError **error);

#define DEFINE_PAIR(name, start, finish) \
  static void \
  name##_start (gpointer object, GCancellable *cancellable, GAsyncReadyCallback callback, \
                gpointer user_data) \
  { \
    start (object, cancellable, callback, user_data); \
  } \
  static gboolean \
  name##_finish (gpointer object, GAsyncResult *result, GError **error) \
  { \
    return finish; \
  }

DEFINE_PAIR (event, ts_event_wait_async, ts_event_wait_finish (object, result, error))
DEFINE_PAIR (semaphore, ts_semaphore_acquire_async,
             ts_semaphore_acquire_finish (object, result, error))
DEFINE_PAIR (lock, ts_lock_acquire_async, ts_lock_acquire_finish (object, result, error))
DEFINE_PAIR (barrier, ts_barrier_wait_async, ts_barrier_wait_finish (object, result, NULL, error))
DEFINE_PAIR (receive, ts_channel_receive_async,
             ts_channel_receive_finish (object, result, &(GValue) { 0 }, error))
DEFINE_PAIR (future, ts_future_wait_async,
             ts_future_wait_finish (object, result, &(GValue) { 0 }, error))
DEFINE_PAIR (select, ts_select_wait_async, ts_select_wait_finish (object, result, error) >= 0)

static const struct
{
  Start  start;
  Finish finish;
} pairs[] = {
  { event_start, event_finish },     { semaphore_start, semaphore_finish },
  { lock_start, lock_finish },       { barrier_start, barrier_finish },
  { receive_start, receive_finish }, { future_start, future_finish },
  { select_start, select_finish },
};

/* Over at once, with a success. */
static gpointer
ready_object (guint pair)
{
  gpointer objects[] = { ts_event_new (),  ts_semaphore_new (1), ts_lock_new (), ts_barrier_new (1),
                         ts_channel_new (1), ts_future_new (),     ts_select_new () };
  GValue value = G_VALUE_INIT;

  g_value_init (&value, G_TYPE_INT);
  ts_event_set (objects[0]);
  ts_channel_send (objects[4], &value, NULL, NULL);
  ts_future_resolve (objects[5], &value);
  ts_select_add_event (objects[6], objects[0]);
  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    if (i != pair)
      g_object_unref (objects[i]);
  return objects[pair];
}

static void
refused (guint pair, gpointer object, GAsyncResult *result)
{
  expect_critical ();
  g_assert_false (pairs[pair].finish (object, result, NULL));
  g_test_assert_expected_messages ();
}

static void
foreign_and_spent_results_are_refused (void)
{
  GMainContext *context = ts_test_context_push ();

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      gpointer object = ready_object (i), twin = ready_object (i);
      g_autoptr (GTask) task = g_task_new (object, NULL, NULL, NULL);
      const guint other = (i + 1) % G_N_ELEMENTS (pairs);
      gpointer stranger = ready_object (other);
      TsTestAsync async = { 0 };

      ts_test_note ("pair %u", i);
      ts_test_async_begin (&async, object);
      pairs[i].start (object, NULL, ts_test_async_callback, &async);
      ts_test_async_end (&async);
      ts_test_async_wait (&async);

      refused (i, object, G_ASYNC_RESULT (task));
      refused (i, twin, async.result);
      refused (other, stranger, async.result);
      g_assert_true (pairs[i].finish (object, async.result, NULL));
      refused (i, object, async.result);
      ts_test_async_clear (&async);
      g_object_unref (object);
      g_object_unref (twin);
      g_object_unref (stranger);
    }
  ts_test_context_pop (context);
}

int
main (int argc, char *argv[])
{
  ts_test_init (&argc, &argv);

  ts_test_add ("/tschan/bad-input/table-has-each-function", table_has_each_function);
  ts_test_add ("/tschan/bad-input/one-wrong-channel-is-a-mistake", one_wrong_channel_is_a_mistake);
  ts_test_add ("/tschan/bad-input/E20-each-argument-of-each-function", each_argument_of_each_function);
  ts_test_add ("/tschan/bad-input/closed-objects-say-so", closed_objects_say_so);
  ts_test_add ("/tschan/bad-input/closed-port-takes-nothing", closed_port_takes_nothing);
  ts_test_add ("/tschan/bad-input/huge-numbers-are-only-numbers", huge_numbers_are_only_numbers);
  ts_test_add ("/tschan/bad-input/unknown-tokens-and-cases-are-no-mistake",
               unknown_tokens_and_cases_are_no_mistake);
  ts_test_add ("/tschan/bad-input/overflow-needs-a-place-to-drop-from", overflow_needs_a_place_to_drop_from);
  ts_test_add ("/tschan/bad-input/items-have-a-type-of-values", items_have_a_type_of_values);
  ts_test_add ("/tschan/bad-input/budget-is-for-watches", budget_is_for_watches);
  ts_test_add ("/tschan/bad-input/names-are-text", names_are_text);
  ts_test_add ("/tschan/bad-input/foreign-and-spent-results-are-refused",
               foreign_and_spent_results_are_refused);

  return g_test_run ();
}
