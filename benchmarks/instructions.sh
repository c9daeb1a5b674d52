#!/bin/bash
# Count the instructions of each thing that benchmark_sigv4 measures, with valgrind.
#
#   benchmarks/instructions.sh PROGRAM [NAME...]      default: every name of PROGRAM --names
#
# Each is run twice, with two counts, and the difference divided: start-up drops out. Printed are
# the instructions of one operation, those within libcrypto apart. valgrind has no SHA instructions,
# so libcrypto hashes in another way than it does natively, with many more of them: compare its
# column only between rows. The rest, ours and the standard libraries', is nearly as it is natively.
set -euo pipefail
[ $# -gt 0 ] || { sed -n '2,/^set/p' "$0" | sed '$d; s/^# \{0,1\}//' >&2; exit 2; }
command -v valgrind >/dev/null || { echo "valgrind is not installed" >&2; exit 1; }
program=$1
shift
[ $# -gt 0 ] || mapfile -t names < <("$program" --names)
[ $# -eq 0 ] || names=("$@")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# count NAME COUNT: instructions in libcrypto and elsewhere.
count() {
    if ! valgrind --tool=callgrind --callgrind-out-file="$scratch/out" \
        "$program" --once "$1" "$2" >"$scratch/log" 2>&1; then
        cat "$scratch/log" >&2
        return 1
    fi
    # "ob=(id) path" says whose costs follow, with the path the first time only; "calls=" that the
    # next line is what the callee cost, which is counted where it happened.
    awk '
        /^c?ob=/ {
            id = $1; sub(/^c?ob=/, "", id)
            if (NF > 1) path[id] = $2
            if (/^ob=/) now = id
            next
        }
        /^calls=/ { getline; next }
        /^[0-9+*-]/ { if (path[now] ~ /libcrypto/) crypto += $2; else rest += $2 }
        END { printf "%.0f %.0f\n", crypto, rest }' "$scratch/out"
}

printf '%-34s %12s %12s %12s\n' 'instructions of one operation' total libcrypto elsewhere
for name in "${names[@]}"; do
    case $name in
        *chunks_* | *hashes_[0-9]*) few=2 many=12 ;; # a MiB each
        *) few=100 many=1100 ;;
    esac
    first=$(count "$name" "$few")
    second=$(count "$name" "$many")
    awk -v name="$name" -v runs=$((many - few)) '
        NR == 1 { crypto = $1; rest = $2 }
        NR == 2 {
            crypto = ($1 - crypto) / runs; rest = ($2 - rest) / runs
            printf "%-34s %12.0f %12.0f %12.0f\n", name, crypto + rest, crypto, rest
        }' <<<"$first"$'\n'"$second"
done
