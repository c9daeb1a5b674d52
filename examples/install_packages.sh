# shellcheck shell=bash
# install_packages PACKAGE...: installs those that are missing, and says which. To be sourced.
#
# Does nothing, and needs neither root nor a network, where everything is there. Otherwise it runs
# apt-get as root, or through sudo. Returns 1 with a line on standard error where it cannot.

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

install_packages() {
    local -a missing as_root=()
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        printf 'This is not a Debian system. Please install by hand: %s\n' "$*" >&2
        return 1
    fi
    mapfile -t missing < <(missing_packages "$@")
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
    printf 'Installing with apt-get: %s\n' "${missing[*]}" >&2
    as_root+=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0)
    # Lists that are old or absent are the usual reason for a failure: refresh them first. A
    # refresh that fails (no network, a local mirror gone) is no reason not to try.
    "${as_root[@]}" update >&2 || printf 'apt-get update failed; trying with the lists at hand\n' >&2
    if ! "${as_root[@]}" install --no-install-recommends "${missing[@]}" >&2; then
        printf 'apt-get could not install: %s\n' "${missing[*]}" >&2
        return 1
    fi
}
