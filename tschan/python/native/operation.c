/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* A receive or a send under way in a loop: the quick part. The rest is inherited from the
 * operations in tschan/_operation.py.
 *
 * It is its own iterator. Whoever awaits it gets its future to wait for, as long as that is not
 * done; so any number may await it.
 *
 * What a receive has got is only reserved until it is collected. A send commits as soon as it is
 * over, and is held by the bridge until then: it goes on though nobody refers to it. Of a receive
 * the bridge holds the future. That does not refer to the operation, so one that is dropped goes;
 * but to the task that awaits it, which nobody else need hold. */

#include "native.h"

#include <structmember.h>

guint ts_py_quick_count;

static gboolean
is_send (const TsPyOperation *self)
{
  return self->item != NULL;
}

/* What it has now or may get later is nobody's: TRUE if it had not happened, and now will not. */
static gboolean
give_up (TsPyOperation *self)
{
  gint64 token = self->token;
  TsPyBridge *bridge = self->bridge;
  gboolean was_cancelled;

  if (token == 0)
    return FALSE;
  self->bridge = NULL;
  if (bridge != NULL)
    g_hash_table_remove (bridge->operations, &token);
  self->token = 0;
  was_cancelled = ts_port_cancel (self->port, token);
  Py_CLEAR (self->held); /* if it is ourselves, the caller has another reference */
  return was_cancelled;
}

static void
stop_timer (TsPyOperation *self)
{
  PyObject *timer = self->timer;

  if (timer == NULL || timer == Py_None)
    return;
  self->timer = NULL;
  Py_XDECREF (PyObject_CallMethod (timer, "cancel", NULL));
  Py_DECREF (timer);
  PyErr_Clear ();
}

/* An exception that is set becomes the outcome. */
static void
keep_error (TsPyOperation *self)
{
  PyObject *type, *value, *traceback;

  PyErr_Fetch (&type, &value, &traceback);
  PyErr_NormalizeException (&type, &value, &traceback);
  Py_XSETREF (self->error, value);
  Py_XDECREF (type);
  Py_XDECREF (traceback);
}

/* Collects what is reserved; the outcome is the result or the error afterwards. */
static void
commit (TsPyOperation *self)
{
  GValue value = G_VALUE_INIT;
  GError *error = NULL;
  gint64 token = self->token;
  PyObject *result = NULL;

  if (token == 0)
    return;
  self->token = 0;
  stop_timer (self);
  if (!ts_port_finish (self->port, token, &value, &error))
    ts_py_raise (error);
  else if (is_send (self))
    result = Py_NewRef (Py_None);
  else
    result = ts_py_value_steal (&value);
  if (result == NULL)
    keep_error (self);
  else
    Py_XSETREF (self->result, result);
}

static gboolean
call_method (PyObject *object, const char *name, PyObject *argument)
{
  PyObject *result = PyObject_CallMethod (object, name, argument != NULL ? "O" : NULL, argument);

  Py_XDECREF (result);
  return result != NULL;
}

static gboolean
is_done (PyObject *future)
{
  static PyObject *name;
  PyObject *done;
  gboolean is_true;

  if (name == NULL)
    name = PyUnicode_InternFromString ("done");
  done = PyObject_CallMethodNoArgs (future, name);
  is_true = done == Py_True;
  Py_XDECREF (done);
  return is_true;
}

static gboolean
resolve_future (TsPyOperation *self)
{
  static PyObject *name;
  PyObject *none;

  if (self->future == NULL || is_done (self->future))
    return TRUE;
  if (name == NULL)
    name = PyUnicode_InternFromString ("set_result");
  none = PyObject_CallMethodOneArg (self->future, name, Py_None);
  Py_XDECREF (none);
  return none != NULL;
}

/* Its token is told. The bridge's part ends here. FALSE: an exception is set. */
gboolean
ts_py_operation_wake (TsPyOperation *self)
{
  gboolean success;

  g_hash_table_remove (self->bridge->operations, &self->token);
  self->bridge = NULL;
  self->ready = true;
  Py_INCREF (self);
  if (is_send (self))
    {
      commit (self);
      if (self->error != NULL)
        Py_XSETREF (self->unseen,
                    PyObject_CallFunctionObjArgs (ts_py.unseen, self->loop, self->error, NULL));
    }
  success = resolve_future (self);
  Py_CLEAR (self->held);
  Py_DECREF (self);
  return success;
}

/* -1 with an exception */
static gint64
submit (TsPyOperation *self, TsPort *port)
{
  TsChannel *channel = ((TsPyChannel *) self->channel)->channel;
  GValue value = G_VALUE_INIT;
  gint64 token;

  if (!is_send (self))
    {
      token = ts_port_receive (port, channel);
    }
  else
    {
      if (!ts_py_value_from (&value, self->item))
        return -1;
      token = ts_port_send (port, channel, &value);
      g_value_unset (&value);
    }
  if (token < 0)
    PyErr_SetString (PyExc_RuntimeError, "the loop is closed");
  return token;
}

static gboolean
set_timer (TsPyOperation *self)
{
  PyObject *timer;

  if (self->timeout == NULL || self->timeout == Py_None || self->token == 0 || self->ready)
    return TRUE;
  timer = PyObject_CallFunctionObjArgs (ts_py.expire_later, self, self->timeout, NULL);
  Py_XSETREF (self->timer, timer);
  return timer != NULL;
}

static gboolean
make_future (TsPyOperation *self)
{
  static PyObject *name;

  if (name == NULL)
    name = PyUnicode_InternFromString ("create_future");
  Py_XSETREF (self->future, PyObject_CallMethodNoArgs (self->loop, name));
  return self->future != NULL;
}

/* Has the port do it. FALSE: an exception is set. */
gboolean
ts_py_operation_start (TsPyOperation *self)
{
  TsPyBridge *bridge = ts_py_bridge_of (self->loop);
  gboolean success = FALSE;

  if (bridge == NULL)
    return FALSE;
  if (make_future (self))
    {
      gint64 token = submit (self, bridge->ts_port);

      if (token >= 0)
        {
          self->token = token;
          self->port = g_object_ref (bridge->ts_port);
          self->bridge = bridge;
          g_hash_table_insert (bridge->operations, &self->token, self);
          self->held = Py_NewRef (is_send (self) ? (PyObject *) self : self->future);
          /* It may be over already, or have set off another. */
          success = ts_py_bridge_look (bridge) && set_timer (self);
        }
    }
  Py_DECREF (bridge);
  return success;
}

/* Others in this loop may be ready after what has been done. */
static gboolean
look_around (PyObject *loop)
{
  TsPyBridge *bridge = ts_py_bridge_known (loop);
  gboolean success = bridge == NULL || ts_py_bridge_look (bridge);

  Py_XDECREF (bridge);
  return success;
}

PyObject *
ts_py_operation_new (PyObject *type, PyObject *loop, PyObject *channel, PyObject *item,
                     PyObject *timeout)
{
  PyObject *object = ((PyTypeObject *) type)->tp_alloc ((PyTypeObject *) type, 0);
  TsPyOperation *self = (TsPyOperation *) object;

  if (self == NULL)
    return NULL;
  self->loop = Py_NewRef (loop);
  self->channel = Py_NewRef (channel);
  self->item = Py_XNewRef (item);
  self->timeout = Py_XNewRef (timeout);
  self->result = Py_NewRef (ts_py.unset);
  return object;
}

/* Awaiting */

static PySendResult
fail (TsPyOperation *self)
{
  if (self->iterates && PyErr_ExceptionMatches (ts_py.closed))
    {
      PyErr_Clear ();
      PyErr_SetNone (PyExc_StopAsyncIteration);
    }
  return PYGEN_ERROR;
}

static PySendResult
collect (TsPyOperation *self, PyObject **result)
{
  if (self->token != 0 && self->ready)
    commit (self);
  /* Without a future it was not cancelled either. */
  if (self->error == NULL && self->result != ts_py.unset)
    *result = Py_NewRef (self->result);
  else
    *result = PyObject_CallMethod ((PyObject *) self, "result", NULL);
  return *result != NULL ? PYGEN_RETURN : fail (self);
}

/* A receive that looked possible. It has not happened if its future is there afterwards. */
static gboolean
attempt (TsPyOperation *self)
{
  GValue value = G_VALUE_INIT;

  if (!ts_channel_try_receive (((TsPyChannel *) self->channel)->channel, &value, NULL))
    return ts_py_operation_start (self);
  Py_XSETREF (self->result, ts_py_value_steal (&value));
  if (self->result == NULL)
    return FALSE;
  self->future = Py_NewRef (ts_py.over);
  return look_around (self->loop);
}

static PySendResult
wait_for_future (TsPyOperation *self, PyObject **result)
{
  static PyObject *name;

  if (name == NULL)
    name = PyUnicode_InternFromString ("_asyncio_future_blocking");
  if (PyObject_SetAttr (self->future, name, Py_True) < 0)
    return PYGEN_ERROR;
  *result = Py_NewRef (self->future);
  return PYGEN_NEXT;
}

static PySendResult
operation_send (PyObject *object, PyObject *ignored, PyObject **result)
{
  TsPyOperation *self = (TsPyOperation *) object;

  if (self->future == NULL)
    {
      if (!self->yielded && (++ts_py_quick_count & TS_PY_IN_A_ROW) == 0)
        {
          self->yielded = true;
          *result = Py_NewRef (Py_None);
          return PYGEN_NEXT;
        }
      if (!attempt (self))
        return PYGEN_ERROR;
    }
  if (self->future == ts_py.over)
    {
      *result = Py_NewRef (self->result);
      return PYGEN_RETURN;
    }
  return is_done (self->future) ? collect (self, result) : wait_for_future (self, result);
}

/* What awaits without am_send */
static PyObject *
next_of (PySendResult outcome, PyObject *result)
{
  PyObject *stop;

  if (outcome == PYGEN_NEXT)
    return result;
  if (outcome == PYGEN_RETURN)
    {
      /* Built here, since one that is a tuple or an exception would be taken apart. */
      stop = PyObject_CallOneArg (PyExc_StopIteration, result);
      Py_DECREF (result);
      if (stop != NULL)
        PyErr_SetObject (PyExc_StopIteration, stop);
      Py_XDECREF (stop);
    }
  return NULL;
}

static PyObject *
operation_next (PyObject *object)
{
  PyObject *result = NULL;
  PySendResult outcome = operation_send (object, NULL, &result);

  return next_of (outcome, result);
}

/* Whoever waited is cancelled, or fails otherwise. */
static PyObject *
operation_throw (PyObject *object, PyObject *args)
{
  PyObject *type, *value = NULL, *traceback = NULL;

  if (!PyArg_ParseTuple (args, "O|OO", &type, &value, &traceback))
    return NULL;
  give_up ((TsPyOperation *) object);
  stop_timer ((TsPyOperation *) object);
  if (PyExceptionInstance_Check (type))
    {
      value = type;
      type = (PyObject *) Py_TYPE (value);
    }
  PyErr_Restore (Py_NewRef (type), Py_XNewRef (value == Py_None ? NULL : value),
                 Py_XNewRef (traceback == Py_None ? NULL : traceback));
  return NULL;
}

static PyObject *
operation_close (PyObject *object, PyObject *ignored)
{
  give_up ((TsPyOperation *) object);
  stop_timer ((TsPyOperation *) object);
  Py_RETURN_NONE;
}

/* For the methods written in Python */

static PyObject *
operation_attempt_or_start (PyObject *object, PyObject *ignored)
{
  TsPyOperation *self = (TsPyOperation *) object;

  if (!attempt (self))
    return NULL;
  if (self->future == ts_py.over
      && !(make_future (self) && call_method (self->future, "set_result", Py_None)))
    return NULL;
  return Py_NewRef (self->future);
}

static PyObject *
operation_commit (PyObject *object, PyObject *ignored)
{
  commit ((TsPyOperation *) object);
  Py_RETURN_NONE;
}

static PyObject *
operation_give_up (PyObject *object, PyObject *ignored)
{
  stop_timer ((TsPyOperation *) object);
  return PyBool_FromLong (give_up ((TsPyOperation *) object));
}

/* Memory */

static int
operation_traverse (PyObject *object, visitproc visit, void *arg)
{
  TsPyOperation *self = (TsPyOperation *) object;

  Py_VISIT (self->loop);
  Py_VISIT (self->channel);
  Py_VISIT (self->item);
  Py_VISIT (self->timeout);
  Py_VISIT (self->future);
  Py_VISIT (self->result);
  Py_VISIT (self->error);
  Py_VISIT (self->unseen);
  Py_VISIT (self->timer);
  Py_VISIT (self->callbacks);
  return 0;
}

static int
operation_clear (PyObject *object)
{
  TsPyOperation *self = (TsPyOperation *) object;

  Py_CLEAR (self->loop);
  Py_CLEAR (self->channel);
  Py_CLEAR (self->timeout);
  Py_CLEAR (self->future);
  Py_CLEAR (self->result);
  Py_CLEAR (self->error);
  Py_CLEAR (self->unseen);
  Py_CLEAR (self->timer);
  Py_CLEAR (self->callbacks);
  return 0;
}

/* A send whose bridge knows it is held by that, so only receives give up here. */
static void
operation_dealloc (PyObject *object)
{
  TsPyOperation *self = (TsPyOperation *) object;
  PyObject *type, *value, *traceback;

  PyObject_GC_UnTrack (object);
  PyErr_Fetch (&type, &value, &traceback);
  if (self->weakrefs != NULL)
    PyObject_ClearWeakRefs (object);
  give_up (self);
  stop_timer (self);
  operation_clear (object);
  Py_CLEAR (self->item);
  g_clear_object (&self->port);
  PyErr_Restore (type, value, traceback);
  Py_TYPE (object)->tp_free (object);
}

#define MEMBER(name, field) { name, T_OBJECT, offsetof (TsPyOperation, field), 0, NULL }

static PyMemberDef operation_members[] = {
  MEMBER ("_loop", loop),
  MEMBER ("_channel", channel),
  MEMBER ("_item", item),
  MEMBER ("_future", future),
  MEMBER ("_result", result),
  MEMBER ("_error", error),
  MEMBER ("_unseen", unseen),
  MEMBER ("_timer", timer),
  MEMBER ("_callbacks", callbacks),
  { NULL, 0, 0, 0, NULL },
};

/* No send(): with all three asyncio would take it for a coroutine. */
static PyMethodDef operation_methods[] = {
  { "throw", operation_throw, METH_VARARGS, NULL },
  { "close", operation_close, METH_NOARGS, NULL },
  { "_attempt_or_start", operation_attempt_or_start, METH_NOARGS, NULL },
  { "_commit", operation_commit, METH_NOARGS, NULL },
  { "_give_up", operation_give_up, METH_NOARGS, NULL },
  { NULL, NULL, 0, NULL },
};

static PyAsyncMethods operation_as_async = {
  .am_await = Py_NewRef,
  .am_send = operation_send,
};

PyTypeObject ts_py_operation_type = {
  PyVarObject_HEAD_INIT (NULL, 0)
  .tp_name = "_tschan_native.Operation",
  .tp_basicsize = sizeof (TsPyOperation),
  .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
  .tp_iter = PyObject_SelfIter,
  .tp_iternext = operation_next,
  .tp_as_async = &operation_as_async,
  .tp_members = operation_members,
  .tp_methods = operation_methods,
  .tp_traverse = operation_traverse,
  .tp_clear = operation_clear,
  .tp_dealloc = operation_dealloc,
  .tp_weaklistoffset = offsetof (TsPyOperation, weakrefs),
};

/* What a send returns that was done at once: over, but for the loop's turn now and then. */

static PySendResult
sent_send (PyObject *object, PyObject *ignored, PyObject **result)
{
  *result = Py_NewRef (Py_None);
  return (++ts_py_quick_count & TS_PY_IN_A_ROW) == 0 ? PYGEN_NEXT : PYGEN_RETURN;
}

static PyObject *
sent_next (PyObject *object)
{
  PyObject *result = NULL;
  PySendResult outcome = sent_send (object, NULL, &result);

  return next_of (outcome, result);
}

static PyAsyncMethods sent_as_async = {
  .am_await = Py_NewRef,
  .am_send = sent_send,
};

PyTypeObject ts_py_sent_type = {
  PyVarObject_HEAD_INIT (NULL, 0)
  .tp_name = "_tschan_native.Sent",
  .tp_basicsize = sizeof (PyObject),
  .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
  .tp_new = PyType_GenericNew,
  .tp_iter = PyObject_SelfIter,
  .tp_iternext = sent_next,
  .tp_as_async = &sent_as_async,
};
