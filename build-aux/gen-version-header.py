#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Write ts-version-macros.h for a version of the library.

A new stable series is added to SERIES, and nowhere else.
"""

import argparse
import pathlib
import sys

SERIES = [(1, 0)]

HEAD = '''\
/* SPDX-FileCopyrightText: 2026 The tschan authors
 * SPDX-License-Identifier: LGPL-2.1-or-later
 */

#pragma once

#if !defined(TSCHAN_INSIDE) && !defined(TSCHAN_COMPILATION)
#error "Only <tschan/tschan.h> can be included directly."
#endif

#include <glib.h>

/**
 * TS_MAJOR_VERSION:
 *
 * The major version of the headers that a program is compiled with.
 *
 * Since: 1.0
 */
#define TS_MAJOR_VERSION ({major})

/**
 * TS_MINOR_VERSION:
 *
 * The minor version of the headers that a program is compiled with.
 *
 * Since: 1.0
 */
#define TS_MINOR_VERSION ({minor})

/**
 * TS_MICRO_VERSION:
 *
 * The micro version of the headers that a program is compiled with.
 *
 * Since: 1.0
 */
#define TS_MICRO_VERSION ({micro})

/**
 * TS_VERSION_STRING: (skip)
 *
 * The version of the headers that a program is compiled with, as text.
 *
 * Since: 1.0
 */
#define TS_VERSION_STRING "{major}.{minor}.{micro}"

/**
 * TS_CHECK_VERSION: (skip)
 * @major: the major version to compare with
 * @minor: the minor version to compare with
 * @micro: the micro version to compare with
 *
 * Checks whether the headers are of the given version or of a later one.
 *
 * Returns: true if they are
 *
 * Since: 1.0
 */
#define TS_CHECK_VERSION(major, minor, micro)                               \\
  (TS_MAJOR_VERSION > (major) ||                                            \\
   (TS_MAJOR_VERSION == (major) && TS_MINOR_VERSION > (minor)) ||           \\
   (TS_MAJOR_VERSION == (major) && TS_MINOR_VERSION == (minor) &&           \\
    TS_MICRO_VERSION >= (micro)))
'''

SERIES_NUMBER = '''
/**
 * TS_VERSION_{major}_{minor}: (skip)
 *
 * The {major}.{minor} series, for %TS_VERSION_MIN_REQUIRED and
 * %TS_VERSION_MAX_ALLOWED.
 *
 * Since: {major}.{minor}
 */
#define TS_VERSION_{major}_{minor} (G_ENCODE_VERSION ({major}, {minor}))
'''

BOUNDS = '''
/* The series that this release belongs to, or leads to. */
#define _TS_VERSION_CURRENT (TS_VERSION_{major}_{minor})

/**
 * TS_VERSION_MIN_REQUIRED: (skip)
 *
 * The oldest series that a program wants to work with. Define it before the
 * header is included; what was deprecated up to it gives a warning.
 *
 * Since: 1.0
 */
#ifndef TS_VERSION_MIN_REQUIRED
#define TS_VERSION_MIN_REQUIRED _TS_VERSION_CURRENT
#endif

/**
 * TS_VERSION_MAX_ALLOWED: (skip)
 *
 * The newest series of which a program wants to use anything. Define it
 * before the header is included; what came later gives a warning.
 *
 * Since: 1.0
 */
#ifndef TS_VERSION_MAX_ALLOWED
#define TS_VERSION_MAX_ALLOWED _TS_VERSION_CURRENT
#endif

#if TS_VERSION_MIN_REQUIRED < TS_VERSION_{first_major}_{first_minor}
#error "TS_VERSION_MIN_REQUIRED must be TS_VERSION_{first_major}_{first_minor} or later"
#endif
#if TS_VERSION_MAX_ALLOWED < TS_VERSION_MIN_REQUIRED
#error "TS_VERSION_MAX_ALLOWED must not be below TS_VERSION_MIN_REQUIRED"
#endif

#ifndef _TS_EXTERN
#if defined(__GNUC__)
#define _TS_EXTERN __attribute__ ((visibility ("default"))) extern
#else
#define _TS_EXTERN extern
#endif
#endif

#ifdef TS_DISABLE_DEPRECATION_WARNINGS
#define _TS_DEPRECATED _TS_EXTERN
#define _TS_DEPRECATED_FOR(f) _TS_EXTERN
#define _TS_UNAVAILABLE(major, minor) _TS_EXTERN
#else
#define _TS_DEPRECATED G_DEPRECATED _TS_EXTERN
#define _TS_DEPRECATED_FOR(f) G_DEPRECATED_FOR (f) _TS_EXTERN
#define _TS_UNAVAILABLE(major, minor) G_UNAVAILABLE (major, minor) _TS_EXTERN
#endif

#define TS_AVAILABLE_IN_ALL _TS_EXTERN
'''

SERIES_MACROS = '''
#if TS_VERSION_MAX_ALLOWED < TS_VERSION_{major}_{minor}
#define TS_AVAILABLE_IN_{major}_{minor} _TS_UNAVAILABLE ({major}, {minor})
#else
#define TS_AVAILABLE_IN_{major}_{minor} _TS_EXTERN
#endif

#if TS_VERSION_MIN_REQUIRED >= TS_VERSION_{major}_{minor}
#define TS_DEPRECATED_IN_{major}_{minor} _TS_DEPRECATED
#define TS_DEPRECATED_IN_{major}_{minor}_FOR(f) _TS_DEPRECATED_FOR (f)
#else
#define TS_DEPRECATED_IN_{major}_{minor} _TS_EXTERN
#define TS_DEPRECATED_IN_{major}_{minor}_FOR(f) _TS_EXTERN
#endif
'''


def current_series(version):
    """The series of a version; a version before a new series leads to it."""
    later = [series for series in SERIES if series >= version[:2]]
    if not later:
        sys.exit('version %d.%d is of no known series: add it to SERIES' % version[:2])
    return later[0]


def header(version):
    major, minor = current_series(version)
    text = HEAD.replace('{major}', str(version[0]))
    text = text.replace('{minor}', str(version[1])).replace('{micro}', str(version[2]))
    for series in SERIES:
        text += SERIES_NUMBER.format(major=series[0], minor=series[1])
    text += BOUNDS.format(major=major, minor=minor,
                          first_major=SERIES[0][0], first_minor=SERIES[0][1])
    for series in SERIES:
        text += SERIES_MACROS.format(major=series[0], minor=series[1])
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('version', type=lambda s: tuple(map(int, s.split('.'))))
    parser.add_argument('output', type=pathlib.Path)
    arguments = parser.parse_args()
    arguments.output.write_text(header(arguments.version), encoding='utf-8')


if __name__ == '__main__':
    main()
