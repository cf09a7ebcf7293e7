// Package winstore models the rules of Windows Firewall that are in force on a host, and computes what they allow.
//
// Windows Firewall unites rules of several stores: the local one, those of Group Policy, and others. Each store
// has settings for three profiles: domain, private and public. Readers fill a State from what was captured:
// exports of the registry, the policy file of a GPO, PowerShell's ActiveStore, a listing of netsh. Evaluate
// computes what the host allows:
//
//   - A profile that is off allows everything.
//   - A profile that takes no exceptions allows nothing.
//   - Otherwise block rules win over allow rules, except over those that bypass for authenticated peers. The default action of the profile decides on everything else.
//   - Rules of the local store do not apply in a profile whose policy does not merge them.
//
// If something depends on facts that the capture does not have, such as the host's subnets or the identity of the
// peer, it becomes an opening with conditions. A rule with an unknown token is in Capture.Unmapped: it may do
// anything in its scope.
package winstore

import (
	"fmt"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/rulestring"
	"rolewall/ruleset"
)

// Store says where a rule or a setting is stored.
type Store string

// The stores.
const (
	Local  Store = "local"        // the registry of the host; PowerShell's PersistentStore
	Policy Store = "Group Policy" // as applied to the host, or as a GPO holds it
	MDM    Store = "MDM"
	Other  Store = "other"  // dynamic, generated or built-in rules of the ActiveStore
	Active Store = "active" // settings in force according to PowerShell's ActiveStore; it holds no rules of its own
)

// Profiles holds the names of the profiles, in the order of all listings.
var Profiles = []string{"domain", "private", "public"}

// State is what was captured of one host. The zero value is empty, and readers add to it.
type State struct {
	Host string     // empty if unknown
	OS   ruleset.OS // empty if unknown
	NT   Version    // zero if unknown; then the version of OS applies
	When string     // RFC 3339; empty if unknown

	InForce []string // profiles that were in force; empty if unknown

	Rules     []Rule // inbound rules that are on
	Hardening int    // number of rules by which Windows narrows its own services; they open nothing
	Stopped   []Stopped
	Unmapped  []capture.Unmapped // entries that are rules of no store
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
	GPO   string // the name of the GPO, if known
	Weak  bool   // from a form with less information than an export of the registry, which replaces it
	Place capture.Place

	replaced bool // a rule of the policy has the same ID
}

// unread is a rule that cannot be read.
type unread struct {
	store Store
	capture.Unmapped
}

// Stopped is a service that Windows needs for filtering and that is not started.
type Stopped struct {
	Service string
	Pos     diag.Pos
}

// Settings are what a store sets for a profile.
type Settings struct {
	On           Setting // the firewall filters
	Block        Setting // inbound traffic without a rule is blocked
	NoExceptions Setting // no rule opens anything
	Merge        Setting // rules of the local store apply
}

// Setting is one value of a store. It is unknown if the store does not name it.
type Setting struct {
	Known, Value bool
	Pos          diag.Pos
}

// Say returns a known setting.
func Say(value bool, pos diag.Pos) Setting { return Setting{true, value, pos} }

// Saw records that the capture holds a whole store, even an empty one.
func (st *State) Saw(s Store) {
	if st.seen == nil {
		st.seen = map[Store]bool{}
	}
	st.seen[s] = true
}

// Settings returns the settings of a profile in a store. The caller may change them.
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

// maxRules is how many rules a host may have. The largest known stores have about ten thousand.
const maxRules = 100_000

// Add reads a rule string and adds the rule, unless it is off or outbound. If it cannot be read, it becomes
// unmapped, since Windows may be able to read it. It returns an error if the host has too many rules.
func (st *State) Add(text string, r Rule) error {
	if strings.Contains(text, "|Active=FALSE|") || strings.Contains(text, "|Dir=Out|") {
		return nil // most rules of a host are off or outbound, so they are not parsed
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

// storeName returns the store in words: "the local store", "the GPO Server baseline".
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

// owner returns who maintains the rule, or "" if that is unknown.
func (r Rule) owner() string {
	switch {
	case r.Store == Policy || r.Store == MDM:
		return string(r.Store)
	case r.Group == "rolewall" || strings.HasPrefix(r.Name, "rolewall: "):
		return "rolewall"
	}
	return ""
}
