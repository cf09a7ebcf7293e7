package netsh

import (
	"slices"
	"strings"

	"rolewall/ruleset"
)

// Words are the words of one language that rules use.
type Words struct {
	Yes, In, Allow, Any string
	Profiles            []string // domain, private, public; empty if no rule shows all three
}

// Learn finds the meaning of words from rules that are known to be on, inbound, allowing and for every local
// address: those that rolewall wrote. If they differ, it takes the most frequent word. It returns false if there
// are no such rules.
func (l *Listing) Learn(ours func(ListedRule) bool) (Words, bool) {
	count := [4]map[string]int{{}, {}, {}, {}}
	known := false
	for _, r := range l.Rules {
		if ours(r) {
			known = true
			for i, word := range []string{r.Enabled, r.Direction, r.Action, r.LocalIP} {
				count[i][word]++
			}
		}
	}
	w := Words{Yes: mostFrequent(count[0]), In: mostFrequent(count[1]), Allow: mostFrequent(count[2]), Any: mostFrequent(count[3])}
	for _, r := range l.Rules {
		if p := strings.Split(r.Profiles, ","); len(p) == len(ProfileNames) {
			w.Profiles = p
		}
	}
	return w, known
}

func mostFrequent(count map[string]int) string {
	best := ""
	for word, n := range count {
		if n > count[best] || n == count[best] && word < best {
			best = word
		}
	}
	return best
}

// Rule returns the listed rule as a Rule.
func (r ListedRule) Rule(w Words, os ruleset.OS) (Rule, error) {
	out := Rule{
		Name: r.Name, Description: r.Description, Disabled: r.Enabled != w.Yes, Outbound: r.Direction != w.In, Block: r.Action != w.Allow,
		Program: r.Program, Service: r.Service, Protocol: ruleset.AnyProtocol,
	}
	t := r.tags(w)
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

// tags returns the values of the listing as tags of add rule.
func (r ListedRule) tags(w Words) *tags {
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
