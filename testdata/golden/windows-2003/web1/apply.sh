#!/bin/sh
# web1: loads nftables.nft or iptables.sh with a way back, made by rolewall, do not edit
#
# os       windows-2003
# roles    ftp-server, iis-web, member-baseline
# families ipv4
# rpc      range, dynamic endpoints on tcp 57901-57950
# digest   sha256:4b13899119ab091c3751b72b092f18ae0b11ebb5faa888652fe3cece53c921b8
#
# Apply    sh apply.sh [--confirm-within SECONDS] [nftables.nft or iptables.sh]
# Confirm  sh apply.sh confirm, over a new connection; only then the rules outlive a restart
# Back     sh apply.sh rollback; without a confirmation it happens by itself, after 60 seconds
# Undo     sh apply.sh remove
# On a console, where there is no second connection: sh apply.sh --console, and confirm there.

set -eu
PATH=$PATH:/usr/sbin:/sbin

# What an application leaves until it is confirmed or rolled back. A restart of the host forgets it, and loads what
# was made persistent before.
state=/run/rolewall
last=/run/rolewall.last
# What is loaded when the host starts.
kept=/etc/rolewall
unit=/etc/systemd/system/rolewall.service
openrc=/etc/init.d/rolewall

say() { printf 'apply.sh: %s\n' "$*" >&2; }

fail() {
	say "$*"
	exit 1
}

# The session and the connection that this process belongs to. Connections from before the rules survive them, so only
# a new one proves that the host can still be reached.
session() {
	read -r _ _ _ _ _ id _ <"/proc/$$/stat"
	printf '%s %s\n' "$id" "${SSH_CONNECTION-}"
}

# nap: not every sleep knows fractions.
nap() { sleep 0.1 2>/dev/null || sleep 1; }

# ---- What differs between the two kinds of script ----

check() {
	case $1 in
	*.nft) nft -c -f "$1" ;;
	*) sh "$1" check ;;
	esac
}

load() {
	case $1 in
	*.nft) nft -f "$1" ;;
	*) sh "$1" ;;
	esac
}

undo() {
	case $1 in
	*.nft) printf '%s\n' 'table inet rolewall' 'delete table inet rolewall' 'table inet rolewall-ftp' 'delete table inet rolewall-ftp' | nft -f - ;;
	*) sh "$1" remove ;;
	esac
}

# save SCRIPT FOLDER: the rules as they are.
save() {
	case $1 in
	*.nft) for table in rolewall rolewall-ftp; do saved_table $table; done >"$2/saved.nft" ;;
	*) sh "$1" save "$2" ;;
	esac
}

# saved_table TABLE: a script that makes the table what it is now. What the table holds is declared, emptied and filled
# again, so that no chain of it is ever missing.
saved_table() {
	if listing=$(nft -s list table inet "$1" 2>/dev/null); then
		printf '%s\nflush table inet %s\n%s\n' "$listing" "$1" "$listing"
	else
		printf 'table inet %s\ndelete table inet %s\n' "$1" "$1"
	fi
}

# go_back SCRIPT FOLDER: the rules as save found them.
go_back() {
	case $1 in
	*.nft) nft -f "$2/saved.nft" ;;
	*) sh "$1" restore "$2" ;;
	esac
}

# ---- Apply, then confirm or roll back ----

apply() {
	seconds=60 console=no script=
	while [ $# -gt 0 ]; do
		case $1 in
		--confirm-within)
			seconds=${2-}
			[ $# -lt 2 ] || shift
			;;
		--console) console=yes ;;
		-*) usage ;;
		*) script=$1 ;;
		esac
		shift
	done
	case $seconds in '' | *[!0-9]* | 0*) usage ;; esac
	[ "$(id -u)" = 0 ] || fail 'only root can load rules'
	here=$(cd "$(dirname "$0")" && pwd)
	choose "$script"
	check "$script" || fail "$script does not load on this host; nothing is changed"
	others
	mkdir -m 700 "$state" 2>/dev/null || fail 'rules that were applied before wait to be confirmed or rolled back'
	trap 'rm -rf "$state"' EXIT
	case $script in *.nft) copy=$state/nftables.nft ;; *) copy=$state/iptables.sh ;; esac
	cp "$script" "$copy"
	cp "$here/apply.sh" "$state/"
	printf '%s\n' "$copy" >"$state/script"
	session >"$state/session"
	[ $console = no ] || : >"$state/console"
	save "$copy" "$state"
	rm -f "$last"
	echo $$ >"$state/pid"
	arm "$seconds"
	trap - EXIT
	if ! load "$copy"; then
		decide && disarm && go_back "$copy" "$state" && finish 'not loaded; nothing is changed'
		exit 1
	fi
	: >"$state/loaded"
	say "the rules are loaded, and go away in $seconds seconds. Log in once more, and there:"
	say "    sh $here/apply.sh confirm"
	while [ -d "$state" ]; do nap; done
	say "$(cat "$last")"
	[ "$(cat "$last")" = confirmed ]
}

# choose SCRIPT: the script, or the only one beside this file.
choose() {
	script=$1
	if [ -z "$script" ]; then
		[ ! -e "$here/nftables.nft" ] || [ ! -e "$here/iptables.sh" ] || fail 'nftables.nft and iptables.sh are both here: which one?'
		script=$here/nftables.nft
		[ -e "$script" ] || script=$here/iptables.sh
	fi
	[ -r "$script" ] || fail "cannot read $script"
}

# others: tables of other software that filter what comes in. A packet has to pass them all.
others() {
	command -v nft >/dev/null || return 0
	nft list chains | awk '/^table/ { t = $2 " " $3 } /hook input/ && t !~ / rolewall/ { print t }' | sort -u |
		while read -r table; do
			say "warning: the table $table filters what comes in too; what it drops stays dropped"
		done
}

# arm SECONDS: the way back outlives the terminal, and where there is systemd the login too, whose end may kill all
# that was started in it.
arm() {
	if [ -d /run/systemd/system ]; then
		systemd-run --quiet --collect --unit=rolewall-rollback --on-active="$1" --timer-property=AccuracySec=100ms \
			/bin/sh "$state/apply.sh" timeout
	else
		setsid sh -c 'echo $$ >"$3"; sleep "$1"; exec sh "$2" timeout' sh "$1" "$state/apply.sh" "$state/timer" </dev/null >/dev/null 2>&1 &
		while [ ! -s "$state/timer" ]; do nap; done
	fi
}

disarm() {
	if [ -e "$state/timer" ]; then
		kill -- "-$(cat "$state/timer")" || :
	else
		systemctl stop rolewall-rollback.timer || :
	fi
}

# decide: the first to ask may confirm or roll back, and nobody after.
decide() { mkdir "$state/decided" 2>/dev/null; }

# finish RESULT: what the waiting apply says.
finish() {
	printf '%s\n' "$1" >"$last"
	rm -rf "$state"
}

confirm() {
	[ -e "$state/loaded" ] || fail 'nothing waits to be confirmed'
	if [ ! -e "$state/console" ]; then
		read -r id connection <"$state/session"
		read -r now_id now_connection <<-EOF
			$(session)
		EOF
		[ "$id" != "$now_id" ] || fail 'log in once more: this session was here before the rules'
		[ -z "$now_connection" ] || [ "$connection" != "$now_connection" ] ||
			fail 'log in once more: this connection was here before the rules'
	fi
	decide || fail 'too late: the old rules are coming back'
	disarm
	if persist "$(cat "$state/script")"; then
		finish confirmed
	else
		finish 'confirmed, but the host will start without these rules'
		fail "$(cat "$last")"
	fi
}

# rollback [timer]: the old rules come back at once, but not before the new ones are there. The timer does not stop
# itself.
rollback() {
	[ -d "$state" ] || fail 'nothing waits to be rolled back'
	while [ ! -e "$state/loaded" ] && kill -0 "$(cat "$state/pid")" 2>/dev/null; do nap; done
	decide || fail 'too late: it is decided already'
	[ "${1-}" = timer ] || disarm
	if go_back "$(cat "$state/script")" "$state"; then
		finish 'rolled back: the old rules are there again'
	else
		finish 'the old rules could not be put back'
		fail "$(cat "$last")"
	fi
}

# ---- What the host loads when it starts ----

# persist SCRIPT
persist() {
	name=$(basename "$1")
	mkdir -p "$kept" && cp "$1" "$kept/.new" && mv "$kept/.new" "$kept/$name" || return
	case $name in
	*.nft)
		rm -f "$kept/iptables.sh"
		command="$(command -v nft) -f $kept/$name"
		;;
	*)
		rm -f "$kept/nftables.nft"
		command="/bin/sh $kept/$name"
		;;
	esac
	if [ -d /run/systemd/system ]; then
		systemd_unit "$command" >"$unit" && systemctl daemon-reload && systemctl --quiet enable rolewall.service
	elif command -v rc-update >/dev/null; then
		openrc_script "$command" >"$openrc" && chmod 755 "$openrc" && rc-update add rolewall boot
	else
		say "this host has neither systemd nor OpenRC; have it run, before its network starts: $command"
		return 1
	fi
}

# systemd_unit COMMAND: after the services that may empty every table, and started again with them.
systemd_unit() {
	cat <<-EOF
		[Unit]
		Description=Host firewall made by rolewall
		DefaultDependencies=no
		Wants=network-pre.target
		Before=network-pre.target shutdown.target
		Conflicts=shutdown.target
		After=local-fs.target nftables.service iptables.service ip6tables.service netfilter-persistent.service
		PartOf=nftables.service iptables.service ip6tables.service netfilter-persistent.service

		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=$1

		[Install]
		WantedBy=sysinit.target
	EOF
}

openrc_script() {
	cat <<-EOF
		#!/sbin/openrc-run
		description="Host firewall made by rolewall"

		depend() {
			need localmount
			after nftables iptables ip6tables
			before net
		}

		start() {
			ebegin "Loading the host firewall"
			$1
			eend \$?
		}

		# Stopping leaves the rules: a host without them is open.
		stop() {
			return 0
		}
	EOF
}

# remove: neither rules of ours nor anything that would bring them back.
remove() {
	[ ! -d "$state" ] || fail 'rules wait to be confirmed or rolled back'
	here=$(cd "$(dirname "$0")" && pwd)
	script=$kept/nftables.nft
	[ -e "$script" ] || script=$kept/iptables.sh
	[ -e "$script" ] || choose "${1-}"
	undo "$script"
	if [ -e "$unit" ]; then
		systemctl --quiet disable rolewall.service
		rm -f "$unit"
		systemctl daemon-reload
	fi
	if [ -e "$openrc" ]; then
		rc-update del rolewall boot
		rm -f "$openrc"
	fi
	rm -rf "$kept"
}

usage() {
	say 'usage: sh apply.sh [--confirm-within SECONDS] [--console] [SCRIPT] | confirm | rollback | remove'
	exit 2
}

case ${1-} in
confirm | rollback) "$1" ;;
remove) "$@" ;;
timeout) rollback timer ;;
*) apply "$@" ;;
esac
