#!/bin/bash
# run.sh WAY SOURCE_DIR BUILD_DIR CXX: build an outside project against the library in one of the ways
# below in BUILD_DIR/install_WAY, and run its programs.
#   find_package, add_subdirectory   all that the library offers, by CMake
#   signing_alone                    what needs libcrypto and Boost's headers, where nothing else is
#   pkg_config, plain                by the compiler
# `programs` installs those of BUILD_DIR instead.
set -euo pipefail
way=$1 source=$2 build=$3 cxx=$4
here=$(cd "$(dirname "$0")" && pwd)
work=$build/install_$way
rm -rf "$work"
mkdir -p "$work"

configured() { # CMAKE ARGUMENTS...: a configuration that warns of nothing
    cmake --no-warn-unused-cli -DCMAKE_CXX_COMPILER="$cxx" "$@" >"$work/log" 2>&1 || { cat "$work/log"; return 1; }
    if grep -A 20 "CMake.*Warning" "$work/log"; then
        return 1
    fi
}

# What the library needs, and nothing of what its tests, programs and benchmarks need.
without=()
for package in Catch2 Python3 benchmark CLI11 cctz Boost_json; do
    without+=("-DCMAKE_DISABLE_FIND_PACKAGE_$package=ON")
done

install_it() { # CMAKE OPTIONS...: as a user does who wants the library alone; nothing is built
    configured -S "$source" -B "$work/cairn" "${without[@]}" "$@"
    cmake --install "$work/cairn" --prefix "$work/prefix" >"$work/log"
    if grep -rlF "$source" "$work/prefix"; then
        echo "the installed files above name the source folder" >&2
        exit 1
    fi
}

build_with() { # CMAKE OPTIONS...
    configured -S "$here/outside" -B "$work/build" "$@"
    cmake --build "$work/build" ${targets:+--target $targets}
}

run_them() { # PROGRAMS...
    local program
    for program in "$@"; do
        "$work/build/$program"
    done
}

case $way in
    find_package)
        install_it
        build_with -DCMAKE_PREFIX_PATH="$work/prefix"
        run_them signs signs_compiled outside client_compiled tested_compiled
        ;;
    add_subdirectory)
        targets="signs_compiled outside"
        build_with -DCAIRN_SOURCE="$source"
        run_them $targets
        ;;
    signing_alone)
        install_it -DCMAKE_DISABLE_FIND_PACKAGE_pugixml=ON
        build_with -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_DISABLE_FIND_PACKAGE_pugixml=ON \
            -DSIGNS_ONLY=ON
        run_them signs signs_compiled
        if ldd "$work/build/signs" | grep -E "boost|pugi|libssl"; then
            echo "signing links more than libcrypto" >&2
            exit 1
        fi
        "$cxx" -std=c++20 -I "$work/prefix/include" -M "$here/outside/signs.cpp" >"$work/included"
        if grep -E "boost/(asio|beast|json)/|pugi|openssl/ssl.h" "$work/included"; then
            echo "signing includes what it does not need" >&2
            exit 1
        fi
        ;;
    pkg_config)
        command -v pkg-config >/dev/null || exit 77
        install_it
        export PKG_CONFIG_PATH=$work/prefix/share/pkgconfig
        test "$(pkg-config --modversion cairn)" = "$(sed -n 's/#define CAIRN_VERSION "\(.*\)"/\1/p' \
            "$source/include/cairn/version.hpp")"
        # shellcheck disable=SC2046 # words are wanted
        "$cxx" -std=c++20 "$here/outside/signs.cpp" -o "$work/outside" \
            $(pkg-config --cflags --libs cairn)
        "$work/outside"
        ;;
    plain)
        "$cxx" -std=c++20 -I "$source/include" "$here/outside/main.cpp" -o "$work/outside" \
            -lssl -lcrypto -lpugixml -pthread
        "$work/outside"
        ;;
    programs) # those of BUILD_DIR
        cmake --install "$build" --prefix "$work/prefix" >"$work/log"
        for program in segments_uploader sign_request; do
            "$work/prefix/bin/$program" -V
            grep -q '^\.SH SYNOPSIS' "$work/prefix/share/man/man1/$program.1"
            bash -n "$work/prefix/share/bash-completion/completions/$program"
        done
        ;;
    *)
        echo "run.sh: no such way: $way" >&2
        exit 2
        ;;
esac
