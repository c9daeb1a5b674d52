#!/bin/bash
# rgw_down.sh DIR: stop what rgw_up.sh started there, by its own pids, and remove DIR.
# With KEEP=1 the directory, and with it the logs, stays.
set -u
dir=${1:?usage: rgw_down.sh DIR}
[ -d "$dir" ] || exit 0
dir=$(cd "$dir" && pwd)
status=0

# A pid may have been given to somebody else since: only a process that names DIR is ours.
ours() { tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -qF "$dir/"; }

wait_for_end() { # PID TENTHS
    for _ in $(seq "$2"); do
        ours "$1" || return 0
        sleep 0.1
    done
    return 1
}

for name in cut haproxy rgw osd mon; do
    [ -f "$dir/$name.pid" ] || continue
    pid=$(cat "$dir/$name.pid")
    ours "$pid" || continue
    # Everything is in memory and thrown away: a graceful end has no worth here, and a stopped OSD
    # would not notice TERM at all.
    case $name in
        osd | mon | rgw) kill -KILL "$pid" ;;
        *) kill -TERM "$pid" ;;
    esac
    if ! wait_for_end "$pid" 50; then
        echo "rgw_down: $name ($pid) ignored TERM for 5 s" >&2
        kill -KILL "$pid"
        wait_for_end "$pid" 50 || status=1
    fi
done
if [ -z "${KEEP:-}" ] && [ $status = 0 ]; then
    rm -rf "$dir"
else
    rm -f "$dir/env" "$dir"/*.pid
fi
exit $status
