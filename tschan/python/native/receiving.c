/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Functions for the overrides, each in place of an introspected one that hands out a value.
 *
 * PyGObject frees a boxed value together with the GValue that it came in, and leaks where a call of
 * that kind fails. Here what comes out is a copy, or the only owner. */

#include "native.h"

#define NO_IMPORT_PYGOBJECT
#include <pygobject.h>

/* The item, or the error as PyGObject's exception. Without an error the library has refused the call,
 * and has said why. */
static PyObject *
outcome (gboolean success, GValue *value, GError *error)
{
  if (success)
    return ts_py_value_steal (value);
  g_value_unset (value);
  if (!pyg_error_check (&error))
    PyErr_SetString (PyExc_ValueError, "this call makes no sense here");
  return NULL;
}

static PyObject *
try_receive (PyObject *module, PyObject *wrapper)
{
  TsChannel *channel = ts_py_get_object (wrapper, TS_TYPE_CHANNEL);
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success;

  if (channel == NULL)
    return NULL;
  success = ts_channel_try_receive (channel, &value, &error);
  return outcome (success, &value, error);
}

typedef gboolean (*WaitUntilFunc) (gpointer      self,
                                   gint64        deadline,
                                   GCancellable *cancellable,
                                   GValue       *value,
                                   GError      **error);

/* wait_until (self, deadline, cancellable) */
static PyObject *
wait_until (PyObject *args, GType type, WaitUntilFunc function)
{
  PyObject *wrapper, *cancellable_wrapper;
  gpointer self;
  GCancellable *cancellable = NULL;
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  long long deadline;
  gboolean success;

  if (!PyArg_ParseTuple (args, "OLO", &wrapper, &deadline, &cancellable_wrapper))
    return NULL;
  self = ts_py_get_object (wrapper, type);
  if (self != NULL && cancellable_wrapper != Py_None)
    cancellable = ts_py_get_object (cancellable_wrapper, G_TYPE_CANCELLABLE);
  if (PyErr_Occurred ())
    return NULL;
  Py_BEGIN_ALLOW_THREADS;
  success = function (self, deadline, cancellable, &value, &error);
  Py_END_ALLOW_THREADS;
  return outcome (success, &value, error);
}

static PyObject *
receive_until (PyObject *module, PyObject *args)
{
  return wait_until (args, TS_TYPE_CHANNEL, (WaitUntilFunc) ts_channel_receive_until);
}

static PyObject *
future_wait_until (PyObject *module, PyObject *args)
{
  return wait_until (args, TS_TYPE_FUTURE, (WaitUntilFunc) ts_future_wait_until);
}

typedef gboolean (*FinishFunc) (gpointer      self,
                                GAsyncResult *result,
                                GValue       *value,
                                GError      **error);

/* finish (self, result) */
static PyObject *
finish_result (PyObject *args, GType type, FinishFunc function)
{
  PyObject *wrapper, *result_wrapper;
  gpointer self, result = NULL;
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gboolean success;

  if (!PyArg_ParseTuple (args, "OO", &wrapper, &result_wrapper))
    return NULL;
  self = ts_py_get_object (wrapper, type);
  if (self != NULL)
    result = ts_py_get_object (result_wrapper, G_TYPE_ASYNC_RESULT);
  if (result == NULL)
    return NULL;
  success = function (self, result, &value, &error);
  return outcome (success, &value, error);
}

static PyObject *
receive_finish (PyObject *module, PyObject *args)
{
  return finish_result (args, TS_TYPE_CHANNEL, (FinishFunc) ts_channel_receive_finish);
}

static PyObject *
future_wait_finish (PyObject *module, PyObject *args)
{
  return finish_result (args, TS_TYPE_FUTURE, (FinishFunc) ts_future_wait_finish);
}

/* A list of the items, of which the array is rid then */
static PyObject *
list_from (GPtrArray *items)
{
  PyObject *list = PyList_New (items->len);

  for (guint i = 0; list != NULL && i < items->len; i++)
    {
      PyObject *item = ts_py_value_steal (g_ptr_array_index (items, i));

      if (item != NULL)
        PyList_SET_ITEM (list, i, item);
      else
        Py_CLEAR (list);
    }
  return list;
}

static PyObject *
try_receive_many (PyObject *module, PyObject *args)
{
  PyObject *wrapper, *list;
  TsChannel *channel;
  GPtrArray *items;
  GError *error = NULL;
  unsigned int maximum;

  if (!PyArg_ParseTuple (args, "OI", &wrapper, &maximum))
    return NULL;
  channel = ts_py_get_object (wrapper, TS_TYPE_CHANNEL);
  if (channel == NULL)
    return NULL;
  items = ts_channel_try_receive_many (channel, maximum, &error);
  if (items == NULL)
    return outcome (FALSE, &(GValue) G_VALUE_INIT, error);
  list = list_from (items);
  g_ptr_array_unref (items);
  return list;
}

static PyObject *
finish (PyObject *module, PyObject *args)
{
  PyObject *wrapper;
  TsPort *port;
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  long long token;
  gboolean success;

  if (!PyArg_ParseTuple (args, "OL", &wrapper, &token))
    return NULL;
  port = ts_py_get_object (wrapper, TS_TYPE_PORT);
  if (port == NULL)
    return NULL;
  success = ts_port_finish (port, token, &value, &error);
  return outcome (success, &value, error);
}

/* select_value (select, index, steal): a tuple of it, empty if there is none */
static PyObject *
select_value (PyObject *module, PyObject *args)
{
  PyObject *wrapper, *item;
  TsSelect *select;
  GValue value = G_VALUE_INIT;
  int index, steal;
  gboolean success;

  if (!PyArg_ParseTuple (args, "Oip", &wrapper, &index, &steal))
    return NULL;
  select = ts_py_get_object (wrapper, TS_TYPE_SELECT);
  if (select == NULL)
    return NULL;
  success = steal ? ts_select_steal_value (select, index, &value)
                  : ts_select_get_value (select, index, &value);
  item = ts_py_value_steal (&value);
  if (item != NULL && !success)
    {
      Py_DECREF (item);
      return PyTuple_New (0);
    }
  return item != NULL ? Py_BuildValue ("(N)", item) : NULL;
}

static PyMethodDef functions[] = {
  { "try_receive", try_receive, METH_O, NULL },
  { "try_receive_many", try_receive_many, METH_VARARGS, NULL },
  { "receive_until", receive_until, METH_VARARGS, NULL },
  { "receive_finish", receive_finish, METH_VARARGS, NULL },
  { "future_wait_until", future_wait_until, METH_VARARGS, NULL },
  { "future_wait_finish", future_wait_finish, METH_VARARGS, NULL },
  { "select_value", select_value, METH_VARARGS, NULL },
  { "finish", finish, METH_VARARGS, NULL },
  { NULL, NULL, 0, NULL },
};

gboolean
ts_py_add_receiving (PyObject *module)
{
  return PyModule_AddFunctions (module, functions) == 0;
}
