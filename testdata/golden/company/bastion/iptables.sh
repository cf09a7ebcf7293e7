#!/bin/sh
# bastion: iptables and ip6tables script for Linux, made by rolewall, do not edit
#
# os       linux
# roles    ssh-managed
# families ipv4, ipv6
# rpc      dynamic, dynamic endpoints on tcp 49152-65535
# digest   sha256:01ee29d7647b15a81860f1ab09922028e3a83585336175e2fc8d7dabe1a1f38f
#
# Let in on every host, beside the rules below:
#   answers to what the host itself began (established, related), and loopback
#   ICMP errors: unreachable, time exceeded, parameter problem
#   ICMPv6 errors: unreachable, packet too big, time exceeded, parameter problem
#   echo requests (ping), IPv4 and IPv6
#   IPv6 neighbour discovery; router advertisements from link-local senders
#   IGMP, and IPv6 multicast listener discovery from link-local senders
#   DHCPv6 answers: udp 546 from link-local senders, port 547
#
# Apply    sh iptables.sh
# Check    sh iptables.sh check
# Undo     sh iptables.sh remove
# It touches its own chains and one jump in INPUT. An accept here ends INPUT; what comes before the jump goes first.

set -eu
PATH=$PATH:/usr/sbin:/sbin

# Both families read this text: iptables-restore skips the lines with -6, ip6tables-restore those with -4.
rules() {
	cat <<'RULES'
*filter
:ROLEWALL-IN - [0:0]
:ROLEWALL-GOVERNED - [0:0]
-A ROLEWALL-IN -i lo -j ACCEPT
-A ROLEWALL-IN -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
-A ROLEWALL-IN -p tcp -m conntrack --ctstate INVALID -j DROP
-A ROLEWALL-IN -p udp -m conntrack --ctstate INVALID -j DROP
# Own addresses as senders come over loopback only
-A ROLEWALL-IN -m addrtype --src-type LOCAL -j DROP

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
-A ROLEWALL-IN -6 -s fe80::/10 -p udp -m udp --sport 547 --dport 546 -j ACCEPT

# From admins
#   tcp 22           SSH: ssh-managed (ssh) [cec5ce74]
-A ROLEWALL-IN -4 -s 10.3.0.0/24 -p tcp --dport 22 -m comment --comment "from admins" -j ACCEPT
-A ROLEWALL-IN -6 -s fd00:3::/64 -p tcp --dport 22 -m comment --comment "from admins" -j ACCEPT

# Everything else
-A ROLEWALL-IN -j DROP
-X ROLEWALL-GOVERNED
COMMIT
RULES
}

say() { printf 'iptables.sh: %s\n' "$*" >&2; }

families=iptables
if [ -e /proc/net/if_inet6 ]; then
	families='iptables ip6tables'
else
	say 'this kernel has no IPv6: skipping ip6tables'
fi

check() {
	for family in $families; do
		rules | "$family-restore" -w 5 --noflush --test
	done
}

# fill FAMILY: what stands on standard input becomes the content of the chains, in one transaction.
fill() { "$1-restore" -w 5 --noflush; }

# jump FAMILY: INPUT goes through the chain. The jump is added once, at the top, and then stays where it is.
jump() {
	"$1" -w 5 -C INPUT -j ROLEWALL-IN 2>/dev/null || "$1" -w 5 -I INPUT 1 -j ROLEWALL-IN || return
	[ "$("$1" -w 5 -S INPUT 1)" = '-A INPUT -j ROLEWALL-IN' ] ||
		say "warning: $1 has rules in INPUT before ROLEWALL-IN; what they accept is not filtered here"
}

# saved FAMILY: the rules of the chains as they are.
saved() { "$1" -w 5 -S | grep -e '^-A ROLEWALL-IN ' -e '^-A ROLEWALL-GOVERNED ' || :; }

# put_back FAMILY RULES: the chains hold what saved said.
put_back() {
	if [ -z "$2" ]; then
		remove "$1"
		return
	fi
	{
		printf '*filter\n:%s - [0:0]\n:%s - [0:0]\n' ROLEWALL-IN ROLEWALL-GOVERNED
		printf '%s\n' "$2"
		case $2 in *'-A ROLEWALL-GOVERNED '*) ;; *) echo '-X ROLEWALL-GOVERNED' ;; esac
		echo COMMIT
	} | fill "$1"
}

# remove FAMILY: no chain and no jump of ours is left. Declaring a chain first makes it safe to delete.
remove() {
	while "$1" -w 5 -C INPUT -j ROLEWALL-IN 2>/dev/null; do
		"$1" -w 5 -D INPUT -j ROLEWALL-IN
	done
	printf '%s\n' '*filter' ':ROLEWALL-IN - [0:0]' ':ROLEWALL-GOVERNED - [0:0]' '-X ROLEWALL-IN' '-X ROLEWALL-GOVERNED' COMMIT | fill "$1"
}

# load: both families or neither. A lost terminal does not stop it halfway.
load() {
	check
	trap '' HUP INT TERM
	done_with=
	for family in $families; do
		old=$(saved "$family")
		eval "old_$family=\$old"
		done_with="$family $done_with"
		if ! { rules | fill "$family" && jump "$family"; }; then
			say "$family failed: putting back the rules that were there"
			for family in $done_with; do
				eval "put_back $family \"\$old_$family\"" || say "$family: putting back failed too"
			done
			exit 1
		fi
	done
}

case ${1-load} in
load) load ;;
check) check ;;
remove) for family in $families; do remove "$family"; done ;;
*)
	say 'usage: sh iptables.sh [check|remove]'
	exit 2
	;;
esac
