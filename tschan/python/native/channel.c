/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Sending and receiving, from which tschan.Channel inherits: at once where that is possible. Where
 * it is not, a thread goes on in Python, where it may have to wait, and a task gets an operation.
 *
 * The GIL is held: nothing here waits for longer than the library's own short locks, under which
 * nobody waits for the GIL. */

#include "native.h"

/* (item, timeout=None), or without the item. FALSE: an exception is set. */
static gboolean
parse (const char *function, PyObject *const *args, Py_ssize_t n_args, PyObject *names,
       int n_wanted, PyObject **out)
{
  static const char *const all_names[] = { "item", "timeout" };
  const char *const *wanted = all_names + 2 - n_wanted;
  Py_ssize_t n_names = names != NULL ? PyTuple_GET_SIZE (names) : 0;

  for (int i = 0; i < n_wanted; i++)
    out[i] = i < n_args ? args[i] : NULL;
  for (Py_ssize_t i = 0; i < n_names; i++)
    {
      PyObject *name = PyTuple_GET_ITEM (names, i);
      int place = 0;

      while (place < n_wanted && PyUnicode_CompareWithASCIIString (name, wanted[place]) != 0)
        place++;
      if (place == n_wanted || out[place] != NULL)
        {
          PyErr_Format (PyExc_TypeError, "%s() got an unexpected argument %R", function, name);
          return FALSE;
        }
      out[place] = args[n_args + i];
    }
  if (n_args <= n_wanted && (n_wanted == 1 || out[0] != NULL))
    return TRUE;
  PyErr_Format (PyExc_TypeError, "%s() takes %s", function,
                n_wanted == 1 ? "a timeout at most" : "an item and perhaps a timeout");
  return FALSE;
}

static gboolean
check_bound (TsPyChannel *self)
{
  if (self->channel == NULL)
    PyErr_SetString (PyExc_RuntimeError, "the channel's __init__() was not called");
  return self->channel != NULL;
}

/* 1: done; 0: it cannot be done now; -1 with an exception. The item has been given in any case. */
static int
try_send (TsPyChannel *self, PyObject *item, GError **error)
{
  GValue value = G_VALUE_INIT;

  if (!ts_py_value_from (&value, item))
    return -1;
  if (ts_channel_try_send_take (self->channel, &value, error))
    return 1;
  g_value_unset (&value);
  return 0;
}

static PyObject *
send_in_loop (TsPyChannel *self, PyObject *loop, PyObject *item, PyObject *timeout)
{
  PyObject *operation;
  int sent = ts_channel_get_can_send (self->channel) ? try_send (self, item, NULL) : 0;

  if (sent < 0)
    return NULL;
  if (sent > 0)
    {
      TsPyBridge *bridge = ts_py_bridge_known (loop);
      gboolean success = bridge == NULL || ts_py_bridge_look (bridge);

      Py_XDECREF (bridge);
      return success ? Py_NewRef (ts_py.sent) : NULL;
    }
  operation = ts_py_operation_new (ts_py.send, loop, (PyObject *) self, item, timeout);
  if (operation != NULL && !ts_py_operation_start ((TsPyOperation *) operation))
    Py_CLEAR (operation);
  return operation;
}

static PyObject *
channel_send (PyObject *object, PyObject *const *args, Py_ssize_t n_args, PyObject *names)
{
  TsPyChannel *self = (TsPyChannel *) object;
  PyObject *given[2], *loop;
  int sent;

  if (!check_bound (self) || !parse ("send", args, n_args, names, 2, given))
    return NULL;
  loop = ts_py_running_loop ();
  if (loop != NULL)
    return send_in_loop (self, loop, given[0], given[1]);
  sent = PyErr_Occurred () ? -1 : try_send (self, given[0], NULL);
  if (sent < 0)
    return NULL;
  if (sent > 0)
    Py_RETURN_NONE;
  return PyObject_CallMethod (object, "send_sync", "OO", given[0],
                              given[1] != NULL ? given[1] : Py_None);
}

static PyObject *
channel_send_nowait (PyObject *object, PyObject *item)
{
  GError *error = NULL;
  int sent = check_bound ((TsPyChannel *) object)
                 ? try_send ((TsPyChannel *) object, item, &error) : -1;

  if (sent > 0)
    Py_RETURN_NONE;
  if (sent == 0)
    ts_py_raise (error);
  return NULL;
}

static PyObject *
receive_in_loop (TsPyChannel *self, PyObject *loop, PyObject *timeout, gboolean iterates)
{
  PyObject *object = ts_py_operation_new (ts_py.receive, loop, (PyObject *) self, NULL, timeout);
  TsPyOperation *operation = (TsPyOperation *) object;

  if (operation == NULL)
    return NULL;
  operation->iterates = iterates;
  if (!ts_channel_get_can_receive (self->channel) && !ts_py_operation_start (operation))
    Py_CLEAR (object);
  return object;
}

static PyObject *
channel_receive (PyObject *object, PyObject *const *args, Py_ssize_t n_args, PyObject *names)
{
  TsPyChannel *self = (TsPyChannel *) object;
  GValue value = G_VALUE_INIT;
  PyObject *timeout, *loop;

  if (!check_bound (self) || !parse ("receive", args, n_args, names, 1, &timeout))
    return NULL;
  loop = ts_py_running_loop ();
  if (loop != NULL)
    return receive_in_loop (self, loop, timeout, FALSE);
  if (PyErr_Occurred ())
    return NULL;
  if (ts_channel_try_receive (self->channel, &value, NULL))
    return ts_py_value_steal (&value);
  return PyObject_CallMethod (object, "receive_sync", "O", timeout != NULL ? timeout : Py_None);
}

static PyObject *
channel_receive_nowait (PyObject *object, PyObject *ignored)
{
  TsPyChannel *self = (TsPyChannel *) object;
  GValue value = G_VALUE_INIT;
  GError *error = NULL;

  if (!check_bound (self))
    return NULL;
  if (ts_channel_try_receive (self->channel, &value, &error))
    return ts_py_value_steal (&value);
  ts_py_raise (error);
  return NULL;
}

static PyObject *
channel_anext (PyObject *object)
{
  PyObject *loop = check_bound ((TsPyChannel *) object) ? ts_py_running_loop () : NULL;

  if (loop == NULL && !PyErr_Occurred ())
    PyErr_SetString (PyExc_RuntimeError, "no running event loop");
  return loop != NULL ? receive_in_loop ((TsPyChannel *) object, loop, NULL, TRUE) : NULL;
}

static PyObject *
channel_bind (PyObject *object, PyObject *ts)
{
  TsPyChannel *self = (TsPyChannel *) object;

  self->channel = ts_py_get_object (ts, TS_TYPE_CHANNEL);
  if (self->channel == NULL)
    return NULL;
  Py_INCREF (ts);
  Py_XSETREF (self->ts, ts);
  Py_RETURN_NONE;
}

static PyObject *
channel_get_ts (PyObject *object, void *closure)
{
  return check_bound ((TsPyChannel *) object) ? Py_NewRef (((TsPyChannel *) object)->ts) : NULL;
}

static int
channel_traverse (PyObject *object, visitproc visit, void *arg)
{
  Py_VISIT (((TsPyChannel *) object)->ts);
  return 0;
}

/* The library's channel may still be asked for: so it stays until the end. */
static void
channel_dealloc (PyObject *object)
{
  PyObject_GC_UnTrack (object);
  Py_CLEAR (((TsPyChannel *) object)->ts);
  Py_TYPE (object)->tp_free (object);
}

#define FAST(function) ((PyCFunction) (void (*) (void)) (function))

static PyMethodDef channel_methods[] = {
  { "send", FAST (channel_send), METH_FASTCALL | METH_KEYWORDS,
    "Sends an item: blocks until the channel has taken it, or is to be awaited." },
  { "receive", FAST (channel_receive), METH_FASTCALL | METH_KEYWORDS,
    "Receives an item: blocks until there is one, or is to be awaited." },
  { "send_nowait", channel_send_nowait, METH_O,
    "Sends at once, or raises ChannelFull or ChannelClosed." },
  { "receive_nowait", channel_receive_nowait, METH_NOARGS,
    "Receives at once, or raises ChannelEmpty or ChannelClosed." },
  { "_bind", channel_bind, METH_O, NULL },
  { "__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, NULL },
  { NULL, NULL, 0, NULL },
};

static PyGetSetDef channel_getset[] = {
  { "ts", channel_get_ts, NULL, "The same channel, as a Ts.Channel.", NULL },
  { NULL, NULL, NULL, NULL, NULL },
};

static PyAsyncMethods channel_as_async = {
  .am_aiter = Py_NewRef,
  .am_anext = channel_anext,
};

PyTypeObject ts_py_channel_type = {
  PyVarObject_HEAD_INIT (NULL, 0)
  .tp_name = "_tschan_native.ChannelCore",
  .tp_basicsize = sizeof (TsPyChannel),
  .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
  .tp_new = PyType_GenericNew,
  .tp_as_async = &channel_as_async,
  .tp_methods = channel_methods,
  .tp_getset = channel_getset,
  .tp_traverse = channel_traverse,
  .tp_dealloc = channel_dealloc,
};
