package powershell

import (
	"strconv"
	"strings"

	"rolewall/generators/winfirewall"
	"rolewall/ruleset"
)

// rule is a hash table of parameters for New-NetFirewallRule.
type rule struct {
	Title string // traffic and sources, for the comment
	Notes []string
	Lines []string // "Name = 'x'; DisplayName = 'y'"
}

func rulesOf(os ruleset.OS, rules []winfirewall.Rule) []rule {
	var out []rule
	for _, r := range rules {
		one := rule{Title: winfirewall.Text(r.What+", from "+r.From, 110)}
		for _, n := range r.Notes {
			one.Notes = append(one.Notes, winfirewall.Text(n, 200))
		}
		name, id := r.Names(os)
		one.Lines = []string{
			"Name = " + quote(id), "DisplayName = " + quote(name), strings.Join(match(os, r), "; "), "Description = " + quote(r.Description()),
		}
		out = append(out, one)
	}
	return out
}

// match returns the conditions of a rule.
func match(os ruleset.OS, r winfirewall.Rule) []string {
	out := []string{"Protocol = " + quote(protocol(r.Protocol))}
	add := func(key, value string) { out = append(out, key+" = "+value) }
	if r.RPC {
		add("LocalPort", list([]string{"RPC"}))
	} else if len(r.Ports) > 0 {
		add("LocalPort", list(winfirewall.PortList(os, r.Ports)))
	}
	if len(r.FromPorts) > 0 {
		add("RemotePort", list(winfirewall.PortList(os, r.FromPorts)))
	}
	if r.ICMP != nil {
		add("IcmpType", list([]string{r.ICMP.String()}))
	}
	if r.Listener.Program != "" {
		add("Program", quote(r.Listener.Program))
	}
	if r.Listener.Service != "" {
		add("Service", quote(r.Listener.Service))
	}
	if len(r.Profiles) > 0 {
		words := make([]string, len(r.Profiles))
		for i, p := range r.Profiles {
			words[i] = strings.ToUpper(p[:1]) + p[1:]
		}
		add("Profile", list(words))
	}
	if len(r.Remote) > 0 {
		addresses := make([]string, len(r.Remote))
		for i, a := range r.Remote {
			addresses[i] = a.String()
		}
		add("RemoteAddress", list(addresses))
	}
	return out
}

// protocol returns the word that the cmdlets take, or the number.
func protocol(p ruleset.Protocol) string {
	switch p {
	case ruleset.TCP, ruleset.UDP:
		return strings.ToUpper(p.String())
	case ruleset.ICMP:
		return "ICMPv4"
	case ruleset.ICMPv6:
		return "ICMPv6"
	case ruleset.AnyProtocol:
		return "Any"
	}
	return strconv.Itoa(int(p))
}

// quote writes a text in single quotes, where only the end quote has a meaning. All texts are ASCII, since
// PowerShell also reads other kinds of quotes.
// kinds of quotes for the same.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// list writes an array.
func list(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = quote(t)
	}
	return "@(" + strings.Join(quoted, ", ") + ")"
}
