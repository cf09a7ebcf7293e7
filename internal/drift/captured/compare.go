package captured

import (
	"net/netip"
	"slices"
	"strings"

	"rolewall/compare"
	"rolewall/generators/target"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// Expected is what a policy says of one host.
type Expected struct {
	Host      string
	Set       *ruleset.RuleSet
	Beside    []target.Opening     // what the host's scripts allow beside the rules
	Addresses []netip.Addr         // the host's own; none where the policy gives none
	Networks  []ruleset.AddressSet // the named networks of the policy
}

// Options change what counts as a difference.
type Options struct {
	IgnoreListeners bool       // the program behind a port does not matter
	StrictBaseline  bool       // what every script allows must be open too
	From            netip.Addr // of the host that scanned; invalid without a scan

	thorough bool // compare rule by rule, also where a quick look finds all the same
}

var bothFamilies = ruleset.Families{IPv4: true, IPv6: true}

// Compare returns what differs between a capture and the policy, for this one host. Findings are in no order.
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
	for _, s := range slots {
		slotted = append(slotted, compareSlot(want, c, o, s)...)
	}
	return append(out, unite(slotted, slots)...)
}

// storeFindings returns the facts of a capture that make what it says untrue or void.
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
			out = append(out, x.lacking(change)...)
		}
	}
	out = append(out, x.conditional()...)
	out = append(out, x.limited()...)
	out = uniteProtocols(out)
	for i := range out {
		out[i].Hosts = []string{want.Host}
		s.mark(&out[i])
	}
	return out
}

// uniteProtocols makes one finding of those about protocols that no rule of the host names. There may be hundreds.
func uniteProtocols(findings []Finding) []Finding {
	var out []Finding
	index := map[string]int{}
	for _, f := range findings {
		if f.Group != capture.UnnamedProtocols {
			out = append(out, f)
			continue
		}
		f.Traffic = ruleset.Traffic{Protocol: ruleset.AnyProtocol}
		f.Expected, f.IDs = nil, nil
		key := f.key()
		if _, known := index[key]; known {
			continue
		}
		index[key] = len(out)
		out = append(out, f)
	}
	return out
}

// sides are the rules that a slot compares, and where the host's rules come from.
type sides struct {
	want               Expected
	allowed, required  []*ruleset.Rule // by the policy: all that may be open, and all that must be
	open, possible     []*ruleset.Rule // on the host: for certain, and if conditions hold
	plain              []*ruleset.Rule // of open those that name no source port
	whole              []*ruleset.Rule // of open those that hold for every address of the host
	certain, uncertain []opening
}

// opening is an opening of a capture, with its rule as it is compared.
type opening struct {
	capture.Opening
	rule *ruleset.Rule
}

func newSides(want Expected, c *capture.Capture, o Options, s slot) *sides {
	x := &sides{want: want}
	families := want.Set.Families
	if !c.Families.None() {
		families = families.And(c.Families) // of the others the capture tells nothing, which is a fact of its own
	}
	for _, r := range want.Set.Inbound {
		if r, here := s.expects(want.Set, r); here {
			x.required = append(x.required, adapt(r, families, c.OS, o))
		}
	}
	x.allowed = slices.Clone(x.required)
	for _, b := range want.Beside {
		if c.OS != ruleset.Linux && b.Remote.IsAnyone() {
			b.Families = bothFamilies // a rule of Windows Firewall that names no address is of both
		}
		r, typed := b.Rule()
		if !typed || b.Cause == target.Interfaces { // slots leave interfaces out that are not governed
			continue
		}
		r = adapt(r, bothFamilies, c.OS, o)
		x.allowed = append(x.allowed, r)
		if o.StrictBaseline && b.Cause == target.Baseline {
			x.required = append(x.required, adapt(r, families, c.OS, o))
		}
	}
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
		x.open, x.certain = append(x.open, p.rule), append(x.certain, p)
		if len(p.rule.FromPorts) == 0 {
			x.plain = append(x.plain, p.rule)
		}
		if x.reachesHost(p.To) && (len(p.NotOn) == 0 || s.governed != "" || s.link != nil) {
			x.whole = append(x.whole, p.rule)
		}
	}
	return x
}

// reachesHost reports whether an opening at some addresses alone is open at each address that the policy gives the host.
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

// sameReason is the reason of every rule that is compared, so that rules differ in meaning alone.
var sameReason = []ruleset.Reason{{}}

// adapt returns a copy of a rule that says its sources as prefixes of the families, and nothing that only one side can say:
// limits have findings of their own, and a Linux host does not tell the program.
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

// inStore leaves what Windows Firewall knows of RPC. Its rules name the endpoint mapper and pinned ports by number, and dynamic ports
// by a keyword, whatever their range.
func inStore(r *ruleset.Rule) {
	switch r.RPC {
	case ruleset.EndpointMapper, ruleset.Static:
		r.RPC = ruleset.NoRPC
	case ruleset.Dynamic:
		r.Ports = ruleset.Ports{ruleset.Windows2022.DynamicRange()}
	}
}

func union(lists ...[]*ruleset.Rule) []*ruleset.Rule { return slices.Concat(lists...) }

// changes returns what differs in meaning between two lists of rules.
func (x *sides) changes(before, after []*ruleset.Rule) []compare.Change {
	set := func(rules []*ruleset.Rule) *ruleset.RuleSet {
		rules = slices.DeleteFunc(slices.Clone(rules), func(r *ruleset.Rule) bool { return r.Remote.IsNobody() })
		return &ruleset.RuleSet{Families: bothFamilies, Inbound: ruleset.Merge(rules)}
	}
	changes, _ := compare.Sets(set(before), set(after))
	return slices.DeleteFunc(changes, func(c compare.Change) bool { return c.Kind == compare.Reasons })
}

// extra returns the findings of a change from what the policy allows to what is open.
func (x *sides) extra(c compare.Change) []Finding {
	switch {
	case c.Kind == compare.Listener:
		return []Finding{x.listener(c)}
	case c.Added.None():
		return nil
	}
	f := Finding{Kind: Open, Traffic: c.Traffic, From: x.named(c.Added.Prefixes), Now: x.named(c.After.Prefixes)}
	if len(c.Before.Prefixes) > 0 {
		f.Kind, f.Policy = Wider, x.named(c.Before.Prefixes)
		f.Expected, f.IDs = x.expected(c.Traffic)
	}
	x.explain(&f, x.certain)
	return []Finding{f}
}

// listener returns the finding of a port that the same sources reach, at another program.
func (x *sides) listener(c compare.Change) Finding {
	f := Finding{Kind: Listener, Traffic: c.Traffic, From: x.named(c.After.Prefixes), Text: "open to " + programs(c.Bindings[1]) + "; the policy opens it to " + programs(c.Bindings[0])}
	f.Expected, f.IDs = x.expected(c.Traffic)
	x.explain(&f, x.certain)
	return f
}

func programs(list []compare.Binding) string {
	var out []string
	for _, b := range list {
		text := "every program"
		switch {
		case b.Program != "" && b.Service != "":
			text = b.Program + " (" + b.Service + ")"
		case b.Program != "" || b.Service != "":
			text = b.Program + b.Service
		}
		if b.RPC != ruleset.NoRPC {
			text += ", RPC " + string(b.RPC)
		}
		if b.Only != "" {
			text += ", " + b.Only
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " and ")
}

// lacking returns the findings of a change from what the policy requires to what is open or may be.
func (x *sides) lacking(c compare.Change) []Finding {
	if c.Kind == compare.Listener || c.Removed.None() {
		return nil // extra has the first
	}
	f := Finding{Kind: Missing, Traffic: c.Traffic, From: x.named(c.Removed.Prefixes), Now: x.named(c.After.Prefixes), Policy: x.named(c.Before.Prefixes)}
	if len(c.After.Prefixes) > 0 {
		f.Kind = Narrower
		x.explain(&f, slices.Concat(x.certain, x.uncertain))
	}
	f.Expected, f.IDs = x.expected(c.Traffic)
	return []Finding{f}
}

// conditional returns a finding for each opening with conditions that matters: it would open more than the policy allows, or
// the policy needs it.
func (x *sides) conditional() []Finding {
	if len(x.uncertain) == 0 {
		return nil
	}
	var out []Finding
	lacks := x.changes(x.required, x.whole)
	known := union(x.allowed, x.open)
	quick := newCover(known)
	for _, p := range x.uncertain {
		one := func(from ruleset.Prefixes, text string) {
			f := Finding{Kind: Conditional, Traffic: p.rule.Traffic, From: x.named(from), Text: text, Conditions: p.Conditions}
			fill(&f, p)
			out = append(out, f)
		}
		if x.adds(known, quick, p.rule) {
			one(p.rule.Remote.Prefixes(), "may be open, and the policy does not open it")
			continue
		}
		for _, c := range lacks {
			if c.Traffic.Overlaps(p.rule.Traffic) && c.Removed.Prefixes.Overlaps(p.rule.Remote.Prefixes()) {
				one(p.rule.Remote.Prefixes(), "may be closed, and the policy opens it")
				break
			}
		}
	}
	return out
}

// adds reports whether a rule allows more than known ones together. There may be hundreds of rules to ask about, so they are
// compared only where quick does not tell.
func (x *sides) adds(known []*ruleset.Rule, quick cover, r *ruleset.Rule) bool {
	switch {
	case quick.has([]*ruleset.Rule{r}):
		return false
	case binding(r) == "":
		return true // rules that are bound to something cannot allow the rest of it
	}
	known = slices.DeleteFunc(slices.Clone(known), func(k *ruleset.Rule) bool { return !k.Traffic.Overlaps(r.Traffic) }) // others change nothing
	return slices.ContainsFunc(x.changes(known, union(known, []*ruleset.Rule{r})), func(c compare.Change) bool { return !c.Added.None() || c.Kind == compare.Listener })
}

// limited returns a finding for each opening with a limit, where the policy opens the traffic without one.
func (x *sides) limited() []Finding {
	var out []Finding
	for _, p := range x.certain {
		if len(p.Conditions) == 0 && p.Opening.Rule.Limit == (ruleset.Limit{}) {
			continue
		}
		var expected []*ruleset.Rule
		for _, r := range x.want.Set.Inbound {
			if r.Limit == (ruleset.Limit{}) && r.Traffic.Overlaps(p.rule.Traffic) && r.Remote.Overlaps(p.rule.Remote) {
				expected = append(expected, r)
			}
		}
		others := slices.DeleteFunc(slices.Clone(x.open), func(r *ruleset.Rule) bool { return r == p.rule })
		if len(expected) == 0 || !slices.ContainsFunc(x.changes(x.required, others), func(c compare.Change) bool { return !c.Removed.None() && c.Traffic.Overlaps(p.rule.Traffic) }) {
			continue
		}
		f := Finding{Kind: RateLimited, Traffic: p.rule.Traffic, From: x.named(p.rule.Remote.Prefixes()), Conditions: p.Conditions}
		if l := p.Opening.Rule.Limit; l != (ruleset.Limit{}) {
			f.Text = "at most " + l.String()
		}
		fill(&f, p)
		f.Expected, f.IDs = x.expected(f.Traffic)
		out = append(out, f)
	}
	return out
}

// explain adds the openings of the host that make a finding.
func (x *sides) explain(f *Finding, openings []opening) {
	var by []opening
	for _, p := range openings {
		if p.rule.Traffic.Overlaps(f.Traffic) && p.rule.Remote.Prefixes().Overlaps(f.From.Prefixes) {
			by = append(by, p)
		}
	}
	by = nearest(by, f.Traffic.Protocol)
	for _, p := range by {
		fill(f, p)
	}
	if (f.Kind == Open || f.Kind == Wider) && len(by) > 0 && !slices.ContainsFunc(by, func(p opening) bool { return p.Forwarded == "" }) {
		f.Kind = Published
	}
}

// nearest leaves the openings that name the protocol of a finding, where there are any: rules for every protocol, which often
// belong to one program, overlap all of them.
func nearest(list []opening, p ruleset.Protocol) []opening {
	isNamed := func(o opening) bool { return o.rule.Protocol == p }
	if !slices.ContainsFunc(list, isNamed) {
		return list
	}
	return slices.DeleteFunc(list, func(o opening) bool { return !isNamed(o) })
}

// sourcePorts returns a finding for each opening to whoever sends from a certain port, unless the policy allows all of it.
func (x *sides) sourcePorts() []Finding {
	var out []Finding
	all := ofEveryProgram(union(x.allowed, x.plain))
	for _, p := range x.certain {
		if len(p.rule.FromPorts) == 0 {
			continue
		}
		known := slices.DeleteFunc(slices.Clone(all), func(r *ruleset.Rule) bool { return !r.Traffic.Overlaps(p.rule.Traffic) }) // others change nothing
		if !slices.ContainsFunc(x.changes(known, union(known, ofEveryProgram([]*ruleset.Rule{p.rule}))), func(c compare.Change) bool { return !c.Added.None() || c.Kind == compare.Listener }) {
			continue
		}
		f := Finding{Kind: SourcePort, Traffic: p.rule.Traffic, From: x.named(p.rule.Remote.Prefixes())}
		fill(&f, p)
		out = append(out, f)
	}
	return out
}

// ofEveryProgram returns copies of rules that name no program. Of source ports the question is who may send, not who listens.
func ofEveryProgram(rules []*ruleset.Rule) []*ruleset.Rule {
	out := make([]*ruleset.Rule, len(rules))
	for i, r := range rules {
		c := *r
		c.Listener = ruleset.Listener{}
		out[i] = &c
	}
	return out
}

// fill adds what an opening says of itself.
func fill(f *Finding, p opening) {
	where := p.where()
	first := len(f.Rules) == 0
	for _, r := range p.Rules {
		if x := (Rule{r, where}); !slices.Contains(f.Rules, x) {
			f.Rules = append(f.Rules, x)
		}
	}
	switch {
	case first:
		f.Where = where
	case f.Where != where:
		f.Where = "" // the rules tell
	}
	f.Forwarded, f.Owner, f.Group = join(f.Forwarded, p.Forwarded), join(f.Owner, p.Owner), join(f.Group, p.Group)
	if p.Packets != nil {
		f.Packets = p.Packets
	}
}

// where says what narrows the opening beside its sources.
func (p opening) where() string {
	var parts []string
	switch l := p.rule.Listener; {
	case l.Program != "" && l.Service != "":
		parts = append(parts, "for "+l.Program+" ("+l.Service+")")
	case !l.IsZero():
		parts = append(parts, "for "+l.Program+l.Service)
	}
	if only := p.rule.Only(); only != "" {
		parts = append(parts, only)
	}
	if len(p.NotOn) > 0 {
		parts = append(parts, "not on "+strings.Join(p.NotOn, ", "))
	}
	if len(p.To) > 0 {
		parts = append(parts, "at "+prefixTexts(p.To))
	}
	return strings.Join(parts, ", ")
}

// join adds a word to a list of words.
func join(list, word string) string {
	if word == "" || slices.Contains(strings.Split(list, ", "), word) {
		return list
	}
	if list == "" {
		return word
	}
	return list + ", " + word
}

func prefixTexts(p ruleset.Prefixes) string {
	var out []string
	for _, x := range p {
		if x.IsSingleIP() {
			out = append(out, x.Addr().String())
			continue
		}
		out = append(out, x.String())
	}
	return strings.Join(out, ", ")
}

// expected returns why the policy opens traffic, and the IDs of its rules.
func (x *sides) expected(t ruleset.Traffic) (reasons []ruleset.Reason, ids []string) {
	for _, r := range x.want.Set.Inbound {
		if r.Traffic.Overlaps(t) {
			reasons, ids = append(reasons, r.Reasons...), append(ids, r.ID)
		}
	}
	slices.SortFunc(reasons, ruleset.Reason.Compare)
	return slices.CompactFunc(reasons, func(a, b ruleset.Reason) bool { return a.Compare(b) == 0 }), ids
}

// named returns a set of addresses with the networks of the policy that it is: one network, or as few as make it up.
func (x *sides) named(p ruleset.Prefixes) Addresses {
	a := Addresses{Prefixes: p}
	if len(p) == 0 || !p.Complete().None() {
		return a
	}
	var inside []ruleset.AddressSet
	for _, set := range x.want.Networks {
		if len(set.Prefixes) > 0 && p.Contains(set.Prefixes) {
			inside = append(inside, set)
		}
	}
	var all ruleset.Prefixes
	for i, set := range inside {
		isPart := func(t ruleset.AddressSet) bool {
			larger := ruleset.Prefixes(t.Prefixes)
			return t.Name != set.Name && larger.Contains(set.Prefixes) && (!larger.Equal(set.Prefixes) || t.Name < set.Name)
		}
		if !slices.ContainsFunc(inside, isPart) {
			all = all.Union(inside[i].Prefixes)
			a.Names = append(a.Names, set.Name)
		}
	}
	slices.Sort(a.Names)
	if !all.Equal(p) {
		a.Names = nil
	}
	return a
}
