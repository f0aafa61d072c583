/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Frees what Python objects the library drops: it hands them over many at a time, in any thread, with or
 * without the GIL. PyGObject would take that for each, and each time might have to wait for it.
 *
 * When the interpreter goes nobody may come who was not there before. From its atexit on only the thread
 * that ends it still frees anything; what others drop goes with the process. */

#include "native.h"

#include <pthread.h>
#include <stdatomic.h>

#include <tschan/ts-drop-private.h>

/* How long the GIL is kept, in microseconds, and after how many objects to look at the clock. Who waits
 * for it asks for it only after 5000. */
enum { KEEP_TIME = 1000, LOOK_AFTER = 64 };

/* For how long the interpreter waits for those who are inside: one may hang in a destructor. */
enum { LEAVE_TIME = G_USEC_PER_SEC, LEAVE_LOOK = 500 };

static atomic_int n_inside;
static GThread *_Atomic ending; /* the thread that ends the interpreter */

/* The GIL is held. Returns how many were freed. */
static guint
drop_for_a_moment (gpointer *objects, guint n)
{
  gint64 end = g_get_monotonic_time () + KEEP_TIME;
  guint i = 0;

  while (i < n && (i == 0 || i % LOOK_AFTER != 0 || g_get_monotonic_time () < end))
    Py_DECREF ((PyObject *) objects[i++]);
  return i;
}

/* In the thread that ends it an interpreter works until it has no state for that any more. */
static gboolean
may_enter (void)
{
  GThread *ends = atomic_load (&ending);

  return ends == NULL || (ends == g_thread_self () && PyGILState_GetThisThreadState () != NULL);
}

/* Who ends the interpreter need not wait for all of many. */
static void
drop_all (gpointer *objects, guint n)
{
  while (n > 0 && may_enter ())
    {
      PyGILState_STATE state = PyGILState_Ensure ();
      guint done = drop_for_a_moment (objects, n);

      PyGILState_Release (state);
      objects += done;
      n -= done;
    }
}

static void
drop (gpointer *objects, guint n)
{
  atomic_fetch_add (&n_inside, 1);
  drop_all (objects, n);
  atomic_fetch_sub (&n_inside, 1);
}

static PyObject *
at_exit (PyObject *module, PyObject *ignored)
{
  gint64 end = g_get_monotonic_time () + LEAVE_TIME;

  atomic_store (&ending, g_thread_self ());
  Py_BEGIN_ALLOW_THREADS;
  while (atomic_load (&n_inside) > 0 && g_get_monotonic_time () < end)
    g_usleep (LEAVE_LOOK);
  Py_END_ALLOW_THREADS;
  Py_RETURN_NONE;
}

/* The others have not come along. */
static void
in_child (void)
{
  atomic_store (&n_inside, 0);
}

static PyMethodDef at_exit_def = { "at_exit", at_exit, METH_NOARGS, NULL };

static gboolean
register_at_exit (void)
{
  PyObject *function = PyCFunction_New (&at_exit_def, NULL);
  PyObject *atexit = PyImport_ImportModule ("atexit");
  PyObject *result = NULL;

  if (function != NULL && atexit != NULL)
    result = PyObject_CallMethod (atexit, "register", "O", function);
  Py_XDECREF (result);
  Py_XDECREF (atexit);
  Py_XDECREF (function);
  return result != NULL;
}

/* A library of another version may have no slot, or another. */
static TsDropSlot *
find_slot (void)
{
  g_type_class_unref (g_type_class_ref (TS_TYPE_CHANNEL));
  return g_type_get_qdata (TS_TYPE_CHANNEL, g_quark_from_static_string (TS_DROP_SLOT_NAME));
}

gboolean
ts_py_drop_init (GType object_type)
{
  TsDropSlot *slot = find_slot ();

  if (slot == NULL || atomic_load (&slot->type) != G_TYPE_INVALID)
    return TRUE;
  if (!register_at_exit ())
    return FALSE;
  pthread_atfork (NULL, NULL, in_child);
  slot->func = drop;
  atomic_store (&slot->type, object_type);
  return TRUE;
}
