#!/bin/bash
# Build and test everything: installs what is missing (Debian), starts and stops its own servers.
#
#   tests/run.sh [STAGE...]      default: all
#
#   rgw       starts Ceph RGW and Swift; the program against RGW, healthy and in trouble (g++, optimised)
#   install   headers alone and twice, layering, outside projects, README snippets (g++)
#   asan      g++ with AddressSanitizer: all compiles without a warning; unit, loopback and conformance
#             tests, and those of the programs
#   tsan      clang 14 with ThreadSanitizer and UndefinedBehaviorSanitizer: the same, but for what has
#             one thread and takes long
#   unit      g++: the same as asan, faster; not part of all
#
# After rgw, asan and tsan also run the library and the program against its servers.
# The last lines are the summary; exit status 0 when nothing failed. Where a server cannot be had,
# the summary says so and the rest counts; with CI=true that is a failure.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
. examples/install_packages.sh

jobs=$(nproc)
summary=() passed=0 failed=0 missing=()
scratch=$(mktemp -d)
servers=$scratch/rgw swift=$scratch/swift

clean_up() {
    tests/servers/rgw_down.sh "$servers" || true
    tests/servers/swift_down.sh "$swift" || true
    rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

say() { printf '\n== %s: %s\n' "$(date +%H:%M:%S)" "$*"; }

count() { # STAGE PASSED FAILED [REMARK]
    passed=$((passed + $2)) failed=$((failed + $3))
    summary+=("$(printf '%-8s %4d passed, %d failed%s' "$1" "$2" "$3" "${4:+  ($4)}")")
}

# configure_and_build STAGE DIR TARGET CMAKE-OPTIONS...: TARGET may be `all`.
configure_and_build() {
    local stage=$1 dir=$2 target=$3
    shift 3
    local launcher=()
    command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    say "$stage: building $target in $dir"
    if ! cmake -S . -B "$dir" "${launcher[@]}" "$@" >"$scratch/build.log" 2>&1 ||
        ! cmake --build "$dir" --target "$target" --parallel "$jobs" >>"$scratch/build.log" 2>&1; then
        grep -n -m 20 -B2 -A10 -E 'error|Error' "$scratch/build.log" | head -n 100
        count "$stage" 0 1 "the build failed"
        return 1
    fi
    if grep -q 'warning:' "$scratch/build.log"; then
        grep -A4 'warning:' "$scratch/build.log" | head -n 100
        count "$stage" 0 1 "the build has warnings"
        return 1
    fi
}

run_ctest() { # STAGE DIR CTEST-OPTIONS...
    local stage=$1 dir=$2
    shift 2
    say "$stage: testing"
    local started=$SECONDS log=$scratch/ctest.log
    ctest --test-dir "$dir" --output-on-failure --no-tests=error --parallel "$jobs" "$@" 2>&1 |
        tee "$log"
    local total bad
    total=$(sed -n 's/.*tests passed, .* out of \([0-9]*\)$/\1/p; s/.*tests failed out of \([0-9]*\)$/\1/p' "$log" | tail -n 1)
    bad=$(sed -n 's/.*, \([0-9]*\) tests failed out of.*/\1/p' "$log" | tail -n 1)
    if [ -z "$total" ] || [ -z "$bad" ]; then
        count "$stage" 0 1 "ctest did not report"
    else
        count "$stage" $((total - bad)) "$bad" "$((SECONDS - started)) s"
    fi
}

gcc_build() { # STAGE [TARGET]
    configure_and_build "$1" build-debug "${2:-all}" -DCMAKE_CXX_COMPILER=g++ -DCMAKE_BUILD_TYPE=Debug \
        -DCMAKE_CXX_FLAGS_DEBUG=-O0 -DCAIRN_BUILD_TESTS=ON -DCAIRN_BUILD_EXAMPLES=ON
}

unit() { gcc_build unit && run_ctest unit build-debug -LE packaging; }

install() { gcc_build install headers && run_ctest install build-debug -L packaging; }

sanitized_build() { # STAGE COMPILER SANITIZERS
    configure_and_build "$1" "build-$1" all "-DCMAKE_CXX_COMPILER=$2" -DCMAKE_BUILD_TYPE=Debug \
        "-DCAIRN_SANITIZE=$3" "-DCMAKE_CXX_FLAGS_DEBUG=-O0 -g1" -DCAIRN_TEST_HEADERS=OFF
}

asan() {
    export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
    sanitized_build asan g++ address,vptr &&
        run_ctest asan build-asan -LE packaging && client_against_servers asan &&
        signatures_against_servers asan && program_in_trouble asan
}

tsan() {
    export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1 UBSAN_OPTIONS=print_stacktrace=1
    sanitized_build tsan clang++-14 thread,undefined &&
        run_ctest tsan build-tsan -LE "packaging|one_thread" && client_against_servers tsan &&
        signatures_against_servers tsan && program_in_trouble tsan
}

start_rgw() {
    install_packages radosgw ceph-mon ceph-osd ceph-common haproxy curl openssl python3-boto3 || return 1
    # A port can be taken between being found free and being used: try again once.
    tests/servers/rgw_up.sh "$servers" || tests/servers/rgw_up.sh "$servers"
}

start_swift() {
    install_packages python3-swift || return 1
    tests/servers/swift_up.sh "$swift" || tests/servers/swift_up.sh "$swift"
}

is_missing() { # SERVER
    missing+=("$1")
    if [ "${CI:-}" = true ]; then
        count rgw 0 1 "$1 could not be installed or started"
    fi
}

against_rgw() { # STAGE PROGRAM TEST...: all tests where none is named
    local stage=$1 started=$SECONDS log=$scratch/rgw.log good bad
    shift
    say "$stage: testing against Ceph RGW"
    # shellcheck disable=SC1091
    (. "$servers/env" && /usr/bin/python3 -B tests/programs/uploader_rgw.py "$@") 2>&1 | tee "$log"
    good=$(grep -c '^ok ' "$log") bad=$(grep -c '^FAILED ' "$log")
    grep -q '^done$' "$log" || bad=$((bad + 1)) # it ended before its end
    count "$stage" "$good" "$bad" "program against Ceph RGW, $((SECONDS - started)) s"
}

library_against() { # SERVER DIR STAGE PROGRAM [TESTS]
    local server=$1 dir=$2 stage=$3 started=$SECONDS log=$scratch/library.log cases
    shift 3
    say "$stage: testing the library against $server"
    # shellcheck disable=SC1091
    (. "$dir/env" && "$@") 2>&1 | tee "$log"
    cases=$(sed -n 's/^All tests passed (.* in \([0-9]*\) test cases\{0,1\}).*/\1/p' "$log")
    if [ -n "$cases" ]; then
        count "$stage" "$cases" 0 "${1##*/} against $server, $((SECONDS - started)) s"
    else
        count "$stage" 0 1 "${1##*/} against $server"
    fi
}

# Where rgw has started them: what only needs the library.
client_against_servers() { # STAGE
    [ ! -e "$servers/env" ] ||
        library_against "Ceph RGW" "$servers" "$1" "build-$1/bin/servers_rgw"
}

signatures_against_servers() { # STAGE
    local program=build-$1/bin/servers_signatures
    [ ! -e "$servers/env" ] || library_against "Ceph RGW" "$servers" "$1" "$program" '[rgw]'
    [ ! -e "$swift/env" ] || library_against Swift "$swift" "$1" "$program" '[swift]'
}

# The program itself, among faults and other processes.
program_in_trouble() { # STAGE
    [ ! -e "$servers/env" ] || against_rgw "$1" "build-$1/bin/segments_uploader" chaos_with_union \
        sixteen stream sigterm refused hundred_thousand
}

rgw() {
    if start_rgw; then
        configure_and_build rgw build segments_uploader -DCMAKE_BUILD_TYPE=Release \
            -DCAIRN_BUILD_EXAMPLES=ON && against_rgw rgw build/bin/segments_uploader
    else
        is_missing "Ceph RGW"
    fi
    start_swift || is_missing Swift
}

stages=("$@")
[ $# -gt 0 ] && [ "$*" != all ] || stages=(rgw install asan tsan)
for stage in "${stages[@]}"; do
    case $stage in
        unit | install | rgw | asan | tsan) ;;
        *)
            sed -n '2,/^set/p' "$0" | sed '$d; s/^# \{0,1\}//' >&2
            exit 2
            ;;
    esac
done

packages=(g++ cmake make ca-certificates libssl-dev libboost1.81-dev libboost-json1.81-dev
    libpugixml-dev libhowardhinnant-date-dev tzdata catch2 python3 python3-boto3 curl)
case " ${stages[*]} " in *" tsan "*) packages+=(clang-14 libclang-rt-14-dev) ;; esac
if ! install_packages "${packages[@]}"; then
    echo "0 passed, 1 failed: the packages above could not be installed"
    exit 1
fi

for stage in "${stages[@]}"; do
    $stage || true
done

printf '\n'
printf '%s\n' "${summary[@]}"
printf 'all of it in %d s\n' "$SECONDS"
for server in "${missing[@]}"; do
    echo "$server could not be installed or started: NOTHING was tested against it."
done
printf 'total: %d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ] && [ $((passed + ${#missing[@]})) -gt 0 ]
