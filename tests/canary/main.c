/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#include "canary.h"

int
main (int argc, char **argv)
{
  return ts_test_plant (argc > 1 ? argv[1] : "clean") ? 0 : 1;
}
