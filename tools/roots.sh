# shellcheck shell=sh disable=SC2154 # roots, work, here and PACKAGES are the caller's
# Debian releases in folders of their own (debootstrap), and commands in them. Sourced after lib.sh, not run.
# The caller sets
#   roots      the folder that holds them
#   work       a folder for logs
#   PACKAGES   what is installed in them
#   here       the folder of the source
# A root has a name, which is that of its release unless something else is said.

MARKER=.camshark-root # written last: a root without it, or with another recipe, is not finished
DAYS_FRESH=7

recipe() {
    echo "1: $(echo "$PACKAGES" | tr -s '\n ' ' ')"
}

# keyring: prints a file with the archive keys of this machine and of the roots made already: each root was verified
# with older keys and brings newer ones, so the chain reaches releases that this machine's keyring has not heard of.
keyring() {
    for keys in /usr/share/keyrings/debian-archive-keyring.gpg "$roots"/*/usr/share/keyrings/debian-archive-keyring.gpg; do
        case $keys in
        *.new/usr/*) ;;
        *) [ -f "$keys" ] && cat "$keys" ;;
        esac
    done >"$work/keyring.gpg"
    printf '%s\n' "$work/keyring.gpg"
}

bootstrap() { # SUITE FOLDER
    script=/usr/share/debootstrap/scripts/$1
    [ -e "$script" ] || script=/usr/share/debootstrap/scripts/sid # the one for releases newer than debootstrap
    debootstrap --variant=minbase --keyring="$(keyring)" "$1" "$2" "$(debian_mirror)" "$script" || return
    # Throw-away roots need neither survive a power cut nor have anything to read. A mirror that lags behind does for
    # them too, in apt as in debootstrap: signatures are checked, their age is not.
    cat >"$2/etc/dpkg/dpkg.cfg.d/camshark" <<-END
		force-unsafe-io
		path-exclude=/usr/share/doc/*
		path-exclude=/usr/share/man/*
		path-exclude=/usr/share/locale/*
		END
    # shellcheck disable=SC2016,SC2086 # the inner shell's "$@"; one word a package
    enter "$2" sh -ec '
        echo "Acquire::Check-Valid-Until \"false\";" >/etc/apt/apt.conf.d/camshark
        apt-get -q update
        apt-get -q -o Acquire::Retries=3 -o Dpkg::Use-Pty=0 install -y --no-install-recommends "$@"
        apt-get clean
        rm -rf /var/lib/apt/lists/*' bootstrap $PACKAGES
}

make_root() { # NAME SUITE; its log goes to $work/NAME.make
    new=$roots/$1.new
    rm -rf --one-file-system "$new"
    if (bootstrap "$2" "$new") >"$work/$1.make" 2>&1 </dev/null; then
        # In an order that leaves, wherever it ends, either no root or a finished one.
        recipe >"$new/$MARKER"
        rm -rf --one-file-system "${roots:?}/$1"
        mv "$new" "$roots/$1"
    else
        rm -rf --one-file-system "$new"
        return 1
    fi
}

is_finished() { # NAME
    [ "$(cat "$roots/$1/$MARKER" 2>/dev/null)" = "$(recipe)" ]
}

is_fresh() { # NAME
    [ -z "$(find "$roots/$1/$MARKER" -mtime "+$DAYS_FRESH" 2>/dev/null)" ]
}

have_root() { # NAME [SUITE]: makes the root if need be; fails if there is none to use
    is_finished "$1" && is_fresh "$1" && return 0
    say "$1: making the root (some minutes, some hundred MB in $roots)"
    make_root "$1" "${2:-$1}" || {
        say "$1: that failed, once more"
        make_root "$1" "${2:-$1}"
    } && return 0
    say "$1: the root cannot be made. The end of the log:"
    tail -n 15 "$work/$1.make" | sed "s/^/$1: | /" >&2
    is_finished "$1" && say "$1: going on with the root of $(date -r "$roots/$1/$MARKER" +%F)"
}

# enter ROOT COMMAND...: in a chroot with its own /proc, /tmp and working devices, whose mounts last as long as the
# command, and with nothing of this machine's environment but the way to the network.
enter() {
    # shellcheck disable=SC2016 # the inner shell's variables
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 TERM=dumb DEBIAN_FRONTEND=noninteractive \
        ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} \
        ${no_proxy:+"no_proxy=$no_proxy"} \
        unshare --mount sh -ec '
            root=$1
            shift
            mount -t proc proc "$root/proc"
            mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
            for node in null zero full random urandom; do
                [ -e "$root/dev/$node" ] || : >"$root/dev/$node"
                mount --bind "/dev/$node" "$root/dev/$node"
            done
            mkdir -p "$root/dev/shm"
            mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
            exec chroot "$root" "$@"' enter "$@"
}

# use_apt_proxy: what apt on this machine goes through, roots do, too.
use_apt_proxy() {
    apt_proxy=$(apt-config shell proxy Acquire::http::Proxy)
    eval "$apt_proxy"
    http_proxy=${http_proxy:-${proxy:-}}
    export http_proxy
}

# lock_roots NAME: waits until no other process works on the roots that are locked by that name; held until this process
# ends.
lock_roots() {
    mkdir -p "$roots"
    exec 9>"$roots/$1.lock"
    flock -n 9 || {
        say "another $1 is at work in $roots: waiting for it"
        flock 9
    }
}

# source_files: in the folder of the source, prints the files of the working tree that git knows or would add, and that exist, each ended by NUL.
source_files() {
    # shellcheck disable=SC2016 # the inner shell's variables
    git -c safe.directory="$here" ls-files -z --cached --others --exclude-standard |
        xargs -0 sh -c 'for file; do [ ! -e "$file" ] || printf "%s\0" "$file"; done' source_files
}

# in_namespace WHO ARGUMENT...: runs this script ("$0") once more with these arguments, with the rights, mounts and processes
# of its own that roots need, CAMSHARK_NAMESPACE_WORK naming a folder for logs that is gone afterwards; gives its status.
in_namespace() {
    who=$1
    shift
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null 2>&1 || die "$who needs root for chroot and mounts, and there is no sudo here"
        say "$who needs root for chroot and mounts: sudo"
        exec sudo --preserve-env=CAMSHARK_CACHE,http_proxy,https_proxy,no_proxy "$0" "$@"
    fi
    need --for "to make the roots of $who" debootstrap git || exit
    unshare --mount --pid --fork true ||
        die "$who needs mount and process namespaces, which this machine (a container without privileges?) refuses"
    use_apt_proxy

    # The process that does the work is number 1 of its own process namespace: when it goes, however that happens, so do
    # all its processes and mounts.
    CAMSHARK_NAMESPACE_WORK=$(mktemp -d)
    export CAMSHARK_NAMESPACE_WORK
    setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc "$0" "$@" </dev/null &
    worker=$!
    # shellcheck disable=SC2064 # both are known now
    trap "kill -KILL $worker 2>/dev/null; rm -rf '$CAMSHARK_NAMESPACE_WORK'" EXIT
    trap 'exit 130' INT TERM HUP
    wait "$worker"
}
