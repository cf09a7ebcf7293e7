#!/bin/sh
# bastion: loads nftables.nft or iptables.sh with a way back, made by rolewall, do not edit
#
# os       linux
# roles    ssh-managed
# families ipv4, ipv6
# rpc      dynamic
# digest   sha256:9a72c6efd2c04a64f065858ee86f85b73796bdbc6b02f90f849e7e3fbb95f7f3
#
# Apply    sh apply.sh [--confirm-within SECONDS] [nftables.nft or iptables.sh]
# Check    sh apply.sh check [nftables.nft or iptables.sh]: whether this host can load it; nothing is changed
# Confirm  sh apply.sh confirm, over a new connection; only then the rules outlive a restart
# Back     sh apply.sh rollback; without a confirmation it happens by itself, after 60 seconds
# Status   sh apply.sh status: whether the rules in force are those that were confirmed; 0 if so, else 1 or 3
# Undo     sh apply.sh remove
# Needs    nft 0.9.3 or iptables 1.8.4, or later
# On a console, where there is no second connection: sh apply.sh --console, and confirm there.

set -eu
PATH=$PATH:/usr/sbin:/sbin
TMPDIR=/run # where some shells keep the texts below

# What an application leaves until it is confirmed or rolled back. A restart of the host forgets it, and loads what
# was made persistent before.
state=/run/rolewall
last=/run/rolewall.last
# What is loaded when the host starts, and this script, for status.
kept=/etc/rolewall
unit=/etc/systemd/system/rolewall.service
openrc=/etc/init.d/rolewall
# Services that may empty every table when they start, reload or stop. Each gets a drop-in that loads what is kept.
flushing='nftables.service netfilter-persistent.service iptables.service ip6tables.service'

# A terminal that is gone must not stop a script halfway.
say() { printf 'apply.sh: %s\n' "$*" >&2 || :; }

fail() {
	say "$*"
	exit 1
}

only_root() { [ "$(id -u)" = 0 ] || fail 'only root can load rules, confirm them or take them back'; }

# put FILE: standard input becomes its content, or the file stays as it was: a disk may be full.
put() {
	if mkdir -p "$(dirname "$1")" && cat >"$1.new" && mv "$1.new" "$1"; then return; fi
	rm -f "$1.new"
	return 1
}

# quoted TEXT: so that a command with it can be copied into a shell.
quoted() {
	case $1 in
	*[!A-Za-z0-9_./-]*) printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")" ;;
	*) printf '%s' "$1" ;;
	esac
}

# connection: what sshd told the login that this process comes from; nothing where there is none. Programs such as sudo
# and su forget it, but the processes that began them do not.
connection() {
	pid=$$
	while [ "$pid" -gt 1 ]; do
		told=$(tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ" | sed -n '/^SSH_CONNECTION=/{s///p;q;}')
		if [ -n "$told" ]; then
			printf '%s\n' "$told"
			return
		fi
		stat=$(cat "/proc/$pid/stat") || return 0
		set -- ${stat##*) }
		pid=$2
	done
}

# established: the ports of all TCP connections that there are, this host's first. Connections from before the rules
# survive them, so only a new one proves that the host can still be reached.
established() {
	awk '$4 == "01" { sub(/.*:/, "", $2); sub(/.*:/, "", $3); print $2, $3 }' /proc/net/tcp /proc/net/tcp6 2>/dev/null || :
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

load_script() {
	case $1 in
	*.nft) nft -f "$1" && { clean_up || :; } ;;
	*) sh "$1" ;;
	esac
}

# clean_up: what a script cannot delete, for want of names: chains of an earlier version, which it has emptied. One that a
# rule leads to is not deleted.
clean_up() {
	nft -s list table inet rolewall | awk '
		empty != "" && /^\t[}]$/ { print empty }
		{ empty = /^\tchain .* [{]$/ ? $2 : "" }' |
		while read -r chain; do nft delete chain inet rolewall "$chain" 2>/dev/null || :; done
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
	*.nft) saved_table rolewall >"$2/saved.nft" && saved_table rolewall-ftp >>"$2/saved.nft" && nft -c -f "$2/saved.nft" ;;
	*) sh "$1" save "$2" ;;
	esac
}

# saved_table TABLE: a script that makes the table what it is now. What the table holds is declared, emptied and filled
# again, so that no chain of it is ever missing. A listing that fails is no sign that there was nothing. Without
# /etc/protocols nft lists a helper's protocol as a number, which it does not read.
saved_table() {
	tables=$(nft list tables) || return
	if printf '%s\n' "$tables" | grep -qx "table inet $1"; then
		listing=$(nft -s list table inet "$1") || return
		listing=$(printf '%s\n' "$listing" | sed 's/^\(\t*type "ftp" protocol\) 6$/\1 tcp/')
		printf '%s\nflush table inet %s\n%s\n' "$listing" "$1" "$listing"
	else
		printf 'table inet %s\ndelete table inet %s\n' "$1" "$1"
	fi
}

# go_back SCRIPT FOLDER: the rules as save found them.
go_back() {
	case $1 in
	*.nft) nft -f "$2/saved.nft" && { clean_up 2>/dev/null || :; } ;;
	*) sh "$1" restore "$2" ;;
	esac
}

# ---- What is in force ----

# listing SCRIPT: all rules of ours, of the script's kind, in one form that does not depend on what was loaded before.
listing() {
	case $1 in
	*.nft) nft_listing ;;
	*) sh "$1" listing ;;
	esac
}

# nft_listing: a chain is a line, and empty chains are left out: an earlier version may have made them. A set of one element is
# written without braces: nft lists it with them after a load of the script, and without them after a load of its own listing.
nft_listing() {
	tables=$(nft list tables) || return
	for table in rolewall rolewall-ftp; do
		printf '%s\n' "$tables" | grep -qx "table inet $table" || continue
		text=$(nft -s list table inet "$table") || return
		printf '%s\n' "$text" | sed '/ vmap {/!s/{ \([^{},]*\) }/\1/g' | awk -v table="$table" '
			/^\t[^\t].*[{]$/ { block = $0; filled = 0; inside = 1; next }
			/^\t[}]$/ { if (filled) print table block; inside = 0; next }
			inside { block = block $0; filled = 1; next }
			{ print table " " $0 }' | LC_ALL=C sort
	done
}

# expected SCRIPT [LISTING]: the listing that the script makes. It is loaded in a network namespace of its own, with the
# programs of today. Where this host makes no namespaces it is the listing that was taken after a load.
expected() {
	text=$(unshare -n sh "$here/apply.sh" listed "$1" 2>/dev/null) || text=
	if [ -n "$text" ]; then
		printf '%s\n' "$text"
	else
		[ -s "${2-}" ] && cat "$2"
	fi
}

# listed SCRIPT: what runs in that namespace.
listed() { load_script "$1" && listing "$1"; }

# in_force SCRIPT LISTING: whether the rules are those of the listing.
in_force() { [ -s "$2" ] && now=$(listing "$1") && [ "$now" = "$(cat "$2")" ]; }

# status: whether the rules in force are those that were confirmed. It ends with 0 when they are, with 1 when they are not,
# and with 3 when this cannot be told.
status() {
	only_root
	here=$(CDPATH= cd "$(dirname "$0")" && pwd)
	[ ! -d "$state" ] || fail 'other rules are on trial: they wait to be confirmed or rolled back'
	set --
	for name in nftables.nft iptables.sh; do [ ! -e "$kept/$name" ] || set -- "$@" "$kept/$name"; done
	[ $# = 1 ] || fail "$# scripts are confirmed in $kept; there must be one"
	neighbour=$(removes_iptables "$1")
	[ -z "$neighbour" ] || say "warning: $neighbour"
	want=$(expected "$1" "$kept/listing") && now=$(listing "$1") || unknown "$1"
	if [ "$now" != "$want" ]; then
		difference='other rules are in force'
		[ -n "$now" ] || difference='they are gone'
		fail "the rules of $1 are NOT in force: $difference; to load them: $(load_command "$1")"
	fi
	earlier=$(accepted_earlier "$1")
	[ -z "$earlier" ] || fail "the rules of $1 are in force, but what stands before them accepts packets: $earlier"
	[ ! -d /run/systemd/system ] || systemctl --quiet is-enabled rolewall.service ||
		fail "the rules of $1 are in force, but the host will start without them: systemctl enable rolewall.service"
	say "the rules of $1 are in force"
}

unknown() {
	say "cannot tell whether the rules of $1 are in force: they cannot be listed, or not be tried in a namespace (unshare -n)"
	exit 3
}

# accepted_earlier SCRIPT: rules that somebody put before the jump of iptables.sh.
accepted_earlier() {
	case $1 in *.nft) return 0 ;; esac
	for tool in iptables ip6tables; do
		"$tool" -w 5 -S INPUT 2>/dev/null | sed -n -e '/^-A INPUT -j ROLEWALL-IN$/q' -e "/ -j ACCEPT/s/^-A/$tool -A/p"
	done
}

# removes_iptables SCRIPT: the neighbour that takes iptables.sh's rules away when it starts, reloads or stops. It leaves
# tables of nft alone.
removes_iptables() {
	case $1 in *.nft) return 0 ;; esac
	if firewalld; then
		echo 'firewalld is active or starts with the host, and removes rules of iptables when it starts, reloads and stops'
	elif word /etc/default/ufw MANAGE_BUILTINS && word /etc/ufw/ufw.conf ENABLED; then
		echo 'ufw is enabled with MANAGE_BUILTINS=yes, and removes rules of iptables when it starts, reloads and stops'
	fi
}

firewalld() {
	if [ -d /run/systemd/system ]; then
		systemctl --quiet is-active firewalld.service || systemctl --quiet is-enabled firewalld.service 2>/dev/null
	else
		command -v firewall-cmd >/dev/null && firewall-cmd --state >/dev/null 2>&1
	fi
}

# word FILE KEY: whether ufw's file says yes.
word() { grep -qi "^[[:space:]]*$2=[\"']*yes" "$1" 2>/dev/null; }

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
	only_root
	here=$(CDPATH= cd "$(dirname "$0")" && pwd)
	choose "$script"
	command -v awk >/dev/null || fail 'this host has no awk, which tells old connections from new ones; nothing is changed'
	command -v setsid >/dev/null || fail 'this host has no setsid (util-linux, busybox), which the way back needs; nothing is changed'
	fits
	from=$(connection)
	[ $console = yes ] || [ -n "$from" ] ||
		say 'warning: no SSH login leads here. It takes a new one to confirm; on a console say --console instead'
	case $script in *.nft) copy=$state/nftables.nft ;; *) copy=$state/iptables.sh ;; esac
	others
	interfaces
	tracking
	prepare
	load || not_loaded
	say "the rules are loaded, and go away in $seconds seconds. Log in once more, and there:"
	say "    sh $(quoted "$here/apply.sh") confirm"
	await
	say "$(cat "$last")"
	[ "$(cat "$last")" = confirmed ]
}

# not_loaded: the way back is taken at once, unless a rollback has done so.
not_loaded() {
	if decide; then
		put_back || stuck 'not loaded, and the old rules could not be put back'
		disarm
		finish 'not loaded; nothing is changed'
	fi
	trap - HUP INT TERM PIPE
	await
	fail "$(cat "$last")"
}

# await: until somebody has confirmed, or the old rules are back.
await() { while [ -d "$state" ] && [ ! -e "$state/stuck" ]; do nap; done; }

# prepare: all that the way back needs. An end before the load leaves nothing of it.
prepare() {
	mkdir -m 700 "$state" 2>/dev/null || fail 'rules that were applied before wait to be confirmed or rolled back'
	armed=no
	trap give_up EXIT
	trap 'exit 1' HUP INT TERM
	rm -f "$last"
	cp "$script" "$copy"
	cp "$here/apply.sh" "$state/"
	printf '%s\n' "$copy" >"$state/script"
	printf '%s\n' "$from" >"$state/from"
	[ $console = no ] || : >"$state/console"
	expected "$script" >"$state/expected" || :
	save "$copy" "$state" || fail 'cannot save the rules that are there; nothing is changed'
	echo $$ >"$state/pid"
	armed=yes
	arm "$seconds"
	trap - EXIT HUP INT TERM
}

give_up() {
	[ $armed = no ] || disarm 2>/dev/null
	rm -rf "$state"
}

# load: in a session of its own, which a lost terminal does not end and a rollback can.
load() {
	setsid sh "$state/apply.sh" load &
	echo $! >"$state/loader"
	wait $!
}

# loaded: what runs there.
loaded() {
	script=$(cat "$state/script")
	load_script "$script" && established >"$state/connections" || return
	[ -s "$state/expected" ] || listing "$script" >"$state/expected" || return
	if ! in_force "$script" "$state/expected"; then
		say 'the script was loaded, but other rules are in force'
		return 1
	fi
	: >"$state/loaded"
}

# only_check SCRIPT: what apply looks at before it changes anything.
only_check() {
	only_root
	here=$(CDPATH= cd "$(dirname "$0")" && pwd)
	choose "$1"
	fits
	say "$script loads on this host; nothing is changed"
}

# fits: the host can load the script, and nothing takes its rules away again.
fits() {
	old=$(too_old "$script")
	[ -z "$old" ] || fail "$old; nothing is changed"
	neighbour=$(removes_iptables "$script")
	[ -z "$neighbour" ] || fail "$neighbour; use the target nftables, which it leaves alone, or take it down for good; nothing is changed"
	check "$script" || fail "$script does not load on this host; nothing is changed"
}

# too_old SCRIPT: says so where what loads the script is older than the oldest that it is tested with. A program that does not
# say its version is left to check.
too_old() {
	case $1 in
	*.nft) tool=nft oldest=0.9.3 ;;
	*) tool=iptables oldest=1.8.4 ;;
	esac
	version=$("$tool" --version 2>/dev/null | sed -n 's/^[a-z]* v\([0-9][0-9.]*\).*/\1/p')
	first=$(printf '%s\n' "${version:-$oldest}" "$oldest" | sort -t . -k 1,1n -k 2,2n -k 3,3n | head -n 1)
	[ "$first" = "$oldest" ] || echo "$tool $version is older than $oldest, the oldest that the scripts are made for"
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

# others: rules of other software that filter what comes in. A packet has to pass them all.
others() {
	{
		nft_tables
		legacy_table iptables /proc/net/ip_tables_names
		legacy_table ip6tables /proc/net/ip6_tables_names
	} | while read -r what; do
		say "warning: $what filters what comes in too; what it drops stays dropped"
	done
}

nft_tables() {
	command -v nft >/dev/null || return 0
	nft list chains | awk '/^table/ { t = $2 " " $3 } /hook input/ && t !~ / rolewall-ftp/ { print t }' | sort -u |
		while read -r family table; do
			case "$family $table" in
			'inet rolewall') of=nftables.nft ;;
			'ip filter' | 'ip6 filter') of=$(rules_in_INPUT "$family") ;;
			*) of=others ;;
			esac
			case $of in
			none | "${copy##*/}") ;;
			others) echo "the table $family $table" ;;
			*) echo "the table $family $table of $of$([ ! -e "$kept/$of" ] || echo ', until these rules are confirmed,')" ;;
			esac
		done
}

# rules_in_INPUT FAMILY: whose rules filter there: none, iptables.sh, or others.
rules_in_INPUT() {
	listing=$(nft -s list chain "$1" filter INPUT 2>/dev/null) || { echo others; return; }
	rules=$(printf '%s\n' "$listing" | sed -e '/^#/d' -e '/^table /d' -e '/^[[:space:]]*chain /d' -e '/policy accept;$/d' -e '/^[[:space:]]*}$/d')
	case $rules in
	'') echo none ;;
	'		counter jump ROLEWALL-IN') echo iptables.sh ;;
	*) echo others ;;
	esac
}

# legacy_table TOOL FILE: the legacy back end is a firewall of its own. To ask it for a table is to make it.
legacy_table() {
	grep -qx filter "$2" 2>/dev/null || return 0
	tool=$(command -v "$1-legacy" || command -v "$1") || return 0
	case $("$tool" -V) in *nf_tables*) return 0 ;; esac
	rest=$("$tool" -w 5 -S INPUT | grep -vxe '-P INPUT ACCEPT') || :
	case $rest:${copy##*/} in :* | '-A INPUT -j ROLEWALL-IN:iptables.sh') ;; *) echo "the table filter of $tool" ;; esac
}

# tracking: connections of this host's own from before are known as answers only when it sends.
tracking() {
	[ "$(cat /proc/sys/net/netfilter/nf_conntrack_count 2>/dev/null || echo 0)" != 0 ] ||
		say 'connection tracking begins now: on connections that this host began, it hears nothing more until it sends'
}

# interfaces: a name that no interface has governs nothing, which a slip of the pen looks like. iptables.sh says so itself.
interfaces() {
	case $script in *.nft) ;; *) return 0 ;; esac
}

# arm SECONDS: the way back outlives the terminal, and where there is systemd the login too, whose end may kill all
# that was started in it.
arm() {
	if [ -d /run/systemd/system ]; then
		systemd-run --quiet --collect --unit=rolewall-rollback --on-active="$1" --timer-property=AccuracySec=100ms \
			/bin/sh "$state/apply.sh" timeout $$
	else
		setsid sh -c 'echo $$ >"$3"; sleep "$1"; exec sh "$2" timeout "$4"' sh "$1" "$state/apply.sh" "$state/timer" $$ </dev/null >/dev/null 2>&1 &
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

# decide: the first to ask may confirm or roll back, and nobody after, unless the first has died over it. From here on no
# signal stops this halfway.
decide() {
	trap '' HUP INT TERM PIPE
	if ! mkdir "$state/decided" 2>/dev/null; then
		[ -s "$state/decided/pid" ] || nap
		! kill -0 "$(cat "$state/decided/pid" 2>/dev/null)" 2>/dev/null || return
		rm -rf "$state/decided"
		mkdir "$state/decided" 2>/dev/null || return
	fi
	echo $$ >"$state/decided/pid"
}

# finish RESULT: what the waiting apply says.
finish() {
	# A full disk has room again without what was saved.
	printf '%s\n' "$1" >"$last" || { rm -f "$state"/saved.nft "$state"/ip*tables* && printf '%s\n' "$1" >"$last"; } || :
	rm -rf "$state"
}

# stuck RESULT: the same, and what was saved stays for another try.
stuck() {
	printf '%s; to try again: sh %s rollback\n' "$1" "$state/apply.sh" >"$last"
	: >"$state/stuck"
	rm -rf "$state/decided"
	fail "$(cat "$last")"
}

# put_back: a lock that is held or a disk that is full may be so for a while.
put_back() {
	tries=12
	until go_back "$(cat "$state/script")" "$state"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return
		sleep 5
	done
}

confirm() {
	only_root
	[ -e "$state/loaded" ] || fail 'nothing waits to be confirmed'
	[ -e "$state/console" ] || new_login "$(connection)"
	script=$(cat "$state/script")
	in_force "$script" "$state/expected" ||
		fail 'the rules in force are not those that were applied: something loaded others since. Nothing is confirmed. Roll back, and apply again'
	decide || fail 'too late: it is decided already'
	disarm
	trouble='the host will start without these rules'
	if persist "$script" && { in_force "$script" "$state/expected" || { trouble='other rules are in force now'; false; }; }; then
		finish confirmed
	else
		finish "confirmed, but $trouble"
		fail "$(cat "$last")"
	fi
}

# new_login CONNECTION: whether it began after the rules were loaded.
new_login() {
	case $1 in '' | UNKNOWN*) fail 'no SSH login leads here, so this proves nothing; where there is no SSH, apply with --console' ;; esac
	[ "$1" != "$(cat "$state/from")" ] || fail 'log in once more: this connection was here before the rules'
	set -- $1
	case $1 in 127.* | ::1 | "$3") fail 'this login comes from the host itself, which proves nothing; log in from elsewhere' ;; esac
	ports=$(printf '%04X %04X' "$4" "$2") || fail "no connection: $*"
	! grep -qxF "$ports" "$state/connections" || fail 'log in once more: this connection was here before the rules'
	established | grep -qxF "$ports" || fail 'log in once more: the connection of this login is over'
}

# rollback [timer PID]: the old rules come back at once, but not before the new ones are there, unless those hang. The
# timer does not stop itself, and acts for the application that armed it alone.
rollback() {
	only_root
	[ -d "$state" ] || fail 'nothing waits to be rolled back'
	[ "${1-}" != timer ] || [ "$2" = "$(cat "$state/pid")" ] || exit 0
	deadline=$(($(date +%s) + 30))
	while loading; do
		[ "$(date +%s)" -lt $deadline ] || break
		nap
	done
	decide || fail 'too late: it is decided already'
	! loading || stop_loading
	rm -f "$state/stuck"
	put_back || stuck 'the old rules could not be put back'
	[ "${1-}" = timer ] || disarm
	finish 'rolled back: the old rules are there again'
}

# loading: the new rules are neither there nor given up.
loading() {
	[ ! -e "$state/loaded" ] && kill -0 "$(cat "$state/loader" "$state/pid" 2>/dev/null | head -n 1)" 2>/dev/null
}

# stop_loading: what hangs must not load its rules later, when nothing takes them back.
stop_loading() {
	say 'the new rules have not been loaded in 30 seconds: stopping that'
	if [ -e "$state/loader" ]; then
		kill -9 "-$(cat "$state/loader")" || : # dash knows no other words for a group
	else
		kill -9 "$(cat "$state/pid")" || :
	fi
	nap
}

# ---- What the host loads when it starts ----

# persist SCRIPT: it alone is loaded when the host starts, and what an application of the other kind left goes.
persist() {
	name=$(basename "$1")
	[ ! -e "$kept/$name" ] || trouble='the host will start with the rules that were confirmed before'
	put "$kept/listing" <"$state/expected" && put "$kept/apply.sh" <"$state/apply.sh" && put "$kept/$name" <"$1" || return
	trouble='the host will start without these rules'
	case $name in *.nft) other=iptables.sh ;; *) other=nftables.nft ;; esac
	starts=yes
	at_start "$(load_command "$kept/$name")" || starts=no
	if [ -e "$kept/$other" ] && ! { undo "$kept/$other" && rm -f "$kept/$other"; }; then
		still="the rules of $kept/$other are still in force"
		case $starts in yes) trouble=$still ;; *) trouble="$trouble, and $still" ;; esac
		return 1
	fi
	[ $starts = yes ]
}

# load_command SCRIPT: what loads it, for units and for people.
load_command() {
	case $1 in
	*.nft) echo "$(command -v nft) -f $1" ;;
	*) echo "/bin/sh $1" ;;
	esac
}

# at_start COMMAND: the unit is enabled anew, without the links of an earlier version, and started, so that systemctl shows
# it as active.
at_start() {
	if [ -d /run/systemd/system ]; then
		systemd_unit "$1" | put "$unit" && drop_ins "$1" && systemctl daemon-reload &&
			systemctl --quiet reenable rolewall.service && systemctl start rolewall.service
	elif command -v rc-update >/dev/null; then
		openrc_script "$1" | put "$openrc" && chmod 755 "$openrc" && rc-update add rolewall boot
	else
		say "this host has neither systemd nor OpenRC; have it run, before its network starts and in place of any other of ours: $1"
		return 1
	fi
}

# systemd_unit COMMAND: after the services that may empty every table.
systemd_unit() {
	cat <<-EOF
		[Unit]
		Description=Host firewall made by rolewall
		DefaultDependencies=no
		Wants=network-pre.target
		Before=network-pre.target shutdown.target
		Conflicts=shutdown.target
		After=local-fs.target $flushing

		[Service]
		Type=oneshot
		RemainAfterExit=yes
		ExecStart=$1
		ExecReload=$1

		[Install]
		WantedBy=sysinit.target
	EOF
}

# drop_ins COMMAND: whatever such a service does to the tables, the rules are back before systemctl returns. The services
# need not be there yet. netfilter-persistent knows no reload; with a command of ours it would, and load nothing of its own.
drop_ins() {
	for service in $flushing; do
		set -- "$1" "ExecReload=$1"
		[ "$service" != netfilter-persistent.service ] || set -- "$1"
		printf '%s\n' '# rolewall: this service may empty every table' '[Service]' "ExecStartPost=$1" "ExecStopPost=$1" ${2+"$2"} |
			put "/etc/systemd/system/$service.d/rolewall.conf" || return
	done
}

remove_drop_ins() {
	for service in $flushing; do
		rm -f "/etc/systemd/system/$service.d/rolewall.conf" || return
		rmdir "/etc/systemd/system/$service.d" 2>/dev/null || :
	done
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

# remove [SCRIPT]: neither rules of ours nor anything that would bring them back.
remove() {
	only_root
	[ ! -d "$state" ] || fail 'rules wait to be confirmed or rolled back'
	here=$(CDPATH= cd "$(dirname "$0")" && pwd)
	script=$kept/iptables.sh
	[ -e "$script" ] || [ -e "$kept/nftables.nft" ] || script=${1:-$here/iptables.sh}
	result=0
	if [ -e "$script" ] && command -v iptables >/dev/null; then
		undo "$script" || result=1
	elif [ -e "$kept/iptables.sh" ]; then
		say 'iptables is not here any more, so its rules cannot be taken away'
		result=1
	fi
	! command -v nft >/dev/null || undo nftables.nft || result=1
	remove_drop_ins || result=1
	if [ -e "$unit" ]; then
		systemctl --quiet disable --now rolewall.service || result=1
		rm -f "$unit"
		systemctl daemon-reload || result=1
	fi
	if [ -e "$openrc" ]; then
		rc-update del rolewall boot || result=1
		rm -f "$openrc"
	fi
	rm -rf "$kept"
	[ $result = 0 ] || fail 'not all could be taken away'
}

usage() {
	say 'usage: sh apply.sh [--confirm-within SECONDS] [--console] [SCRIPT] | check [SCRIPT] | confirm | rollback | status | remove'
	exit 2
}

case ${1-} in
confirm | rollback | status) "$1" ;;
check) only_check "${2-}" ;;
remove | listed) "$@" ;;
load) loaded ;;
timeout) rollback timer "${2-}" ;;
*) apply "$@" ;;
esac
