// Package winstore models what Windows Firewall has in force on a host, and says what it allows.
//
// Windows Firewall unites rules of several stores: the local one, those of Group Policy, and others. Each store has settings for
// three profiles: domain, private and public. Readers fill a State from whatever was captured: exports of the registry, the policy
// file of a GPO, PowerShell's ActiveStore, a listing of netsh. Evaluate works out what the host allows:
//
//   - a profile that is off allows everything;
//   - a profile that takes no exceptions allows nothing;
//   - otherwise block rules beat allow rules, except those that bypass for authenticated peers, and the default action of the
//     profile decides on the rest;
//   - rules of the local store are void in a profile whose policy does not merge them.
//
// What depends on something that the capture does not hold, such as the host's subnets or who the peer is, becomes an opening
// with conditions. A rule with an unknown token is in Capture.Unmapped: it may do anything in its scope.
package winstore

import (
	"fmt"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/rulestring"
	"rolewall/ruleset"
)

// Store is where a rule or a setting is kept.
type Store string

// The stores.
const (
	Local  Store = "local"        // the registry of the host; PowerShell's PersistentStore
	Policy Store = "Group Policy" // as it was applied to the host, or as a GPO holds it
	MDM    Store = "MDM"
	Other  Store = "other"  // dynamic, generated or built-in rules of the ActiveStore
	Active Store = "active" // settings that PowerShell's ActiveStore says are in force; it holds no rules of its own
)

// Profiles are the names of the profiles, in the order in which everything lists them.
var Profiles = []string{"domain", "private", "public"}

// State is what was captured of one host. The zero value is ready; readers add to it.
type State struct {
	Host string     // empty where the files do not tell
	OS   ruleset.OS // empty where the files do not tell
	NT   Version    // zero where the files do not tell; that of OS counts then
	When string     // RFC 3339; empty where the files do not tell

	InForce []string // profiles that were in force, of Profiles; empty where the files do not tell

	Rules     []Rule // of inbound traffic, and not off
	Hardening int    // rules by which Windows narrows its own services; they open nothing
	Stopped   []Stopped
	Unmapped  []capture.Unmapped // that rules of no store are
	Sources   []capture.Source

	unread   []unread
	seen     map[Store]bool
	settings map[Store]map[string]*Settings
}

// Rule is a rule of a store.
type Rule struct {
	*rulestring.Rule
	ID    string // the name of its registry value
	Store Store
	GPO   string // the name of the GPO, where it is known
	Weak  bool   // from a form that tells less than an export of the registry, which is believed in its place
	Place capture.Place

	replaced bool // a rule of the policy has its ID
}

// unread is a rule that cannot be read.
type unread struct {
	store Store
	capture.Unmapped
}

// Stopped is a service without which Windows filters nothing, and which is not started.
type Stopped struct {
	Service string
	Pos     diag.Pos
}

// Settings are what a store says about a profile.
type Settings struct {
	On           Setting // the firewall filters
	Block        Setting // inbound traffic that no rule names is blocked
	NoExceptions Setting // no rule opens anything
	Merge        Setting // rules of the local store count
}

// Setting is one value of a store. It is not known where the store does not name it.
type Setting struct {
	Known, Value bool
	Pos          diag.Pos
}

// Say returns a setting with a value.
func Say(value bool, pos diag.Pos) Setting { return Setting{true, value, pos} }

// Saw notes that the capture holds a whole store, be it empty.
func (st *State) Saw(s Store) {
	if st.seen == nil {
		st.seen = map[Store]bool{}
	}
	st.seen[s] = true
}

// Settings returns the settings of a profile in a store, to be read or changed.
func (st *State) Settings(s Store, profile string) *Settings {
	if st.settings == nil {
		st.settings = map[Store]map[string]*Settings{}
	}
	if st.settings[s] == nil {
		st.settings[s] = map[string]*Settings{}
	}
	if st.settings[s][profile] == nil {
		st.settings[s][profile] = &Settings{}
	}
	return st.settings[s][profile]
}

// maxRules is how many rules a host may have; the largest stores that are known hold some ten thousand.
const maxRules = 100_000

// Add reads a rule string and adds the rule, unless it is off or outbound. What cannot be read becomes Capture.Unmapped, since Windows
// may read it otherwise. It returns an error where the host has too many rules.
func (st *State) Add(text string, r Rule) error {
	if strings.Contains(text, "|Active=FALSE|") || strings.Contains(text, "|Dir=Out|") {
		return nil // most rules of a host are off or outbound: they are not worth the reading
	}
	if len(st.Rules)+len(st.unread) >= maxRules {
		return fmt.Errorf("the host has more than %d rules", maxRules)
	}
	r.Place.Text = text
	if r.Place.Rule == "" {
		r.Place.Rule = fmt.Sprintf("rule %s of %s", r.ID, r.storeName())
	}
	parsed, err := rulestring.Parse(text)
	if err != nil {
		st.unread = append(st.unread, unread{r.Store, capture.Unmapped{Place: r.Place, Reason: err.Error()}})
		return nil
	}
	r.Rule = parsed
	st.Rules = append(st.Rules, r)
	return nil
}

// storeName is the store in words: "the local store", "the GPO Server baseline".
func (r Rule) storeName() string {
	switch {
	case r.GPO != "":
		return "the GPO " + r.GPO
	case r.Store == Local:
		return "the local store"
	case r.Store == Other:
		return "a store that Windows keeps itself"
	}
	return string(r.Store)
}

// owner is who keeps the rule; empty where that is not known.
func (r Rule) owner() string {
	switch {
	case r.Store == Policy || r.Store == MDM:
		return string(r.Store)
	case r.Group == "rolewall" || strings.HasPrefix(r.Name, "rolewall: "):
		return "rolewall"
	}
	return ""
}
