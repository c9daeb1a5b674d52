#!/bin/bash
# format.sh [-i]: every source is as clang-format 14 writes it; with -i, makes it so. Other versions
# write some things differently. Exit status 77, "skipped" to CTest, where it is not installed.
cd "$(dirname "$0")/.." || exit 1
command -v clang-format-14 >/dev/null || { echo "clang-format-14 is not installed"; exit 77; }
how=(--dry-run --Werror)
[ "${1:-}" != -i ] || how=(-i)
find include examples tests benchmarks -name '*.[chi]pp' -print0 |
    xargs -0 clang-format-14 "${how[@]}"
