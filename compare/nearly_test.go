package compare

import (
	"net/netip"
	"strings"
	"testing"
)

func TestToNearlyAnyone(t *testing.T) {
	for _, c := range []struct {
		name, before, after string
		want                bool
	}{
		{"half of IPv4", "", "0.0.0.0/1", true},
		{"half in pieces", "10.0.0.0/8", "0.0.0.0/2 64.0.0.0/2", true},
		{"less than half", "", "0.0.0.0/2 64.0.0.0/3", false},
		{"all but one address", "10.0.0.1/32", "0.0.0.0/1 128.0.0.0/2 192.0.0.0/3", true},
		{"a company's networks", "", "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7", false},
		{"everyone", "", "0.0.0.0/0", false},
		{"nearly everyone before", "0.0.0.0/1", "0.0.0.0/1 128.0.0.0/2", false},
		{"nearly everyone, who was everyone", "0.0.0.0/0", "0.0.0.0/1", false},
		{"nobody any more", "0.0.0.0/1", "", false},
		{"all public addresses of IPv6", "", "2000::/3", true},
		{"half of them", "", "2000::/4", true},
		{"a part of them", "", "2000::/5", false},
		{"the other family", "0.0.0.0/0", "0.0.0.0/0 8000::/1", true},
	} {
		change := Change{Before: Addresses{Prefixes: prefixList(c.before)}, After: Addresses{Prefixes: prefixList(c.after)}}
		if got := change.ToNearlyAnyone(); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}

func prefixList(text string) []netip.Prefix {
	var out []netip.Prefix
	for word := range strings.FieldsSeq(text) {
		out = append(out, netip.MustParsePrefix(word))
	}
	return out
}
