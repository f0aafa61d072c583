#!/bin/sh
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# check-packages.sh [WORK-DIRECTORY]
#
# Builds the Debian packages of the last commit, has lintian look at them, installs them and runs
# debian/tests. Installs what it needs, and leaves it and the packages on the system, so it is for a
# system that is thrown away, as in
#
#   build-aux/in-debian.sh trixie build-aux/check-packages.sh
set -eu

cd "$(dirname "$0")/.."
work=${1:-$(mktemp -d)}
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

say () { printf '\n== %s\n' "$*"; }

say 'Installing the tools'
apt-get -q -q update
apt-get -q -q -y --no-install-recommends install build-essential lintian autopkgtest >/dev/null
apt-get -q -q -y --no-install-recommends build-dep ./ >/dev/null

say 'Building'
source=$work/tschan
mkdir -p "$source"
git archive HEAD | tar -C "$source" -xf -
(cd "$source" && dpkg-buildpackage -us -uc -b)

say 'lintian'
# Nothing asks for these packages in Debian's bug tracker yet.
lintian --allow-root --display-info --fail-on error,warning \
  --suppress-tags initial-upload-closes-no-bugs "$work"/*.changes

say 'The tests of the packages'
# What was built is found nowhere but where it is installed.
rm -rf "$source"/obj-*
autopkgtest --no-built-binaries "$work"/*.deb "$source" -- null

say 'The packages are good'
(cd "$work" && ls -l -- *.deb)
