#!/bin/sh
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# in-debian.sh bookworm|trixie [COMMAND]
#
# Runs COMMAND (default: the quick start) as a newcomer would: in a bare Debian made by debootstrap,
# with nothing but git added, in a fresh clone of the last commit. Wants root and debootstrap.
# The bare system is kept in the cache; what happens in it is thrown away, unless KEEP names a
# directory for it, in which the next command goes on from there.
set -eu

[ $# -ge 1 ] || { sed -n '5s/^# /usage: /p' "$0" >&2; exit 2; }
suite=$1
commands=${2:-'./dev demo && ./dev test'}
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/tschan
base=$cache/debian-$suite.tar

# Mounts and processes live in name spaces of their own, so that they end with this script.
if [ -z "${IN_NAMESPACE:-}" ]; then
  export IN_NAMESPACE=yes
  exec unshare --mount --pid --fork --kill-child --propagation=private "$0" "$@"
fi

root=${KEEP:-$(mktemp -d)}
if [ ! -f "$base" ]; then
  mkdir -p "$cache"
  debootstrap --variant=minbase --include=git "$suite" "$root/base" >/dev/null
  tar -C "$root/base" -cf "$base.new" .
  mv "$base.new" "$base"
  rm -rf "$root/base"
fi
if [ ! -d "$root/usr" ]; then
  mkdir -p "$root"
  tar -C "$root" -xf "$base"
fi

mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
trap 'umount -R "$root/dev" "$root/proc"
  [ -n "${KEEP:-}" ] || rm -rf --one-file-system "$root"' EXIT

# In a system that was kept, what was built before is brought up to date.
checkout='git clone -q tschan.git tschan && cd tschan'
if [ -d "$root/root/tschan/.git" ]; then
  checkout='cd tschan && git fetch -q origin HEAD && git reset -q --hard FETCH_HEAD'
fi

cp /etc/resolv.conf "$root/etc/resolv.conf"
rm -rf "$root/root/tschan.git"
git clone -q --bare "$top" "$root/root/tschan.git"
env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM="${TERM:-dumb}" \
  ${http_proxy:+http_proxy="$http_proxy"} \
  chroot "$root" sh -c "cd && $checkout && $commands"
