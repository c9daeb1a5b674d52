#!/bin/bash
# Build and test everything: installs what is missing (Debian), starts and stops its own servers.
#
#   tests/run.sh [long] [STAGE...]     default: all but unit
#
#   release     g++, optimised: the programs against Ceph RGW, healthy and in trouble; the documents'
#               commands
#   repository  headers alone and twice, layering, outside projects, what the documents show, format
#   asan        g++ with AddressSanitizer, and UndefinedBehaviorSanitizer for the library: all compiles
#               without a warning; all tests
#   tsan        clang with ThreadSanitizer and UndefinedBehaviorSanitizer: what has several threads
#   unit        g++: the same as asan, faster
#
# `long` runs the exhaustive suites in full length (CAIRN_LONG_TESTS=1 in the environment); each also
# has a short form, which is what runs otherwise. Every stage is a build of its own and one ctest.
# The last line is `total: N passed, N failed`; exit status 0 when nothing failed. Tests that need a
# server are skipped where it cannot be had; with CI=true that is a failure.
set -uo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
. examples/install_packages.sh

# The tests compare with Boost.JSON.
test_packages=("libboost1.81-dev libboost-json1.81-dev | libboost1.83-dev libboost-json1.83-dev |
    libboost1.88-dev libboost-json1.88-dev | libboost1.90-dev libboost-json1.90-dev")
jobs=$(nproc)
results=$(mktemp -d)
broken=()

clean_up() {
    local env
    for env in build*/servers/*.env; do # of a stage that was interrupted
        [ ! -e "$env" ] || tests/servers/stop.sh "$(basename "$env" .env)" "$env"
    done
    rm -rf "$results"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

say() { printf '\n== %s: %s\n' "$(date +%H:%M:%S)" "$*"; }

# build STAGE DIR TARGET CMAKE-OPTIONS...: TARGET may be `all`.
build() {
    local stage=$1 dir=$2 target=$3 log=$results/build.log launcher=() started=$SECONDS
    shift 3
    ! command -v ccache >/dev/null || launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    say "$stage: building $target in $dir"
    if ! cmake -S . -B "$dir" "${launcher[@]}" -DCAIRN_BUILD_TESTS=ON \
        -DCAIRN_BUILD_EXAMPLES=ON "$@" >"$log" 2>&1 ||
        ! cmake --build "$dir" --target "$target" --parallel "$jobs" >>"$log" 2>&1; then
        grep -n -m 20 -B2 -A10 -E 'error|Error' "$log" | head -n 100
        broken+=("$stage: the build failed")
        return 1
    fi
    if grep -q 'warning:' "$log"; then
        grep -A4 'warning:' "$log" | head -n 100
        broken+=("$stage: the build has warnings")
        return 1
    fi
    say "$stage: built in $((SECONDS - started)) s"
}

run_tests() { # STAGE DIR CTEST-OPTIONS...
    local stage=$1 dir=$2
    shift 2
    say "$stage: testing"
    ctest --test-dir "$dir" --output-on-failure --no-tests=error --parallel "$jobs" \
        --output-junit "$results/$stage.xml" "$@" || broken+=("$stage: ctest reports failures")
    [ -e "$results/$stage.xml" ] || broken+=("$stage: ctest wrote no results")
}

release() {
    build release build programs -DCMAKE_BUILD_TYPE=Release &&
        run_tests release build -R '^(uploader_rgw|documents|programs)_'
}

repository() {
    build repository build-debug headers -DCMAKE_CXX_COMPILER=g++ -DCMAKE_BUILD_TYPE=Debug \
        -DCMAKE_CXX_FLAGS_DEBUG=-O0 && run_tests repository build-debug -L packaging
}

unit() {
    build unit build-debug all -DCMAKE_CXX_COMPILER=g++ -DCMAKE_BUILD_TYPE=Debug \
        -DCMAKE_CXX_FLAGS_DEBUG=-O0 && run_tests unit build-debug -LE packaging
}

sanitized_build() { # STAGE COMPILER SANITIZERS
    build "$1" "build-$1" tests "-DCMAKE_CXX_COMPILER=$2" -DCMAKE_BUILD_TYPE=Debug \
        "-DCAIRN_SANITIZE=$3" "-DCMAKE_CXX_FLAGS_DEBUG=-O0 -g1" -DCAIRN_TEST_HEADERS=OFF
}

asan() {
    export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
    sanitized_build asan g++ address,vptr && run_tests asan build-asan -LE packaging
}

tsan() {
    export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1 UBSAN_OPTIONS=print_stacktrace=1
    sanitized_build tsan "$(clang)" thread,undefined &&
        run_tests tsan build-tsan -LE packaging
}

# clang: the first whose sanitizers are installed.
clang() {
    local version
    for version in 14 19 18 17 16 15 20 21; do
        if [ -z "$(missing_packages "clang-$version" "libclang-rt-$version-dev")" ]; then
            echo "clang++-$version"
            return
        fi
    done
    echo clang++
}

install_what_is_needed() {
    # shellcheck disable=SC2154
    local packages=("${program_packages[@]}" "${test_packages[@]}" catch2 python3 python3-boto3 curl openssl)
    case " ${stages[*]} " in
        *" tsan "*)
            packages+=("clang-14 libclang-rt-14-dev | clang-19 libclang-rt-19-dev | clang-18 libclang-rt-18-dev | clang-17 libclang-rt-17-dev | clang-16 libclang-rt-16-dev | clang-15 libclang-rt-15-dev")
            ;;
    esac
    install_packages "${packages[@]}" || return 1
    case " ${stages[*]} " in
        *" repository "*) install_packages clang-format-14 || true ;; # its test is skipped without
    esac
    case " ${stages[*]} " in
        *" release "* | *" asan "* | *" tsan "* | *" unit "*)
            # Without them the servers' tests are skipped, or fail with CI=true.
            install_packages radosgw ceph-mon ceph-osd ceph-common haproxy python3-swift || true
            ;;
    esac
}

stages=()
for word in "$@"; do
    case $word in
        long) export CAIRN_LONG_TESTS=1 ;;
        all) ;;
        unit | repository | release | asan | tsan) stages+=("$word") ;;
        *)
            sed -n '2,/^set/p' "$0" | sed '$d; s/^# \{0,1\}//' >&2
            exit 2
            ;;
    esac
done
[ ${#stages[@]} -gt 0 ] || stages=(release repository asan tsan)

if ! install_what_is_needed; then
    echo "total: 0 passed, 1 failed: the packages above could not be installed"
    exit 1
fi
for stage in "${stages[@]}"; do
    $stage
done
printf '\nall of it in %d s\n' "$SECONDS"
python3 -B tests/support/summary.py "$results" "${broken[@]}"
