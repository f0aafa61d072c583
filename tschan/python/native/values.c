/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* Python's objects as GValues, and back; errors as exceptions.
 *
 * What the library takes for a Python object is what PyGObject would make of it, so that it does
 * not matter who has sent an item, and in which language. What a GValue cannot carry, or PyGObject
 * would give back as something else, travels as the Python object that it is. */

#include "native.h"

#include <pygobject.h>
#include <string.h>

static GType object_type; /* PyGObject's boxed type for any Python object */

gboolean
ts_py_value_init (void)
{
  if (pygobject_init (3, 42, 0) == NULL)
    return FALSE;
  object_type = g_type_from_name ("PyObject");
  if (object_type != G_TYPE_INVALID)
    return ts_py_drop_init (object_type);
  PyErr_SetString (PyExc_ImportError, "PyGObject has no type for Python objects");
  return FALSE;
}

/* Takes a reference itself: no call of PyGObject's copy function. */
static gboolean
value_from_any_object (GValue *value, PyObject *item)
{
  g_value_init (value, object_type);
  Py_INCREF (item);
  g_value_take_boxed (value, item);
  return TRUE;
}

static gboolean
value_from_int (GValue *value, PyObject *item)
{
  int overflow;
  long long number = PyLong_AsLongLongAndOverflow (item, &overflow);

  if (overflow != 0)
    return value_from_any_object (value, item);
  if (number >= G_MININT32 && number <= G_MAXINT32)
    {
      g_value_init (value, G_TYPE_INT);
      g_value_set_int (value, (int) number);
    }
  else
    {
      g_value_init (value, G_TYPE_INT64);
      g_value_set_int64 (value, number);
    }
  return TRUE;
}

static gboolean
value_from_string (GValue *value, PyObject *item)
{
  Py_ssize_t length;
  const char *text = PyUnicode_AsUTF8AndSize (item, &length);

  if (text == NULL || strlen (text) != (size_t) length)
    {
      PyErr_Clear ();
      return value_from_any_object (value, item);
    }
  g_value_init (value, G_TYPE_STRING);
  g_value_take_string (value, g_strndup (text, (gsize) length));
  return TRUE;
}

/* As PyGObject does it for an argument that is a GValue */
static gboolean
value_from_introspected (GValue *value, PyObject *item)
{
  GType type = pyg_type_from_object_strict ((PyObject *) Py_TYPE (item), FALSE);

  if (type == G_TYPE_INVALID)
    return FALSE;
  if (type == object_type)
    return value_from_any_object (value, item);
  g_value_init (value, type);
  if (pyg_value_from_pyobject_with_error (value, item) == 0)
    return TRUE;
  g_value_unset (value);
  return FALSE;
}

/* As the overrides do it: bare, it could not be told from what PyGObject makes of a boxed value that is
 * only lent, as to a watch. */
static gboolean
value_from_wrapped (GValue *value, PyObject *item)
{
  PyObject *box = PyObject_CallOneArg (ts_py.box, item);

  if (box == NULL)
    return FALSE;
  value_from_any_object (value, box);
  Py_DECREF (box);
  return TRUE;
}

static gboolean
value_from_boxed (GValue *value, PyObject *item)
{
  const GValue *inner = pyg_boxed_get (item, GValue);

  if (!pyg_boxed_check (item, G_TYPE_VALUE) || inner == NULL || !G_IS_VALUE (inner))
    return value_from_wrapped (value, item);
  g_value_init (value, G_VALUE_TYPE (inner));
  g_value_copy (inner, value);
  return TRUE;
}

/* Initialises a zeroed value. FALSE: an exception is set. */
gboolean
ts_py_value_from (GValue *value, PyObject *item)
{
  PyTypeObject *type = Py_TYPE (item);

  if (type == &PyLong_Type)
    return value_from_int (value, item);
  if (type == &PyUnicode_Type)
    return value_from_string (value, item);
  if (type == &PyFloat_Type)
    {
      g_value_init (value, G_TYPE_DOUBLE);
      g_value_set_double (value, PyFloat_AS_DOUBLE (item));
      return TRUE;
    }
  if (type == &PyBool_Type)
    {
      g_value_init (value, G_TYPE_BOOLEAN);
      g_value_set_boolean (value, item == Py_True);
      return TRUE;
    }
  if (item == Py_None || type == &PyTuple_Type || type == &PyList_Type || type == &PyDict_Type
      || type == &PyBytes_Type || PyExceptionInstance_Check (item))
    return value_from_any_object (value, item);
  if (PyObject_TypeCheck (item, &PyGBoxed_Type))
    return value_from_boxed (value, item);
  return value_from_introspected (value, item);
}

/* What the overrides have wrapped */
static PyObject *
unbox (PyObject *item)
{
  PyObject *inner;

  if (item == NULL || (PyObject *) Py_TYPE (item) != ts_py.box)
    return item;
  inner = PyObject_GetAttrString (item, "value");
  Py_DECREF (item);
  return inner;
}

/* The item, of which @value is rid then; NULL with an exception. */
PyObject *
ts_py_value_steal (GValue *value)
{
  GType type = G_VALUE_TYPE (value);
  PyObject *item;

  if (type == object_type)
    {
      item = g_value_get_boxed (value);
      memset (value, 0, sizeof *value);
      return item != NULL ? unbox (item) : Py_NewRef (Py_None);
    }
  if (type == G_TYPE_INT)
    item = PyLong_FromLong (g_value_get_int (value));
  else if (type == G_TYPE_INT64)
    item = PyLong_FromLongLong (g_value_get_int64 (value));
  else if (type == G_TYPE_DOUBLE)
    item = PyFloat_FromDouble (g_value_get_double (value));
  else if (type == G_TYPE_BOOLEAN)
    item = PyBool_FromLong (g_value_get_boolean (value));
  else
    item = pyg_value_as_pyobject (value, TRUE);
  g_value_unset (value);
  return item;
}

/* The exception for an error; NULL with another. */
PyObject *
ts_py_error_steal (GError *error)
{
  PyObject *exception = PyObject_CallFunction (ts_py.make_error, "sis",
                                               g_quark_to_string (error->domain), error->code,
                                               error->message);

  g_error_free (error);
  return exception;
}

void
ts_py_raise (GError *error)
{
  PyObject *exception = ts_py_error_steal (error);

  if (exception == NULL)
    return;
  PyErr_SetObject ((PyObject *) Py_TYPE (exception), exception);
  Py_DECREF (exception);
}

/* What a wrapper wraps, which lives as long as the wrapper; NULL with an exception. */
gpointer
ts_py_get_object (PyObject *wrapper, GType type)
{
  GObject *object = NULL;

  if (PyObject_TypeCheck (wrapper, &PyGObject_Type))
    object = pygobject_get (wrapper);
  if (object != NULL && G_TYPE_CHECK_INSTANCE_TYPE (object, type))
    return object;
  PyErr_Format (PyExc_TypeError, "a %s is wanted, not a %s", g_type_name (type),
                Py_TYPE (wrapper)->tp_name);
  return NULL;
}
