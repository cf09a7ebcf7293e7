package drift

import (
	"net/netip"
	"slices"

	"rolewall/compare"
	"rolewall/generators/target"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// Expected is what a policy says about one host.
type Expected struct {
	Host      string
	Set       *ruleset.RuleSet
	Beside    []target.Opening     // what the host's scripts allow besides the rules
	Addresses []netip.Addr         // the host's own; none if the policy does not have them
	Networks  []ruleset.AddressSet // the named networks of the policy
}

// Options changes what counts as a difference.
type Options struct {
	IgnoreListeners bool       // ignore the program behind a port
	StrictBaseline  bool       // what every script allows must be open, too
	From            netip.Addr // address of the host that scanned; invalid without a scan

	thorough bool // compare rule by rule even if a quick check finds no difference
}

var bothFamilies = ruleset.Families{IPv4: true, IPv6: true}

// Compare returns the differences between a capture and the policy of one host, in no order.
func Compare(want Expected, c *capture.Capture, o Options) []Finding {
	out := storeFindings(want.Host, c)
	for _, u := range c.Unmapped {
		text := u.Reason
		if u.Scope != "" {
			text = u.Scope + ": " + text
		}
		out = append(out, Finding{Kind: Unknown, Hosts: []string{want.Host}, Text: text, Rules: []Rule{{Place: u.Place}}})
	}
	var slotted []Finding
	slots := slotsOf(want.Set, c)
	done := map[string][]Finding{} // profiles in which the same openings hold, as most do, are compared once
	for _, s := range slots {
		key := s.holding(c)
		found, known := done[key]
		if !known {
			found = compareSlot(want, c, o, s)
			done[key] = found
		}
		for _, f := range found {
			s.mark(&f)
			slotted = append(slotted, f)
		}
	}
	return append(out, unite(slotted, slots)...)
}

// storeFindings returns the facts of a capture because of which its rules do not apply.
func storeFindings(host string, c *capture.Capture) []Finding {
	var out []Finding
	for _, f := range c.Facts {
		if f.Unsafe {
			out = append(out, Finding{Kind: NotInForce, Hosts: []string{host}, Text: f.Text, Rules: []Rule{{Place: capture.Place{Pos: f.Pos}}}})
		}
	}
	return out
}

// compareSlot compares what is open in one slot.
func compareSlot(want Expected, c *capture.Capture, o Options, s slot) []Finding {
	x := newSides(want, c, o, s)
	var out []Finding
	now := union(x.whole, x.possible)
	lacks := o.thorough || !newCover(now).has(x.required)
	if lacks || !newCover(x.allowed).has(x.plain) {
		for _, change := range x.changes(x.allowed, x.plain) {
			out = append(out, x.extra(change)...)
		}
	}
	out = append(out, x.sourcePorts()...)
	if lacks {
		for _, change := range x.changes(x.required, now) {
			out = append(out, x.lacking(change, x.required, now)...)
		}
	}
	for _, b := range x.placed {
		required, now := b.mustHave(), x.openAt(b, x.either)
		for _, change := range x.changes(required, now) {
			out = append(out, x.lacking(change, required, now)...)
		}
	}
	out = append(out, x.conditional()...)
	out = append(out, x.limited()...)
	out = append(out, x.withoutLimit()...)
	if x.err != nil {
		out = []Finding{{Kind: NotInForce, Text: x.err.Error() + "; so nothing is said to be open or closed"}}
	}
	out = uniteProtocols(out)
	for i := range out {
		out[i].Hosts = []string{want.Host}
	}
	return out
}

// sides holds the rules that are compared in a slot, and the openings of the host's rules.
type sides struct {
	want               Expected
	slot               slot
	allowed, required  []*ruleset.Rule                 // by the policy: what may be open, and what must be open
	unlimited          []*ruleset.Rule                 // those of required without a limit
	limitedRules       map[*ruleset.Rule]ruleset.Limit // the others of required, as far as they are rules of the policy
	open, possible     []*ruleset.Rule                 // on the host: without conditions, and if conditions hold
	plain              []*ruleset.Rule                 // those of open without source ports
	whole              []*ruleset.Rule                 // those of open that are for every address of the host
	placed             []placed                        // by the policy's scripts, at some addresses of the host
	certain, uncertain []opening

	sure, either *places[opening]       // certain; certain and uncertain
	permitted    *places[*ruleset.Rule] // allowed
	wanted       *places[*ruleset.Rule] // as the policy has them
	networks     []ruleset.AddressSet   // of the policy, by their first address; nil until somebody asks

	err error // the differences are too many; then findings say nothing
}

// opening is an opening of a capture, with its rule in comparable form.
type opening struct {
	capture.Opening
	rule *ruleset.Rule
}

func newSides(want Expected, c *capture.Capture, o Options, s slot) *sides {
	x := &sides{want: want, slot: s, limitedRules: map[*ruleset.Rule]ruleset.Limit{}, wanted: placesOfRules(want.Set.Inbound)}
	families := want.Set.Families
	if !c.Families.None() {
		families = families.And(c.Families) // the capture tells nothing about the others, which is a fact
	}
	for _, r := range want.Set.Inbound {
		if r, here := s.expects(want.Set, r); here {
			adapted := adapt(r, families, c.OS, o)
			x.required = append(x.required, adapted)
			if r.Limit == (ruleset.Limit{}) {
				x.unlimited = append(x.unlimited, adapted)
			} else {
				x.limitedRules[adapted] = r.Limit
			}
		}
	}
	x.allowed = slices.Clone(x.required)
	for _, b := range want.Beside {
		if c.OS != ruleset.Linux && b.Remote.IsAnyone() {
			b.Families = bothFamilies // a Windows Firewall rule without addresses is for both
		}
		r, typed := b.Rule()
		if !typed || b.Cause == target.Interfaces { // interfaces that are not filtered are not in slots
			continue
		}
		r = adapt(r, bothFamilies, c.OS, o)
		var required *ruleset.Rule
		if o.StrictBaseline && b.Cause == target.Baseline {
			required = adapt(r, families, c.OS, o)
		}
		if len(b.To) > 0 {
			x.placed = append(x.placed, newPlaced(b, c, r, required))
			continue
		}
		x.allowed = append(x.allowed, r)
		if required != nil {
			x.required = append(x.required, required)
		}
	}
	x.permitted = placesOfRules(x.allowed)
	for _, p := range c.Openings {
		r, here := s.has(p)
		if !here {
			continue
		}
		p := opening{p, adapt(r, bothFamilies, c.OS, o)}
		if slices.ContainsFunc(p.Conditions, func(c capture.Condition) bool { return c.Kind != capture.Rate }) {
			x.possible, x.uncertain = append(x.possible, p.rule), append(x.uncertain, p)
			continue
		}
		x.certain = append(x.certain, p)
		if x.isPlaced(p) {
			continue
		}
		x.open = append(x.open, p.rule)
		if x.reachesHost(p.To) && x.isOnAll(p) {
			x.whole = append(x.whole, p.rule)
		}
	}
	x.plain = fromEveryPort(x.open)
	x.sure, x.either = placesOfOpenings(x.certain), placesOfOpenings(slices.Concat(x.certain, x.uncertain))
	return x
}

// isOnAll reports whether an opening is on every interface of the slot.
func (x *sides) isOnAll(p opening) bool {
	return len(p.NotOn) == 0 || x.slot.governed != "" || x.slot.link != nil
}

// reachesHost reports whether an opening at some addresses covers each address that the policy has for the host.
func (x *sides) reachesHost(to ruleset.Prefixes) bool {
	if len(to) == 0 {
		return true
	}
	for _, a := range x.want.Addresses {
		if !to.Contains(ruleset.NewPrefixes(netip.PrefixFrom(a, a.BitLen()))) {
			return false
		}
	}
	return len(x.want.Addresses) > 0
}

// sameReason is the reason of every compared rule, so that rules differ only in meaning.
var sameReason = []ruleset.Reason{{}}

// adapt returns a copy of a rule in comparable form. Its sources are prefixes of the families. It has nothing that
// only one side can have: limits have findings of their own, and a Linux host does not tell the program.
func adapt(r *ruleset.Rule, f ruleset.Families, os ruleset.OS, o Options) *ruleset.Rule {
	c := *r
	c.Limit = ruleset.Limit{}
	c.MergedFrom = nil
	if os == ruleset.Linux || o.IgnoreListeners {
		c.Listener, c.RPC = ruleset.Listener{}, ruleset.NoRPC
	}
	if os != ruleset.Linux {
		inStore(&c)
	}
	f = f.And(r.Protocol.Families())
	prefixes := r.Remote.Restrict(f).Prefixes()
	if r.Remote.IsAnyone() {
		prefixes = ruleset.AllAddresses(f)
	}
	c.Remote = ruleset.NewSources(ruleset.AddressSet{Prefixes: prefixes})
	c.Reasons = sameReason
	return &c
}

// inStore reduces RPC to what Windows Firewall has. Its rules name the endpoint mapper and pinned ports by number,
// and dynamic ports by a keyword, whatever the range is.
func inStore(r *ruleset.Rule) {
	switch r.RPC {
	case ruleset.EndpointMapper, ruleset.Static:
		r.RPC = ruleset.NoRPC
	case ruleset.Dynamic:
		r.Ports = ruleset.Ports{ruleset.Windows2022.DynamicRange()}
	}
}

func union(lists ...[]*ruleset.Rule) []*ruleset.Rule { return slices.Concat(lists...) }

// changes returns the differences in meaning between two lists of rules; none, and an error in x, if they are too many.
func (x *sides) changes(before, after []*ruleset.Rule) []compare.Change {
	set := func(rules []*ruleset.Rule) *ruleset.RuleSet {
		rules = slices.DeleteFunc(slices.Clone(rules), func(r *ruleset.Rule) bool { return r.Remote.IsNobody() })
		return &ruleset.RuleSet{Families: bothFamilies, Inbound: ruleset.Merge(rules)}
	}
	if x.err != nil {
		return nil
	}
	changes, _, err := compare.Sets(set(before), set(after))
	if err != nil {
		x.err = err
		return nil
	}
	return slices.DeleteFunc(changes, func(c compare.Change) bool { return c.Kind == compare.Reasons })
}
