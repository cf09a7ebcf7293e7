package netsh

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rolewall/ruleset"
)

// parseAddRule reads the tags of `advfirewall firewall add rule` and checks their combinations against the
// documents.
func parseAddRule(w *words, os ruleset.OS) (Statement, error) {
	t, err := w.tags(ruleTags, "")
	if err != nil {
		return nil, err
	}
	if err := t.require("name", "dir", "action"); err != nil {
		return nil, err
	}
	r := Rule{Name: t.values["name"], Description: t.values["description"], Protocol: ruleset.AnyProtocol}
	for _, read := range []func(*tags, *Rule, ruleset.OS) error{
		readTexts, readWords, readProtocol, readPorts, readAddresses, readOwner, readUnused,
	} {
		if err := read(t, &r, os); err != nil {
			return nil, err
		}
	}
	return AddRule{r}, nil
}

func readTexts(t *tags, r *Rule, _ ruleset.OS) error {
	switch name := t.known("name"); {
	case strings.EqualFold(name, "all"):
		return t.errorf("name", "all is not a name of a rule")
	case len(name) > 9999 || strings.Contains(name, "|"):
		return t.errorf("name", "a name has up to 9,999 characters and no |")
	}
	if d := t.known("description"); len(d) >= 10000 || strings.Contains(d, "|") {
		return t.errorf("description", "a description has fewer than 10,000 characters and no |")
	}
	return nil
}

func readWords(t *tags, r *Rule, _ ruleset.OS) error {
	dir, err := t.word("dir", "in", "out")
	if err != nil {
		return err
	}
	action, err := t.word("action", "allow", "block")
	if err != nil {
		return err
	}
	enable, err := t.word("enable", "yes", "no")
	if err != nil {
		return err
	}
	r.Outbound, r.Block, r.Disabled = dir == "out", action == "block", enable == "no"
	profiles := t.known("profile")
	if profiles == "" || strings.EqualFold(profiles, "any") {
		return nil
	}
	for name := range strings.SplitSeq(strings.ToLower(profiles), ",") {
		if !slices.Contains(ProfileNames, name) {
			return t.errorf("profile", "%q is not a profile; any stands alone", name)
		}
		r.Profiles = append(r.Profiles, name)
	}
	slices.Sort(r.Profiles)
	if len(slices.Compact(slices.Clone(r.Profiles))) != len(r.Profiles) {
		return t.errorf("profile", "a profile stands there twice")
	}
	return nil
}

var icmpProtocol = regexp.MustCompile(`^icmpv([46])(?::([0-9]{1,3}|any),([0-9]{1,3}|any))?$`)

func readProtocol(t *tags, r *Rule, _ ruleset.OS) error {
	v := strings.ToLower(t.known("protocol"))
	switch v {
	case "", "any":
		return nil
	case "tcp":
		r.Protocol = ruleset.TCP
		return nil
	case "udp":
		r.Protocol = ruleset.UDP
		return nil
	}
	if m := icmpProtocol.FindStringSubmatch(v); m != nil {
		return readICMP(t, r, m)
	}
	n, err := strconv.ParseUint(v, 10, 8)
	if err != nil {
		return t.errorf("protocol", "%q is not a protocol", v)
	}
	r.Protocol = ruleset.Protocol(n)
	return nil
}

func readICMP(t *tags, r *Rule, m []string) error {
	r.Protocol = map[string]ruleset.Protocol{"4": ruleset.ICMP, "6": ruleset.ICMPv6}[m[1]]
	if m[2] == "" || m[2] == "any" {
		if m[3] != "" && m[3] != "any" {
			return t.errorf("protocol", "a code needs a type")
		}
		return nil
	}
	spec := m[2]
	if m[3] != "any" {
		spec += ":" + m[3]
	}
	typ, err := ruleset.ParseICMPType(spec)
	if err != nil {
		return t.errorf("protocol", "%s", err)
	}
	r.ICMP = &typ
	return nil
}

// programForbidden are characters that a path cannot have, and serviceForbidden those that the name of a service
// cannot have.
const programForbidden, serviceForbidden = `/*?"<>|`, `/\|"`

func readOwner(t *tags, r *Rule, _ ruleset.OS) error {
	r.Program, r.Service = t.known("program"), t.known("service")
	isPath := strings.Contains(r.Program, `:\`) || strings.HasPrefix(r.Program, "%")
	switch {
	case len(r.Program) > 259 || strings.ContainsAny(r.Program, programForbidden):
		return t.errorf("program", "%q is not a path", r.Program)
	case r.Program != "" && !isPath && !strings.EqualFold(r.Program, "System"):
		return t.errorf("program", "%q is not a full path", r.Program)
	case len(r.Service) > 259 || strings.ContainsAny(r.Service, serviceForbidden):
		return t.errorf("service", "%q is not a short name of a service", r.Service)
	}
	return nil
}

// readUnused checks the tags that rolewall never writes.
func readUnused(t *tags, r *Rule, os ruleset.OS) error {
	edge, err := t.word("edge", "yes", "no", "deferapp", "deferuser")
	if err != nil {
		return err
	}
	if edge != "" && r.Outbound {
		return t.errorf("edge", "edge is for inbound rules")
	}
	if strings.HasPrefix(edge, "defer") && os.Before(ruleset.Windows2008R2) {
		return t.errorf("edge", "%s does not know edge=%s", os, edge)
	}
	if _, err := t.word("interfacetype", "wireless", "lan", "ras", "any"); err != nil {
		return err
	}
	security, err := t.word("security", "authenticate", "authenc", "authdynenc", "authnoencap", "notrequired")
	if err != nil {
		return err
	}
	for _, group := range []string{"rmtcomputergrp", "rmtusrgrp"} {
		if t.has(group) && (security == "" || security == "notrequired") {
			return t.errorf(group, "%s needs security", group)
		}
	}
	if security != "" && security != "notrequired" && r.Block {
		return t.errorf("security", "a block rule has no security")
	}
	return nil
}
