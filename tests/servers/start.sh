#!/bin/bash
# start.sh rgw|swift ENV: starts that server, and writes to ENV what its tests need to know; ends
# first what an interrupted run has left there. CTest's fixtures call it, and stop.sh afterwards.
#
# Exit status 77, which CTest takes for "skipped", where the server cannot be had. With CI=true that
# is a failure.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
server=${1:?usage: start.sh rgw|swift ENV} env=${2:?usage: start.sh rgw|swift ENV}

"$here/stop.sh" "$server" "$env"
# A folder with a short name: those of sockets are limited.
scratch=$(mktemp -d "${TMPDIR:-/tmp}/cairn-XXXXXX") || exit 1
mkdir -p "$(dirname "$env")"
# A port can be taken between being found free and being used: try again once.
for _ in 1 2; do
    if "$here/${server}_up.sh" "$scratch/$server"; then
        cp "$scratch/$server/env" "$env"
        exit 0
    fi
done
rm -rf "$scratch"
if [ "${CI:-}" = true ]; then
    exit 1
fi
exit 77
