package drift

import (
	"net/netip"

	"rolewall/diag"
	"rolewall/ruleset"
)

// ParseSource reads the source of a question about a capture: an address or a prefix, since a capture knows no names. An empty
// text is every source, for which it returns none. The error is a *diag.Diagnostic with a hint.
func ParseSource(text string) (ruleset.Prefixes, error) {
	if text == "" {
		return nil, nil
	}
	p, err := netip.ParsePrefix(text)
	if a, isAddr := netip.ParseAddr(text); isAddr == nil {
		p, err = netip.PrefixFrom(a, a.BitLen()), nil
	}
	if err != nil {
		return nil, diag.Errorf("--from 10.20.0.5 or --from 10.20.0.0/16: a capture knows no names", "%q is not an address", text)
	}
	return ruleset.NewPrefixes(p.Masked()), nil
}

// ParseScanner reads the address from which a host was scanned, for Options.From. An empty text is no address. The error is a
// *diag.Diagnostic with a hint.
func ParseScanner(text string) (netip.Addr, error) {
	if text == "" {
		return netip.Addr{}, nil
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return a, diag.Errorf("--from 10.3.0.5", "--from takes an address, and %q is none", text)
	}
	return a, nil
}
