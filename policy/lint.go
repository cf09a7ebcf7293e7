package policy

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"rolewall/policy/fields"
	"rolewall/policy/hostpattern"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Lint holds the settings of a policy for its linting.
type Lint struct {
	Switches []Switch
	Denies   []Deny
	Requires []Require
}

// Switch changes the level of one lint code, for all hosts or for some.
type Switch struct {
	Code     string
	Level    string         // off, note, warning or error
	Hosts    []tomldoc.Text // names with * and ?, "@role" or "os:windows"; empty is every host, and findings about no host
	Reason   string
	Expires  string // last day, YYYY-MM-DD in UTC; empty if it never expires
	Location tomldoc.Location
}

// Deny is traffic that a site forbids, even if a role or exception opens it.
type Deny struct {
	Traffic  ruleset.Traffic
	From     SourceList     // the sources that are forbidden; empty is everyone
	Outside  SourceList     // exceptions from From, which are allowed
	Hosts    []tomldoc.Text // as in Switch; empty is every host
	Reason   string
	Owner    string
	Location tomldoc.Location
}

// Require is traffic that must stay open, whatever else the policy says.
type Require struct {
	Traffic  ruleset.Traffic
	From     SourceList     // the sources that must reach the hosts
	Hosts    []tomldoc.Text // as in Switch; empty is every host
	Reason   string
	Owner    string
	Location tomldoc.Location
}

var lintCode = regexp.MustCompile(`^RW[0-9]{3}$`)

// readLint reads [lint], [[deny]] and [[require]].
func (l *loader) readLint(t *tomldoc.Table) {
	codes := t.Table("lint")
	for _, code := range codes.Keys() {
		if !lintCode.MatchString(code) {
			codes.Fail(code, "rolewall lint --explain all lists them", "%q is not a lint code", code)
			continue
		}
		if !l.once("lint code", code, codes.LocationOf(code)) {
			continue
		}
		for _, row := range l.switchRows(codes, code) {
			l.p.Lint.Switches = append(l.p.Lint.Switches, readSwitch(code, row))
		}
	}
	for _, row := range t.Tables("deny") {
		l.p.Lint.Denies = append(l.p.Lint.Denies, l.readDeny(row)...)
	}
	for _, row := range t.Tables("require") {
		l.p.Lint.Requires = append(l.p.Lint.Requires, l.readRequire(row)...)
	}
}

// switchRows returns the tables of a code: a single one, or a list with one for each choice of hosts.
func (l *loader) switchRows(codes *tomldoc.Table, code string) []*tomldoc.Table {
	switch {
	case codes.IsTable(code):
		return []*tomldoc.Table{codes.Table(code)}
	case codes.Peek(code) != "":
		codes.Fail(code, code+` = { level = "off", reason = "..." }`, "%s needs a reason beside its level", code)
		return nil
	}
	return codes.Tables(code)
}

func readSwitch(code string, t *tomldoc.Table) Switch {
	s := Switch{
		Code: code, Level: t.String("level"), Hosts: t.Texts("hosts"), Reason: t.String("reason"), Expires: t.Date("expires"), Location: t.Location(),
	}
	words := append([]string{"off"}, fields.LintLevels()...)
	if !slices.Contains(words, s.Level) {
		t.Fail("level", strings.Join(words, ", "), "%s needs a level, not %q", code, s.Level)
	}
	if strings.TrimSpace(s.Reason) == "" {
		t.Fail("reason", `reason = "the web servers are for everyone"`, "a changed level needs a reason")
	}
	t.RejectUnknownKeys()
	return s
}

// readDeny reads a [[deny]]: traffic as in an exception, from and outside, hosts, reason, owner. It returns a Deny
// for each protocol.
func (l *loader) readDeny(t *tomldoc.Table) []Deny {
	d := Deny{Hosts: t.Texts("hosts"), Reason: t.String("reason"), Owner: t.String("owner"), Location: t.Location()}
	traffic := readTraffic(t)
	d.From, _ = l.readSources(t, "from")
	d.Outside, _ = l.readSources(t, "outside")
	if !t.Has("from") && !t.Has("outside") {
		t.Fail("", `outside = ["office"] allows the office alone, from = ["guests"] forbids guests`, "a deny must name the sources that it forbids")
	}
	l.rejectNone(t, "from", d.From, "take the deny away", "a deny that keeps nobody out has no effect")
	if d.Outside.List.Has("any") {
		t.Fail("outside", "name the networks that may", "nobody is outside of everyone")
	}
	if strings.TrimSpace(d.Reason) == "" {
		t.Fail("reason", `reason = "SMB is for the office alone"`, "a deny needs a reason")
	}
	t.RejectUnknownKeys()
	var out []Deny
	for _, d.Traffic = range traffic {
		out = append(out, d)
	}
	return out
}

// readRequire reads a [[require]]: traffic as in an exception, from, hosts, reason, owner. It returns a Require for each kind
// of traffic.
func (l *loader) readRequire(t *tomldoc.Table) []Require {
	r := Require{Hosts: t.Texts("hosts"), Reason: t.String("reason"), Owner: t.String("owner"), Location: t.Location()}
	traffic := readTraffic(t)
	r.From, _ = l.readSources(t, "from")
	if !t.Has("from") {
		t.Fail("", `from = ["@app"], or from = ["any"] for everyone`, "a requirement must name its sources")
	}
	l.rejectNone(t, "from", r.From, "take the requirement away", "a requirement of nobody has no effect")
	if len(traffic) == 1 && traffic[0].Protocol == ruleset.AnyProtocol {
		t.Fail("protocol", `tcp = 443, or icmp = 8`, "a requirement must name its traffic")
	}
	if strings.TrimSpace(r.Reason) == "" {
		t.Fail("reason", `reason = "the portal reads its database"`, "a requirement needs a reason")
	}
	t.RejectUnknownKeys()
	var out []Require
	for _, r.Traffic = range traffic {
		out = append(out, r)
	}
	return out
}

// finishLint checks the names in [lint], [[deny]] and [[require]] after all files are read. It keeps the entries
// of the policy itself for Unused.
func (l *loader) finishLint() {
	l.p.own = own{l.networks, l.roles, l.services}
	for _, s := range l.p.Lint.Switches {
		l.checkHosts(s.Hosts)
	}
	for _, d := range l.p.Lint.Denies {
		l.checkHosts(d.Hosts)
		l.checkSources(d.From, false)
		l.checkSources(d.Outside, false)
	}
	for _, r := range l.p.Lint.Requires {
		l.checkHosts(r.Hosts)
		l.checkSources(r.From, false)
	}
}

// checkHosts reports names of hosts and roles that do not exist. A pattern may match nothing, since policies with
// different hosts can share a file of denies.
func (l *loader) checkHosts(list []tomldoc.Text) {
	for _, x := range list {
		role, isRole := strings.CutPrefix(x.Value, "@")
		_, isSystem := hostpattern.Pattern(x.Value).System()
		switch {
		case isSystem:
			l.isKnownSystem(x)
		case isRole:
			l.p.Catalog.CheckRoleName(tomldoc.Text{Value: role, Location: x.Location}, "@", l.errs, nil)
		case strings.ContainsAny(x.Value, `*?[\`):
			if _, err := path.Match(x.Value, ""); err != nil {
				l.errs.Add(x.Location.Pos(), "* is any text, ? one letter", "%q is not a pattern", x.Value)
			}
		default:
			if !slices.ContainsFunc(l.p.Hosts, func(h *Host) bool { return strings.EqualFold(h.Name, x.Value) }) {
				l.errs.Add(x.Location.Pos(), l.errs.Suggest(x.Value, l.hostNames), "unknown host %q", x.Value)
			}
		}
	}
}

func (l *loader) hostNames() []string {
	names := make([]string, len(l.p.Hosts))
	for i, h := range l.p.Hosts {
		names[i] = h.Name
	}
	return names
}
