#!/bin/bash
# keep.sh NAME [FUZZ-PROGRAM FOLDER...]: makes the archive NAME.tar.gz of a fuzz target's inputs anew:
#
#   seeds/   written by hand: all that were there, and all that stand in a FOLDER named `seeds`
#   corpus/  the fewest that reach what neither the seeds nor found/NAME reach, of those that were
#            there and those of the other FOLDERs
#
# Without a program nothing but the seeds is looked at. The same inputs make the same bytes.
set -euo pipefail
name=$1 program=${2:-} here=$(cd "$(dirname "$0")" && pwd)
shift "$(($# < 2 ? $# : 2))"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/old/seeds" "$work/old/corpus" "$work/new/seeds" "$work/new/corpus" "$work/merged"

named_by_content() { # FROM TO: files by the first ten digits of their SHA-1, as libFuzzer names them
    local file
    for file in "$1"/*; do
        [ ! -f "$file" ] || cp "$file" "$2/$(sha1sum <"$file" | cut -c 1-10)"
    done
}

[ ! -e "$here/$name.tar.gz" ] || tar -C "$work/old" -xzf "$here/$name.tar.gz"
named_by_content "$work/old/seeds" "$work/new/seeds"
others=("$work/old/corpus")
for folder in "$@"; do
    if [ "$(basename "$folder")" = seeds ]; then
        named_by_content "$folder" "$work/new/seeds"
    else
        others+=("$folder")
    fi
done

if [ -z "$program" ]; then
    named_by_content "$work/old/corpus" "$work/new/corpus"
else
    named_by_content "$work/new/seeds" "$work/merged"
    named_by_content "$here/found/$name" "$work/merged"
    ls "$work/merged" >"$work/given"
    # Once a place in the code is reached, how often does not count: it would keep thousands.
    "$program" -merge=1 -use_counters=0 "$work/merged" "${others[@]}" 2>"$work/log" || {
        cat "$work/log" >&2
        exit 1
    }
    (cd "$work/merged" && xargs -r rm -f) <"$work/given"
    named_by_content "$work/merged" "$work/new/corpus"
fi

tar -C "$work/new" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX \
    --format=ustar -cf - seeds corpus | gzip -9n >"$here/$name.tar.gz"
for kind in seeds corpus; do
    echo "$name: $(find "$work/new/$kind" -type f | wc -l) $kind"
done
echo "$name.tar.gz: $(stat -c %s "$here/$name.tar.gz") bytes"
