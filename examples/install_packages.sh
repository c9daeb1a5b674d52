# shellcheck shell=bash
# install_packages WANTED...: installs what is missing, and says what. To be sourced.
#
# Each of WANTED is a package, or alternatives: "a1 b1 | a2 b2" is a1 and b1, or a2 and b2. What is
# installed already is taken; else the first that the system has. Does nothing, and needs neither root
# nor a network, where everything is there. Otherwise it runs apt-get as root, or through sudo.
# Returns 1 with a line on standard error where it cannot.

# What building the programs takes. Debian names Boost's packages by version, and two versions exclude
# each other.
# shellcheck disable=SC2034
program_packages=(g++ cmake make ca-certificates libssl-dev libpugixml-dev
    libcctz-dev tzdata
    "libboost1.81-dev | libboost1.83-dev | libboost1.88-dev | libboost1.90-dev")

# missing_packages PACKAGE...: prints the ones that are not installed, one a line.
missing_packages() {
    local package state
    for package in "$@"; do
        state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) || state=
        if [ "$state" != installed ]; then
            printf '%s\n' "$package"
        fi
    done
}

# chosen_packages ALTERNATIVES: prints the packages of one, one a line: one that is installed; else
# one of which a part is; else the first that apt-get can install; else the first.
chosen_packages() {
    local -a sets set
    local i
    IFS='|' read -r -d '' -a sets <<<"$1" || true
    for i in "${!sets[@]}"; do
        read -r -d '' -a set <<<"${sets[i]}" || true
        if [ -z "$(missing_packages "${set[@]}")" ]; then
            printf '%s\n' "${set[@]}"
            return
        fi
    done
    for i in "${!sets[@]}"; do
        read -r -d '' -a set <<<"${sets[i]}" || true
        if [ "$(missing_packages "${set[@]}" | wc -l)" -lt "${#set[@]}" ]; then
            printf '%s\n' "${set[@]}"
            return
        fi
    done
    for i in "${!sets[@]}"; do
        read -r -d '' -a set <<<"${sets[i]}" || true
        if apt-get -s install --no-install-recommends "${set[@]}" >/dev/null 2>&1; then
            printf '%s\n' "${set[@]}"
            return
        fi
    done
    read -r -d '' -a set <<<"${sets[0]}" || true
    printf '%s\n' "${set[@]}"
}

# missing_of WANTED...: prints what of it is to be installed, one a line.
missing_of() {
    local wanted
    local -a packages
    for wanted in "$@"; do
        mapfile -t packages < <(chosen_packages "$wanted")
        missing_packages "${packages[@]}"
    done
}

install_packages() {
    local -a missing as_root=()
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        printf 'This is not a Debian system. Please install by hand: %s\n' "$*" >&2
        return 1
    fi
    mapfile -t missing < <(missing_of "$@")
    if [ "${#missing[@]}" -eq 0 ]; then
        return 0
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            printf 'Missing packages: %s\nNeither root nor sudo is here; as root, run: apt-get install %s\n' \
                "${missing[*]}" "${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0)
    # Lists that are old or absent are the usual reason for a failure: refresh them first. A
    # refresh that fails (no network, a local mirror gone) is no reason not to try.
    "${as_root[@]}" update >&2 || printf 'apt-get update failed; trying with the lists at hand\n' >&2
    mapfile -t missing < <(missing_of "$@") # of alternatives, what the new lists have
    printf 'Installing with apt-get: %s\n' "${missing[*]}" >&2
    if ! "${as_root[@]}" install --no-install-recommends "${missing[@]}" >&2; then
        printf 'apt-get could not install: %s\n' "${missing[*]}" >&2
        return 1
    fi
}
