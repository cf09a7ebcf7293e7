package generators

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// ipsec writes an IPSec policy of permit and block filters with `netsh ipsec static`, the packet filter of Windows 2003.
type ipsec struct{ layout *target.Layout }

func newIPsec() ipsec { return ipsec{target.NewLayout("ipsec")} }

func (ipsec) Info() target.Info { return ipsecInfo() }

// ipsecInfo is worked out once: it is asked for of every host.
var ipsecInfo = sync.OnceValue(func() target.Info {
	return target.Info{
		Name: "ipsec", Title: "IPSec packet filter script", File: "ipsec.cmd", CRLF: true, Mode: 0o644, Filter: true, Comment: cmdComment,
		OS:    slices.DeleteFunc(ruleset.AllOS(), func(o ruleset.OS) bool { return !o.IsWindows() || o.Before(ruleset.Windows2003) }),
		NotOn: "netsh ipsec came with Windows 2003",
		Capabilities: target.Capabilities{
			PortRanges: true, IPv4: true, Sources: true, Protocols: true, AnyProtocol: true, Outbound: true,
			ICMPTypes: true, ICMPCodes: true, // as all of ICMP, and only with leave: see refuse
		},
		Baseline: []string{
			"loopback",
			"IKE (udp 500), which the IPSec driver never filters",
			"what NoDefaultExempt exempts, which is inbound broadcasts and multicasts unless the host or the policy says otherwise",
		},
	}
})

// ipsecPage is what the template lays out.
type ipsecPage struct {
	Header    []string
	OS        string
	Build     string
	Digest    string
	Inbound   []ipsecOpening
	Outbound  []ipsecOpening
	HasExempt bool   // the edition has NoDefaultExempt
	Exempt    string // what it is to be, if the policy says
}

func (t ipsec) Script(rs *ruleset.RuleSet) (target.Script, error) {
	page := newIPsecPage(rs)
	return t.layout.Script(ipsecHeader(t.Info(), rs, page), page)
}

func (t ipsec) Data(rs *ruleset.RuleSet) (any, error) {
	page := newIPsecPage(rs)
	page.Header = target.HeaderLines(ipsecHeader(t.Info(), rs, page), rs.Host, cmdComment)
	return page, nil
}

func newIPsecPage(rs *ruleset.RuleSet) ipsecPage {
	page := ipsecPage{
		OS:       string(rs.OS),
		Build:    cmdBuildTest(rs.OS),
		Digest:   strings.TrimPrefix(rs.Digest(), "sha256:")[:16],
		Inbound:  ipsecInbound(rs),
		Outbound: ipsecOutbound(rs),

		HasExempt: rs.OS == ruleset.Windows2003,
	}
	if n := rs.Settings.IPsec.DefaultExempt; n != nil {
		page.Exempt = strconv.Itoa(*n)
	}
	return page
}
