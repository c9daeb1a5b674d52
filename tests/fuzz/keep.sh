#!/bin/sh
# Replaces the kept inputs of a fuzz target by the fewest that reach as much, of those and new ones:
#
#   tests/fuzz/keep.sh NAME FUZZ-PROGRAM FOLDER...
set -eu
kept=$(dirname "$0")/corpus/$1 program=$2
shift 2
merged=$(mktemp -d)
trap 'rm -rf "$merged" "$merged.log"' EXIT
mkdir -p "$kept"
# Once a place in the code is reached, how often does not count: it would keep thousands.
"$program" -merge=1 -use_counters=0 "$merged" "$kept" "$@" 2>"$merged.log" || {
    cat "$merged.log" >&2
    exit 1
}
rm -f "$kept"/*
for input in "$merged"/*; do
    mv "$input" "$kept/$(basename "$input" | cut -c 1-10)"
done
set -- "$kept"/*
echo "$# files, $(cat "$@" | wc -c) bytes"
