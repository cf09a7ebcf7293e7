package winfirewall

import (
	"cmp"
	"strconv"
	"strings"

	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// whyLimit is how many bytes of the reasons a rule shows.
const whyLimit = 240

// Text cleans free text for every target of Windows Firewall. It returns one line of printable ASCII without
// characters that a Windows shell, a rule string or netsh interprets. At the beginning it removes @, which would
// name a text in a library, and [, which would begin a DSC expression.
func Text(text string, limit int) string {
	clean := strings.TrimLeft(winscript.Text(text, limit), " ")
	if strings.HasPrefix(clean, "@") || strings.HasPrefix(clean, "[") {
		return "?" + clean[1:]
	}
	return clean
}

// Description returns the cleaned reasons of the rule.
func (r Rule) Description() string { return cmp.Or(Text(r.Why, whyLimit), "no reason given") }

// Names returns the displayed name of the rule and its ID in a store, rolewall-LABEL-FORM. FORM is a hash of
// everything that Windows is told: RuleString and the description. So if two stores differ in a rule, they have
// two rules, and neither replaces the other. The ID has no character that is a wildcard in PowerShell.
func (r Rule) Names(os ruleset.OS) (name, id string) {
	name = winscript.RuleName(r.What, r.Label, r.RuleString(os), r.Description())
	form := name[strings.LastIndexByte(name, ' ')+1:]
	return name, Group + "-" + cmp.Or(r.Label, "baseline") + "-" + form
}

// RuleString returns the rule as Group Policy and the registry hold it, without its names and texts. Windows reads
// version 2.10 from 2008 R2 on, and the rules need nothing newer. Windows 2008 reads 2.0, which has no ranges of
// ports.
func (r Rule) RuleString(os ruleset.OS) string {
	version := "v2.10"
	if os.Before(ruleset.Windows2008R2) {
		version = "v2.0"
	}
	b := []byte(version + "|Action=Allow|Active=TRUE|Dir=In|")
	add := func(key, value string) { b = append(append(append(append(b, key...), '='), value...), '|') }
	if r.Protocol != ruleset.AnyProtocol {
		add("Protocol", strconv.Itoa(int(r.Protocol)))
	}
	for _, p := range r.Profiles {
		add("Profile", strings.ToUpper(p[:1])+p[1:])
	}
	if r.RPC {
		add("LPort", "RPC")
	}
	addPorts(add, "LPort", PortList(os, r.Ports))
	addPorts(add, "RPort", PortList(os, r.FromPorts))
	if r.ICMP != nil {
		code := "*"
		if r.ICMP.HasCode {
			code = strconv.Itoa(int(r.ICMP.Code))
		}
		key := "ICMP4"
		if r.Protocol == ruleset.ICMPv6 {
			key = "ICMP6"
		}
		add(key, strconv.Itoa(int(r.ICMP.Type))+":"+code)
	}
	for _, a := range r.Remote {
		if a.Is4() {
			add("RA4", a.String())
		} else {
			add("RA6", a.String())
		}
	}
	if r.Listener.Program != "" {
		add("App", r.Listener.Program)
	}
	if r.Listener.Service != "" {
		add("Svc", r.Listener.Service)
	}
	return string(b)
}

// addPorts adds a token for each port, and a token of another name for each range.
func addPorts(add func(key, value string), key string, ports []string) {
	for _, p := range ports {
		if strings.Contains(p, "-") {
			add(key+"2_10", p)
		} else {
			add(key, p)
		}
	}
}
