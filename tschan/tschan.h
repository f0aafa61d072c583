/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#define TSCHAN_INSIDE

#include <tschan/ts-barrier.h>
#include <tschan/ts-call.h>
#include <tschan/ts-channel.h>
#include <tschan/ts-condition.h>
#include <tschan/ts-enum-types.h>
#include <tschan/ts-error.h>
#include <tschan/ts-event.h>
#include <tschan/ts-future.h>
#include <tschan/ts-item.h>
#include <tschan/ts-list-model.h>
#include <tschan/ts-lock.h>
#include <tschan/ts-port.h>
#include <tschan/ts-runner.h>
#include <tschan/ts-select.h>
#include <tschan/ts-semaphore.h>
#include <tschan/ts-types.h>
#include <tschan/ts-version-macros.h>

#undef TSCHAN_INSIDE
