package netsh

import (
	"strings"

	"rolewall/ruleset"
)

// The commands of netsh advfirewall that this package knows.
type (
	AddRule    struct{ Rule Rule }
	DeleteRule struct{ Name string }
	EnableRule struct {
		Name    string
		Enabled bool
	}
	ShowRules struct {
		Name    string
		Verbose bool
	}
	SetProfile struct {
		Profiles       []string
		State          string // on, off or ""
		Inbound        string // blockinbound, ... or ""
		Outbound       string
		Logging, Value string // a switch of the log, and its value
	}
	ShowProfiles struct{ What string }
	SaveStore    struct{ File string }
	LoadStore    struct{ File string }
)

// ProfileNames are the profiles of Windows Firewall.
var ProfileNames = []string{"domain", "private", "public"}

func parseAdvfirewall(w *words, os ruleset.OS) (Statement, error) {
	switch {
	case w.take("firewall"):
		return parseFirewallRule(w, os)
	case w.take("export"):
		file, err := w.rest("the file")
		return SaveStore{file}, err
	case w.take("import"):
		file, err := w.rest("the file")
		return LoadStore{file}, err
	case w.take("show"):
		if _, err := w.choose("scope", "allprofiles"); err != nil {
			return nil, err
		}
		what, err := w.choose("part of a profile", "state", "firewallpolicy", "settings", "logging")
		if err != nil {
			return nil, err
		}
		return ShowProfiles{what}, w.done()
	case w.take("set"):
		return parseSetProfile(w)
	}
	return nil, w.errorf("%q is not a command of netsh advfirewall that is known here", w.next())
}

func parseFirewallRule(w *words, os ruleset.OS) (Statement, error) {
	verb, err := w.choose("verb", "add", "delete", "set", "show")
	if err != nil {
		return nil, err
	}
	if _, err := w.choose("object", "rule"); err != nil {
		return nil, err
	}
	switch verb {
	case "add":
		return parseAddRule(w, os)
	case "delete":
		return parseDeleteRule(w, os)
	case "set":
		return parseEnableRule(w)
	}
	t, err := w.tags([]string{"name", "profile", "type", "dir"}, "verbose")
	if err != nil {
		return nil, err
	}
	verbose := w.take("verbose")
	if err := w.done(); err != nil {
		return nil, err
	}
	return ShowRules{t.values["name"], verbose}, t.require("name")
}

// ruleTags are the tags of add rule. delete has name and the last nine of them.
var ruleTags = []string{
	"action", "description", "enable", "interfacetype", "rmtcomputergrp", "rmtusrgrp", "edge", "security",
	"name", "dir", "profile", "program", "service", "localip", "remoteip", "localport", "remoteport", "protocol",
}

func parseDeleteRule(w *words, os ruleset.OS) (Statement, error) {
	t, err := w.tags(ruleTags[8:], "")
	if err != nil {
		return nil, err
	}
	if err := t.require("name"); err != nil {
		return nil, err
	}
	for _, ports := range []string{"localport", "remoteport"} {
		if p := strings.ToLower(t.known("protocol")); t.has(ports) && p != "tcp" && p != "udp" {
			return nil, t.errorf(ports, "ports need protocol=tcp or udp")
		}
	}
	if len(t.values) > 1 {
		return nil, t.errorf("", "only delete by name is known here")
	}
	return DeleteRule{t.values["name"]}, nil
}

// parseEnableRule reads the only change of a rule that this package knows: on and off.
func parseEnableRule(w *words) (Statement, error) {
	t, err := w.tags([]string{"name"}, "new")
	if err != nil {
		return nil, err
	}
	if err := t.require("name"); err != nil {
		return nil, err
	}
	if !w.take("new") {
		return nil, w.errorf("without the word new nothing changes")
	}
	changes, err := w.tags([]string{"enable"}, "")
	if err != nil {
		return nil, err
	}
	enable, err := changes.word("enable", "yes", "no")
	if err != nil {
		return nil, err
	}
	return EnableRule{t.values["name"], enable == "yes"}, changes.require("enable")
}

func parseSetProfile(w *words) (Statement, error) {
	scope, err := w.choose("scope", "allprofiles", "domainprofile", "privateprofile", "publicprofile")
	if err != nil {
		return nil, err
	}
	s := SetProfile{Profiles: []string{strings.TrimSuffix(scope, "profile")}}
	if scope == "allprofiles" {
		s.Profiles = ProfileNames
	}
	parameter, err := w.choose("parameter", "state", "firewallpolicy", "logging")
	if err != nil {
		return nil, err
	}
	switch parameter {
	case "state":
		s.State, err = w.choose("state", "on", "off", "notconfigured")
	case "firewallpolicy":
		err = s.parsePolicy(w)
	case "logging":
		if s.Logging, err = w.choose("switch of the log", "allowedconnections", "droppedconnections"); err == nil {
			s.Value, err = w.choose("value", "enable", "disable", "notconfigured")
		}
	}
	if err == nil {
		err = w.done()
	}
	return s, err
}

// parsePolicy reads "blockinbound,allowoutbound", which is one argument.
func (s *SetProfile) parsePolicy(w *words) (err error) {
	in, out, _ := strings.Cut(w.next(), ",")
	pair := &words{args: []Arg{{Value: in}, {Value: out}}}
	if !w.end() {
		pair.args[0].Col, pair.args[1].Col = w.args[w.pos].Col, w.args[w.pos].Col+len(in)+1
	}
	if s.Inbound, err = pair.choose("inbound policy", "blockinbound", "blockinboundalways", "allowinbound"); err != nil {
		return err
	}
	if s.Outbound, err = pair.choose("outbound policy", "allowoutbound", "blockoutbound"); err != nil {
		return err
	}
	w.pos++
	return nil
}
