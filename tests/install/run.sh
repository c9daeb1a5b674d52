#!/bin/bash
# run.sh WAY SOURCE_DIR BUILD_DIR CXX: build an outside project against the library in one of three
# ways (find_package, add_subdirectory, plain) in BUILD_DIR/install_WAY, and run its program.
set -euo pipefail
way=$1 source=$2 build=$3 cxx=$4
here=$(cd "$(dirname "$0")" && pwd)
work=$build/install_$way
rm -rf "$work"
mkdir -p "$work"

build_with() { # CMAKE OPTIONS...
    cmake -S "$here/outside" -B "$work/build" -DCMAKE_CXX_COMPILER="$cxx" "$@"
    cmake --build "$work/build"
    "$work/build/outside"
}

case $way in
    find_package)
        # Installed from a configuration of its own, so that nothing but headers has to be built.
        cmake -S "$source" -B "$work/cairn" -DCMAKE_CXX_COMPILER="$cxx" \
            -DCAIRN_BUILD_TESTS=OFF -DCAIRN_BUILD_EXAMPLES=OFF
        cmake --install "$work/cairn" --prefix "$work/prefix"
        if grep -rlF "$source" "$work/prefix"; then
            echo "the installed files above name the source folder" >&2
            exit 1
        fi
        build_with -DCMAKE_PREFIX_PATH="$work/prefix"
        ;;
    add_subdirectory)
        build_with -DCAIRN_SOURCE="$source"
        ;;
    plain)
        "$cxx" -std=c++20 -I "$source/include" "$here/outside/main.cpp" -o "$work/outside" \
            -lssl -lcrypto -lpugixml -pthread
        "$work/outside"
        ;;
    *)
        echo "run.sh: no such way: $way" >&2
        exit 2
        ;;
esac
