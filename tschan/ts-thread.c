/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "config.h"

#include "ts-thread-private.h"

#ifdef __linux__

#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

guint64
ts_thread_get_id (void)
{
  return (guint64) syscall (SYS_gettid);
}

void
ts_thread_get_name (char name[TS_THREAD_NAME_SIZE])
{
  name[0] = '\0';
  prctl (PR_GET_NAME, name);
}

#else

guint64
ts_thread_get_id (void)
{
  return (guintptr) g_thread_self ();
}

void
ts_thread_get_name (char name[TS_THREAD_NAME_SIZE])
{
  name[0] = '\0';
}

#endif
