package policy

import (
	"strings"

	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Ignore is a difference between a host and the policy that drift does not report until a last day.
type Ignore struct {
	Traffic  ruleset.Traffic
	From     SourceList     // the sources of the difference; empty is everyone
	Hosts    []tomldoc.Text // names with * and ?, or "@role"; empty is every host
	Reason   string
	Owner    string
	Expires  string // last day, YYYY-MM-DD in UTC
	Location tomldoc.Location
}

// Ended reports whether the last day is before a day, YYYY-MM-DD.
func (i *Ignore) Ended(day string) bool { return i.Expires < day }

// readIgnores reads every [[ignore]]: traffic as in an exception, from, hosts, reason, owner, expires. It makes
// one Ignore for each kind of traffic that an entry names.
func (l *loader) readIgnores(t *tomldoc.Table) {
	for _, row := range t.Tables("ignore") {
		i := Ignore{Hosts: row.Texts("hosts"), Reason: row.String("reason"), Owner: row.String("owner"), Expires: row.Date("expires"), Location: row.Location()}
		traffic := readTraffic(row)
		i.From, _ = l.readSources(row, "from")
		l.rejectNone(row, "from", i.From, "take the entry away", "an entry about nobody has no effect")
		if strings.TrimSpace(i.Reason) == "" {
			row.Fail("reason", `reason = "the old agent goes in March"`, "a difference that is ignored needs a reason")
		}
		if !row.Has("expires") {
			row.Fail("", "expires = 2027-03-31; what stays is an exception: [[allow]]", "a difference that is ignored needs a last day")
		}
		row.RejectUnknownKeys()
		for _, i.Traffic = range traffic {
			l.p.Ignores = append(l.p.Ignores, i)
		}
	}
}

// finishIgnores checks the names in [[ignore]] after all files are read.
func (l *loader) finishIgnores() {
	for _, i := range l.p.Ignores {
		l.checkHosts(i.Hosts)
		l.checkSources(i.From, false)
	}
}
