#!/bin/sh
# dhcp1: iptables and ip6tables script for Linux, made by rolewall, do not edit
#
# os       windows-2003
# roles    dhcp-server, member-baseline
# families ipv4
# rpc      range
# digest   sha256:65d3fd40af41ffb48186cc18f63106ed4bb69d5b0c83ffd843908f5ef2e85747
#
# Let in on every host, beside the rules below:
#   answers to what the host itself began (established, related), and loopback
#   ICMP errors: unreachable, time exceeded, parameter problem
#   echo requests (ping)
#   IGMP
#
# Apply    sh iptables.sh
# Check    sh iptables.sh check
# Undo     sh iptables.sh remove
# Needs    iptables 1.8.4 or later, with either back end
# It touches its own chains and one jump in INPUT. An accept here ends INPUT; what comes before the jump goes first.

set -eu
PATH=$PATH:/usr/sbin:/sbin
TMPDIR=/run # where some shells keep the texts below; /tmp may be full or read-only while the host starts

# Both families read this text: iptables-restore skips the lines with -6, ip6tables-restore those with -4.
rules() {
	cat <<'RULES'
*filter
:ROLEWALL-IN - [0:0]
:ROLEWALL-GOVERNED - [0:0]
-A ROLEWALL-IN -i lo -j ACCEPT
# The host does not speak IPv6
-A ROLEWALL-IN -6 -j DROP
-A ROLEWALL-IN -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
-A ROLEWALL-IN -p tcp -m conntrack --ctstate INVALID -j DROP
-A ROLEWALL-IN -p udp -m conntrack --ctstate INVALID -j DROP
# Own addresses as senders come over loopback only; link-local ones are own on their own link alone
-A ROLEWALL-IN -4 -m addrtype --src-type LOCAL --dst-type LOCAL -j DROP
-A ROLEWALL-IN -6 ! -s fe80::/10 -m addrtype --src-type LOCAL --dst-type LOCAL -j DROP
-A ROLEWALL-IN -6 -s fe80::/10 ! -d ff00::/8 -m addrtype --src-type LOCAL --limit-iface-in -j DROP

# What no host can live without
# ICMP errors and echo
-A ROLEWALL-IN -4 -p icmp -m icmp --icmp-type 3 -j ACCEPT
-A ROLEWALL-IN -4 -p icmp -m icmp --icmp-type 11 -j ACCEPT
-A ROLEWALL-IN -4 -p icmp -m icmp --icmp-type 12 -j ACCEPT
-A ROLEWALL-IN -4 -p icmp -m icmp --icmp-type 8 -j ACCEPT
# ICMPv6 errors and echo
-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 1 -j ACCEPT
-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 2 -j ACCEPT
-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 3 -j ACCEPT
-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 4 -j ACCEPT
-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 128 -j ACCEPT
# Neighbour discovery
-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m hl --hl-eq 255 -j ACCEPT
-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m hl --hl-eq 255 -j ACCEPT
-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 141 -m hl --hl-eq 255 -j ACCEPT
-A ROLEWALL-IN -6 -p ipv6-icmp -m icmp6 --icmpv6-type 142 -m hl --hl-eq 255 -j ACCEPT
# Router advertisements
-A ROLEWALL-IN -6 -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 134 -m hl --hl-eq 255 -j ACCEPT
# Multicast listener discovery
-A ROLEWALL-IN -6 -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 130 -j ACCEPT
-A ROLEWALL-IN -6 -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 131 -j ACCEPT
-A ROLEWALL-IN -6 -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 132 -j ACCEPT
-A ROLEWALL-IN -6 -s fe80::/10 -p ipv6-icmp -m icmp6 --icmpv6-type 143 -j ACCEPT
# IGMP
-A ROLEWALL-IN -4 -p 2 -j ACCEPT
# DHCPv6 answers
-A ROLEWALL-IN -6 -d fe80::/10 -p udp -m udp --sport 547 --dport 546 -j ACCEPT

# From anyone
#   udp 67           DHCP: dhcp-server (DHCPServer) [96cb5426]
-A ROLEWALL-IN -4 -p udp --dport 67 -m comment --comment "from anyone" -j ACCEPT

# From admins
#   tcp 3389         RDP: member-baseline (TermService) [9770d188]
-A ROLEWALL-IN -4 -s 10.3.0.0/24 -p tcp --dport 3389 -m comment --comment "from admins" -j ACCEPT

# Everything else
-A ROLEWALL-IN -j DROP
-X ROLEWALL-GOVERNED
RULES
}

# FTP announces its data connections on port 21; the helper named here reads them there.
ftp_rules() {
	cat <<'RULES'
*raw
:ROLEWALL-FTP - [0:0]
-A ROLEWALL-FTP -p tcp -m tcp --dport 21 -j CT --helper ftp
COMMIT
RULES
}
ftp_helper=no

# A terminal that is gone must not stop a script halfway.
say() { printf 'iptables.sh: %s\n' "$*" >&2 || :; }

families=iptables
if [ -e /proc/net/if_inet6 ]; then
	families='iptables ip6tables'
else
	say 'this kernel has no IPv6: skipping ip6tables'
fi

check() {
	for family in $families; do
		{ rules; echo COMMIT; } | "$family-restore" -w 5 --noflush --test
		[ $ftp_helper = no ] || ftp_rules | "$family-restore" -w 5 --noflush --test
	done
}

# fill FAMILY: what stands on standard input becomes the content of the chains it declares, in one transaction.
fill() { "$1-restore" -w 5 --noflush; }

# jump FAMILY TABLE FROM TO: the jump is added once, at the top, and then stays where it is.
jump() {
	"$1" -w 5 -t "$2" -C "$3" -j "$4" >/dev/null 2>&1 || "$1" -w 5 -t "$2" -I "$3" 1 -j "$4" || return
	while [ "$("$1" -w 5 -t "$2" -S "$3" | grep -cxe "-A $3 -j $4")" -gt 1 ] && merge_jumps "$@"; do :; done
}

# merge_jumps FAMILY TABLE FROM TO: scripts that ran at once may have added a jump each. Two become one in a transaction,
# so that there is never none.
merge_jumps() {
	printf '%s\n' "*$2" "-D $3 -j $4" "-D $3 -j $4" "-I $3 1 -j $4" COMMIT | fill "$1" 2>/dev/null
}

# other_chains FAMILY NAMES: what deletes the chains for sources that are none of these. All are declared first, and so emptied.
other_chains() {
	listing=$("$1" -w 5 -S) || return
	names=$(printf '%s\n' "$listing" | sed -n 's/^-N \(ROLEWALL-FROM-.*\)/\1/p' | grep -vxF -e "$2") || :
	printf '%s\n' "$names" | sed -n 's/..*/:& - [0:0]/p'
	printf '%s\n' "$names" | sed -n 's/..*/-X &/p'
}

# load_family FAMILY
load_family() {
	others=$(other_chains "$1" "$(rules | sed -n 's/^:\(ROLEWALL-FROM-[^ ]*\) .*/\1/p')") || return
	{ rules; printf '%s\n' "$others" COMMIT; } | fill "$1" && jump "$1" filter INPUT ROLEWALL-IN && set_ftp "$1" $ftp_helper
}

# warn: what a loaded script cannot mend.
warn() {
	for family in $families; do
		[ "$("$family" -w 5 -S INPUT 1)" = '-A INPUT -j ROLEWALL-IN' ] ||
			say "warning: $family has rules in INPUT before ROLEWALL-IN; what they accept is not filtered here"
	done
}

# saved FAMILY: the rules of the chains as they are. A listing that fails is not an empty one.
saved() {
	listing=$("$1" -w 5 -S) || return
	printf '%s\n' "$listing" | sed -n -e '/^-A ROLEWALL-IN /p' -e '/^-A ROLEWALL-GOVERNED /p' -e '/^-A ROLEWALL-FROM-/p'
}

# listing: the rules of both families in one form, for apply.sh to compare. Each line begins with its family.
listing() {
	for family in $families; do
		all=$("$family" -w 5 -S) || return
		has=$(has_ftp "$family") || return
		raw=
		[ "$has" = no ] || raw=$("$family" -w 5 -t raw -S) || return
		for chain in ROLEWALL-IN ROLEWALL-GOVERNED ROLEWALL-FTP; do
			printf '%s\n' "$all" "$raw" | sed -n -e "/^-A [A-Z]* -j $chain\$/s/^/$family /p" | sort -u
			printf '%s\n' "$all" "$raw" | sed -n -e "/^-A $chain /s/^/$family /p"
		done
		printf '%s\n' "$all" | sed -n -e "/^-A ROLEWALL-FROM-/s/^/$family /p" | LC_ALL=C sort -s -k 3,3
	done
}

# put_back FAMILY RULES FTP: what saved and has_ftp said.
put_back() {
	bad=0
	if [ -n "$2" ]; then refill "$1" "$2"; else remove "$1"; fi || bad=1
	set_ftp "$1" "$3" || bad=1
	return $bad
}

# refill FAMILY RULES
refill() {
	names=$(printf '%s\n' "$2" | tr ' ' '\n' | sed -n '/^ROLEWALL-FROM-/p' | sort -u)
	others=$(other_chains "$1" "$names") || return
	{
		printf '%s\n' '*filter' ':ROLEWALL-IN - [0:0]' ':ROLEWALL-GOVERNED - [0:0]'
		printf '%s\n' "$names" | sed -n 's/..*/:& - [0:0]/p'
		printf '%s\n' "$2"
		case $2 in *'-A ROLEWALL-GOVERNED '*) ;; *) echo '-X ROLEWALL-GOVERNED' ;; esac
		printf '%s\n' "$others" COMMIT
	} | fill "$1" && jump "$1" filter INPUT ROLEWALL-IN
}

# remove FAMILY: no chain and no jump of ours is left. Declaring a chain first makes it safe to delete.
remove() {
	while "$1" -w 5 -D INPUT -j ROLEWALL-IN >/dev/null 2>&1; do :; done
	others=$(other_chains "$1" '') || return
	printf '%s\n' '*filter' ':ROLEWALL-IN - [0:0]' ':ROLEWALL-GOVERNED - [0:0]' '-X ROLEWALL-IN' '-X ROLEWALL-GOVERNED' "$others" COMMIT | fill "$1"
}

# has_ftp FAMILY: yes or no. To ask the legacy back end for a table is to make it, so it is asked only for one it has.
has_ftp() {
	case $("$1" -V) in
	*nf_tables*) ;;
	*) grep -qx raw "/proc/net/${1%tables}_tables_names" 2>/dev/null || { echo no; return; } ;;
	esac
	listing=$("$1" -w 5 -t raw -S) || return
	if printf '%s\n' "$listing" | grep -qx -e '-N ROLEWALL-FTP'; then echo yes; else echo no; fi
}

# set_ftp FAMILY yes|no
set_ftp() {
	if [ "$2" = yes ]; then
		ftp_rules | fill "$1" && jump "$1" raw PREROUTING ROLEWALL-FTP
		return
	fi
	has=$(has_ftp "$1") || return
	if [ "$has" = yes ]; then
		while "$1" -w 5 -t raw -D PREROUTING -j ROLEWALL-FTP >/dev/null 2>&1; do :; done
		printf '%s\n' '*raw' ':ROLEWALL-FTP - [0:0]' '-X ROLEWALL-FTP' COMMIT | fill "$1"
	fi
}

# save FOLDER, restore FOLDER: what the chains hold, for apply.sh to come back to.
save() {
	for family in $families; do
		saved "$family" >"$1/$family"
		has_ftp "$family" >"$1/$family.ftp"
	done
}

restore() {
	result=0
	for family in $families; do
		chains=$(cat "$1/$family") && ftp=$(cat "$1/$family.ftp") && put_back "$family" "$chains" "$ftp" || result=1
	done
	return $result
}

# remember, return_all: the same, in variables. When the host starts there may be no place for files.
remember() {
	for family in $families; do
		chains=$(saved "$family") || return
		ftp=$(has_ftp "$family") || return
		eval "chains_$family=\$chains ftp_$family=\$ftp"
	done
}

return_all() {
	result=0
	for family in $families; do
		eval "put_back $family \"\$chains_$family\" \$ftp_$family" || result=1
	done
	return $result
}

# load: both families or neither. A lost terminal does not stop it halfway.
load() {
	check
	trap '' HUP INT TERM PIPE
	if ! remember; then
		say 'cannot list the rules that are there; nothing is changed'
		exit 1
	fi
	for family in $families; do
		if ! load_family "$family"; then
			say "$family failed: putting back the rules that were there"
			return_all || say 'putting back failed too'
			exit 1
		fi
	done
	warn
}

case ${1-load} in
load | check | listing) "${1-load}" ;;
save | restore) "$1" "${2:?which folder}" ;;
remove)
	result=0
	for family in $families; do
		remove "$family" || result=1
		set_ftp "$family" no || result=1
	done
	exit $result
	;;
*)
	say 'usage: sh iptables.sh [check|remove]'
	exit 2
	;;
esac
