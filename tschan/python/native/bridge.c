/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* The port of one asyncio loop, and who waits for which of its tokens.
 *
 * The loop calls it when the port's descriptor is readable, and so does whoever has just done
 * something in this loop that may have made others ready: then the loop need not be woken.
 *
 * Only the loop holds it. When the loop is closed the port is, with what was still under way in it.
 * Operations are borrowed here, since one that is dropped leaves; what keeps them alive as long as
 * somebody waits is in operation.c. */

#include "native.h"

#include <structmember.h>

/* What a weak reference refers to, a new reference; NULL without an exception */
static PyObject *
get_referent (PyObject *reference)
{
  PyObject *object = NULL;

#if PY_VERSION_HEX >= 0x030d0000
  if (PyWeakref_GetRef (reference, &object) < 0)
    PyErr_Clear ();
#else
  object = PyWeakref_GET_OBJECT (reference);
  Py_INCREF (object); /* None if it is gone */
#endif
  return object;
}

static TsPyBridge *
bridge_of_reference (PyObject *reference)
{
  PyObject *bridge = PyWeakref_Check (reference) ? get_referent (reference) : NULL;

  if (bridge != NULL && !PyObject_TypeCheck (bridge, &ts_py_bridge_type))
    Py_CLEAR (bridge);
  return (TsPyBridge *) bridge;
}

/* A new reference, or NULL without an exception */
TsPyBridge *
ts_py_bridge_known (PyObject *loop)
{
  static PyObject *name;
  PyObject *reference;
  TsPyBridge *self;

  if (name == NULL)
    name = PyUnicode_InternFromString ("_tschan_bridge");
  reference = PyObject_GetAttr (loop, name);
  if (reference == NULL)
    {
      PyErr_Clear ();
      return NULL;
    }
  self = bridge_of_reference (reference);
  Py_DECREF (reference);
  return self;
}

/* A new reference; NULL with an exception */
TsPyBridge *
ts_py_bridge_of (PyObject *loop)
{
  TsPyBridge *self = ts_py_bridge_known (loop);

  return self != NULL ? self : (TsPyBridge *) PyObject_CallOneArg (ts_py.bridge_of, loop);
}

static gboolean
wake_future (PyObject *future)
{
  PyObject *done = PyObject_CallMethod (future, "done", NULL);
  int is_done = done != NULL ? PyObject_IsTrue (done) : -1;

  Py_XDECREF (done);
  if (is_done == 0)
    {
      PyObject *none = PyObject_CallMethod (future, "set_result", "O", Py_None);

      Py_XDECREF (none);
      return none != NULL;
    }
  return is_done > 0;
}

/* Somebody who waits in the dictionary, if it is one */
static gboolean
wake_waiting (TsPyBridge *self, gint64 token)
{
  PyObject *key = PyLong_FromLongLong (token);
  PyObject *future = key != NULL ? PyDict_GetItemWithError (self->waiting, key) : NULL;
  gboolean success = TRUE;

  if (future != NULL)
    {
      Py_INCREF (future);
      success = PyDict_DelItem (self->waiting, key) == 0 && wake_future (future);
      Py_DECREF (future);
    }
  Py_XDECREF (key);
  return success && !PyErr_Occurred ();
}

/* Wakes all that are ready, until the port has none to tell. FALSE: an exception is set. */
static gboolean
wake_ready (TsPyBridge *self)
{
  gboolean success = TRUE;
  gint64 token;

  Py_INCREF (self);
  while (success && (token = ts_port_next_ready (self->ts_port)) >= 0)
    {
      TsPyOperation *operation = g_hash_table_lookup (self->operations, &token);

      success = operation != NULL ? ts_py_operation_wake (operation) : wake_waiting (self, token);
    }
  Py_DECREF (self);
  return success;
}

/* The same, if anybody waits. */
gboolean
ts_py_bridge_look (TsPyBridge *self)
{
  if (g_hash_table_size (self->operations) == 0 && PyDict_GET_SIZE (self->waiting) == 0)
    return TRUE;
  return wake_ready (self);
}

/* As the reader of the loop: also when nobody waits, to empty the descriptor. What becomes ready at any
 * moment is told once, so each token that is taken must be looked at. */
static PyObject *
bridge_call (PyObject *object, PyObject *args, PyObject *kwargs)
{
  if (!wake_ready ((TsPyBridge *) object))
    return NULL;
  Py_RETURN_NONE;
}

static int
bridge_init (PyObject *object, PyObject *args, PyObject *kwargs)
{
  TsPyBridge *self = (TsPyBridge *) object;
  PyObject *port;
  TsPort *ts_port;

  if (!PyArg_ParseTuple (args, "O", &port))
    return -1;
  ts_port = ts_py_get_object (port, TS_TYPE_PORT);
  if (ts_port == NULL)
    return -1;
  g_set_object (&self->ts_port, ts_port);
  Py_INCREF (port);
  Py_XSETREF (self->port, port);
  Py_XSETREF (self->waiting, PyDict_New ());
  if (self->operations == NULL)
    self->operations = g_hash_table_new (g_int64_hash, g_int64_equal);
  return self->waiting != NULL ? 0 : -1;
}

static int
bridge_traverse (PyObject *object, visitproc visit, void *arg)
{
  TsPyBridge *self = (TsPyBridge *) object;

  Py_VISIT (self->port);
  Py_VISIT (self->waiting);
  return 0;
}

static int
bridge_clear (PyObject *object)
{
  TsPyBridge *self = (TsPyBridge *) object;

  Py_CLEAR (self->waiting);
  return 0;
}

/* The port is closed before, so no send is over any more. What was held goes last, since it may
 * take operations with it that are in the table. */
static void
forget_operations (TsPyBridge *self)
{
  GHashTable *operations = g_steal_pointer (&self->operations);
  g_autoptr (GPtrArray) held = g_ptr_array_new ();
  GHashTableIter iter;
  TsPyOperation *operation;

  if (operations == NULL)
    return;
  g_hash_table_iter_init (&iter, operations);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &operation))
    {
      operation->bridge = NULL;
      g_ptr_array_add (held, g_steal_pointer (&operation->held));
    }
  g_hash_table_unref (operations);
  for (guint i = 0; i < held->len; i++)
    Py_XDECREF (g_ptr_array_index (held, i));
}

static void
bridge_dealloc (PyObject *object)
{
  TsPyBridge *self = (TsPyBridge *) object;

  PyObject_GC_UnTrack (object);
  if (self->weakrefs != NULL)
    PyObject_ClearWeakRefs (object);
  if (self->ts_port != NULL)
    ts_port_close (self->ts_port);
  bridge_clear (object);
  g_clear_object (&self->ts_port);
  Py_CLEAR (self->port);
  forget_operations (self);
  Py_TYPE (object)->tp_free (object);
}

static PyMemberDef bridge_members[] = {
  { "port", T_OBJECT, offsetof (TsPyBridge, port), READONLY, NULL },
  { "waiting", T_OBJECT, offsetof (TsPyBridge, waiting), READONLY, NULL },
  { NULL, 0, 0, 0, NULL },
};

PyTypeObject ts_py_bridge_type = {
  PyVarObject_HEAD_INIT (NULL, 0)
  .tp_name = "_tschan_native.Bridge",
  .tp_basicsize = sizeof (TsPyBridge),
  .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
  .tp_new = PyType_GenericNew,
  .tp_init = bridge_init,
  .tp_call = bridge_call,
  .tp_traverse = bridge_traverse,
  .tp_clear = bridge_clear,
  .tp_dealloc = bridge_dealloc,
  .tp_members = bridge_members,
  .tp_weaklistoffset = offsetof (TsPyBridge, weakrefs),
};
