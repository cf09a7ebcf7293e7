package netsh

import (
	"slices"
	"strings"

	"rolewall/readers/netsh"
	"rolewall/ruleset"
)

// Listed returns a rule of a listing whose words are w as the Rule that the command behind it adds. It reads the values by the
// grammar of commands and so shares nothing with netsh.Read, which makes rule strings of them.
func Listed(r netsh.ListedRule, w netsh.Words, os ruleset.OS) (Rule, error) {
	out := Rule{
		Name: r.Name, Description: r.Description, Disabled: r.Enabled != w.Yes, Outbound: r.Direction != w.In, Block: r.Action != w.Allow,
		Program: r.Program, Service: r.Service, Protocol: ruleset.AnyProtocol,
	}
	t := listedTags(r, w)
	for _, read := range []func(*tags, *Rule, ruleset.OS) error{readProtocol, readPorts, readAddresses} {
		if err := read(t, &out, os); err != nil {
			return out, &Error{r.Line, 1, err.(*Error).What}
		}
	}
	profiles := strings.Split(r.Profiles, ",")
	if len(profiles) >= len(ProfileNames) {
		return out, nil
	}
	for _, word := range profiles {
		i := slices.Index(w.Profiles, word)
		if i < 0 {
			return out, &Error{r.Line, 1, "the profile " + word + " is not known: no rule shows all three"}
		}
		out.Profiles = append(out.Profiles, ProfileNames[i])
	}
	return out, nil
}

// listedTags returns the values of a listed rule as tags of add rule.
func listedTags(r netsh.ListedRule, w netsh.Words) *tags {
	t := &tags{values: map[string]string{}, cols: map[string]int{}, col: 1}
	for tag, value := range map[string]string{
		"protocol": r.Protocol, "localport": r.LocalPort, "remoteport": r.RemotePort, "localip": r.LocalIP, "remoteip": r.RemoteIP,
	} {
		if value != "" && value != w.Any {
			t.values[tag] = value
		}
	}
	if len(r.ICMP) > 0 {
		code := r.ICMP[0][1]
		if code == w.Any {
			code = "any"
		}
		t.values["protocol"] += ":" + r.ICMP[0][0] + "," + code
	}
	return t
}
