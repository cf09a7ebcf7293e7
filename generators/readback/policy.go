package readback

import (
	"fmt"
	"strings"

	"rolewall/readers/regpol"
	"rolewall/readers/rulestring"
)

// firewallKey is the key below which Group Policy holds all settings of Windows Firewall.
const firewallKey = `Software\Policies\Microsoft\WindowsFirewall`

// policyRule is a rule with its ID, which is the name of its value.
type policyRule struct {
	ID string
	*rulestring.Rule
}

// Policy is what a policy file sets for Windows Firewall.
type Policy struct {
	Rules    []policyRule                 // in the order of the file; a later rule with the same ID replaces an earlier one
	Profiles map[string]map[string]uint32 // values by profile, such as "DomainProfile", and name; "Logging\LogFileSize" if they are in a subkey
	Version  uint32                       // the policy version; 0 if no entry has it
	Other    []regpol.Entry               // all other entries
}

// newPolicy sorts the entries of a file. It returns an error for a rule that cannot be read or that Windows
// would ignore.
func newPolicy(entries []regpol.Entry) (*Policy, error) {
	f := &Policy{Profiles: map[string]map[string]uint32{}}
	place := map[string]int{}
	for _, e := range entries {
		below, ours := cutPrefixFold(e.Key, firewallKey)
		number, isNumber := e.Number()
		profile, deeper, _ := strings.Cut(strings.TrimPrefix(below, `\`), `\`)
		switch {
		case ours && strings.EqualFold(below, `\FirewallRules`):
			r, err := newRule(e)
			if err != nil {
				return nil, fmt.Errorf("byte %d, %s: %w", e.Offset, e.Name, err)
			}
			id := strings.ToLower(r.ID)
			if i, known := place[id]; known {
				f.Rules[i] = r
			} else {
				place[id] = len(f.Rules)
				f.Rules = append(f.Rules, r)
			}
		case ours && below == "" && e.Name == "PolicyVersion" && isNumber:
			f.Version = number
		case ours && strings.HasSuffix(profile, "Profile") && isNumber:
			if f.Profiles[profile] == nil {
				f.Profiles[profile] = map[string]uint32{}
			}
			name := e.Name
			if deeper != "" {
				name = deeper + `\` + name
			}
			f.Profiles[profile][name] = number
		default:
			f.Other = append(f.Other, e)
		}
	}
	return f, nil
}

// newRule reads the rule of an entry.
func newRule(e regpol.Entry) (policyRule, error) {
	text, ok := e.Text()
	if !ok {
		return policyRule{}, fmt.Errorf("its value is no text")
	}
	if bad := badID(e.Name); bad != "" {
		return policyRule{}, fmt.Errorf("its ID: %s", bad)
	}
	r, err := rulestring.Parse(text)
	if err != nil {
		return policyRule{}, err
	}
	if void := r.Void(); len(void) > 0 {
		return policyRule{}, fmt.Errorf("it would be ignored: %s", strings.Join(void, "; "))
	}
	return policyRule{e.Name, r}, nil
}

// limitID is how many characters the ID of a rule may have, by [MS-FASP].
const limitID = 511

// badID returns why a text cannot be the ID of a rule, which is the name of its registry value, or "" if it can.
func badID(id string) string {
	switch {
	case id == "":
		return "it is empty"
	case len(id) > limitID:
		return fmt.Sprintf("it has %d characters, and %d are allowed", len(id), limitID)
	case strings.Contains(id, "|"):
		return "it holds |"
	}
	return ""
}

// cutPrefixFold does what strings.CutPrefix does, without regard to case, as in the registry.
func cutPrefixFold(text, prefix string) (string, bool) {
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return text, false
	}
	return text[len(prefix):], true
}
