#!/bin/sh
# Collects what this host lets in and what runs on it, for `rolewall drift` and `rolewall suggest`. It only reads: it changes
# nothing, installs nothing and sends nothing.
#
# It writes a folder HOST.capture with the output of each command, and capture.json, which says how each command ended:
#   - the rules of nftables, and of iptables in its nft and its legacy form, with their counters; the sets of ipset
#   - addresses, routes and routing rules, since they decide what is for this host
#   - whether the host forwards packets
#   - listening sockets with the names of their programs and units, units that run, names and versions of packages
# It takes no environment, no process arguments, no keys and no passwords. Comments in rules are part of the rules.
#
# Run it as root, or the answers of the kernel are missing:  sh capture.sh [--dry-run] [FOLDER]
set -u
LC_ALL=C
PATH=$PATH:/usr/sbin:/sbin
export LC_ALL PATH
umask 077

dry=no
folder=
for word in "$@"; do
	case $word in
	--dry-run) dry=yes ;;
	-*)
		echo "usage: sh capture.sh [--dry-run] [FOLDER]" >&2
		exit 2
		;;
	*) folder=$word ;;
	esac
done

host=$(uname -n | tr -cd 'A-Za-z0-9._-')
[ -n "$folder" ] || folder=./${host:-host}.capture

if [ "$dry" = no ]; then
	if ! mkdir -- "$folder"; then
		echo "capture.sh: the folder must be new: $folder" >&2
		exit 2
	fi
	list=$folder/.files
	error=$folder/.stderr
	: >"$list"
fi

# text prints standard input as the inside of a JSON text: printable ASCII, 4,000 characters at most.
text() {
	tr -cd '\12\40-\176' | dd bs=4000 count=1 2>/dev/null | sed 's/\\/\\\\/g; s/"/\\"/g' | awk '{ printf "%s%s", sep, $0; sep = "\\n" }'
}

sum() {
	if command -v sha256sum >/dev/null 2>&1; then
		sha256sum <"$1" | sed 's/ .*//'
	elif command -v shasum >/dev/null 2>&1; then
		shasum -a 256 <"$1" | sed 's/ .*//'
	fi
}

# ask NAME COMMAND [ARGUMENT...] keeps what a command prints. Exit code 127 is a command that is not installed.
ask() {
	name=$1
	shift
	if [ "$dry" = yes ]; then
		printf '%s\n' "$*"
		return 0
	fi
	digest=
	if command -v "$1" >/dev/null 2>&1; then
		"$@" >"$folder/$name" 2>"$error" </dev/null
		rc=$?
		digest=$(sum "$folder/$name")
	else
		echo "$1 is not installed" >"$error"
		rc=127
	fi
	[ ! -s "$list" ] || printf ',\n' >>"$list"
	printf '    {"name": "%s", "command": "%s", "rc": %d, "stderr": "%s", "sha256": "%s"}' \
		"$name" "$(printf '%s\n' "$*" | text)" "$rc" "$(text <"$error")" "$digest" >>"$list"
}

# loaded reports whether the kernel holds tables of the legacy form; to ask for them where it holds none would load a module.
loaded() { [ -r "$1" ] && [ -n "$(cat "$1" 2>/dev/null)" ]; }

# is_nft reports whether a command of iptables speaks to nftables.
is_nft() {
	case $("$1" --version 2>/dev/null </dev/null) in
	*nf_tables*) return 0 ;;
	esac
	return 1
}

# tables asks one family for its rules, in all the forms that its commands have.
tables() { # COMMAND NAMES
	names=$2
	ask "$(basename "$names").txt" cat "$names"
	if is_nft "$1-save" || loaded "$names" || ! command -v "$1-save" >/dev/null 2>&1; then
		ask "$1-save.txt" "$1-save" -c
	fi
	if loaded "$names"; then
		ask "$1-legacy-save.txt" "$1-legacy-save" -c
	fi
	ask "$1-nft-save.txt" "$1-nft-save" -c
}

ask nft.json nft -j list ruleset
ask nft.txt nft list ruleset
tables iptables /proc/net/ip_tables_names
tables ip6tables /proc/net/ip6_tables_names
ask ipset.txt ipset save
ask ip-addr.json ip -j addr
ask ip-route.json ip -j route show table all
ask ip-6-route.json ip -6 -j route show table all
ask ip-rule.json ip -j rule
ask ip-6-rule.json ip -6 -j rule
ask sysctl.txt sysctl net.ipv4.ip_forward net.ipv6.conf.all.forwarding net.ipv6.bindv6only
ask sockets.txt ss -H -tulpne
ask units.txt systemctl list-units --type=service,socket --state=running,listening --plain --no-legend --no-pager
ask dpkg.txt dpkg-query -W -f '${Package}\t${Version}\t${db:Status-Status}\n'
ask rpm.txt rpm -qa --qf '%{NAME}\t%{VERSION}\n'

[ "$dry" = no ] || exit 0

value() { sed -n "s/^$1=//p" /etc/os-release 2>/dev/null | tr -d "\"'" | head -n 1; }
root=false
[ "$(id -u)" != 0 ] || root=true
{
	printf '{\n  "version": 1,\n  "host": "%s",\n  "os": "%s",\n  "when": "%s",\n  "root": %s,\n  "files": [\n' \
		"$host" "$({ value ID; value VERSION_ID; } | tr '\n' ' ' | sed 's/ *$//' | text)" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$root"
	cat "$list"
	printf '\n  ]\n}\n'
} >"$folder/capture.json"
rm -f "$list" "$error"
[ "$root" = true ] || echo "capture.sh: not root: the rules of the host are missing" >&2
echo "$folder"
