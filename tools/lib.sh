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

# One apt at a time: scripts that run side by side may all find something missing. What apt says goes to the file
# camshark_log, if there is one, else to stderr.
camshark_apt_get() {
    if [ -n "${camshark_log:-}" ]; then
        camshark_run_apt_get "$@" >>"$camshark_log" 2>&1
    else
        camshark_run_apt_get "$@" >&2
    fi
}

camshark_run_apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive flock "${TMPDIR:-/tmp}/camshark-apt.lock" apt-get -q \
        -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 -o Acquire::Retries=3 "$@" </dev/null
}

# camshark_packages: what the scripts need, by the name of its Debian package; what shows that it is there, whoever
# installed it; and the names that other distributions give it.
camshark_packages() {
    cat <<'END'
#Debian                 what shows it           dnf                     pacman              zypper                  apk
gcc                     program:cc              gcc                     gcc                 gcc                     gcc
libc6-dev               header:stdio.h          glibc-devel             glibc               glibc-devel             musl-dev
cmake                   program:cmake           cmake                   cmake               cmake                   cmake
ninja-build             program:ninja           ninja-build             ninja               ninja                   ninja
pkg-config              program:pkg-config      pkgconf-pkg-config      pkgconf             pkgconf-pkg-config      pkgconf
wireshark-dev           cmake:Wireshark         wireshark-devel         wireshark-cli       wireshark-devel         wireshark-dev
libwireshark-dev        module:wireshark        wireshark-devel         wireshark-cli       wireshark-devel         wireshark-dev
libglib2.0-dev          module:glib-2.0         glib2-devel             glib2               glib2-devel             glib-dev
libgcrypt20-dev         module:libgcrypt        libgcrypt-devel         libgcrypt           libgcrypt-devel         libgcrypt-dev
libxml2-dev             module:libxml-2.0       libxml2-devel           libxml2             libxml2-devel           libxml2-dev
tshark                  program:tshark          wireshark-cli           wireshark-cli       wireshark               tshark
wireshark-common        program:editcap         wireshark-cli           wireshark-cli       wireshark               wireshark-common
wireshark               program:wireshark       wireshark               wireshark-qt        wireshark-ui-qt         wireshark
python3                 program:python3         python3                 python              python3                 python3
python3-pytest          python:pytest           python3-pytest          python-pytest       python3-pytest          py3-pytest
python3-pytest-xdist    python:xdist            python3-pytest-xdist    python-pytest-xdist python3-pytest-xdist    py3-pytest-xdist
python3-pycryptodome    python:Cryptodome       python3-pycryptodomex   python-pycryptodomex python3-pycryptodomex  py3-pycryptodomex
ffmpeg                  program:ffmpeg          ffmpeg-free             ffmpeg              ffmpeg                  ffmpeg
strace                  program:strace          strace                  strace              strace                  strace
parallel                program:parallel        parallel                parallel            gnu_parallel            parallel
rsync                   program:rsync           rsync                   rsync               rsync                   rsync
clang                   program:clang           clang                   clang               clang                   clang
xvfb                    program:Xvfb            xorg-x11-server-Xvfb    xorg-server-xvfb    xorg-x11-server-Xvfb    xvfb
xdotool                 program:xdotool         xdotool                 xdotool             xdotool                 xdotool
imagemagick             program:import          ImageMagick             imagemagick         ImageMagick             imagemagick
fonts-dejavu-core       font:DejaVu             dejavu-sans-fonts       ttf-dejavu          dejavu-fonts            font-dejavu
dbus-daemon             program:dbus-daemon     dbus-daemon             dbus                dbus-1-daemon           dbus
at-spi2-core            share:dbus-1/services/org.a11y.Bus.service at-spi2-core at-spi2-core at-spi2-core       at-spi2-core
python3-gi              python:gi               python3-gobject         python-gobject      python3-gobject         py3-gobject3
gir1.2-atspi-2.0        python:gi.repository.Atspi at-spi2-core         at-spi2-core        typelib-1_0-Atspi-2_0   at-spi2-core
git                     program:git             git                     git                 git                     git
debootstrap             program:debootstrap     debootstrap             debootstrap         debootstrap             debootstrap
END
}

# camshark_column NUMBER PACKAGE...: that column of the packages' rows, each word once; what has no
# row keeps its Debian name.
camshark_column() {
    camshark_number=$1
    shift
    camshark_packages | awk -v number="$camshark_number" -v wanted="$*" '
        { name[$1] = $number }
        END {
            count = split(wanted, packages, " ")
            for (i = 1; i <= count; i++) {
                word = packages[i] in name ? name[packages[i]] : (number == 2 ? "package:" : "") packages[i]
                if (!seen[word]++) printf "%s%s", found++ ? " " : "", word
            }
        }'
}

# camshark_shows KIND:NAME: whether that is on this machine.
camshark_shows() {
    case $1 in
    program:*) command -v "${1#*:}" >/dev/null 2>&1 ;;
    module:*) pkg-config --exists "${1#*:}" 2>/dev/null ;;
    cmake:Wireshark)
        set -- "$(pkg-config --variable=libdir wireshark 2>/dev/null)"
        [ -n "${Wireshark_DIR:-}" ] || [ -e "$1/wireshark/cmake/WiresharkConfig.cmake" ] ||
            [ -e "$1/cmake/wireshark/WiresharkConfig.cmake" ]
        ;;
    header:*) echo "#include <${1#*:}>" | cc -E -x c - >/dev/null 2>&1 ;;
    python:*) python3 -c "import ${1#*:}" 2>/dev/null || /usr/bin/python3 -c "import ${1#*:}" 2>/dev/null ;;
    share:*) [ -e "/usr/share/${1#*:}" ] ;;
    font:*) fc-list 2>/dev/null | grep -q "${1#*:}" ;;
    *) return 1 ;;
    esac
}

# camshark_lacks PACKAGE: whether neither dpkg nor a look at the machine finds it. A Wireshark that somebody built has no
# package, and nobody needs root to install another one.
camshark_lacks() {
    ! camshark_is_installed "$1" && ! camshark_shows "$(camshark_column 2 "$1")"
}

# camshark_say_missing WHY PACKAGE...: what is missing, in the words of a distribution without dpkg.
camshark_say_missing() {
    say "this is missing${1:+ (needed$1)}: $(shift && camshark_column 2 "$@" | sed 's/\([a-z]*\):\([^ ]*\)/\2 (\1)/g; s/) /), /g')"
    shift
    if command -v dnf >/dev/null 2>&1; then
        say "install it with:  dnf install $(camshark_column 3 "$@")"
    elif command -v pacman >/dev/null 2>&1; then
        say "install it with:  pacman -S --needed $(camshark_column 4 "$@")"
    elif command -v zypper >/dev/null 2>&1; then
        say "install it with:  zypper install $(camshark_column 5 "$@")"
    elif command -v apk >/dev/null 2>&1; then
        say "install it with:  apk add $(camshark_column 6 "$@")"
    else
        say "these Debian packages have it; install what corresponds to them here: $*"
    fi
}

# need [--for WHY] PACKAGE...: sees to it that what these Debian packages bring is there. Where dpkg rules, what is missing
# is installed with apt, after saying so; elsewhere it is named, in the words of the distribution.
# Fails, with a sentence, where that is impossible.
need() {
    camshark_why=''
    if [ "$1" = --for ]; then
        camshark_why=" $2"
        shift 2
    fi
    camshark_missing=''
    for camshark_package in "$@"; do
        ! camshark_lacks "$camshark_package" || camshark_missing="$camshark_missing $camshark_package"
    done
    [ -n "$camshark_missing" ] || return 0
    if ! camshark_is_installed dpkg || ! command -v apt-get >/dev/null 2>&1; then
        # shellcheck disable=SC2086 # one word a package
        camshark_say_missing "$camshark_why" $camshark_missing
        return 1
    fi
    say "installing with apt${camshark_why:+ (needed$camshark_why)}:$camshark_missing"
    # A machine that never ran "apt-get update" has no candidate for anything.
    for camshark_package in $camshark_missing; do
        apt-cache policy "$camshark_package" 2>/dev/null | grep -q '^  Candidate: [^(]' && continue
        say "this machine does not know these packages yet: apt-get update"
        camshark_apt_get update || return 1
        break
    done
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
