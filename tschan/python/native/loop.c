/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Which asyncio loop runs in this thread.
 *
 * asyncio tells, but before 3.12 it makes a system call each time, to notice a fork: that costs
 * more than a send. There we look where it looks, after a try at the start whether that is what it
 * seems; we are told of a fork. */

#include "native.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

static PyObject *get_running_loop;

static PyObject *
ask_asyncio (void)
{
  PyObject *loop = PyObject_CallNoArgs (get_running_loop);

  if (loop == NULL)
    return NULL;
  Py_DECREF (loop); /* it runs, and so is held by others */
  return loop != Py_None ? loop : NULL;
}

#if PY_VERSION_HEX < 0x030c0000

/* What asyncio keeps in the dictionary of the thread */
typedef struct
{
  PyObject_HEAD
  PyObject *loop;
  pid_t     pid;
} Holder;

static PyObject *key;
static pid_t our_pid;
static gboolean looks_itself;

static void
update_pid (void)
{
  our_pid = getpid ();
}

static PyObject *
look (void)
{
  PyObject *dict = PyThreadState_GetDict ();
  PyObject *holder = dict != NULL ? PyDict_GetItemWithError (dict, key) : NULL;
  PyObject *loop;

  if (holder == NULL || strcmp (Py_TYPE (holder)->tp_name, "_RunningLoopHolder") != 0
      || ((Holder *) holder)->pid != our_pid)
    return NULL;
  loop = ((Holder *) holder)->loop;
  return loop != Py_None ? loop : NULL;
}

/* Is what we see what asyncio was told? */
static gboolean
try_to_look (PyObject *asyncio)
{
  PyObject *before = ask_asyncio ();
  PyObject *told = PyObject_CallMethod (asyncio, "_set_running_loop", "O", key);
  gboolean seen = told != NULL && look () == key;

  Py_XDECREF (told);
  told = PyObject_CallMethod (asyncio, "_set_running_loop", "O", before != NULL ? before : Py_None);
  seen = seen && told != NULL && look () == before;
  Py_XDECREF (told);
  PyErr_Clear ();
  return seen;
}

static void
find_out (PyObject *asyncio)
{
  key = PyUnicode_InternFromString ("__asyncio_running_event_loop__");
  update_pid ();
  pthread_atfork (NULL, NULL, update_pid);
  looks_itself = try_to_look (asyncio);
}

PyObject *
ts_py_running_loop (void)
{
  return looks_itself ? look () : ask_asyncio ();
}

#else

static void
find_out (PyObject *asyncio)
{
}

PyObject *
ts_py_running_loop (void)
{
  return ask_asyncio ();
}

#endif

gboolean
ts_py_loop_init (void)
{
  PyObject *asyncio = PyImport_ImportModule ("asyncio");

  if (asyncio != NULL)
    get_running_loop = PyObject_GetAttrString (asyncio, "_get_running_loop");
  if (get_running_loop != NULL)
    find_out (asyncio);
  Py_XDECREF (asyncio);
  return get_running_loop != NULL;
}
