package ruleset

import (
	"math/rand/v2"
	"net/netip"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// named is a set from its prefixes in one text.
func named(name, prefixes string) AddressSet {
	set := AddressSet{Name: name}
	for _, p := range strings.Fields(prefixes) {
		set.Prefixes = append(set.Prefixes, netip.MustParsePrefix(p))
	}
	return set
}

func from(prefixes string) Sources { return NewSources(named("test", prefixes)) }

func TestNewSources(t *testing.T) {
	for _, c := range []struct {
		name       string
		sets       []AddressSet
		key, names string
	}{
		{"nobody", nil, "", ""},
		{"a set without prefixes is nobody", []AddressSet{{Name: "empty"}}, "", "empty"},
		{"both families, IPv4 first", []AddressSet{named("a", "fd00::/8 10.0.0.0/8")}, "10.0.0.0/8,fd00::/8", "a"},
		{"inside", []AddressSet{named("b", "10.1.0.0/16"), named("a", "10.0.0.0/8")}, "10.0.0.0/8", "a b"},
		{"halves unite", []AddressSet{named("a", "10.0.0.0/9"), named("b", "10.128.0.0/9")}, "10.0.0.0/8", "a b"},
		{"neighbours that are no halves", []AddressSet{named("a", "10.1.0.0/16 10.2.0.0/16")}, "10.1.0.0/16,10.2.0.0/16", "a"},
		{"one name twice", []AddressSet{named("a", "10.1.0.0/16"), named("a", "10.2.0.0/16")}, "10.1.0.0/16,10.2.0.0/16", "a"},
		{"the halves of IPv4 are not everyone", []AddressSet{named("a", "0.0.0.0/1 128.0.0.0/1")}, "0.0.0.0/0", "a"},
	} {
		for range 2 {
			s := NewSources(c.sets...)
			if s.Key() != c.key || strings.Join(s.Names(), " ") != c.names || s.IsAnyone() || s.IsNobody() != (c.key == "") {
				t.Errorf("%s: got %s of %s", c.name, s.Key(), s.Names())
			}
			slices.Reverse(c.sets)
		}
	}
}

func TestAnyoneAndNobody(t *testing.T) {
	anyone, nobody, office := Anyone(), NewSources(), from("10.0.0.0/8")
	if !anyone.IsAnyone() || anyone.IsNobody() || anyone.Key() != "any" || !slices.Equal(anyone.Names(), []string{"any"}) || len(anyone.Prefixes()) != 0 {
		t.Error("anyone is not anyone")
	}
	if nobody.IsAnyone() || !nobody.IsNobody() || !nobody.Equal(Sources{}) {
		t.Error("nobody is somebody")
	}
	for _, c := range []struct {
		what string
		got  bool
		want bool
	}{
		{"anyone holds the office", anyone.Contains(office), true},
		{"anyone holds nobody", anyone.Contains(nobody), true},
		{"anyone holds anyone", anyone.Contains(anyone), true},
		{"the office holds anyone", office.Contains(anyone), false},
		{"the office holds nobody", office.Contains(nobody), true},
		{"a prefix that names a host holds its network", from("10.5.0.1/8").Contains(from("10.1.0.0/16 10.9.0.0/16")), true},
		{"nobody holds the office", nobody.Contains(office), false},
		{"nobody holds anyone", nobody.Contains(anyone), false},
		{"nobody holds nobody", nobody.Contains(nobody), true},
		{"nobody is anyone", nobody.Equal(anyone), false},
		{"anyone is the halves", anyone.Equal(from("0.0.0.0/1 128.0.0.0/1 ::/1 8000::/1")), false},
		{"anyone stays anyone in one family", anyone.Restrict(Families{IPv6: true}).IsAnyone(), true},
		{"the office and nobody is the office", office.Union(nobody).Equal(office), true},
		{"the office and anyone is anyone", office.Union(anyone).IsAnyone(), true},
		{"anyone and the office is anyone", anyone.Union(office).IsAnyone(), true},
		{"nobody and nobody is nobody", nobody.Union(nobody).IsNobody(), true},
	} {
		if c.got != c.want {
			t.Errorf("%s: %t", c.what, c.got)
		}
	}
}

func TestRestrict(t *testing.T) {
	both := NewSources(named("a", "10.0.0.0/8 fd00::/8"), named("b", "192.168.0.0/16"), named("c", "2001:db8::/32"))
	for _, c := range []struct {
		families   Families
		key, names string
	}{
		{Families{IPv4: true, IPv6: true}, both.Key(), "a b c"},
		{Families{IPv4: true}, "10.0.0.0/8,192.168.0.0/16", "a b"},
		{Families{IPv6: true}, "2001:db8::/32,fd00::/8", "a c"},
		{Families{}, "", ""},
	} {
		got := both.Restrict(c.families)
		if got.Key() != c.key || strings.Join(got.Names(), " ") != c.names || got.Families() != c.families {
			t.Errorf("%v: got %s of %s", c.families.Names(), got.Key(), got.Names())
		}
	}
	if len(both.IPv4()) != 2 || len(both.IPv6()) != 2 {
		t.Errorf("%v and %v", both.IPv4(), both.IPv6())
	}
	if six := from("fd00::/8").Restrict(Families{IPv4: true}); !six.IsNobody() || six.IsAnyone() {
		t.Error("an IPv6 source opens IPv4")
	}
}

// TestSourcesAgainstAddresses compares every question with the answer of single addresses, in two small nets.
func TestSourcesAgainstAddresses(t *testing.T) {
	var addresses []netip.Addr
	for _, base := range []string{"10.0.0.0", "fd00::"} {
		for a, i := netip.MustParseAddr(base), 0; i < 16; a, i = a.Next(), i+1 {
			addresses = append(addresses, a)
		}
	}
	rng := rand.New(rand.NewPCG(1, 2))
	random := func() Sources {
		if rng.IntN(12) == 0 {
			return Anyone()
		}
		var sets []AddressSet
		for range rng.IntN(4) {
			set := AddressSet{Name: string(rune('a' + rng.IntN(3)))}
			for range rng.IntN(4) {
				a := addresses[rng.IntN(len(addresses))]
				set.Prefixes = append(set.Prefixes, netip.PrefixFrom(a, a.BitLen()-rng.IntN(5)).Masked())
			}
			sets = append(sets, set)
		}
		return NewSources(sets...)
	}
	members := func(s Sources) []netip.Addr {
		return slices.DeleteFunc(slices.Clone(addresses), func(a netip.Addr) bool {
			return !s.IsAnyone() && !slices.ContainsFunc(s.Prefixes(), func(p netip.Prefix) bool { return p.Contains(a) })
		})
	}
	all := func(a []netip.Addr) func(netip.Addr) bool {
		return func(x netip.Addr) bool { return slices.Contains(a, x) }
	}
	for range 3000 {
		s, u := random(), random()
		in, inU := members(s), members(u)
		subset := !slices.ContainsFunc(inU, func(a netip.Addr) bool { return !all(in)(a) })
		if want := s.IsAnyone() || subset && !u.IsAnyone(); s.Contains(u) != want {
			t.Fatalf("%s contains %s: want %t", s.Key(), u.Key(), want)
		}
		if want := s.IsAnyone() == u.IsAnyone() && slices.Equal(in, inU); s.Equal(u) != want || (s.Key() == u.Key()) != want {
			t.Fatalf("%s is %s: want %t", s.Key(), u.Key(), want)
		}
		union := members(s.Union(u))
		if want := members(NewSources(append(s.Sets(), u.Sets()...)...)); !s.IsAnyone() && !u.IsAnyone() && !slices.Equal(union, want) {
			t.Fatalf("%s and %s: got %v", s.Key(), u.Key(), union)
		}
		if slices.ContainsFunc(addresses, func(a netip.Addr) bool { return all(union)(a) != (all(in)(a) || all(inU)(a)) }) {
			t.Fatalf("%s and %s: got %v", s.Key(), u.Key(), union)
		}
		four := members(s.Restrict(Families{IPv4: true}))
		if want := slices.DeleteFunc(slices.Clone(in), netip.Addr.Is6); !s.IsAnyone() && !slices.Equal(four, want) {
			t.Fatalf("%s in IPv4: got %v", s.Key(), four)
		}
		if again := NewSources(s.Sets()...); !s.IsAnyone() && !reflect.DeepEqual(again, s) {
			t.Fatalf("%s is made of %v and then is %s", s.Key(), s.Sets(), again.Key())
		}
	}
}

func TestFamilies(t *testing.T) {
	both, four, six := Families{IPv4: true, IPv6: true}, Families{IPv4: true}, Families{IPv6: true}
	if !slices.Equal(both.Names(), []string{"ipv4", "ipv6"}) || !slices.Equal(four.Names(), []string{"ipv4"}) || !slices.Equal(six.Names(), []string{"ipv6"}) {
		t.Error("wrong names")
	}
	if both.And(four) != four || four.And(six) != (Families{}) || !four.And(six).None() || four.None() || six.None() {
		t.Error("wrong intersection")
	}
}

// TestFamiliesStayApart holds that what a caller appends to the prefixes of one family reaches no other.
func TestFamiliesStayApart(t *testing.T) {
	s := NewSources(named("both", "10.0.0.0/8 fd00::/8"))
	_ = append(s.IPv4(), netip.MustParsePrefix("0.0.0.0/0"))
	if got := s.IPv6(); len(got) != 1 || got[0] != netip.MustParsePrefix("fd00::/8") {
		t.Errorf("the IPv6 prefixes have become %v", got)
	}
}

// TestOverlaps compares Overlaps and Minus with the answer of single addresses.
func TestOverlaps(t *testing.T) {
	texts := []string{"", "10.0.0.0/30", "10.0.0.0/31 10.0.0.3/32", "10.0.0.2/31", "10.0.0.1/32 fd00::1/128", "fd00::/127", "0.0.0.0/0", "::/0"}
	addresses := []string{"10.0.0.0", "10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4", "fd00::", "fd00::1", "fd00::2"}
	for _, a := range texts {
		for _, b := range texts {
			s, u, both := from(a), from(b), false
			minus := NewSources(AddressSet{Prefixes: s.Prefixes().Minus(u.Prefixes())})
			for _, text := range addresses {
				x := netip.MustParseAddr(text)
				both = both || s.ContainsAddr(x) && u.ContainsAddr(x)
				if want := s.ContainsAddr(x) && !u.ContainsAddr(x); minus.ContainsAddr(x) != want {
					t.Errorf("%s in %s minus %s: want %t", x, a, b, want)
				}
			}
			if s.Overlaps(u) != both {
				t.Errorf("%s overlaps %s: want %t", a, b, both)
			}
		}
		if s := from(a); Anyone().Overlaps(s) == s.IsNobody() || s.Overlaps(Anyone()) == s.IsNobody() {
			t.Errorf("%s and anyone", a)
		}
	}
}
