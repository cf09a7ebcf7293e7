package policy

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// network is an entry of [networks] as it is written.
type network struct {
	list []tomldoc.Text
	at   tomldoc.Location
}

func (l *loader) readNetworks(t *tomldoc.Table) {
	for _, name := range t.Keys() {
		at := t.LocationOf(name)
		list := t.Texts(name)
		if name == "any" || name == "none" {
			l.errs.Add(at.Pos(), "choose another name", "%q is a reserved word", name)
			continue
		}
		if _, err := netip.ParseAddr(name); err == nil {
			l.errs.Add(at.Pos(), "choose a name", "network name %q is an address", name)
			continue
		}
		if !l.checkName("network", name, at, badPlainName) || !l.once("network", name, at) {
			continue
		}
		if len(list) == 0 {
			t.Fail(name, `name at least one prefix, or say "none" where the network is used`, "network %s is empty", name)
		}
		l.networks[name] = &network{list, at}
	}
}

// WrittenNetwork returns the list of a network as it is written, and its location.
func (p *Policy) WrittenNetwork(name string) ([]string, tomldoc.Location) {
	n := p.own.networks[name]
	if n == nil {
		return nil, tomldoc.Location{}
	}
	out := make([]string, len(n.list))
	for i, x := range n.list {
		out[i] = x.Value
	}
	return out, n.at
}

// flattenNetworks replaces names inside networks by prefixes. Each network is expanded once and holds no prefix
// twice.
func (l *loader) flattenNetworks() {
	f := flattener{loader: l, depth: map[string]int{}}
	for _, name := range slices.Sorted(maps.Keys(l.networks)) {
		f.flatten(name, nil)
	}
}

// flattener expands networks.
type flattener struct {
	*loader
	depth  map[string]int // depth of expanded networks; 1 if the network names no other
	total  int            // number of prefixes in all expanded networks
	isOver bool           // a limit was reported, so nothing more is expanded
}

// flatten expands a network. path leads to it from the network where the expansion began.
func (f *flattener) flatten(name string, path []string) []netip.Prefix {
	if done, known := f.p.Networks[name]; known || f.isOver {
		return done
	}
	n := f.networks[name]
	if i := slices.Index(path, name); i >= 0 {
		cycle := append(slices.Clone(path[i:]), name)
		f.errs.Add(n.at.Pos(), "", "network %s includes itself: %s", name, strings.Join(cycle, " > "))
		return nil
	}
	path = append(slices.Clip(path), name)
	var out []netip.Prefix
	depth, isNested := 1, false
	for _, item := range n.list {
		if _, isName := f.networks[item.Value]; isName {
			isNested = true
			out = append(out, f.flatten(item.Value, path)...)
			depth = max(depth, 1+f.depth[item.Value])
		} else if p, ok := f.prefix(item, f.networkNames); ok {
			out = append(out, p)
		}
		if len(path) > maxNetworks || depth > maxNetworks {
			f.over(n, "networks lie inside each other more than %d deep", maxNetworks)
			return nil
		}
		if len(out) > maxPrefixes {
			break
		}
	}
	if isNested {
		out = ruleset.NewPrefixes(out...)
	}
	if f.total += len(out); f.total > maxPrefixes {
		f.over(n, "the networks hold more than %d prefixes together", maxPrefixes)
		return nil
	}
	f.p.Networks[name], f.depth[name] = out, depth
	return out
}

// over reports a limit, once.
func (f *flattener) over(n *network, format string, limit int) {
	if !f.isOver {
		f.errs.Add(n.at.Pos(), "", format, limit)
	}
	f.isOver = true
}

func (l *loader) networkNames() []string { return slices.Collect(maps.Keys(l.networks)) }

// prefix reads a prefix or a single address. It reports anything else as an unknown network. names returns the
// known names.
func (l *loader) prefix(item tomldoc.Text, names func() []string) (netip.Prefix, bool) {
	text := item.Value
	if addr, err := netip.ParseAddr(text); err == nil {
		if addr.Zone() != "" || addr.Is4In6() {
			l.errs.Add(item.Location.Pos(), "write a plain IPv4 or IPv6 address", "address %s cannot be a source", text)
			return netip.Prefix{}, false
		}
		return netip.PrefixFrom(addr, addr.BitLen()), true
	}
	p, err := netip.ParsePrefix(text)
	switch {
	case err != nil && strings.Contains(text, "/"):
		l.errs.Add(item.Location.Pos(), "10.0.0.0/8 and fd00::/8 are prefixes", "%q is not a prefix", text)
	case err != nil:
		l.errs.Add(item.Location.Pos(), l.errs.Hint(func() string { return l.suggestSource(text, names()) }), "unknown network %q", text)
	case p.Addr().Is4In6():
		l.errs.Add(item.Location.Pos(), "write the IPv4 prefix", "prefix %s cannot be a source", text)
	case p.Bits() == 0:
		l.errs.Add(item.Location.Pos(), `say "any" for everyone; families = ["ipv4"] or ["ipv6"] chooses one family`, "prefix %s is everyone", text)
	case p != p.Masked():
		l.errs.Add(item.Location.Pos(), fmt.Sprintf("write %s, or %s for the one address", p.Masked(), p.Addr()), "prefix %s has host bits set", text)
	default:
		return p, true
	}
	return netip.Prefix{}, false
}

// suggestSource returns a hint for a source that is neither an address nor a network.
func (l *loader) suggestSource(text string, networks []string) string {
	if hint := diag.Suggest(text, networks); hint != "" {
		return hint
	}
	if isDNSName(text) {
		return "a script holds addresses: write those that the name has, or \"@host\" for a host of this policy"
	}
	switch lower := strings.ToLower(text); {
	case lower == "any" || lower == "none":
		return fmt.Sprintf("write %q", lower)
	case badPlainName(text) != "" || strings.Trim(text, "0123456789.") == "" || strings.HasPrefix(text, "@"):
		return ""
	}
	return fmt.Sprintf("name its addresses: [networks] %s = [\"10.0.0.0/8\"]", text)
}

// isDNSName reports whether a text looks like a host name with a domain and not like an address.
func isDNSName(text string) bool {
	return strings.Contains(text, ".") && ruleset.BadFileName(text) == "" && strings.Trim(text, "0123456789.") != ""
}

// suggestAddress returns a hint for a text that should be an address of a host and is not.
func suggestAddress(text string) string {
	if p, err := netip.ParsePrefix(text); err == nil {
		return fmt.Sprintf("write %q; prefixes belong in [networks]", p.Addr())
	}
	if badHostName(text) == "" && strings.Trim(text, "0123456789.") != "" {
		return "a script holds addresses, not names: write those that the name has, 10.1.0.10 or fd00:1::10"
	}
	return "addresses are single addresses of the host, 10.1.0.10 or fd00:1::10"
}

func (l *loader) readAddresses(t *tomldoc.Table) []netip.Addr {
	var out []netip.Addr
	for _, item := range t.Texts("addresses") {
		addr, err := netip.ParseAddr(item.Value)
		if err != nil || addr.Zone() != "" || addr.Is4In6() || addr.IsUnspecified() || addr.IsMulticast() {
			l.errs.Add(item.Location.Pos(), suggestAddress(item.Value), "%q is not an address of a host", item.Value)
			continue
		}
		out = append(out, addr)
	}
	return out
}
