package resolver

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"rolewall/diag"
	"rolewall/policy"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// hostResolver resolves one host.
type hostResolver struct {
	resolver *Resolver
	host     *policy.Host
	errs     *diag.List
	quiet    bool // nobody reads errs: mistakes of members are left for the next host to report
	os       ruleset.OS
	families ruleset.Families
	features map[string]bool // of the host
	without  map[string]bool
	settings policy.Settings
	rpc      *policy.RPC // from settings, or the default
	remarks  remarks
	warnings []string
}

func (r *Resolver) newHost(h *policy.Host, errs *diag.List) *hostResolver {
	settings := r.policy.Effective(h)
	hr := &hostResolver{
		resolver: r, host: h, errs: errs, os: settings.Edition(), features: map[string]bool{}, without: map[string]bool{}, remarks: newRemarks(),
		settings: settings, rpc: settings.RPC.Get(),
	}
	if hr.rpc == nil {
		hr.rpc = &policy.RPC{Mode: ruleset.RPCDynamic}
	}
	for _, l := range r.policy.Levels(h) {
		for f := range l.Features.All() {
			hr.features[f.Value] = true
		}
		for f := range l.Without.All() {
			hr.without[f.Value] = true
		}
	}
	hr.families = hr.os.Families()
	if list := settings.Families.Get(); list != nil {
		hr.families = ruleset.Families{IPv4: list.Has("ipv4"), IPv6: list.Has("ipv6")}
	}
	return hr
}

// roleNames returns the roles that the host and its groups name, sorted.
func (hr *hostResolver) roleNames() []string {
	return names(hr.resolver.policy.Levels(hr.host), func(l *policy.Level) *tomldoc.List { return l.Roles })
}

// ownFeatures returns the features that the host, its groups or the file switch on, sorted.
func (hr *hostResolver) ownFeatures() []string {
	var out []string
	for _, f := range slices.Sorted(maps.Keys(hr.features)) {
		if !hr.without[f] {
			out = append(out, f)
		}
	}
	return out
}

func names(levels []*policy.Level, list func(*policy.Level) *tomldoc.List) []string {
	var all []string
	for _, l := range levels {
		all = append(all, list(l).Values()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// addNotes adds the notes and warnings of the host to its rule set.
func (hr *hostResolver) addNotes(rs *ruleset.RuleSet) {
	for _, name := range slices.Sorted(maps.Keys(hr.remarks.leftOut)) {
		rs.Notes = append(rs.Notes, fmt.Sprintf("the host speaks %s alone: the other prefixes of %s are left out", strings.Join(hr.families.Names(), ", "), name))
	}
	hasMapper, hasRPC := false, false
	for _, rule := range rs.Inbound {
		hasMapper = hasMapper || rule.RPC == ruleset.EndpointMapper
		hasRPC = hasRPC || rule.RPC == ruleset.Dynamic || rule.RPC == ruleset.Static
	}
	if hasMapper && !hasRPC {
		rs.Notes = append(rs.Notes, "tcp 135 is open, but no RPC port that the endpoint mapper could name")
	}
	rs.Warnings = once(hr.warnings)
	if !rs.AllowsManagement() && hr.settings.Access.Get() != "console" {
		rs.Warnings = append(rs.Warnings, `no rule lets management in (tcp 22, 3389, 5985, 5986 or an endpoint for management); say access = "console" if that is meant`)
	}
}

// once removes repeated texts. Two exceptions with the same words make such texts.
func once(texts []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, x := range texts {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	return out
}

// context returns a text that is equal for hosts on which the same role or service opens the same.
func (r *Resolver) context(h *policy.Host) string {
	var b strings.Builder
	for _, l := range r.policy.Levels(h) {
		if l != &h.Level { // hosts share groups and the file, so their names are enough
			b.WriteString(l.Name)
			b.WriteByte('\n')
			continue
		}
		writeNames(&b, l.Features)
		writeNames(&b, l.Without)
		b.WriteString(l.Settings.Key())
		b.WriteString(l.RoleAudiencesKey())
	}
	return b.String()
}

// resolutionKey returns a text that is equal for hosts of one context with equal resolutions. Exceptions of the
// host itself are not part of it.
func resolutionKey(h *policy.Host) string {
	var b strings.Builder
	writeNames(&b, h.Roles)
	writeNames(&b, h.Services)
	return b.String()
}

// writeNames writes a list of names whose order has no meaning.
func writeNames(b *strings.Builder, list *tomldoc.List) {
	values := list.Values()
	slices.Sort(values)
	for _, v := range values {
		b.WriteString(strconv.Quote(v))
	}
	b.WriteByte('\n')
}
