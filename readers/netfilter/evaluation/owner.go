package evaluation

import (
	"strings"

	"rolewall/readers/netfilter"
)

// ownerMark is what tells the owner of a rule: the beginning of the name of a chain, or the name of a table.
type ownerMark struct{ chain, table, owner string }

// ownerMarks tell by names which program maintains rules. This is a guess, since anybody can use a name.
var ownerMarks = []ownerMark{
	{table: "firewalld", owner: "firewalld"},
	{table: "rolewall", owner: "rolewall"},
	{table: "rolewall-audit", owner: "rolewall"},
	{table: "rolewall-ftp", owner: "rolewall"},
	{chain: "ROLEWALL-", owner: "rolewall"},
	{chain: "ufw-", owner: "ufw"},
	{chain: "ufw6-", owner: "ufw"},
	{chain: "DOCKER", owner: "Docker"},
	{table: "docker-bridges", owner: "Docker"},
	{table: "netavark", owner: "Podman"},
	{chain: "NETAVARK", owner: "Podman"},
	{chain: "CNI-", owner: "CNI"},
	{chain: "LIBVIRT_", owner: "libvirt"},
	{table: "libvirt_network", owner: "libvirt"},
	{chain: "f2b-", owner: "fail2ban"},
	{table: "f2b-table", owner: "fail2ban"},
	{chain: "crowdsec", owner: "CrowdSec"},
	{table: "crowdsec", owner: "CrowdSec"},
	{table: "crowdsec6", owner: "CrowdSec"},
	{chain: "sshguard", owner: "SSHGuard"},
	{table: "sshguard", owner: "SSHGuard"},
	{chain: "KUBE-", owner: "kube-proxy"},
	{table: "kube-proxy", owner: "kube-proxy"},
	{chain: "cali-", owner: "Calico"},
	{chain: "CILIUM_", owner: "Cilium"},
	{table: "incus", owner: "Incus"},
	{table: "lxd", owner: "LXD"},
	{table: "lxc", owner: "LXC"},
}

// owner guesses which program maintains the rules of a chain. Shorewall and FireHOL are recognized by chains that
// only they make.
func owner(t *netfilter.Table, c *netfilter.Chain) string {
	for _, m := range ownerMarks {
		if m.table != "" && t.World == netfilter.Nft && t.Name == m.table || m.chain != "" && strings.HasPrefix(c.Name, m.chain) {
			return m.owner
		}
	}
	switch {
	case t.World == netfilter.Nft:
	case t.Chain("shorewall") != nil:
		return "Shorewall"
	case t.Chain("SMART_REJECT") != nil && t.Chain("in_world") != nil:
		return "FireHOL"
	}
	return ""
}
