#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

"""Print where, under a prefix, Python modules go.

Distributions differ (site-packages, dist-packages, lib64), and some keep one
place for packages and one for the administrator. So ask Python where it
looks; for a prefix in which it does not look, use the place that is usual,
which then has to be named in PYTHONPATH.
"""

import pathlib
import site
import sys


def main():
    prefix = pathlib.PurePath(sys.argv[1])
    usual = 'lib/python%d.%d/site-packages' % sys.version_info[:2]
    for place in map(pathlib.PurePath, site.getsitepackages()):
        if prefix in place.parents and place.relative_to(prefix).parts[0].startswith('lib'):
            print(place)
            return
    print(prefix / usual)


if __name__ == '__main__':
    main()
