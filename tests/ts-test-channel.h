/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

/* One face for all ways to send and to receive. Items are numbers, as 64-bit integers. */

#pragma once

#include "ts-test-util.h"

G_BEGIN_DECLS

typedef enum
{
  TS_TEST_SEND_BLOCKING,
  TS_TEST_SEND_UNTIL,
  TS_TEST_SEND_TAKE,
  TS_TEST_SEND_ASYNC,
  TS_TEST_SEND_SOURCE, /* tries whenever its source is ready */
  TS_TEST_SEND_PORT,
  TS_TEST_SEND_TRY,    /* the last: it never waits */
  TS_TEST_N_SENDS,
} TsTestSend;

typedef enum
{
  TS_TEST_RECEIVE_BLOCKING,
  TS_TEST_RECEIVE_UNTIL,
  TS_TEST_RECEIVE_VALUE,
  TS_TEST_RECEIVE_MANY,
  TS_TEST_RECEIVE_NEXT,
  TS_TEST_RECEIVE_ASYNC,
  TS_TEST_RECEIVE_SOURCE,
  TS_TEST_RECEIVE_WATCH,
  TS_TEST_RECEIVE_PORT,
  TS_TEST_RECEIVE_TRY, /* the last: it never waits */
  TS_TEST_N_RECEIVES,
} TsTestReceive;

extern const int ts_test_capacities[];
#define TS_TEST_N_CAPACITIES 5

/* Somebody who sends or receives one item. Belongs to the thread that started it. */
typedef struct _TsTestPeer TsTestPeer;

const char *ts_test_send_name                 (TsTestSend route);
const char *ts_test_receive_name              (TsTestReceive route);
gboolean    ts_test_send_takes_cancellable    (TsTestSend route);
gboolean    ts_test_receive_takes_cancellable (TsTestReceive route);

/* Return when the call is parked, or over. */
TsTestPeer *ts_test_send_start    (TsTestSend route, TsChannel *channel, gint64 item,
                                   GCancellable *cancellable);
TsTestPeer *ts_test_receive_start (TsTestReceive route, TsChannel *channel,
                                   GCancellable *cancellable);
/* Whether it is over, after all that could be done without blocking was done. */
gboolean    ts_test_peer_is_over  (TsTestPeer *self);
/* Waits for the end and collects; frees the peer. @item (nullable) is what was received. */
gboolean    ts_test_peer_finish   (TsTestPeer *self, gint64 *item, GError **error);
/* Gives up, without collecting anything. Threads only with a cancellable of their own. */
void        ts_test_peer_drop     (TsTestPeer *self);

void        ts_test_assert_sent     (TsTestPeer *peer);
void        ts_test_assert_received (TsTestPeer *peer, gint64 item);
void        ts_test_assert_failed   (TsTestPeer *peer, GQuark domain, int code);

/* In passing */
gboolean    ts_test_try_send    (TsChannel *channel, gint64 item);
gint64      ts_test_try_receive (TsChannel *channel); /* -1: nothing */

G_END_DECLS
