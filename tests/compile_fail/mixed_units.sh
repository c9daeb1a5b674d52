#!/bin/bash
# mixed_units.sh CXX INCLUDE_DIR WORK_DIR: header-only and separately compiled units do not link with
# each other, and the linker says why.
set -euo pipefail
cxx=$1 include=$2 work=$3/mixed_units
rm -rf "$work" && mkdir -p "$work"
echo '#include <cairn/json/scanner.hpp>
int other();
int main() { return other(); }' >"$work/main.cpp"
echo '#include <cairn/core/base64.hpp>
int other() { return 0; }' >"$work/other.cpp"
compile() { "$cxx" -std=c++20 -I "$include" -c "$work/$1.cpp" -o "$work/$1$2.o" "${@:3}"; }
compile main _alone
compile other _alone
compile other _compiled -DCAIRN_SEPARATE_COMPILATION
"$cxx" "$work/main_alone.o" "$work/other_alone.o" -lcrypto -o "$work/same"
if "$cxx" "$work/main_alone.o" "$work/other_compiled.o" -lcrypto -o "$work/mixed" 2>"$work/said"; then
    echo "a mixture links" >&2
    exit 1
fi
grep -q cairn_header_only_and_separately_compiled_units_are_mixed "$work/said"
