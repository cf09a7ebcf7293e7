package winstore

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
)

// profile holds what applies in a profile after the stores are united.
type profile struct {
	name                            string
	on, block, noExceptions, merges Setting // Value is what applies, even if it is a default
}

// profiles unites the settings of the stores for every profile.
func (st *State) profiles() []profile {
	out := make([]profile, len(Profiles))
	for i, name := range Profiles {
		local, policy, active := st.peek(Local, name), st.policy(name), st.peek(Active, name)
		if mdm := st.peek(MDM, name); mdm != (Settings{}) {
			policy = over(policy, mdm)
		}
		p := profile{
			name:         name,
			on:           first(true, active.On, policy.On, local.On),
			block:        first(true, active.Block, policy.Block, local.Block),
			noExceptions: first(false, active.NoExceptions, policy.NoExceptions, local.NoExceptions),
			merges:       first(true, active.Merge, policy.Merge), // the local store cannot set it
		}
		if s := local.NoExceptions; !active.NoExceptions.Known && s.Value { // the setting wins in either store, not only in the policy's
			p.noExceptions = s
		}
		out[i] = p
	}
	return out
}

// Standard is the profile of old policies for all networks except the domain's. It exists only in the policy
// store, and applies only if neither the private nor the public profile is named.
const Standard = "standard"

// policy returns what Group Policy sets for a profile.
func (st *State) policy(name string) Settings {
	if name != "domain" && st.settings[Policy]["private"] == nil && st.settings[Policy]["public"] == nil {
		name = Standard
	}
	return st.peek(Policy, name)
}

// peek returns the settings of a store without creating them.
func (st *State) peek(s Store, profile string) Settings {
	if x := st.settings[s][profile]; x != nil {
		return *x
	}
	return Settings{}
}

// over returns a, with the settings of b that a does not have.
func over(a, b Settings) Settings {
	return Settings{first(false, a.On, b.On), first(false, a.Block, b.Block), first(false, a.NoExceptions, b.NoExceptions), first(false, a.Merge, b.Merge)}
}

// first returns the first setting that is known, or one with the default value of Windows.
func first(value bool, list ...Setting) Setting {
	for _, s := range list {
		if s.Known {
			return s
		}
	}
	return Setting{Value: value}
}

// facts returns what applies in the profiles, and what the capture does not have.
func (st *State) facts(profiles []profile) []capture.Fact {
	var out []capture.Fact
	for _, p := range profiles {
		out = append(out, capture.Fact{Code: "profile", Text: p.text(slices.Contains(st.InForce, p.name)), Pos: p.on.Pos})
	}
	all := func(code, text string, is func(p profile) Setting, value bool) {
		var names []string
		var pos diag.Pos
		for _, p := range profiles {
			if s := is(p); s.Value == value && (p.on.Value || code == "firewall-off") {
				names = append(names, p.name)
				if pos == (diag.Pos{}) {
					pos = s.Pos
				}
			}
		}
		if len(names) > 0 {
			out = append(out, capture.Fact{Code: code, Text: fmt.Sprintf(text, in(names)), Pos: pos})
		}
	}
	all("firewall-off", "the firewall is off %s: everything is open there", func(p profile) Setting { return p.on }, false)
	all("no-exceptions", "no rule opens anything %s: all inbound traffic is blocked", func(p profile) Setting { return p.noExceptions }, true)
	all("default-allow", "inbound traffic that no rule names is allowed %s", func(p profile) Setting {
		if p.noExceptions.Value {
			return Setting{Value: true}
		}
		return p.block
	}, false)
	all("local-rules-void", "rules of the local store do not count %s: the policy does not merge them", func(p profile) Setting { return p.merges }, false)
	if st.Hardening > 0 {
		out = append(out, capture.Fact{Code: "service-hardening", Text: fmt.Sprintf("%d rules narrow services of Windows further; they open nothing, and nothing is told of them", st.Hardening)})
	}
	return append(out, st.gaps()...)
}

// gaps returns what the capture lacks, because of which the openings may be incomplete.
func (st *State) gaps() []capture.Fact {
	var out []capture.Fact
	add := func(code, text string) { out = append(out, capture.Fact{Code: code, Text: text, Unsafe: true}) }
	gpos := 0
	for _, s := range st.Sources {
		if s.Form == "pol" {
			gpos++
		}
	}
	switch {
	case st.seen[Active] || st.seen[Policy]:
	case gpos > 0:
		add("policy-store-missing", fmt.Sprintf("the capture holds %d of the host's GPOs, and not what all of them say together: the others may open or close more, or void the local rules. "+
			`On the host, reg export HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall tells it`, gpos))
	default:
		add("policy-store-missing", "the capture does not hold the policy store: Group Policy may open or close more, or void the local rules")
	}
	if !st.seen[Active] && !st.seen[Local] {
		add("local-store-missing", "the capture does not hold the local store: its rules may open more")
	}
	if len(st.settings[Active]) == 0 && len(st.settings[Local]) == 0 && st.seen[Local] {
		add("profiles-missing", "the capture does not say whether the profiles are on: they are taken to be")
	}
	for _, s := range st.Stopped {
		out = append(out, capture.Fact{Code: "service-stopped", Text: fmt.Sprintf("the service %s is not started: Windows filters nothing without it", s.Service), Pos: s.Pos, Unsafe: true})
	}
	return out
}

// text returns the profile in one line.
func (p profile) text(inForce bool) string {
	words := []string{"off"}
	if p.on.Value {
		words = []string{"on", "inbound traffic is blocked unless a rule allows it"}
		switch {
		case p.noExceptions.Value:
			words[1] = "all inbound traffic is blocked"
		case !p.block.Value:
			words[1] = "inbound traffic is allowed unless a rule blocks it"
		}
		if !p.merges.Value {
			words = append(words, "local rules do not count")
		}
	}
	if inForce {
		words = append(words, "in force when it was captured")
	}
	return "profile " + p.name + ": " + strings.Join(words, ", ")
}

// in returns "in the profile domain", "in the profiles domain and public".
func in(names []string) string {
	if len(names) == 1 {
		return "in the profile " + names[0]
	}
	return "in the profiles " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
