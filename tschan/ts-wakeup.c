/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "ts-wakeup-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <stdint.h>
#include <unistd.h>

#if HAVE_EVENTFD
#include <sys/eventfd.h>
#endif

void
ts_wakeup_init (TsWakeup *self)
{
#if HAVE_EVENTFD
  self->read_fd = self->write_fd = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
#else
  int fds[2] = { -1, -1 };

  if (g_unix_open_pipe (fds, FD_CLOEXEC, NULL))
    {
      g_unix_set_fd_nonblocking (fds[0], TRUE, NULL);
      g_unix_set_fd_nonblocking (fds[1], TRUE, NULL);
    }
  self->read_fd = fds[0];
  self->write_fd = fds[1];
#endif
}

void
ts_wakeup_clear (TsWakeup *self)
{
  if (self->write_fd != self->read_fd)
    close (self->write_fd);
  if (self->read_fd >= 0)
    close (self->read_fd);
  self->read_fd = self->write_fd = -1;
}

/* Nothing to do if the descriptor is full: then it is readable already. */
void
ts_wakeup_signal (TsWakeup *self)
{
  const uint64_t one = 1;
  gssize written;

  do
    written = write (self->write_fd, &one, self->write_fd == self->read_fd ? sizeof one : 1);
  while (written < 0 && errno == EINTR);
}

/* How many signals were taken back */
guint64
ts_wakeup_acknowledge (TsWakeup *self)
{
  const gboolean is_pipe = self->write_fd != self->read_fd;
  uint64_t drain;
  guint64 total = 0;
  gssize got;

  do
    {
      got = read (self->read_fd, &drain, sizeof drain);
      if (got > 0)
        total += is_pipe ? (guint64) got : drain;
    }
  while ((got < 0 && errno == EINTR) || (got == sizeof drain && is_pipe));
  return total;
}
