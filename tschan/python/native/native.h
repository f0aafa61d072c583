/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* What the files of _tschan_native share. All functions need the GIL, unless they say otherwise. */

#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdbool.h>

#include <tschan/tschan.h>

G_BEGIN_DECLS

/* What Python gives us, by configure() */
typedef struct
{
  PyObject *bridge_of;    /* the bridge of a loop, a new one if need be */
  PyObject *make_error;   /* an exception from domain, code and message */
  PyObject *expire_later; /* sets the timer of an operation */
  PyObject *unseen;       /* the class of what tells of an error that nobody has asked for */
  PyObject *unset;        /* stands for a result that is not there */
  PyObject *over;         /* the future of a receive that was done at once */
  PyObject *sent;         /* what a send that was done at once returns */
  PyObject *receive;      /* the class of receiving operations */
  PyObject *send;         /* the class of sending operations */
  PyObject *closed;       /* the exception of a closed channel */
  PyObject *box;          /* the class that the overrides wrap some values in */
} TsPyConfig;

extern TsPyConfig ts_py;

/* Dropping Python objects without the GIL for each (dropping.c) */

gboolean  ts_py_drop_init      (GType     object_type);

/* Values (values.c) */

gboolean  ts_py_value_init     (void);
gboolean  ts_py_value_from     (GValue   *value,
                                PyObject *item);
PyObject *ts_py_value_steal    (GValue   *value);
PyObject *ts_py_error_steal    (GError   *error);
void      ts_py_raise          (GError   *error);
gpointer  ts_py_get_object     (PyObject *wrapper,
                                GType     type);

/* The running loop (loop.c): NULL without an exception if there is none. A borrowed reference. */

gboolean  ts_py_loop_init      (void);
PyObject *ts_py_running_loop   (void);

/* How many things in a row a task may find done already before its loop gets a turn: a mask */
enum { TS_PY_IN_A_ROW = 63 };

extern guint ts_py_quick_count;

/* For the overrides (receiving.c) */

gboolean  ts_py_add_receiving  (PyObject *module);

/* Bridges (bridge.c): a port, and who waits for which of its tokens */

typedef struct _TsPyOperation TsPyOperation;

typedef struct
{
  PyObject_HEAD
  PyObject   *port;       /* the wrapper of @ts_port */
  PyObject   *waiting;    /* dict: token -> future, for operations written in Python */
  PyObject   *weakrefs;
  TsPort     *ts_port;    /* a reference of its own: the collector may clear the wrapper first */
  GHashTable *operations; /* token -> TsPyOperation, borrowed */
} TsPyBridge;

extern PyTypeObject ts_py_bridge_type;

TsPyBridge *ts_py_bridge_of    (PyObject      *loop);
TsPyBridge *ts_py_bridge_known (PyObject      *loop);
gboolean    ts_py_bridge_look  (TsPyBridge    *self);

/* Operations (operation.c): a receive or a send in a loop */

struct _TsPyOperation
{
  PyObject_HEAD
  PyObject   *loop;
  PyObject   *channel;  /* TsPyChannel */
  PyObject   *item;     /* of a send */
  PyObject   *timeout;
  PyObject   *future;   /* NULL: it was possible when it was called, and is done when awaited */
  PyObject   *result;
  PyObject   *error;
  PyObject   *unseen;
  PyObject   *timer;
  PyObject   *callbacks;
  PyObject   *weakrefs;
  PyObject   *held;     /* by the bridge as long as that knows us, see operation.c */
  TsPort     *port;
  TsPyBridge *bridge;   /* borrowed; NULL: it is gone, or does not know us */
  gint64      token;    /* what the port has under way or reserved for it; 0: nothing */
  bool        ready;    /* the port has it ready */
  bool        yielded;
  bool        iterates; /* in "async for" */
};

extern PyTypeObject ts_py_operation_type;
extern PyTypeObject ts_py_sent_type;

PyObject *ts_py_operation_new  (PyObject      *type,
                                PyObject      *loop,
                                PyObject      *channel,
                                PyObject      *item,
                                PyObject      *timeout);
gboolean  ts_py_operation_start (TsPyOperation *self);
gboolean  ts_py_operation_wake (TsPyOperation *self);

/* Channels (channel.c) */

typedef struct
{
  PyObject_HEAD
  PyObject  *ts;      /* the wrapper of @channel */
  TsChannel *channel; /* borrowed from the wrapper */
} TsPyChannel;

extern PyTypeObject ts_py_channel_type;

G_END_DECLS
