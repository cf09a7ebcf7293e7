package advfirewall

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"rolewall/generators/winfirewall"
	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// rule is one rule of Windows Firewall.
type rule struct {
	Title string // traffic and sources, for the comment
	Notes []string
	Why   string // the description in the firewall's own lists
	Name  string
	Args  string // tags of `add rule`, except name and description
}

// ruleKey is a rule and what its text depends on, and written is that text.
type (
	ruleKey struct {
		at   winfirewall.Place
		rule *ruleset.Rule
	}
	written struct {
		rules []rule
		err   error
	}
)

// write returns rules of Windows Firewall as arguments of netsh.
func write(os ruleset.OS, rules []winfirewall.Rule) written {
	var out written
	for _, r := range rules {
		args, err := tags(os, r)
		if err != nil {
			return written{err: err}
		}
		one := rule{
			Title: winscript.Text(r.What+", from "+r.From, 110), Args: args,
			Why: cmp.Or(winscript.Text(r.Why, 240), "no reason given"),
		}
		for _, n := range r.Notes {
			one.Notes = append(one.Notes, winscript.Text(n, 200))
		}
		if r.ID == "" {
			one.Title = "baseline " + r.What
		}
		one.Name = winscript.RuleName(r.What, r.Label, args, one.Why)
		out.rules = append(out.rules, one)
	}
	return out
}

// tags returns the tags of a rule, except name and description.
func tags(os ruleset.OS, r winfirewall.Rule) (string, error) {
	out := append(make([]string, 0, 12), "dir=in", "action=allow")
	out = append(out, traffic(os, r)...)
	for _, l := range []struct{ tag, value string }{{"program", r.Listener.Program}, {"service", r.Listener.Service}} {
		if l.value == "" {
			continue
		}
		value, err := winscript.Value(l.value)
		if err != nil {
			return "", err
		}
		out = append(out, l.tag+"="+value)
	}
	if len(r.Profiles) > 0 {
		out = append(out, "profile="+strings.Join(r.Profiles, ","))
	}
	if len(r.Remote) > 0 {
		list := make([]string, len(r.Remote))
		for i, a := range r.Remote {
			list[i] = a.String()
		}
		out = append(out, "remoteip="+strings.Join(list, ","))
	}
	return strings.Join(out, " "), nil
}

// traffic returns the tags for protocol, ports and ICMP type.
func traffic(os ruleset.OS, r winfirewall.Rule) []string {
	switch {
	case r.RPC:
		return []string{"protocol=TCP", "localport=RPC"}
	case r.Protocol.HasPorts():
		out := []string{"protocol=" + strings.ToUpper(r.Protocol.String()), "localport=" + portTexts(os, r.Ports)}
		if len(r.FromPorts) > 0 {
			out = append(out, "remoteport="+portTexts(os, r.FromPorts))
		}
		return out
	case r.ICMP != nil:
		return []string{"protocol=" + icmpText(r.Protocol, *r.ICMP)}
	case r.Protocol == ruleset.AnyProtocol:
		return []string{"protocol=any"}
	}
	return []string{"protocol=" + strconv.Itoa(int(r.Protocol))}
}

// portTexts returns ports as localport takes them.
func portTexts(os ruleset.OS, ports ruleset.Ports) string {
	return strings.Join(winfirewall.PortList(os, ports), ",")
}

// icmpText returns "icmpv4:3,4" or "icmpv6:128,any".
func icmpText(p ruleset.Protocol, t ruleset.ICMPType) string {
	name := "icmpv4"
	if p == ruleset.ICMPv6 {
		name = "icmpv6"
	}
	code := "any"
	if t.HasCode {
		code = strconv.Itoa(int(t.Code))
	}
	return fmt.Sprintf("%s:%d,%s", name, t.Type, code)
}

// policyProfiles returns the keys of Group Policy for the profiles of the rules. The private profile has two names
// there.
func policyProfiles(s ruleset.AdvfirewallSettings) string {
	keys := map[string]string{"domain": "DomainProfile", "private": "PrivateProfile StandardProfile", "public": "PublicProfile"}
	var out []string
	for _, name := range []string{"domain", "private", "public"} {
		if len(s.Profile) == 0 || slices.Contains(s.Profile, name) {
			out = append(out, keys[name])
		}
	}
	return strings.Join(out, " ")
}
