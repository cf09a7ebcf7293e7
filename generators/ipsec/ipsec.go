// Package ipsec writes a cmd.exe script that builds an IPSec policy of permit and block filters with `netsh ipsec static`, the
// packet filter of Windows 2003.
//
// Filters keep no state. Each filter is mirrored, so an open port may also send, and connections that the host
// opens need permits of their own. Filters have no ICMP types and no listeners. The header says what that means
// for the host.
package ipsec

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"rolewall/generators/target"
	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// Target writes ipsec.cmd.
type Target struct{ layout *target.Layout }

// New returns the target.
func New() Target { return Target{target.NewLayout("ipsec")} }

func (Target) Info() target.Info { return info() }

// info is computed once, since every host needs it.
var info = sync.OnceValue(func() target.Info {
	return target.Info{
		Name: "ipsec", Title: "IPSec packet filter script", File: "ipsec.cmd", CRLF: true, Mode: 0o644, Filter: true, Comment: winscript.Comment,
		OS:    slices.DeleteFunc(ruleset.AllOS(), func(o ruleset.OS) bool { return !o.IsWindows() || o.Before(ruleset.Windows2003) }),
		NotOn: "netsh ipsec came with Windows 2003",
		Capabilities: target.Capabilities{
			PortRanges: true, IPv4: true, Sources: true, Protocols: true, AnyProtocol: true, Outbound: true,
			ICMPTypes: true, ICMPCodes: true, // written as all of ICMP, and only if the policy allows it: see Refuse
		},
		Baseline: []target.BaselineRule{
			{Text: "loopback", TextOnly: true},
			target.NewBaselineRule("IKE (udp 500), which the IPSec driver never filters", "udp/500", ruleset.Anyone()),
			{Text: "what NoDefaultExempt exempts, which is inbound broadcasts and multicasts unless the host or the policy says otherwise", TextOnly: true},
		},
	}
})

// data is the data of the template.
type data struct {
	Header    []string
	OS        string
	Build     string
	Builds    string // in words
	Digest    string
	Pins      []winscript.PinCheck
	Inbound   []permit
	Outbound  []permit
	HasExempt bool   // the edition has NoDefaultExempt
	Exempt    string // its new value, if the policy sets one
}

func (t Target) Script(rs *ruleset.RuleSet) (target.Script, error) {
	out := newData(rs)
	return t.layout.Script(header(t.Info(), rs, out), out)
}

func (t Target) Data(rs *ruleset.RuleSet) (any, error) {
	out := newData(rs)
	out.Header = target.HeaderLines(header(t.Info(), rs, out), rs.Host, winscript.Comment)
	return out, nil
}

func newData(rs *ruleset.RuleSet) data {
	out := data{
		OS:       string(rs.OS),
		Build:    winscript.BuildTest(rs.OS),
		Builds:   winscript.BuildWords(rs.OS),
		Digest:   strings.TrimPrefix(rs.Digest(), "sha256:")[:32],
		Pins:     winscript.PinChecks(rs),
		Inbound:  inbound(rs),
		Outbound: outbound(rs),

		HasExempt: rs.OS == ruleset.Windows2003,
	}
	if n := rs.Settings.IPsec.DefaultExempt; n != nil {
		out.Exempt = strconv.Itoa(*n)
	}
	return out
}
