#!/bin/bash
# swift_down.sh DIR: stop what swift_up.sh started there, by its own pid, and remove DIR.
# With KEEP=1 the directory, and with it the log, stays.
set -u
dir=${1:?usage: swift_down.sh DIR}
[ -d "$dir" ] || exit 0
dir=$(cd "$dir" && pwd)

# A pid may have been given to somebody else since: only a process that names DIR is ours.
ours() { tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -qF "$dir/"; }

if [ -f "$dir/swift.pid" ]; then
    pid=$(cat "$dir/swift.pid")
    # Everything is thrown away: a graceful end has no worth here.
    ! ours "$pid" || kill -KILL "$pid"
    for _ in $(seq 100); do
        ours "$pid" || break
        sleep 0.05
    done
    if ours "$pid"; then
        echo "swift_down: Swift ($pid) did not end within 5 s" >&2
        exit 1
    fi
fi
if [ -z "${KEEP:-}" ]; then
    rm -rf "$dir"
else
    rm -f "$dir/env" "$dir"/*.pid
fi
