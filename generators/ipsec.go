package generators

import (
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"rolewall/ruleset"
)

// ipsec writes an IPSec policy of permit and block filters with `netsh ipsec static`, the packet filter of Windows 2003.
type ipsec struct{}

func (ipsec) Info() Info { return ipsecInfo() }

// ipsecInfo is worked out once: it is asked for of every host.
var ipsecInfo = sync.OnceValue(func() Info {
	return Info{
		Name: "ipsec", Title: "IPSec packet filter script", File: "ipsec.cmd", CRLF: true, Mode: 0o644, Filter: true,
		OS:    slices.DeleteFunc(ruleset.AllOS(), func(o ruleset.OS) bool { return !o.IsWindows() || o.Before(ruleset.Windows2003) }),
		NotOn: "netsh ipsec came with Windows 2003",
		Can: Can{
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

func (t ipsec) Generate(w io.Writer, rs *ruleset.RuleSet) error { return fill(w, t, rs) }

func (t ipsec) page(rs *ruleset.RuleSet) (any, error) {
	page := ipsecPage{
		OS:       string(rs.OS),
		Build:    cmdBuildTest(rs.OS),
		Digest:   strings.TrimPrefix(rs.Digest(), "sha256:")[:16],
		Inbound:  ipsecInbound(rs),
		Outbound: ipsecOutbound(rs),

		HasExempt: rs.OS == ruleset.Windows2003,
	}
	page.Header = ipsecHeader(t.Info(), rs, page)
	if n := rs.Settings.IPsec.DefaultExempt; n != nil {
		page.Exempt = strconv.Itoa(*n)
	}
	return page, nil
}
