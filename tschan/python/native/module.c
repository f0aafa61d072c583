/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What is quick of the Python package, where the machine has what it takes to build it. The package
 * works the same without it. */

#include "native.h"

TsPyConfig ts_py;

static const struct
{
  const char *name;
  PyObject  **place;
} settings[] = {
  { "bridge_of", &ts_py.bridge_of },
  { "make_error", &ts_py.make_error },
  { "expire_later", &ts_py.expire_later },
  { "unseen", &ts_py.unseen },
  { "unset", &ts_py.unset },
  { "over", &ts_py.over },
  { "sent", &ts_py.sent },
  { "receive", &ts_py.receive },
  { "send", &ts_py.send },
  { "closed", &ts_py.closed },
  { "box", &ts_py.box },
};

/* Takes the settings by name, not all at once. */
static PyObject *
configure (PyObject *module, PyObject *args, PyObject *kwargs)
{
  if (!PyArg_ParseTuple (args, ""))
    return NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      PyObject *given = kwargs != NULL ? PyDict_GetItemString (kwargs, settings[i].name) : NULL;

      if (given != NULL)
        Py_XSETREF (*settings[i].place, Py_NewRef (given));
    }
  Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
  { "configure", (PyCFunction) (void (*) (void)) configure, METH_VARARGS | METH_KEYWORDS, NULL },
  { NULL, NULL, 0, NULL },
};

static struct PyModuleDef definition = {
  PyModuleDef_HEAD_INIT,
  .m_name = "_tschan_native",
  .m_size = -1,
  .m_methods = functions,
};

static gboolean
add_types (PyObject *module)
{
  return PyModule_AddType (module, &ts_py_bridge_type) == 0
         && PyModule_AddType (module, &ts_py_operation_type) == 0
         && PyModule_AddType (module, &ts_py_sent_type) == 0
         && PyModule_AddType (module, &ts_py_channel_type) == 0
         && ts_py_add_receiving (module);
}

PyMODINIT_FUNC PyInit__tschan_native (void);

PyMODINIT_FUNC
PyInit__tschan_native (void)
{
  PyObject *module;

  if (!ts_py_value_init () || !ts_py_loop_init ())
    return NULL;
  module = PyModule_Create (&definition);
  if (module != NULL && !add_types (module))
    Py_CLEAR (module);
  return module;
}
