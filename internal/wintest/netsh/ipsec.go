package netsh

import (
	"strings"

	"rolewall/ruleset"
)

// The commands of netsh ipsec static that this package knows. Names may be known only at run time.
type (
	AddPolicy struct {
		Name        string
		DefaultRule bool
		Assign      bool
	}
	AddFilterList   struct{ Name string }
	AddFilterAction struct {
		Name  string
		Block bool
	}
	AddFilter struct {
		List   string
		Filter Filter
	}
	AddIPsecRule struct {
		Name, Policy, List, Action string
	}
	AssignPolicy struct {
		Name   string
		Assign bool
	}
	DeleteIPsec struct{ Kind, Name string }
	ShowIPsec   struct{ Kind, Name string }
	SaveIPsec   struct{ File string }
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

// ipsecTags holds the tags of each command, by verb and object. The first tag is required.
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

func parseIPsec(w *words, os ruleset.OS) (Statement, error) {
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
		return SaveIPsec{t.values["file"]}, t.require("file")
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

func newIPsecStatement(what string, t *tags, os ruleset.OS) (Statement, error) {
	name := t.values["name"]
	switch what {
	case "add policy":
		return AddPolicy{name, t.values["activatedefaultrule"] != "no", t.values["assign"] == "yes"}, nil
	case "add filterlist":
		return AddFilterList{name}, nil
	case "add filteraction":
		action, err := t.word("action", "permit", "block")
		if err == nil && action == "" {
			err = t.errorf("", "action= is missing: the default negotiates")
		}
		return AddFilterAction{name, action == "block"}, err
	case "add filter":
		f, err := t.filter(os)
		return AddFilter{t.values["filterlist"], f}, err
	case "add rule":
		if _, err := t.word("conntype", "lan", "dialup", "all"); err != nil {
			return nil, err
		}
		return AddIPsecRule{name, t.values["policy"], t.values["filterlist"], t.values["filteraction"]}, t.require("policy", "filterlist", "filteraction")
	case "set policy":
		if len(t.values) != 2 || !t.has("assign") {
			return nil, t.errorf("", "of set policy only assign= is known here")
		}
		return AssignPolicy{name, t.values["assign"] == "yes"}, nil
	}
	return DeleteIPsec{strings.TrimPrefix(what, "delete "), name}, nil
}

func parseShowIPsec(w *words) (Statement, error) {
	object, err := w.choose("object", "policy", "filterlist", "filteraction")
	if err != nil {
		return nil, err
	}
	if w.take("all") {
		return ShowIPsec{Kind: object}, w.done()
	}
	t, err := w.tags([]string{"name"}, "")
	if err != nil {
		return nil, err
	}
	return ShowIPsec{object, t.values["name"]}, t.require("name")
}

// yesNo checks tags with the values yes and no. It rejects the abbreviations that netsh accepts.
func (t *tags) yesNo(names ...string) error {
	for _, name := range names {
		if v := t.known(name); v != "" && v != "yes" && v != "no" {
			return t.errorf(name, "%s is yes or no", name)
		}
	}
	return nil
}
