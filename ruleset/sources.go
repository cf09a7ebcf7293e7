package ruleset

import (
	"net/netip"
	"slices"
	"strings"
)

// AddressSet is a named list of prefixes. People read the name. Comparisons ignore it.
type AddressSet struct {
	Name     string
	Prefixes []netip.Prefix
}

// Sources are the remote addresses of a rule: anyone, or the union of named address sets. The zero value is
// nobody. Values are immutable and small, and share their content.
type Sources struct{ who *sources }

// sources is the content of a Sources value.
type sources struct {
	anyone   bool
	families Families
	names    []string // of sets
	sets     []AddressSet
	prefixes Prefixes // all addresses of sets, in canonical form
	ipv4     int      // number of IPv4 prefixes, which come first
	key      string   // prefixes as text
}

var (
	anyone = &sources{anyone: true, families: Families{IPv4: true, IPv6: true}, names: []string{"any"}, key: "any"}
	nobody = &sources{names: []string{}}
)

func (s Sources) get() *sources {
	if s.who == nil {
		return nobody
	}
	return s.who
}

// Anyone returns the sources that hold every address of both families.
func Anyone() Sources { return Sources{anyone} }

// NewSources returns the union of the sets, sorted by name. Sets with equal names are united.
func NewSources(sets ...AddressSet) Sources {
	sorted := slices.Clone(sets)
	slices.SortStableFunc(sorted, func(a, b AddressSet) int { return strings.Compare(a.Name, b.Name) })
	var out sources
	var all []netip.Prefix
	for i := 0; i < len(sorted); {
		name, prefixes := sorted[i].Name, sorted[i].Prefixes
		for i++; i < len(sorted) && sorted[i].Name == name; i++ {
			prefixes = slices.Concat(prefixes, sorted[i].Prefixes)
		}
		out.sets = append(out.sets, AddressSet{name, NewPrefixes(prefixes...)})
		all = append(all, prefixes...)
	}
	if len(out.sets) == 1 {
		out.prefixes = out.sets[0].Prefixes
	} else {
		out.prefixes = NewPrefixes(all...)
	}
	out.names = make([]string, len(out.sets))
	for i, set := range out.sets {
		out.names[i] = set.Name
	}
	out.ipv4 = len(out.prefixes)
	if i := slices.IndexFunc(out.prefixes, func(p netip.Prefix) bool { return !p.Addr().Is4() }); i >= 0 {
		out.ipv4 = i
	}
	out.families = Families{IPv4: out.ipv4 > 0, IPv6: out.ipv4 < len(out.prefixes)}
	out.key = prefixKey(out.prefixes)
	return Sources{&out}
}

// IsAnyone reports whether s is every address.
func (s Sources) IsAnyone() bool { return s.get().anyone }

// IsNobody reports whether s holds no address.
func (s Sources) IsNobody() bool { return s.get().families.None() }

// Sets returns the named sets, sorted by name; none for anyone. Do not change what a method of Sources returns.
func (s Sources) Sets() []AddressSet { return s.get().sets }

// Names returns the names of the sets; "any" for anyone.
func (s Sources) Names() []string { return s.get().names }

// Prefixes returns the smallest list of prefixes that covers all addresses of s, sorted, IPv4 first; none for
// anyone.
func (s Sources) Prefixes() Prefixes { return s.get().prefixes }

// IPv4 returns the IPv4 prefixes.
func (s Sources) IPv4() []netip.Prefix { return slices.Clip(s.get().prefixes[:s.get().ipv4]) }

// IPv6 returns the IPv6 prefixes.
func (s Sources) IPv6() []netip.Prefix { return s.get().prefixes[s.get().ipv4:] }

// Families returns the families of the addresses in s; both for anyone.
func (s Sources) Families() Families { return s.get().families }

// Restrict returns s without the prefixes of families that f lacks. Anyone stays anyone.
func (s Sources) Restrict(f Families) Sources {
	if s.IsAnyone() || s.Families().And(f) == s.Families() {
		return s
	}
	var sets []AddressSet
	for _, set := range s.Sets() {
		var kept []netip.Prefix
		for _, p := range set.Prefixes {
			if p.Addr().Is4() && f.IPv4 || !p.Addr().Is4() && f.IPv6 {
				kept = append(kept, p)
			}
		}
		if len(kept) > 0 {
			sets = append(sets, AddressSet{set.Name, kept})
		}
	}
	return NewSources(sets...)
}

// Union returns the addresses of both.
func (s Sources) Union(t Sources) Sources {
	if s.IsAnyone() || t.IsAnyone() {
		return Anyone()
	}
	return NewSources(slices.Concat(s.Sets(), t.Sets())...)
}

// Contains reports whether every address of t is in s.
func (s Sources) Contains(t Sources) bool {
	if s.IsAnyone() || t.IsNobody() || s.Equal(t) {
		return true
	}
	if t.IsAnyone() {
		return false
	}
	return s.Prefixes().Contains(t.Prefixes())
}

// ContainsAddr reports whether s holds the address. An IPv4 address mapped into IPv6 counts as IPv6.
func (s Sources) ContainsAddr(a netip.Addr) bool {
	return a.IsValid() && (s.IsAnyone() || s.Prefixes().holds(netip.PrefixFrom(a, a.BitLen())))
}

// Overlaps reports whether s and t share an address.
func (s Sources) Overlaps(t Sources) bool {
	if s.IsAnyone() || t.IsAnyone() {
		return !s.IsNobody() && !t.IsNobody()
	}
	return s.Prefixes().Overlaps(t.Prefixes())
}

// Equal compares the addresses and ignores the names.
func (s Sources) Equal(t Sources) bool { return s.who == t.who || s.Key() == t.Key() }

// sameLabels reports whether s and t have the same names.
func (s Sources) sameLabels(t Sources) bool {
	return s.who == t.who || slices.EqualFunc(s.Sets(), t.Sets(), func(a, b AddressSet) bool { return a.Name == b.Name && slices.Equal(a.Prefixes, b.Prefixes) })
}

// Key returns the canonical text of the addresses: "any", or the prefixes joined by commas.
func (s Sources) Key() string { return s.get().key }

func prefixKey(prefixes []netip.Prefix) string {
	var b []byte
	for i, p := range prefixes {
		if i > 0 {
			b = append(b, ',')
		}
		b = p.AppendTo(b)
	}
	return string(b)
}
