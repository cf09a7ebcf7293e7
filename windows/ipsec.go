package windows

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// The commands of netsh ipsec static that are known here. Names may be open until run time.
type (
	addPolicy struct {
		name        string
		defaultRule bool
		assign      bool
	}
	addFilterList   struct{ name string }
	addFilterAction struct {
		name  string
		block bool
	}
	addFilter struct {
		list   string
		filter Filter
	}
	addIPsecRule struct {
		name, policy, list, action string
	}
	assignPolicy struct {
		name   string
		assign bool
	}
	deleteIPsec struct{ kind, name string }
	showIPsec   struct{ kind, name string }
	saveIPsec   struct{ file string }
)

// Filter is one IPSec filter: a protocol between two sides, each an address and a port.
type Filter struct {
	Source, Destination Side
	Protocol            ruleset.Protocol
	Mirrored            bool
}

// Side is one end of a filter. Port 0 is every port.
type Side struct {
	Me, Any bool
	Net     AddressRange
	Port    uint16
}

// ipsecTags are the tags of each command, by verb and object; the first must be given.
var ipsecTags = map[string][]string{
	"add policy":          {"name", "description", "mmpfs", "qmpermm", "mmlifetime", "activatedefaultrule", "pollinginterval", "assign", "mmsecmethods"},
	"add filterlist":      {"name", "description"},
	"add filter":          {"filterlist", "srcaddr", "dstaddr", "description", "protocol", "mirrored", "srcmask", "dstmask", "srcport", "dstport"},
	"add filteraction":    {"name", "description", "qmpfs", "inpass", "soft", "action", "qmsecmethods"},
	"add rule":            {"name", "policy", "filterlist", "filteraction", "tunnel", "conntype", "activate", "description", "kerberos", "psk", "rootca"},
	"set policy":          {"name", "newname", "description", "activatedefaultrule", "assign", "gponame"},
	"delete policy":       {"name"},
	"delete filterlist":   {"name"},
	"delete filteraction": {"name"},
}

func parseIPsec(w *words, os ruleset.OS) (statement, error) {
	verb, err := w.choose("command of netsh ipsec static", "add", "set", "delete", "show", "exportpolicy")
	if err != nil {
		return nil, err
	}
	switch verb {
	case "exportpolicy":
		t, err := w.tags([]string{"file"}, "")
		if err != nil {
			return nil, err
		}
		return saveIPsec{t.values["file"]}, t.require("file")
	case "show":
		return parseShowIPsec(w)
	}
	object, err := w.choose("object", "policy", "filterlist", "filteraction", "filter", "rule")
	if err != nil {
		return nil, err
	}
	allowed, known := ipsecTags[verb+" "+object]
	if !known {
		return nil, w.errorf("%s %s is not known here", verb, object)
	}
	t, err := w.tags(allowed, "")
	if err != nil {
		return nil, err
	}
	if err := t.require(allowed[0]); err != nil {
		return nil, err
	}
	if err := t.yesNo("mmpfs", "activatedefaultrule", "assign", "mirrored", "qmpfs", "inpass", "soft", "activate", "kerberos"); err != nil {
		return nil, err
	}
	return newIPsecStatement(verb+" "+object, t, os)
}

func newIPsecStatement(what string, t *tags, os ruleset.OS) (statement, error) {
	name := t.values["name"]
	switch what {
	case "add policy":
		return addPolicy{name, t.values["activatedefaultrule"] != "no", t.values["assign"] == "yes"}, nil
	case "add filterlist":
		return addFilterList{name}, nil
	case "add filteraction":
		action, err := t.word("action", "permit", "block")
		if err == nil && action == "" {
			err = t.errorf("", "action= is missing: the default negotiates")
		}
		return addFilterAction{name, action == "block"}, err
	case "add filter":
		f, err := t.filter(os)
		return addFilter{t.values["filterlist"], f}, err
	case "add rule":
		if _, err := t.word("conntype", "lan", "dialup", "all"); err != nil {
			return nil, err
		}
		return addIPsecRule{name, t.values["policy"], t.values["filterlist"], t.values["filteraction"]}, t.require("policy", "filterlist", "filteraction")
	case "set policy":
		if len(t.values) != 2 || !t.has("assign") {
			return nil, t.errorf("", "of set policy only assign= is known here")
		}
		return assignPolicy{name, t.values["assign"] == "yes"}, nil
	}
	return deleteIPsec{strings.TrimPrefix(what, "delete "), name}, nil
}

func parseShowIPsec(w *words) (statement, error) {
	object, err := w.choose("object", "policy", "filterlist", "filteraction")
	if err != nil {
		return nil, err
	}
	if w.take("all") {
		return showIPsec{kind: object}, w.done()
	}
	t, err := w.tags([]string{"name"}, "")
	if err != nil {
		return nil, err
	}
	return showIPsec{object, t.values["name"]}, t.require("name")
}

// yesNo checks switches; they are written out, though netsh takes abbreviations.
func (t *tags) yesNo(names ...string) error {
	for _, name := range names {
		if v := t.known(name); v != "" && v != "yes" && v != "no" {
			return t.errorf(name, "%s is yes or no", name)
		}
	}
	return nil
}

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
			return f, t.errorf("protocol", "%q is no protocol", v)
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

// ipsecNet reads an address with its mask, which is a host's where none is given.
func (t *tags) ipsecNet(address, mask string, os ruleset.OS) (AddressRange, error) {
	v := t.known(address)
	a, err := netip.ParseAddr(v)
	switch {
	case err != nil:
		return AddressRange{}, t.errorf(address, "%q is no address, me or any", v)
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
			return AddressRange{}, t.errorf(mask, "%q is no mask", m)
		}
		if bits == 0 {
			return AddressRange{}, t.errorf(mask, "an empty mask is written %s=any", address)
		}
	}
	p := netip.PrefixFrom(a, bits)
	if p.Masked() != p {
		return AddressRange{}, t.errorf(address, "%s has bits beyond its mask", v)
	}
	return prefixRange(p), nil
}
