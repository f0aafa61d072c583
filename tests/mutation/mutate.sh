#!/bin/sh
# SPDX-FileCopyrightText: 2026 The tschan authors
# SPDX-License-Identifier: LGPL-2.1-or-later

# Breaks the library in the places of mutants.list, one at a time, in a copy of the tree, and checks
# that the tests notice. mutate.sh [--keep DIR] [NAME…]: all mutants, or those named.
# Succeeds if every mutant is noticed and the unbroken library passes.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=
if [ "${1:-}" = --keep ]; then
  work=$2
  shift 2
fi
if [ -z "$work" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi

export G_SLICE=always-malloc TS_TEST_TIMEOUT=20
# A small quarantine: addresses are used again, and mistakes with old ones show.
export ASAN_OPTIONS=detect_stack_use_after_return=1:quarantine_size_mb=1
export UBSAN_OPTIONS=halt_on_error=1

# What is preloaded must come after the sanitizer.
asan_runtime=$("${CC:-cc}" -print-file-name=libasan.so)

mkdir -p "$work/tree"
(cd "$root" && tar -c --exclude=./.git --exclude='./_build*' .) | tar -x -C "$work/tree"
meson setup "$work/build" "$work/tree" -Dintrospection=disabled -Ddocumentation=disabled \
  -Db_sanitize=address,undefined -Db_lundef=false > "$work/setup.log" 2>&1 ||
  { cat "$work/setup.log"; exit 2; }

# run PROGRAM…: builds them, and tells the first that fails. Status 1: none; 2: does not build.
run () {
  targets=
  for program in "$@"; do
    case $program in
      dst/*) targets="$targets tests/$program" ;;
      perturb:*) targets="$targets tests/libts-perturb.so tests/test-${program#perturb:}" ;;
      *) targets="$targets tests/test-$program" ;;
    esac
  done
  # shellcheck disable=SC2086
  ninja -C "$work/build" $targets > "$work/build.log" 2>&1 || return 2
  for program in "$@"; do
    preload=
    case $program in
      dst/*) target=$program ;;
      perturb:*) target=test-${program#perturb:} preload=$asan_runtime:$work/build/tests/libts-perturb.so ;;
      *) target=test-$program ;;
    esac
    if ! LD_PRELOAD=$preload timeout 120 "$work/build/tests/$target" > "$work/run.log" 2>&1; then
      echo "$program: $(grep -m 1 -E '^Bail out!|ERROR: |SUMMARY|^not ok' "$work/run.log" | cut -c 1-160)"
      return 0
    fi
  done
  return 1
}

noticed=0 missed=0 broken=0

try_mutant () {
  name=$1 pattern=$2 script=$3 programs=$4 what=$5
  file=
  for candidate in "$work"/tree/tschan/$pattern; do
    sed "$script" "$candidate" > "$work/mutant"
    cmp -s "$candidate" "$work/mutant" || { file=$candidate; break; }
  done
  if [ -z "$file" ]; then
    echo "stale    $name: nothing to replace in $pattern"
    broken=$((broken + 1))
    return
  fi
  cp "$file" "$work/original"
  cp "$work/mutant" "$file"
  status=0
  # shellcheck disable=SC2086
  result=$(run $programs) || status=$?
  case $status in
    0) echo "noticed  $name ($what): $result"; noticed=$((noticed + 1)) ;;
    1) echo "MISSED   $name ($what)"; missed=$((missed + 1)) ;;
    *) echo "broken   $name does not build"; grep -m 3 error: "$work/build.log" || true
       broken=$((broken + 1)) ;;
  esac
  cp "$work/original" "$file"
}

while IFS='	' read -r name file script programs what; do
  [ $# -eq 0 ] || case " $* " in *" $name "*) ;; *) continue ;; esac
  try_mutant "$name" "$file" "$script" "$programs" "$what"
done <<LIST
$(awk '/^#/ || /^$/ { next }
       { n = split ($0, field, / \| /)
         if (n < 5) { print "mutants.list:" NR ": five fields, please" > "/dev/stderr"; exit 1 }
         # A sed script may itself contain " | ": it is all between the second and the last but two.
         script = field[3]
         for (i = 4; i <= n - 2; i++) script = script " | " field[i]
         print field[1] "\t" field[2] "\t" script "\t" field[n - 1] "\t" field[n] }' "$here/mutants.list")
LIST

echo "$noticed noticed, $missed missed, $broken broken"
if [ $# -eq 0 ]; then
  all=$(ninja -C "$work/build" -t targets all | sed -n 's,^tests/dst/\(dst-[a-z-]*\):.*,dst/\1,p')
  # shellcheck disable=SC2086
  if result=$(run $all); then
    echo "the unbroken library fails: $result"
    exit 2
  fi
fi
[ "$missed" -eq 0 ] && [ "$broken" -eq 0 ]
