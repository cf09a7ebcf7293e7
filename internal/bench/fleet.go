//go:build unix

package main

import (
	"fmt"
	"log"
	"math/bits"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// fleet is a made-up company.
type fleet struct {
	hosts   int
	own     own  // what makes hosts differ
	rules   int  // exceptions of each host
	files   int  // files that hold the hosts; 0 is one
	changed bool // one host has another exception
}

// own is what a host has that no other has.
type own int

const (
	ownName      own = iota // one of eight rule sets for all
	ownException            // and an exception
	ownRoles                // a set of roles
)

var few = []string{
	`"domain-controller", "dns-server"`, `"file-server"`, `"iis-web"`, `"sql-server"`,
	`"print-server"`, `"dhcp-server"`, `"certificate-authority"`, `"rds-session-host"`,
}

// many have 14,876 sets of two to six.
var many = []string{
	"domain-controller", "dns-server", "file-server", "iis-web", "sql-server", "print-server", "dhcp-server", "certificate-authority",
	"rds-session-host", "hyper-v-host", "wsus", "ssh-managed", "radius-nps", "adfs", "dfs-namespace", "cluster-node",
}

// setsOfRoles are lists of two to six roles, in an order in which neighbours differ.
func setsOfRoles() []string {
	var out []string
	for i := range 1 << len(many) {
		mask := i * 40503 % (1 << len(many)) // an odd factor: every mask comes once
		if n := bits.OnesCount(uint(mask)); n < 2 || n > 6 {
			continue
		}
		var names []string
		for bit, name := range many {
			if mask&(1<<bit) != 0 {
				names = append(names, strconv.Quote(name))
			}
		}
		out = append(out, strings.Join(names, ", "))
	}
	return out
}

// write writes the policy below dir and returns its name.
func (f fleet) write(dir string) string {
	if err := os.MkdirAll(filepath.Join(dir, "hosts"), 0o755); err != nil {
		log.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("include = [\"hosts/*.toml\"]\nos      = \"windows-2022\"\ntargets = [\"nftables\", \"advfirewall\"]\n" +
		"[networks]\noffice = [\"10.20.0.0/16\", \"fd00:20::/48\"]\nadmins = [\"10.3.0.0/24\"]\n" +
		"[audience]\nclients = [\"office\"]\npeers = [\"none\"]\nmanagement = [\"admins\"]\n")
	write(filepath.Join(dir, "policy.toml"), b.String())
	roles := few
	if f.own == ownRoles {
		roles = setsOfRoles()
	}
	files := max(1, f.files)
	for i := range files {
		b.Reset()
		for h := i * f.hosts / files; h < (i+1)*f.hosts/files; h++ {
			f.host(&b, h, roles[h%len(roles)])
		}
		write(filepath.Join(dir, "hosts", fmt.Sprintf("hosts%03d.toml", i)), b.String())
	}
	return filepath.Join(dir, "policy.toml")
}

func (f fleet) host(b *strings.Builder, h int, roles string) {
	fmt.Fprintf(b, "[hosts.h%06d]\naddresses = [\"10.%d.%d.%d\"]\nroles = [%s, \"member-baseline\"]\n", h, 100+h>>16, h>>8&255, h&255, roles)
	rules := f.rules
	if f.own == ownException {
		rules = 1
	}
	for i := range rules {
		fmt.Fprintf(b, "[[hosts.h%06d.allow]]\ntcp = \"%d\"\nfrom = [\"admins\"]\nreason = \"application %d\"\n", h, 1024+(h+2*i)%60000, i)
	}
	if f.changed && h == f.hosts/2 {
		fmt.Fprintf(b, "[[hosts.h%06d.allow]]\nudp = \"9999\"\nfrom = [\"admins\"]\nreason = \"changed\"\n", h)
	}
}

func write(name, text string) {
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		log.Fatal(err)
	}
}

// ferm measures the peer that is nearest to ours in kind, once for a host, where it is installed.
func (b *bench) ferm() {
	exe, err := exec.LookPath("ferm")
	if err != nil {
		fmt.Println("\nferm is not installed: no comparison")
		return
	}
	name := filepath.Join(b.dir, "ferm.conf")
	write(name, `domain (ip ip6) table filter chain INPUT {
	policy DROP;
	mod state state (ESTABLISHED RELATED) ACCEPT;
	interface lo ACCEPT;
	proto tcp dport (53 88 135 389 445 464 3268 9389 49152:65535) ACCEPT;
	proto udp dport (53 88 123 389 464) ACCEPT;
}
`)
	c := best(5, func(int) cost { return measure(exec.Command(exe, "--noexec", "--lines", name)) })
	fmt.Printf("\nferm --noexec --lines, one host with the ports of a domain controller: %s s CPU\n", seconds(c.cpu))
}
