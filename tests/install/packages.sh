#!/bin/bash
# What install_packages takes from systems with other Boosts: dpkg-query and apt-get are pretended.
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC1091
. "$here/../../examples/install_packages.sh"
failed=0

installed=() available=()
among() { # PACKAGE LIST...
    local package=$1
    shift
    case " $* " in *" $package "*) return 0 ;; *) return 1 ;; esac
}
dpkg-query() {
    among "${*: -1}" "${installed[@]}" && echo installed
}
apt-get() { # -s install --no-install-recommends PACKAGE...
    local package
    for package in "${@:4}"; do
        among "$package" "${available[@]}" || return 100
    done
}

expect() { # WHAT EXPECTED
    local got
    got=$(missing_of "libboost1.81-dev libboost-json1.81-dev | libboost1.83-dev libboost-json1.83-dev |
        libboost1.88-dev libboost-json1.88-dev" cmake | paste -s -d ' ')
    [ "$got" = "$2" ] || { echo "$1: expected to install '$2', not '$got'"; failed=1; }
}

available=(cmake libboost1.81-dev libboost-json1.81-dev)
expect "Debian 12" "libboost1.81-dev libboost-json1.81-dev cmake"
available=(cmake libboost1.83-dev libboost-json1.83-dev libboost1.88-dev libboost-json1.88-dev)
expect "Debian 13" "libboost1.83-dev libboost-json1.83-dev cmake"
installed=(libboost1.88-dev)
expect "Debian 13, the other Boost's headers installed" "libboost-json1.88-dev cmake"
installed=(cmake libboost1.88-dev libboost-json1.88-dev)
expect "Debian 13, the other Boost installed" ""
installed=() available=()
expect "a system without any" "libboost1.81-dev libboost-json1.81-dev cmake"
exit $failed
