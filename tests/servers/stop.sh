#!/bin/bash
# stop.sh rgw|swift ENV: ends the server that start.sh started, and removes ENV.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
server=${1:?usage: stop.sh rgw|swift ENV} env=${2:?usage: stop.sh rgw|swift ENV}
[ -e "$env" ] || exit 0

# shellcheck disable=SC1090
. "$env"
case $server in
    rgw) dir=$CAIRN_RGW_DIR ;;
    *) dir=$CAIRN_SWIFT_DIR ;;
esac
"$here/${server}_down.sh" "$dir" || exit 1
rm -f "$env"
rmdir "$(dirname "$dir")" 2>/dev/null || true
