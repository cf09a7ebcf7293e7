package netsh

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// filter reads the tags of add filter.
func (t *tags) filter(os ruleset.OS) (Filter, error) {
	f := Filter{Mirrored: t.values["mirrored"] != "no", Protocol: ruleset.AnyProtocol}
	if err := t.require("srcaddr", "dstaddr"); err != nil {
		return f, err
	}
	if v := strings.ToUpper(t.known("protocol")); v != "" {
		i := slices.Index([]string{"ANY", "ICMP", "TCP", "UDP"}, v)
		n, err := strconv.ParseUint(v, 10, 8)
		switch {
		case i >= 0:
			f.Protocol = []ruleset.Protocol{ruleset.AnyProtocol, ruleset.ICMP, ruleset.TCP, ruleset.UDP}[i]
		case err == nil && n > 0:
			f.Protocol = ruleset.Protocol(n)
		default:
			return f, t.errorf("protocol", "%q is not a protocol", v)
		}
	}
	var err error
	if f.Source, err = t.side("src", f.Protocol, os); err != nil {
		return f, err
	}
	f.Destination, err = t.side("dst", f.Protocol, os)
	return f, err
}

// side reads address, mask and port of one end.
func (t *tags) side(which string, p ruleset.Protocol, os ruleset.OS) (s Side, err error) {
	address, mask := which+"addr", which+"mask"
	v := strings.ToLower(t.known(address))
	switch v {
	case "":
	case "me":
		s.Me = true
	case "any":
		s.Any = true
	default:
		if s.Net, err = t.ipsecNet(address, mask, os); err != nil {
			return s, err
		}
	}
	if (s.Me || s.Any) && t.has(mask) {
		return s, t.errorf(mask, "%s has no meaning beside %s", mask, v)
	}
	port := which + "port"
	if v := t.known(port); v != "" {
		n, err := strconv.ParseUint(v, 10, 16)
		if err != nil {
			return s, t.errorf(port, "%s takes one number, not %q", port, v)
		}
		if n > 0 && !p.HasPorts() {
			return s, t.errorf(port, "ports need protocol TCP or UDP")
		}
		s.Port = uint16(n)
	}
	return s, nil
}

// ipsecNet reads an address and its mask. Without a mask it is a single address.
func (t *tags) ipsecNet(address, mask string, os ruleset.OS) (AddressRange, error) {
	v := t.known(address)
	a, err := netip.ParseAddr(v)
	switch {
	case err != nil:
		return AddressRange{}, t.errorf(address, "%q is not an address, me or any", v)
	case !a.Is4() && os.Before(ruleset.Windows2008):
		return AddressRange{}, t.errorf(address, "%s filters know IPv4 only", os)
	}
	bits := a.BitLen()
	if m := t.known(mask); m != "" {
		dotted, ok := maskBits(m)
		n, err := strconv.Atoi(m)
		switch {
		case ok && a.Is4():
			bits = dotted
		case err == nil && n >= 1 && n <= bits:
			bits = n
		default:
			return AddressRange{}, t.errorf(mask, "%q is not a mask", m)
		}
		if bits == 0 {
			return AddressRange{}, t.errorf(mask, "an empty mask is written %s=any", address)
		}
	}
	p := netip.PrefixFrom(a, bits)
	if p.Masked() != p {
		return AddressRange{}, t.errorf(address, "%s has bits beyond its mask", v)
	}
	return PrefixRange(p), nil
}
