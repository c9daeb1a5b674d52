#!/usr/bin/env bash
# Installs what is missing, builds, and runs the segments uploader.
#
#   examples/run.sh                 folds the sample payloads into cairn-data/<bucket>/ of this repo
#   examples/run.sh ARGUMENTS...    runs the program with these arguments (see --help)
#
# Standard output carries the program's outcome lines only; everything else goes to standard error.
set -euo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
source "$root/examples/install_packages.sh"

install_packages "${program_packages[@]}"

build=$root/build
program=$build/bin/segments_uploader
log=$build/run.log

build_program() {
    cmake -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=Release -DCAIRN_BUILD_EXAMPLES=ON &&
        cmake --build "$build" --target segments_uploader --parallel "$(nproc)"
}

mkdir -p "$build"
if [ ! -x "$program" ]; then
    echo "Building in $build: a minute or two; details in $log" >&2
fi
exec 9>"$build/run.lock"
flock 9 # two of these at once build once
if ! build_program >"$log" 2>&1; then
    cat "$log" >&2
    echo "The build failed; its output is above." >&2
    exit 1
fi
exec 9>&-

if [ "$#" -gt 0 ]; then
    exec "$program" "$@"
fi
exec "$program" --storage "file:$root/cairn-data" \
    "$root/examples/segments_uploader/samples/payloads.ndjson"
