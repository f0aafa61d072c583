/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Measures each case in a process of its own, the implementations of a row in turns and in a new
 * order each round, and compares them within the round. See README.md for the method.
 *
 * This process never starts a thread, so that its children may go on from a fork. */

#include "bench.h"
#include "bars.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_ROUNDS   100
#define MAX_SLICES   64
#define SLICES       5    /* a measurement is the median of about so many runs */
#define HOG_SLICES   3    /* beside a busy loop each run is longer, since the scheduler's turns are: */
#define HOG_FACTOR   5
#define TIME_LIMIT_S 60   /* a case that takes longer hangs */
#define TRIES        4    /* how often to measure again because others had the processors */
#define OTHERS_LIMIT 0.06 /* as a share of the machine */

typedef struct
{
  BenchCase bench_case;
  int       n;
  double    values[MAX_ROUNDS]; /* NAN: did not run */
  double    ratios[MAX_ROUNDS];
  int       disturbed;          /* rounds in which others had the processors all the same */
} Entry;

static GPtrArray *entries;

static int option_rounds = 5;
static int option_time_ms = 250;
static int option_patience_s = 20;
static gboolean option_csv;
static gboolean option_list;
static gboolean option_smoke;
static char **option_peers;
static char **option_rows;

static const GOptionEntry option_entries[] = {
  { "csv", 0, 0, G_OPTION_ARG_NONE, &option_csv, "Print comma-separated values", NULL },
  { "list", 0, 0, G_OPTION_ARG_NONE, &option_list, "Print the rows and leave", NULL },
  { "patience", 0, 0, G_OPTION_ARG_INT, &option_patience_s, "How long a row may wait for others (20)", "S" },
  { "peer", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_peers, "Also measure with this program", "COMMAND" },
  { "rounds", 0, 0, G_OPTION_ARG_INT, &option_rounds, "How many rounds (5)", "N" },
  { "smoke", 0, 0, G_OPTION_ARG_NONE, &option_smoke, "Only see whether everything runs", NULL },
  { "time", 0, 0, G_OPTION_ARG_INT, &option_time_ms, "How long one measurement takes (250)", "MS" },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_rows, NULL, "[ROW…]" },
  { NULL },
};

/* For the workloads */

gint64
bench_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return now.tv_sec * G_GINT64_CONSTANT (1000000000) + now.tv_nsec;
}

int
bench_compare_int64 (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

gint64
bench_percentile (gint64 *samples, int n, int percent)
{
  qsort (samples, (size_t) n, sizeof *samples, bench_compare_int64);
  return samples[MIN (n - 1, n * percent / 100)];
}

void
bench_run_threads (GThreadFunc func, gpointer *workers, int n)
{
  GThread *threads[64];

  g_assert (n <= (int) G_N_ELEMENTS (threads));
  for (int i = 0; i < n; i++)
    threads[i] = g_thread_new ("bench", func, workers[i]);
  for (int i = 0; i < n; i++)
    g_thread_join (threads[i]);
}

void
bench_add (const BenchCase *bench_case)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->bench_case = *bench_case;
  g_ptr_array_add (entries, entry);
}

static BenchCase
in_regime (const BenchCase *bench_case, BenchRegime regime)
{
  static const char *const suffixes[] = { "", "@hog", "@1core" };
  BenchCase copy = *bench_case;

  copy.regime = regime;
  copy.parameter = g_strconcat (bench_case->parameter, suffixes[regime], NULL);
  return copy;
}

void
bench_add_regimes (const BenchCase *bench_case)
{
  for (int regime = BENCH_QUIET; regime <= BENCH_ONE_CORE; regime++)
    {
      BenchCase copy = in_regime (bench_case, (BenchRegime) regime);

      bench_add (&copy);
    }
}

/* Statistics */

static int
compare_double (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

typedef struct
{
  double median, min, max;
  int    n;
} Summary;

static Summary
summarise (const double *values, int n)
{
  double sorted[MAX_ROUNDS];
  int valid = 0;

  for (int i = 0; i < n; i++)
    {
      if (!isnan (values[i]))
        sorted[valid++] = values[i];
    }
  if (valid == 0)
    return (Summary) { NAN, NAN, NAN, 0 };
  qsort (sorted, (size_t) valid, sizeof *sorted, compare_double);
  return (Summary) {
    .median = (sorted[(valid - 1) / 2] + sorted[valid / 2]) / 2,
    .min = sorted[0],
    .max = sorted[valid - 1],
    .n = valid,
  };
}

/* One measurement, in a child */

/* Where that is allowed, so that what else runs on the machine gets less in the way. */
static void
raise_priority (void)
{
  if (setpriority (PRIO_PROCESS, 0, -20) < 0)
    errno = 0;
}

static void
pin_to_one_processor (void)
{
  cpu_set_t all, one;

  CPU_ZERO (&all);
  CPU_ZERO (&one);
  if (sched_getaffinity (0, sizeof all, &all) < 0)
    return;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
    {
      if (CPU_ISSET (cpu, &all))
        {
          CPU_SET (cpu, &one);
          break;
        }
    }
  sched_setaffinity (0, sizeof one, &one);
}

/* Finds out how many operations fill a slice of the time, then measures that many several times. */
static double
measure (const BenchCase *bench_case)
{
  double values[MAX_SLICES];
  const int slices = bench_case->regime == BENCH_HOG ? HOG_SLICES : SLICES;
  const gint64 slice = option_time_ms * G_GINT64_CONSTANT (1000000) / SLICES *
                       (bench_case->regime == BENCH_HOG ? HOG_FACTOR : 1);
  gint64 count = MAX (bench_case->start_count, 4), started, took;
  int n = 0;

  if (bench_case->fixed_count > 0)
    return bench_case->run (bench_case, option_smoke ? 8 : bench_case->fixed_count);
  if (option_smoke)
    return bench_case->run (bench_case, 8);
  for (;;)
    {
      started = bench_now ();
      bench_case->run (bench_case, count);
      took = bench_now () - started;
      if (took >= slice / 2)
        break;
      count = took < slice / 20 ? count * 8 : count * 2;
    }
  started = bench_now ();
  do
    values[n++] = bench_case->run (bench_case, count);
  while (n < MAX_SLICES && bench_now () - started < slice * slices);
  return summarise (values, n).median;
}

static void
exec_external (const BenchCase *bench_case)
{
  const int time_ms = option_time_ms * (bench_case->regime == BENCH_HOG ? HOG_FACTOR : 1);
  g_autofree char *time = g_strdup_printf ("%d", option_smoke ? 0 : time_ms);
  g_auto (GStrv) words = NULL;
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_auto (GStrv) parts = g_strsplit (bench_case->parameter, "@", 2);

  if (!g_shell_parse_argv (bench_case->command, NULL, &words, NULL))
    return;
  for (char **word = words; *word != NULL; word++)
    g_ptr_array_add (argv, *word);
  g_ptr_array_add (argv, (gpointer) bench_case->workload);
  g_ptr_array_add (argv, parts[0]);
  g_ptr_array_add (argv, (gpointer) bench_case->implementation);
  g_ptr_array_add (argv, time);
  g_ptr_array_add (argv, NULL);
  execvp (argv->pdata[0], (char **) argv->pdata);
}

static _Noreturn void
run_child (const BenchCase *bench_case, int output)
{
  if (bench_case->regime == BENCH_ONE_CORE)
    pin_to_one_processor ();
  raise_priority ();
  alarm (TIME_LIMIT_S);
  if (bench_case->command != NULL)
    {
      dup2 (output, STDOUT_FILENO);
      exec_external (bench_case);
    }
  else
    {
      dprintf (output, "%.17g\n", measure (bench_case));
    }
  _exit (0);
}

static double
measure_in_child (const BenchCase *bench_case)
{
  char text[64] = "";
  gssize got = 0, more;
  double value;
  int fds[2], status;
  pid_t pid;

  fflush (NULL);
  if (pipe (fds) < 0 || (pid = fork ()) < 0)
    g_error ("No process for a measurement: %s", g_strerror (errno));
  if (pid == 0)
    {
      close (fds[0]);
      run_child (bench_case, fds[1]);
    }
  close (fds[1]);
  while (got < (gssize) sizeof text - 1 &&
         (more = read (fds[0], text + got, sizeof text - 1 - (gsize) got)) > 0)
    got += more;
  close (fds[0]);
  waitpid (pid, &status, 0);

  if (sscanf (text, "%lf", &value) != 1 || status != 0)
    {
      g_printerr ("%s,%s,%s: failed (status %d)\n", bench_case->workload, bench_case->parameter,
                  bench_case->implementation, status);
      return NAN;
    }
  return value;
}

/* What others do on this machine, in seconds of processor time */

static double
seconds_of (struct timeval time)
{
  return (double) time.tv_sec + (double) time.tv_usec / 1e6;
}

static double
own_seconds (void)
{
  struct rusage children;

  getrusage (RUSAGE_CHILDREN, &children);
  return seconds_of (children.ru_utime) + seconds_of (children.ru_stime);
}

static double
machine_seconds (void)
{
  unsigned long long user = 0, nice_time = 0, system_time = 0;
  FILE *file = fopen ("/proc/stat", "r");

  if (file == NULL)
    return 0;
  if (fscanf (file, "cpu %llu %llu %llu", &user, &nice_time, &system_time) != 3)
    user = 0;
  fclose (file);
  return (double) (user + nice_time + system_time) / (double) sysconf (_SC_CLK_TCK);
}

/* Waits for a moment in which nobody else does much, at most *@patience nanoseconds. */
static void
wait_for_quiet (gint64 *patience)
{
  const gint64 look = 50 * 1000 * 1000;
  double before, share;

  do
    {
      before = machine_seconds ();
      g_usleep ((gulong) (look / 1000));
      share = (machine_seconds () - before) * 1e9 / (double) look;
      *patience -= look;
    }
  while (share / (double) sysconf (_SC_NPROCESSORS_ONLN) > 2 * OTHERS_LIMIT && *patience > 0);
}

static pid_t
start_hog (void)
{
  pid_t pid = fork ();

  if (pid == 0)
    {
      raise_priority ();
      for (volatile unsigned spin = 0;; spin++)
        ;
    }
  return pid;
}

static void
stop_hog (pid_t pid)
{
  if (pid <= 0)
    return;
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
}

/* @others: the share of the machine that went to strangers meanwhile. */
static double
measure_watched (const BenchCase *bench_case, double *others)
{
  double machine = machine_seconds (), own = own_seconds (), value;
  gint64 started = bench_now ();
  pid_t hog = bench_case->regime == BENCH_HOG ? start_hog () : 0;
  double seconds;

  value = measure_in_child (bench_case);
  stop_hog (hog);
  seconds = (double) (bench_now () - started) / 1e9;
  machine = machine_seconds () - machine;
  own = own_seconds () - own;
  *others = (machine - own) / (seconds * (double) sysconf (_SC_NPROCESSORS_ONLN));
  return value;
}

static double
measure_undisturbed (Entry *entry, gint64 *patience)
{
  double best = NAN, least = G_MAXDOUBLE;

  for (int i = 0; i < (option_smoke ? 1 : TRIES) && least > OTHERS_LIMIT; i++)
    {
      double others, value;

      if (*patience > 0)
        wait_for_quiet (patience);
      value = measure_watched (&entry->bench_case, &others);

      if (isnan (value))
        return NAN;
      if (others < least)
        {
          best = value;
          least = others;
        }
    }
  if (least > OTHERS_LIMIT)
    entry->disturbed++;
  return best;
}

/* A row: the implementations of one workload and parameter */

static void
shuffle (int *order, int n)
{
  for (int i = 0; i < n; i++)
    order[i] = i;
  for (int i = n - 1; i > 0; i--)
    {
      int j = g_random_int_range (0, i + 1), swapped = order[i];

      order[i] = order[j];
      order[j] = swapped;
    }
}

static void
measure_row (Entry **row, int n)
{
  gint64 patience = option_smoke ? 0 : option_patience_s * G_GINT64_CONSTANT (1000000000);
  int order[32];

  g_assert (n <= (int) G_N_ELEMENTS (order));
  for (int round = 0; round < option_rounds; round++)
    {
      shuffle (order, n);
      for (int i = 0; i < n; i++)
        {
          Entry *entry = row[order[i]];

          entry->values[round] = measure_undisturbed (entry, &patience);
          entry->n = round + 1;
        }
      for (int i = 0; i < n; i++)
        row[i]->ratios[round] = row[i]->values[round] / row[0]->values[round];
    }
}

static const BenchBar *
find_bar (const BenchCase *bench_case)
{
  g_autofree char *row = g_strdup_printf ("%s,%s", bench_case->workload, bench_case->parameter);

  for (gsize i = 0; i < G_N_ELEMENTS (bench_bars); i++)
    {
      if (strcmp (bench_bars[i].row, row) == 0)
        return &bench_bars[i];
    }
  return NULL;
}

static void
print_bar (const BenchCase *bench_case, const Summary *values, const Summary *ratios)
{
  const BenchBar *bar = find_bar (bench_case);
  double reached;

  if (bar == NULL || g_strcmp0 (bench_case->implementation, "tschan") != 0)
    return;
  reached = bar->absolute ? values->median : ratios->median;
  printf ("   bar %g %s, goal %g %s", bar->bar, reached <= bar->bar ? "met" : "MISSED", bar->goal,
          reached <= bar->goal ? "met" : "missed");
}

static void
print_entry (const Entry *entry)
{
  const BenchCase *bench_case = &entry->bench_case;
  Summary values = summarise (entry->values, entry->n);
  Summary ratios = summarise (entry->ratios, entry->n);

  if (values.n == 0)
    return;
  if (option_csv)
    {
      printf ("%s,%s,%s,%.6g,%.4g\n", bench_case->workload, bench_case->parameter,
              bench_case->implementation, values.median, ratios.median);
      return;
    }
  printf ("%-4s %-16s %-22s %10.5g [%.5g - %.5g]  x%.3g [%.3g - %.3g]", bench_case->workload,
          bench_case->parameter, bench_case->implementation, values.median, values.min, values.max,
          ratios.median, ratios.min, ratios.max);
  print_bar (bench_case, &values, &ratios);
  if (entry->disturbed > 0)
    printf ("   (%d of %d disturbed)", entry->disturbed, entry->n);
  printf ("\n");
}

static gboolean
same_row (const BenchCase *a, const BenchCase *b)
{
  return strcmp (a->workload, b->workload) == 0 && strcmp (a->parameter, b->parameter) == 0;
}

/* A row may be named as "W1", "W1,cap=64", or with all its regimes as "W1,cap=64@"; one case of it as
 * "W1,cap=64,tschan", which then has nothing to be compared with. */
static gboolean
is_wanted (const BenchCase *bench_case)
{
  g_autofree char *name = g_strdup_printf ("%s,%s,%s", bench_case->workload, bench_case->parameter,
                                           bench_case->implementation);

  for (char **row = option_rows; row != NULL && *row != NULL; row++)
    {
      gsize length = strlen (*row);

      if (g_str_has_prefix (name, *row) &&
          (name[length] == '\0' || name[length] == ',' || (*row)[length - 1] == '@'))
        return TRUE;
    }
  return option_rows == NULL;
}

static void
run_row (const BenchCase *first)
{
  Entry *row[32];
  int n = 0;

  for (guint i = 0; i < entries->len; i++)
    {
      Entry *entry = entries->pdata[i];

      if (same_row (&entry->bench_case, first) && is_wanted (&entry->bench_case))
        row[n++] = entry;
    }
  if (!option_list)
    measure_row (row, n);
  for (int i = 0; i < n; i++)
    {
      if (option_list)
        printf ("%s,%s,%s\n", first->workload, first->parameter, row[i]->bench_case.implementation);
      else
        print_entry (row[i]);
    }
  fflush (stdout);
}

static gboolean
is_first_of_row (guint index)
{
  const BenchCase *bench_case = &((Entry *) entries->pdata[index])->bench_case;

  for (guint i = 0; i < index; i++)
    {
      const BenchCase *earlier = &((Entry *) entries->pdata[i])->bench_case;

      if (same_row (earlier, bench_case) && is_wanted (earlier))
        return FALSE;
    }
  return is_wanted (bench_case);
}

static gboolean
is_row (const BenchCase *bench_case)
{
  for (guint i = 0; i < entries->len; i++)
    if (same_row (&((Entry *) entries->pdata[i])->bench_case, bench_case))
      return TRUE;
  return FALSE;
}

/* In a row of its own, or in those of the three regimes in which there is such a row. */
static void
add_external_case (const BenchCase *bench_case)
{
  for (int regime = BENCH_QUIET; regime <= BENCH_ONE_CORE; regime++)
    {
      BenchCase copy = in_regime (bench_case, (BenchRegime) regime);

      if (regime == BENCH_QUIET || is_row (&copy))
        bench_add (&copy);
    }
}

/* An external program prints what it can do with --list, as "workload,parameter,implementation". */
static void
add_external (const char *command)
{
  g_autofree char *list_command = g_strdup_printf ("%s --list", command);
  g_autofree char *output = NULL;
  g_auto (GStrv) lines = NULL;

  if (!g_spawn_command_line_sync (list_command, &output, NULL, NULL, NULL) || output == NULL)
    {
      g_printerr ("%s does not run: left out\n", command);
      return;
    }
  lines = g_strsplit (output, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      char **fields = g_strsplit (*line, ",", 3);

      if (g_strv_length (fields) == 3)
        add_external_case (&(BenchCase) {
                             .workload = fields[0],
                             .parameter = fields[1],
                             .implementation = fields[2],
                             .command = g_strdup (command),
                           });
    }
}

/* Those that were built with this program. */
static void
add_peers (void)
{
  g_auto (GStrv) paths = g_strsplit (BENCH_PEERS, ":", -1);

  for (char **path = paths; *path != NULL; path++)
    {
      g_autofree char *command = g_shell_quote (*path);

      if (g_file_test (*path, G_FILE_TEST_IS_EXECUTABLE))
        add_external (command);
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;

  setlocale (LC_ALL, "C");
  g_option_context_add_main_entries (options, option_entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  option_rounds = option_smoke ? 1 : CLAMP (option_rounds, 1, MAX_ROUNDS);

  entries = g_ptr_array_new_with_free_func (g_free);
  bench_add_queues ();
  bench_add_loops ();
  bench_add_tasks ();
  bench_add_events ();
  bench_add_selects ();
  bench_add_permits ();
  bench_add_calls ();
  add_peers ();
  for (char **peer = option_peers; peer != NULL && *peer != NULL; peer++)
    add_external (*peer);

  for (guint i = 0; i < entries->len; i++)
    {
      if (is_first_of_row (i))
        run_row (&((Entry *) entries->pdata[i])->bench_case);
    }
  g_ptr_array_unref (entries);
  return 0;
}
