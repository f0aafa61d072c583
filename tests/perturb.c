/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A library to be preloaded, which makes rare orders of threads less rare: around the calls by which
 * threads meet it gives way, or sleeps for a moment, now and then; and a wait in the kernel returns
 * early, as it may for any signal. Unlike the deterministic scheduler it works on any program, also
 * under ThreadSanitizer and with the bindings, but what it finds does not replay exactly.
 *
 * Environment: TS_PERTURB_SEED, a number; TS_PERTURB_PERMILLE, how many of a thousand calls are
 * disturbed.
 */

#include <dlfcn.h>
#include <errno.h>
#include <gio/gio.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#undef g_object_ref

#define DEFAULT_PERMILLE 10
#define LONGEST_SLEEP    100000 /* nanoseconds */

static _Atomic unsigned n_threads;
static _Thread_local uint64_t state;

/* The next function of this name, in the library that would have been called. */
#define REAL(function) \
  ({ \
    static _Atomic (void *) known; \
    void *found = atomic_load_explicit (&known, memory_order_relaxed); \
    if (found == NULL) \
      { \
        found = dlsym (RTLD_NEXT, #function); \
        atomic_store_explicit (&known, found, memory_order_relaxed); \
      } \
    (__typeof__ (&function)) found; \
  })

static uint64_t
number_from_environment (const char *name, uint64_t otherwise)
{
  const char *text = getenv (name);

  return text == NULL ? otherwise : strtoull (text, NULL, 0);
}

/* Each thread has its own stream, by the order in which they appear. */
static uint64_t
next_number (void)
{
  uint64_t z;

  if (state == 0)
    state = number_from_environment ("TS_PERTURB_SEED", 1) * 0x9e3779b97f4a7c15 +
            (atomic_fetch_add (&n_threads, 1) + 1) * 0xd1342543de82ef95;
  z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

static int
is_chosen (void)
{
  static _Atomic int permille = -1;
  int known = atomic_load_explicit (&permille, memory_order_relaxed);

  if (known < 0)
    {
      known = (int) number_from_environment ("TS_PERTURB_PERMILLE", DEFAULT_PERMILLE);
      atomic_store_explicit (&permille, known, memory_order_relaxed);
    }
  return next_number () % 1000 < (uint64_t) known;
}

static void
disturb (void)
{
  struct timespec pause = { 0, 0 };
  int saved = errno;

  if (!is_chosen ())
    return;
  if (next_number () % 8 != 0)
    {
      REAL (sched_yield) ();
    }
  else
    {
      pause.tv_nsec = (long) (next_number () % LONGEST_SLEEP);
      nanosleep (&pause, NULL);
    }
  errno = saved;
}

static int
is_futex_wait (long number, long operation)
{
  int command = (int) operation & FUTEX_CMD_MASK;

  return number == SYS_futex && (command == FUTEX_WAIT || command == FUTEX_WAIT_BITSET);
}

long
syscall (long number, ...)
{
  long a[6], result;
  va_list args;

  va_start (args, number);
  for (int i = 0; i < 6; i++)
    a[i] = va_arg (args, long);
  va_end (args);

  if (number != SYS_futex)
    return REAL (syscall) (number, a[0], a[1], a[2], a[3], a[4], a[5]);
  disturb ();
  if (is_futex_wait (number, a[1]) && is_chosen ())
    {
      errno = EINTR;
      return -1;
    }
  result = REAL (syscall) (number, a[0], a[1], a[2], a[3], a[4], a[5]);
  disturb ();
  return result;
}

int
sched_yield (void)
{
  disturb ();
  return REAL (sched_yield) ();
}

ssize_t
write (int fd, const void *buffer, size_t size)
{
  ssize_t written;

  disturb ();
  written = REAL (write) (fd, buffer, size);
  disturb ();
  return written;
}

int
poll (struct pollfd *fds, nfds_t n, int timeout)
{
  int result;

  disturb ();
  result = REAL (poll) (fds, n, timeout);
  disturb ();
  return result;
}

gpointer
g_object_ref (gpointer object)
{
  disturb ();
  return ((gpointer (*) (gpointer)) REAL (g_object_ref)) (object);
}

void
g_object_unref (gpointer object)
{
  disturb ();
  REAL (g_object_unref) (object);
  disturb ();
}

gulong
g_cancellable_connect (GCancellable *cancellable, GCallback callback, gpointer data,
                       GDestroyNotify notify)
{
  gulong id;

  disturb ();
  id = REAL (g_cancellable_connect) (cancellable, callback, data, notify);
  disturb ();
  return id;
}

void
g_cancellable_disconnect (GCancellable *cancellable, gulong id)
{
  disturb ();
  REAL (g_cancellable_disconnect) (cancellable, id);
  disturb ();
}

void
g_cancellable_cancel (GCancellable *cancellable)
{
  disturb ();
  REAL (g_cancellable_cancel) (cancellable);
  disturb ();
}
