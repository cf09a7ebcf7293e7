package policy

import (
	"slices"
	"strings"

	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// setting is one option of a target: how it is read, and where it goes in ruleset.Settings.
type setting struct {
	table, key string
	read       func(*tomldoc.Table, string) (any, bool)
	apply      func(*ruleset.Settings, any)
}

// settings lists every option of every target. A new option is a line here and a field in ruleset.Settings.
func settings() []setting {
	return []setting{
		{"advfirewall", "profile", words("domain", "private", "public"), func(s *ruleset.Settings, v any) { s.Advfirewall.Profile = v.([]string) }},
		{"advfirewall", "outbound", word("allow", "block"), func(s *ruleset.Settings, v any) { s.Advfirewall.Outbound = v.(string) }},
		{"advfirewall", "log_dropped", flag, func(s *ruleset.Settings, v any) { s.Advfirewall.LogDropped = v.(bool) }},
		{"advfirewall", "other_rules", word("keep", "disable"), func(s *ruleset.Settings, v any) { s.Advfirewall.OtherRules = unless(v, "keep") }},
		{"ipsec", "icmp", word("all-types", "refuse"), func(s *ruleset.Settings, v any) { s.IPsec.ICMP = unless(v, "refuse") }},
		{"ipsec", "default_exempt", number(0, 3), func(s *ruleset.Settings, v any) { n := v.(int); s.IPsec.DefaultExempt = &n }},
		{"linux", "log", flag, func(s *ruleset.Settings, v any) { s.Linux.Log = v.(bool) }},
		{"linux", "reject", flag, func(s *ruleset.Settings, v any) { s.Linux.Reject = v.(bool) }},
		{"linux", "interfaces", names, func(s *ruleset.Settings, v any) { s.Linux.Interfaces = v.([]string) }},
		{"linux", "ping", flag, func(s *ruleset.Settings, v any) { s.Linux.NoPing = !v.(bool) }},
		{"linux", "counters", flag, func(s *ruleset.Settings, v any) { s.Linux.Counters = v.(bool) }},
		{"linux", "ftp_helper", flag, func(s *ruleset.Settings, v any) { s.Linux.NoFTPHelper = !v.(bool) }},
	}
}

// Settings are the host's target options, each from the nearest level that gives it.
func (p *Policy) Settings(h *Host) ruleset.Settings {
	var out ruleset.Settings
	for _, x := range settings() {
		if s, given := p.Get(h, x.table+"."+x.key); given {
			x.apply(&out, s.Value)
		}
	}
	return out
}

func (l *loader) readSettings(t *tomldoc.Table, level *Level) {
	tables := map[string]*tomldoc.Table{}
	for _, x := range settings() {
		if _, seen := tables[x.table]; !seen {
			tables[x.table] = t.Table(x.table)
		}
		if value, given := x.read(tables[x.table], x.key); given {
			l.set(level, x.table+"."+x.key, value, tables[x.table].LocationOf(x.key))
		}
	}
	ipsec := tables["ipsec"]
	if permits := l.readOutbound(ipsec); ipsec.Has("outbound") {
		l.set(level, "ipsec.outbound", permits, ipsec.LocationOf("outbound"))
	}
	for _, table := range tables {
		table.RejectUnknownKeys()
	}
}

// Outbound is traffic that a stateless filter must let out.
type Outbound struct {
	Traffic  ruleset.Traffic
	To       SourceList
	Reason   string
	Location tomldoc.Location
}

// readOutbound reads [[ipsec.outbound]]: to, reason, and the traffic as in an exception.
func (l *loader) readOutbound(t *tomldoc.Table) []Outbound {
	var out []Outbound
	for _, row := range t.Tables("outbound") {
		o := Outbound{Reason: row.String("reason"), Location: row.Location()}
		o.Traffic = readTraffic(row)
		o.To, _ = l.readSenders(row, "to")
		l.somebody(row, "to", o.To, "take the permit away", "an outbound permit to nobody has no effect")
		if o.Traffic.Protocol == ruleset.AnyProtocol && o.To.areAnyone() {
			row.Fail("to", "name the networks", "every protocol to anyone would let everyone in: filters are mirrored")
		}
		if !row.Has("to") {
			row.Fail("", `to = ["@domain-controller"]`, "an outbound permit must say to whom")
		}
		if strings.TrimSpace(o.Reason) == "" {
			row.Fail("reason", `reason = "name resolution"`, "an outbound permit needs a reason")
		}
		row.RejectUnknownKeys()
		out = append(out, o)
	}
	return out
}

func flag(t *tomldoc.Table, key string) (any, bool) {
	if t == nil {
		return nil, false
	}
	v, given := t.Bool(key)
	return v, given
}

func number(low, high int) func(*tomldoc.Table, string) (any, bool) {
	return func(t *tomldoc.Table, key string) (any, bool) {
		v, given := t.Int(key, low, high)
		return v, given
	}
}

func word(allowed ...string) func(*tomldoc.Table, string) (any, bool) {
	return func(t *tomldoc.Table, key string) (any, bool) {
		v := t.String(key)
		if !t.Has(key) {
			return nil, false
		}
		if !slices.Contains(allowed, v) {
			t.Fail(key, strings.Join(allowed, ", "), "%s cannot be %q", key, v)
		}
		return v, true
	}
}

func words(allowed ...string) func(*tomldoc.Table, string) (any, bool) {
	return func(t *tomldoc.Table, key string) (any, bool) {
		list := t.Texts(key)
		var out []string
		for _, x := range list {
			if !slices.Contains(allowed, x.Value) {
				t.Fail(key, strings.Join(allowed, ", "), "%s cannot hold %q", key, x.Value)
			}
			out = append(out, x.Value)
		}
		if t.Has(key) && len(list) == 0 {
			t.Fail(key, "leave the key out for the default", "%s is empty", key)
		}
		slices.Sort(out)
		return out, len(out) > 0
	}
}

// names reads names of network interfaces, which end up in scripts.
func names(t *tomldoc.Table, key string) (any, bool) {
	list := t.Texts(key)
	var out []string
	for _, x := range list {
		if why := badPlainName(strings.TrimSuffix(x.Value, "*")); why != "" || len(x.Value) > 15 {
			t.Fail(key, "an interface name has at most 15 letters, digits, dots, underscores and hyphens", "%q is no name of an interface", x.Value)
			continue
		}
		out = append(out, x.Value)
	}
	if t.Has(key) && len(list) == 0 {
		t.Fail(key, "leave the key out for the default", "%s is empty", key)
	}
	slices.Sort(out)
	return out, len(out) > 0
}

func unless(v any, usual string) string {
	if s := v.(string); s != usual {
		return s
	}
	return ""
}
