#!/bin/sh
# Copies the plugins and the profile into your personal folders of Wireshark, or takes them out again.
# SPDX-License-Identifier: GPL-2.0-or-later
#
#   ./install.sh [--uninstall]
set -eu

cd "$(dirname "$0")"
version=$(echo [0-9]*[.-][0-9]*)
if [ "$(id -u)" = 0 ]; then
    echo "Wireshark ignores root's personal plugin folder: do this as the user who runs Wireshark." >&2
    exit 1
fi

# folder NAME: the one that Wireshark calls so; empty if it has none.
folder() {
    tshark -G folders 2>/dev/null | sed -n "s/^$1:[[:space:]]*//p"
}

plugins=$(folder 'Personal Plugins')
config=$(folder 'Personal configuration')
if [ -z "$plugins" ]; then
    plugins=$HOME/.local/lib/wireshark/plugins/$version
    config=${XDG_CONFIG_HOME:-$HOME/.config}/wireshark
    echo "There is no tshark to ask for its folders; Wireshark $version looks into $plugins." >&2
fi
if [ "$(basename "$plugins")" != "$version" ]; then
    echo "These plugins are for Wireshark $version, but the tshark that is installed looks into $plugins." >&2
    exit 1
fi

if [ "${1:-}" = --uninstall ]; then
    rm -f "$plugins/epan/newcamd.so" "$plugins/epan/baichuan.so"
    echo "removed from $plugins/epan; the profile in $config stays, since your keys may be in it"
    exit
fi
mkdir -p "$plugins/epan" "$config/profiles"
cp "$version"/epan/*.so "$plugins/epan/"
[ -e "$config/profiles/camshark" ] || cp -R profiles/camshark "$config/profiles/"
echo "installed in $plugins/epan, with the profile camshark. Start Wireshark again to use them."
