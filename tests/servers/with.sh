#!/bin/bash
# with.sh ENV COMMAND...: runs the command with the settings that start.sh wrote to ENV. Exit status
# 77, "skipped" to CTest, where there are none.
[ -e "$1" ] || { echo "there is no server: $1 is absent"; exit 77; }
# shellcheck disable=SC1090
. "$1"
shift
exec "$@"
