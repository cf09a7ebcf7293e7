package netsh

import (
	"errors"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/winstore"
	"rolewall/readers/wintext"
)

// exportHint names a file that has more information and is the same in every language.
const exportHint = `take this in its place: reg export HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy FILE /y`

// Detect reports whether a file begins with a rule as `show rule` prints it: a name, a line of hyphens, and a line with a colon.
func Detect(head []byte) bool {
	lines := strings.Split(strings.ReplaceAll(wintext.Head(head), "\r\n", "\n"), "\n")
	for i := 1; i+1 < len(lines); i++ {
		if isRuler(lines[i]) {
			_, name := cutLabel(lines[i-1], i)
			_, next := cutLabel(lines[i+1], i)
			return name && next
		}
	}
	return false
}

// Read adds the rules of a listing to st. The listing must be the output of `netsh advfirewall firewall show rule
// name=all verbose`. It returns an error for a listing that is cut off or not verbose. If the listing is not in
// English and has no rule of rolewall, the meaning of its words is unknown, which is an error, too.
func Read(file string, src []byte, st *winstore.State, errs *diag.List) {
	text, ok := wintext.Decode(file, src, exportHint, errs)
	if !ok {
		return
	}
	fail := func(line int, format string, args ...any) {
		errs.Add(diag.Pos{File: file, Line: line, Column: 1}, exportHint, format, args...)
	}
	listing, err := ReadListing(text)
	var wrong *diag.Diagnostic
	switch {
	case errors.As(err, &wrong):
		fail(wrong.Pos.Line, "%s", wrong.Message)
		return
	case len(listing.Rules) == 0:
		fail(1, "this is not a list of rules of Windows Firewall")
		return
	case !listing.Ended:
		fail(strings.Count(text, "\n")+1, "the file is cut off: netsh ends the list with a line such as Ok.")
		return
	}
	words, why := listing.words(text)
	if why != "" {
		fail(listing.Rules[0].Line, "%s", why)
		return
	}
	for _, r := range listing.Rules {
		if line, wrong := words.check(r); wrong != "" {
			fail(line, "%s", wrong)
			return
		}
		rule := winstore.Rule{ID: r.Name, Store: words.store(r), Weak: true, Place: capture.Place{Pos: diag.Pos{File: file, Line: r.Line, Column: 1}}}
		if err := st.Add(words.ruleString(r), rule); err != nil {
			fail(r.Line, "%s", err)
			return
		}
	}
	st.Saw(winstore.Local)
	st.Sources = append(st.Sources, capture.Source{File: file, Form: "netsh", Complete: false})
}

// english holds the words of Windows in English.
var english = foreign{
	Words: Words{Yes: "Yes", In: "In", Allow: "Allow", Any: "Any", Profiles: []string{"Domain", "Private", "Public"}},
	no:    "No", out: "Out", block: "Block", bypass: "Bypass", plain: "NotRequired", local: "Local Setting", policy: "Group Policy Setting",
}

// foreign holds the words of a listing that say what its rules do.
type foreign struct {
	Words
	no, out, block, bypass string // empty if no rule of the listing uses them
	plain                  string // the security of a rule that requires none
	local, policy          string // sources of rules
}

// words finds the words of the listing. It returns a message if their meaning is unknown.
func (l *Listing) words(text string) (foreign, string) {
	if strings.Contains(text, "\nRule Name:") || strings.HasPrefix(text, "Rule Name:") {
		return english, ""
	}
	ours := func(r ListedRule) bool { return strings.HasPrefix(r.Name, "rolewall: ") }
	learnt, known := l.Learn(ours)
	if !known {
		return foreign{}, "the list is not in English and holds no rule of rolewall: which of its words mean in, on and allow cannot be told"
	}
	w := foreign{Words: learnt}
	security, source := map[string]int{}, map[string]int{}
	for _, r := range l.Rules {
		if ours(r) {
			security[r.Security]++
			source[r.Source]++
		}
		for _, x := range []struct {
			word, known string
			other       *string
		}{{r.Enabled, w.Yes, &w.no}, {r.Direction, w.In, &w.out}, {r.Action, w.Allow, &w.block}} {
			if x.word != x.known && *x.other == "" {
				*x.other = x.word
			}
		}
	}
	w.plain, w.local = mostFrequent(security), mostFrequent(source)
	return w, ""
}

// check returns the line where a rule begins, and what is wrong with its words, or "".
func (w foreign) check(r ListedRule) (int, string) {
	is := func(word string, known ...string) bool { return word != "" && slices.Contains(known, word) }
	switch {
	case r.Interfaces == "" || r.Security == "":
		return r.Line, "the list is not verbose: it does not say to which programs and interfaces the rules are narrowed"
	case !is(r.Enabled, w.Yes, w.no):
		return r.Line, "whether the rule " + quoted(r.Name) + " is on cannot be told from " + quoted(r.Enabled)
	case !is(r.Direction, w.In, w.out):
		return r.Line, "the direction of the rule " + quoted(r.Name) + " cannot be told from " + quoted(r.Direction)
	case !is(r.Action, w.Allow, w.block, w.bypass):
		return r.Line, "what the rule " + quoted(r.Name) + " does cannot be told from " + quoted(r.Action)
	case r.Action == w.block && w.bypass == "" && r.Security != w.plain:
		return r.Line, "whether the rule " + quoted(r.Name) + " blocks cannot be told: it asks for " + quoted(r.Security)
	}
	return 0, ""
}

// store returns where the rule is stored. In an unknown language, rules of other sources than rolewall's count as
// those of some other store.
func (w foreign) store(r ListedRule) winstore.Store {
	switch {
	case w.policy != "" && r.Source == w.policy:
		return winstore.Policy
	case r.Source == w.local || r.Source == "":
		return winstore.Local
	}
	return winstore.Other
}

// quoted returns the beginning of a text in quotation marks.
func quoted(text string) string {
	if r := []rune(text); len(r) > 60 {
		text = string(r[:60]) + "..."
	}
	return `"` + text + `"`
}

// ruleString returns the rule in the form of the registry.
func (w foreign) ruleString(r ListedRule) string {
	var b strings.Builder
	add := func(key, value string) {
		b.WriteString(key + "=" + strings.ReplaceAll(value, "|", "/") + "|")
	}
	b.WriteString("v2.33|")
	add("Action", map[string]string{w.Allow: "Allow", w.block: "Block", w.bypass: "ByPass"}[r.Action])
	add("Active", map[bool]string{true: "TRUE", false: "FALSE"}[r.Enabled == w.Yes])
	add("Dir", map[bool]string{true: "In", false: "Out"}[r.Direction == w.In])
	if r.Protocol != w.Any {
		number := map[string]string{"TCP": "6", "UDP": "17", "ICMPv4": "1", "ICMPv6": "58"}[r.Protocol]
		if number == "" {
			number = r.Protocol
		}
		add("Protocol", number)
	}
	if profiles := strings.Split(r.Profiles, ","); len(profiles) < len(english.Profiles) {
		for _, p := range profiles {
			if i := slices.Index(w.Profiles, strings.TrimSpace(p)); i >= 0 {
				p = english.Profiles[i]
			}
			add("Profile", p)
		}
	}
	w.addPorts(add, r)
	w.addAddresses(add, "LA", r.LocalIP)
	w.addAddresses(add, "RA", r.RemoteIP)
	for _, x := range []struct{ key, value string }{{"App", r.Program}, {"Svc", r.Service}, {"Name", r.Name}, {"EmbedCtxt", r.Grouping}} {
		if x.value != "" {
			add(x.key, x.value)
		}
	}
	if r.Interfaces != w.Any {
		add("IF", r.Interfaces)
	}
	if r.Security != w.plain {
		add("Security", r.Security)
	}
	return b.String()
}

// addPorts adds ports, or types of ICMP.
func (w foreign) addPorts(add func(key, value string), r ListedRule) {
	for _, x := range []struct{ key, list string }{{"LPort", r.LocalPort}, {"RPort", r.RemotePort}} {
		if x.list == "" || x.list == w.Any {
			continue
		}
		for port := range strings.SplitSeq(x.list, ",") {
			if port == "IPHTTPS" {
				port = "IPHTTPSIn"
			}
			add(x.key, port)
		}
	}
	for _, row := range r.ICMP {
		key := map[string]string{"ICMPv4": "ICMP4", "ICMPv6": "ICMP6"}[r.Protocol]
		if row[0] == w.Any {
			continue
		}
		if row[1] == w.Any {
			row[1] = "*"
		}
		add(key, row[0]+":"+row[1])
	}
}

func (w foreign) addAddresses(add func(key, value string), key, list string) {
	if list == "" || list == w.Any {
		return
	}
	for text := range strings.SplitSeq(list, ",") {
		switch {
		case strings.Contains(text, ":"):
			add(key+"6", text)
		case strings.Contains(text, "."):
			add(key+"4", text)
		default: // a keyword, for both families
			add(key+"4", keyword(text))
			add(key+"6", keyword(text))
		}
	}
}

// keyword returns a word as rule strings spell it.
func keyword(text string) string {
	for _, word := range []string{"LocalSubnet", "DNS", "DHCP", "WINS", "DefaultGateway"} {
		if strings.EqualFold(word, text) {
			return word
		}
	}
	return text
}
