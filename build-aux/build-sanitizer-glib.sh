#!/bin/sh
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# build-sanitizer-glib.sh thread|address|undefined DIRECTORY
#
# Builds the very GLib that this Debian has installed, from Debian's own source package, with a
# sanitizer, into DIRECTORY. ThreadSanitizer needs it: GLib's locks are futexes and inline assembler
# in a library that was not instrumented, so that with the GLib of the distribution it sees no order
# between threads, and reports correct programs.
#
# Nothing of the system is changed. Source packages are looked up with lists and a cache of our own.
set -eu

die () { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

[ $# -eq 2 ] || die 'usage: build-sanitizer-glib.sh thread|address|undefined DIRECTORY'
sanitizer=$1
destination=$2
case $sanitizer in thread | address | undefined) ;; *) die "unknown sanitizer $sanitizer" ;; esac
case $destination in /*) ;; *) destination=$PWD/$destination ;; esac

version=$(dpkg-query -W -f '${source:Version}' libglib2.0-dev 2>/dev/null) ||
  die 'libglib2.0-dev is not installed, or this is not Debian'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

private_apt () {
  apt-get -q -o APT::Sandbox::User=root -o Dir::Etc::sourcelist=/dev/null \
    -o Dir::Etc::sourceparts="$work/parts" -o Dir::State::lists="$work/lists" \
    -o Dir::Cache="$work/cache" "$@"
}

# The machine's own sources, asked for source packages instead of binary ones.
copy_sources () {
  mkdir -p "$work/parts" "$work/lists/partial" "$work/cache/archives/partial"
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    if [ -f "$file" ]; then
      sed -n 's/^deb[[:space:]]/deb-src /p' "$file" >"$work/parts/$(basename "$file" .list).list"
    fi
  done
  for file in /etc/apt/sources.list.d/*.sources; do
    if [ -f "$file" ]; then
      sed 's/^Types:.*/Types: deb-src/' "$file" >"$work/parts/${file##*/}"
    fi
  done
}

unpack_source () {
  copy_sources
  private_apt update >"$work/log" 2>&1 || { cat "$work/log" >&2; die 'apt-get update failed'; }
  private_apt source "glib2.0=$version" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    die "no source of glib2.0 $version in the archive; is the system up to date (apt-get upgrade)?"
  }
}

# -U__amd64__ replaces the assembler of g_bit_lock() by compiler built-ins, and without HAVE_FUTEX
# GMutex and GCond use pthreads: both are then visible to the sanitizer.
build () {
  set -- -Dselinux=disabled -Dlibmount=disabled -Dxattr=false -Dnls=disabled -Dtests=false \
    -Dbsymbolic_functions=false -Dbuildtype=debugoptimized -Dlibdir=lib -Db_lundef=false \
    --wrap-mode=nodownload "--prefix=$destination.new" "-Db_sanitize=$sanitizer"
  if grep -qs "option('introspection'" meson_options.txt meson.options; then
    set -- "$@" -Dintrospection=disabled
  fi
  CFLAGS=-U__amd64__ meson setup build "$@" || return 1
  if [ "$sanitizer" = thread ]; then sed -i '/define HAVE_FUTEX/d' build/config.h; fi
  # Instrumented tools that run while GLib builds leak, and that is none of our business.
  ASAN_OPTIONS=detect_leaks=0 meson compile -C build || return 1
  ASAN_OPTIONS=detect_leaks=0 meson install -C build --no-rebuild
}

printf 'Building GLib %s with -fsanitize=%s (about a minute or two, once)\n' "$version" "$sanitizer"
cd "$work"
unpack_source
cd glib2.0-*/
rm -rf "$destination.new" "$destination"
build >"$work/log" 2>&1 || { tail -n 40 "$work/log" >&2; die 'building GLib failed'; }
# The .pc files name the prefix; the directory appears under its name only when it is complete.
sed -i "s|^prefix=.*|prefix=$destination|" "$destination.new"/lib/pkgconfig/*.pc
mv "$destination.new" "$destination"
printf 'Built %s\n' "$destination"
