package lint

import (
	"fmt"
	"slices"

	"rolewall/diag"
	"rolewall/ruleset"
)

func (v *hostCheck) isFor(target string) bool {
	return slices.ContainsFunc(v.Targets, func(t Target) bool { return t.Name == target })
}

// widePermits looks for outbound permits whose mirror allows everyone in. It skips protocols without ports, since
// their mirror cannot be narrowed by a port.
func widePermits(v *hostCheck) {
	if !v.isFor("ipsec") {
		return
	}
	for _, o := range v.linter.p.Effective(v.Host).IPsec.Outbound.Get() {
		to := v.linter.r.Sources(o.To, &diag.List{}).Restrict(v.RuleSet.Families)
		switch p := o.Traffic.Protocol; {
		case !everyone(to):
		case p == ruleset.AnyProtocol:
			v.reportAt(o.Location, "name the servers that the host needs", "the mirror of the permit to anyone allows everything")
		case p.HasPorts():
			v.reportAt(o.Location, "name the servers that the host needs", fmt.Sprintf("the mirror of the permit for %s to anyone allows any source from that port, to every %s port", o.Traffic.String(), p))
		}
	}
}

// exempt looks for values of NoDefaultExempt that exempt more from the filters than IKE and what no Windows 2003
// host can filter. Other editions reject the setting.
func exempt(v *hostCheck) {
	what := map[int]string{0: "multicast, broadcast, RSVP, Kerberos and IKE", 2: "RSVP, Kerberos and IKE"}
	s := v.linter.p.Effective(v.Host).IPsec.DefaultExempt
	if s != nil && what[s.Value] != "" && v.isFor("ipsec") && v.RuleSet.OS == ruleset.Windows2003 {
		v.reportAt(s.Location, "default_exempt = 3, or 1", fmt.Sprintf("default_exempt = %d lets %s pass the filters, and with Kerberos any packet from port 88", s.Value, what[s.Value]))
	}
}
