package policy

import (
	"cmp"
	"fmt"
	"strings"

	"rolewall/policy/fields"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Setting is a value of which a host has one. The nearest level that gives it decides.
type Setting[T any] struct {
	Value    T
	Location tomldoc.Location // of the key
}

// Get returns the value. If no level gives the setting, s is nil and Get returns the zero value.
func (s *Setting[T]) Get() T {
	if s == nil {
		var none T
		return none
	}
	return s.Value
}

// Settings are the settings of one level, or those of a host from all its levels. A setting that is not given is
// nil.
type Settings struct {
	OS       *Setting[ruleset.OS]
	Targets  *Setting[*tomldoc.List]
	Families *Setting[*tomldoc.List] // ipv4, ipv6
	Access   *Setting[string]        // console or network
	Audience Audience
	RPC      *Setting[*RPC]
	Programs *Setting[Programs]

	Advfirewall struct {
		Profile    *Setting[[]string]
		Outbound   *Setting[string]
		LogDropped *Setting[bool]
		OtherRules *Setting[string]
	}
	GPO struct {
		Profiles *Setting[string]
		LogSize  *Setting[int]
	}
	IPsec struct {
		ICMP          *Setting[string]
		DefaultExempt *Setting[int]
		Outbound      *Setting[[]Outbound]
	}
	Linux struct {
		Log        *Setting[bool]
		Reject     *Setting[bool]
		Interfaces *Setting[[]string]
		Ping       *Setting[bool]
		Counters   *Setting[bool]
		Invalid    *Setting[string]
		FTPHelper  *Setting[bool]
		AuditUntil *Setting[string]
	}
}

// Audience names the sources that may reach a host, or the services of a role.
type Audience struct {
	Clients, Peers, Management *Setting[SourceList]
}

// Lists returns the lists that are given, in the order clients, management, peers.
func (a Audience) Lists() []*Setting[SourceList] {
	var out []*Setting[SourceList]
	for _, s := range []*Setting[SourceList]{a.Clients, a.Management, a.Peers} {
		if s != nil {
			out = append(out, s)
		}
	}
	return out
}

// Effective returns the settings of a host: each from the nearest level that gives it.
func (p *Policy) Effective(h *Host) Settings {
	out := h.Settings
	for _, g := range h.Groups {
		out.inherit(&g.Settings)
	}
	out.inherit(&p.File.Settings)
	return out
}

// inherit copies the settings that s does not give from another level.
func (s *Settings) inherit(from *Settings) {
	for _, x := range settingFields {
		x.inherit(s, from)
	}
}

// Key returns a text that is equal for settings with equal values, wherever they are given.
func (s *Settings) Key() string {
	var b strings.Builder
	for _, x := range settingFields {
		if _, given := x.location(s); given {
			x.writeKey(&b, x.Name(), s)
		}
	}
	return b.String()
}

// Edition returns the edition of the host, or the default edition if no level gives one.
func (s *Settings) Edition() ruleset.OS { return cmp.Or(s.OS.Get(), ruleset.DefaultOS) }

// ForTargets returns the options of targets as rule sets have them, where the zero value means every default.
func (s *Settings) ForTargets() ruleset.Settings {
	var out ruleset.Settings
	out.Advfirewall = ruleset.AdvfirewallSettings{
		Profile: s.Advfirewall.Profile.Get(), Outbound: s.Advfirewall.Outbound.Get(),
		LogDropped: s.Advfirewall.LogDropped.Get(), OtherRules: unless(s.Advfirewall.OtherRules.Get(), "keep"),
	}
	out.GPO = ruleset.GPOSettings{Profiles: unless(s.GPO.Profiles.Get(), "set"), LogSize: s.GPO.LogSize.Get()}
	out.IPsec.ICMP = unless(s.IPsec.ICMP.Get(), "refuse")
	if exempt := s.IPsec.DefaultExempt; exempt != nil {
		out.IPsec.DefaultExempt = &exempt.Value
	}
	out.Linux = ruleset.LinuxSettings{
		Log: s.Linux.Log.Get(), Reject: s.Linux.Reject.Get(), Interfaces: s.Linux.Interfaces.Get(), Counters: s.Linux.Counters.Get(),
		NoPing:      s.Linux.Ping != nil && !s.Linux.Ping.Value,
		Invalid:     unless(s.Linux.Invalid.Get(), "drop"),
		NoFTPHelper: s.Linux.FTPHelper != nil && !s.Linux.FTPHelper.Value,
	}
	return out
}

// unless returns the value, or "" if it is the default.
func unless(value, standard string) string {
	if value == standard {
		return ""
	}
	return value
}

// settingAccess reads and copies one setting in Settings, so that one table can hold settings of every type.
type settingAccess interface {
	// read reads the key of a table into s. If s has the setting already, read reports that and keeps the old
	// value.
	read(l *loader, t *tomldoc.Table, f *fields.Field, s *Settings)
	location(s *Settings) (at tomldoc.Location, given bool)
	inherit(to, from *Settings)
	writeKey(b *strings.Builder, name string, s *Settings) // of a setting that s gives
}

// access is the settingAccess of a setting of type T.
type access[T any] struct {
	in    func(*Settings) **Setting[T]
	value func(*loader, *tomldoc.Table, *fields.Field) (T, bool) // false if the key is absent or its value is wrong
}

func (a access[T]) read(l *loader, t *tomldoc.Table, f *fields.Field, s *Settings) {
	value, given := a.value(l, t, f)
	if !given {
		return
	}
	slot, at := a.in(s), t.LocationOf(f.Key)
	if *slot != nil {
		l.errs.Add(at.Pos(), "", "%s is already defined at %s", f.Name(), (*slot).Location.Pos())
		return
	}
	*slot = &Setting[T]{value, at}
}

func (a access[T]) location(s *Settings) (tomldoc.Location, bool) {
	if slot := *a.in(s); slot != nil {
		return slot.Location, true
	}
	return tomldoc.Location{}, false
}

func (a access[T]) inherit(to, from *Settings) {
	if slot := a.in(to); *slot == nil {
		*slot = *a.in(from)
	}
}

func (a access[T]) writeKey(b *strings.Builder, name string, s *Settings) {
	var text string
	switch v := any((*a.in(s)).Value).(type) {
	case *tomldoc.List:
		text = fmt.Sprintf("%q", v.Values())
	case SourceList:
		text = fmt.Sprintf("%q", v.List.Values())
	case *RPC, []Outbound: // rarely on a single host, and never shared between hosts
		text = fmt.Sprintf("%p", v)
	default:
		text = fmt.Sprint(v)
	}
	fmt.Fprintf(b, "%s %s\n", name, text)
}
