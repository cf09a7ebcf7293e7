package ruleset

// Families says which address families a host speaks.
type Families struct{ IPv4, IPv6 bool }

// Names lists the families as policies and the json target write them: "ipv4", "ipv6".
func (f Families) Names() []string {
	var names []string
	if f.IPv4 {
		names = append(names, "ipv4")
	}
	if f.IPv6 {
		names = append(names, "ipv6")
	}
	return names
}

// And returns the families that both f and g hold.
func (f Families) And(g Families) Families {
	return Families{f.IPv4 && g.IPv4, f.IPv6 && g.IPv6}
}

// None reports whether f holds no family.
func (f Families) None() bool { return !f.IPv4 && !f.IPv6 }
