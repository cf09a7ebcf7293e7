package policy

import (
	"slices"

	"rolewall/policy/fields"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// setting is a key of which a host has one value, and the place in Settings that keeps it.
type setting struct {
	*fields.Field
	settingAccess
}

// settingFields lists the settings in the order of documentation.
var settingFields = bind(map[string]settingAccess{
	"os":                      access[ruleset.OS]{func(s *Settings) **Setting[ruleset.OS] { return &s.OS }, readOS},
	"targets":                 access[*tomldoc.List]{func(s *Settings) **Setting[*tomldoc.List] { return &s.Targets }, readList},
	"families":                access[*tomldoc.List]{func(s *Settings) **Setting[*tomldoc.List] { return &s.Families }, readList},
	"access":                  access[string]{func(s *Settings) **Setting[string] { return &s.Access }, readAccess},
	"rpc":                     access[*RPC]{func(s *Settings) **Setting[*RPC] { return &s.RPC }, readRPCSetting},
	"programs":                access[Programs]{func(s *Settings) **Setting[Programs] { return &s.Programs }, readPrograms},
	"audience.clients":        access[SourceList]{func(s *Settings) **Setting[SourceList] { return &s.Audience.Clients }, readSources},
	"audience.peers":          access[SourceList]{func(s *Settings) **Setting[SourceList] { return &s.Audience.Peers }, readSources},
	"audience.management":     access[SourceList]{func(s *Settings) **Setting[SourceList] { return &s.Audience.Management }, readSources},
	"advfirewall.profile":     access[[]string]{func(s *Settings) **Setting[[]string] { return &s.Advfirewall.Profile }, readWords},
	"advfirewall.log_dropped": access[bool]{func(s *Settings) **Setting[bool] { return &s.Advfirewall.LogDropped }, readFlag},
	"advfirewall.other_rules": access[string]{func(s *Settings) **Setting[string] { return &s.Advfirewall.OtherRules }, readWord},
	"advfirewall.outbound":    access[string]{func(s *Settings) **Setting[string] { return &s.Advfirewall.Outbound }, readWord},
	"gpo.log_size":            access[int]{func(s *Settings) **Setting[int] { return &s.GPO.LogSize }, readNumber},
	"gpo.profiles":            access[string]{func(s *Settings) **Setting[string] { return &s.GPO.Profiles }, readWord},
	"ipsec.default_exempt":    access[int]{func(s *Settings) **Setting[int] { return &s.IPsec.DefaultExempt }, readNumber},
	"ipsec.outbound":          access[[]Outbound]{func(s *Settings) **Setting[[]Outbound] { return &s.IPsec.Outbound }, readOutbound},
	"ipsec.icmp":              access[string]{func(s *Settings) **Setting[string] { return &s.IPsec.ICMP }, readWord},
	"linux.interfaces":        access[[]string]{func(s *Settings) **Setting[[]string] { return &s.Linux.Interfaces }, readInterfaces},
	"linux.log":               access[bool]{func(s *Settings) **Setting[bool] { return &s.Linux.Log }, readFlag},
	"linux.reject":            access[bool]{func(s *Settings) **Setting[bool] { return &s.Linux.Reject }, readFlag},
	"linux.ping":              access[bool]{func(s *Settings) **Setting[bool] { return &s.Linux.Ping }, readFlag},
	"linux.counters":          access[bool]{func(s *Settings) **Setting[bool] { return &s.Linux.Counters }, readFlag},
	"linux.ftp_helper":        access[bool]{func(s *Settings) **Setting[bool] { return &s.Linux.FTPHelper }, readFlag},
	"linux.audit_until":       access[string]{func(s *Settings) **Setting[string] { return &s.Linux.AuditUntil }, readDate},
	"linux.invalid":           access[string]{func(s *Settings) **Setting[string] { return &s.Linux.Invalid }, readWord},
})

// bind joins the fields that are settings with their access, by name.
func bind(accesses map[string]settingAccess) []setting {
	var out []setting
	for i := range fields.All() {
		f := &fields.All()[i]
		if a := accesses[f.Name()]; a != nil {
			out = append(out, setting{f, a})
		}
	}
	return out
}

// settingTables lists the tables with settings that every level may have, such as audience and linux.
var settingTables = tablesOf(settingFields)

func tablesOf(settings []setting) []string {
	var out []string
	for _, x := range settings {
		if x.Table != "" && !slices.Contains(out, x.Table) {
			out = append(out, x.Table)
		}
	}
	return out
}
