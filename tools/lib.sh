# shellcheck shell=sh
# What the scripts of this house share. Sourced, not run; leaves the caller's options and variables alone.

# say TEXT: tell the user on stderr, so that a command's own output stays clean.
say() {
    printf 'camshark: %s\n' "$*" >&2
}

die() {
    say "$*"
    exit 1
}

# as_root COMMAND...: run it with the rights that apt and chroot need. COMMAND is a program, not a function.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        say "this needs root, and there is no sudo here: $*"
        return 1
    fi
}

camshark_is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# One apt at a time: scripts that run side by side may all find something missing.
camshark_apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive flock "${TMPDIR:-/tmp}/camshark-apt.lock" apt-get -q \
        -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 "$@" </dev/null >&2
}

# need [--for WHY] PACKAGE...: install what is missing of these Debian packages with apt, after saying so.
# Fails, with a sentence, where that is impossible.
need() {
    camshark_why=''
    if [ "$1" = --for ]; then
        camshark_why=" $2"
        shift 2
    fi
    camshark_missing=''
    camshark_unknown=''
    for camshark_package in "$@"; do
        camshark_is_installed "$camshark_package" && continue
        camshark_missing="$camshark_missing $camshark_package"
        # A machine that never ran "apt-get update" has no candidate for anything.
        apt-cache policy "$camshark_package" 2>/dev/null | grep -q '^  Candidate: [^(]' || camshark_unknown=yes
    done
    [ -n "$camshark_missing" ] || return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        say "install the equivalents of these Debian packages first:$camshark_missing"
        return 1
    fi
    say "installing with apt${camshark_why:+ (needed$camshark_why)}:$camshark_missing"
    if [ -n "$camshark_unknown" ]; then
        say "this machine does not know these packages yet: apt-get update"
        camshark_apt_get update || return 1
    fi
    # Lists that are weeks old name files the mirror no longer has: read them again and try once more.
    # shellcheck disable=SC2086 # one word a package
    camshark_apt_get install -y --no-install-recommends $camshark_missing || {
        say "that failed; once more after apt-get update"
        camshark_apt_get update && camshark_apt_get install -y --no-install-recommends $camshark_missing
    } || {
        say "apt could not install:$camshark_missing"
        return 1
    }
}

# cache_folder: prints the folder for what is expensive to fetch or make and harmless to delete.
cache_folder() {
    printf '%s\n' "${CAMSHARK_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/camshark}"
}

# debian_mirror: prints the URI of the Debian archive that apt on this machine uses; nothing if there is none.
debian_mirror() {
    # shellcheck disable=SC2016 # apt expands these
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        sed -n 's#^Debian|Debian|\(https\{0,1\}://.*\)#\1#p' | head -n 1
}

# count_tests FILE...: adds up the closing lines of pytest and ctest in these logs; prints "passed failed skipped".
count_tests() {
    cat "$@" | awk '
        /^(=+ )?[0-9]+ (passed|failed|skipped|errors?|xfailed|xpassed|deselected|warnings?)(, [0-9]+ [a-z]+)* in [0-9.]+s/ {
            sub(/^=+ /, "")
            sub(/ in .*/, "")
            n = split($0, parts, ", ")
            for (i = 1; i <= n; i++) {
                split(parts[i], words, " ")
                if (words[2] ~ /^x?passed$/ || words[2] == "xfailed") passed += words[1]
                if (words[2] == "failed" || words[2] ~ /^error/) failed += words[1]
                if (words[2] == "skipped") skipped += words[1]
            }
        }
        /^[0-9]+% tests passed, [0-9]+ tests? failed out of [0-9]+/ {
            failed += $4
            passed += $9 - $4
        }
        END { print passed + 0, failed + 0, skipped + 0 }'
}
