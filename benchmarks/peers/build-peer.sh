#!/bin/sh
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# build-peer.sh go|cargo OUTPUT SOURCE DIRECTORY [REGISTRY]
#
# Builds a peer in another language, offline, with all that its tools write in DIRECTORY. A peer that
# does not build must not fail the build of the others: it becomes one without rows, which says why.
set -eu

kind=$1 output=$2 source=$3 directory=$4 registry=${5:-}
log=$directory/log
mkdir -p "$directory"

build_go () {
  GOCACHE=$directory/cache GOPATH=$directory/path GO111MODULE=off GOFLAGS='' GOTOOLCHAIN=local \
    go build -o "$output" "$source"
}

build_cargo () {
  mkdir -p "$directory/source"
  cp "$source"/Cargo.toml "$source"/*.rs "$directory/source"
  rm -f "$directory/source/Cargo.lock"
  (
    cd "$directory/source"
    CARGO_HOME=$directory/home cargo build --quiet --offline --release \
      --target-dir "$directory/target" \
      --config 'source.crates-io.replace-with="system"' \
      --config "source.system.directory=\"$registry\""
  ) && cp "$directory/target/release/tschan-bench-crossbeam" "$output"
}

if ! "build_$kind" >"$log" 2>&1; then
  printf '%s: the peer does not build, and is left out:\n' "$kind" >&2
  tail -n 5 "$log" >&2
  printf '#!/bin/sh\necho "A peer was not built; see %s" >&2\n' "$log" >"$output"
  chmod +x "$output"
fi
