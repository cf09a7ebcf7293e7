package policy

import (
	"maps"
	"net/netip"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/tomldoc"
)

// network is an entry of [networks] as written.
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

// flattenNetworks replaces names inside networks by their prefixes.
func (l *loader) flattenNetworks() {
	for _, name := range slices.Sorted(maps.Keys(l.networks)) {
		l.flatten(name, nil)
	}
}

func (l *loader) flatten(name string, road []string) []netip.Prefix {
	if done, known := l.p.Networks[name]; known {
		return done
	}
	n := l.networks[name]
	if i := slices.Index(road, name); i >= 0 {
		cycle := append(slices.Clone(road[i:]), name)
		l.errs.Add(n.at.Pos(), "", "network %s includes itself: %s", name, strings.Join(cycle, " > "))
		return nil
	}
	var out []netip.Prefix
	for _, item := range n.list {
		if _, isName := l.networks[item.Value]; isName {
			out = append(out, l.flatten(item.Value, append(road, name))...)
		} else if p, ok := l.prefix(item, slices.Collect(maps.Keys(l.networks))); ok {
			out = append(out, p)
		}
	}
	l.p.Networks[name] = out
	return out
}

// prefix reads a prefix or a single address. It reports anything else as an unknown network.
func (l *loader) prefix(item tomldoc.Text, names []string) (netip.Prefix, bool) {
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
		l.errs.Add(item.Location.Pos(), diag.Suggest(text, names), "unknown network %q", text)
	case p.Addr().Is4In6():
		l.errs.Add(item.Location.Pos(), "write the IPv4 prefix", "prefix %s cannot be a source", text)
	case p.Bits() == 0:
		l.errs.Add(item.Location.Pos(), `say "any" for everyone; families = ["ipv4"] or ["ipv6"] chooses one family`, "prefix %s is everyone", text)
	case p != p.Masked():
		l.errs.Add(item.Location.Pos(), "write "+p.Masked().String(), "prefix %s has bits set behind its length", text)
	default:
		return p, true
	}
	return netip.Prefix{}, false
}

func (l *loader) readAddresses(t *tomldoc.Table) []netip.Addr {
	var out []netip.Addr
	for _, item := range t.Texts("addresses") {
		addr, err := netip.ParseAddr(item.Value)
		if err != nil || addr.Zone() != "" || addr.Is4In6() || addr.IsUnspecified() || addr.IsMulticast() {
			l.errs.Add(item.Location.Pos(), "addresses are single addresses of the host, 10.1.0.10 or fd00:1::10", "%q is not an address of a host", item.Value)
			continue
		}
		out = append(out, addr)
	}
	return out
}
