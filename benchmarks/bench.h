/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#include <tschan/tschan.h>

G_BEGIN_DECLS

/* How the machine is while a case runs. */
typedef enum
{
  BENCH_QUIET,
  BENCH_HOG,      /* beside one busy loop */
  BENCH_ONE_CORE, /* pinned to one processor */
} BenchRegime;

typedef struct _BenchCase BenchCase;

/* Does @count operations and returns nanoseconds (or what else the row is about) per operation. */
typedef double (*BenchFunc) (const BenchCase *self, gint64 count);

/* One workload with its parameter, done by one implementation. The first case that is added for a
 * workload and parameter is the peer that the others are compared with. */
struct _BenchCase
{
  const char   *workload;       /* "W1" */
  const char   *parameter;      /* "cap=64" */
  const char   *implementation; /* "GAsyncQueue" */
  BenchFunc     run;
  gconstpointer peer;           /* the implementation's functions, as @run knows them */
  int           capacity;
  int           producers;
  int           consumers;
  gint64        start_count;    /* the first guess at how many operations fill a slice of time */
  gint64        fixed_count;    /* not 0: always that many, once per round */
  BenchRegime   regime;
  const char   *command;        /* an external program does it */
};

void   bench_add         (const BenchCase *bench_case);

/* The same in the three regimes; the parameter becomes "cap=64", "cap=64@hog", "cap=64@1core". */
void   bench_add_regimes (const BenchCase *bench_case);

gint64 bench_now         (void);
int    bench_compare_int64 (gconstpointer a, gconstpointer b);

/* The value below which @percent of the @n @samples are; sorts them. */
gint64 bench_percentile  (gint64 *samples, int n, int percent);

/* Runs @func (workers[i]) in @n threads and waits for them. */
void   bench_run_threads (GThreadFunc func, gpointer *workers, int n);

/* Each file of workloads adds its cases. */
void   bench_add_queues  (void);
void   bench_add_loops   (void);
void   bench_add_tasks   (void);
void   bench_add_events  (void);
void   bench_add_selects (void);
void   bench_add_permits (void);
void   bench_add_calls   (void);

G_END_DECLS
