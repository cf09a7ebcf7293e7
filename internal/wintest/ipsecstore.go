package wintest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// IPsec is the local store of IPSec policies. Names are unique within their kind, in any case of letters.
type IPsec struct {
	Policies map[string]*IPsecPolicy // by lower-case name, as the others
	Lists    map[string][]Filter
	Actions  map[string]bool // true blocks
	Assigned string          // the policy in force; empty where there is none
}

// IPsecPolicy is a set of rules.
type IPsecPolicy struct {
	DefaultRule bool // the rule that answers requests to negotiate
	Rules       map[string]IPsecRule
}

// IPsecRule applies an action to the filters of a list.
type IPsecRule struct{ List, Action string }

// NewIPsec is an empty store.
func NewIPsec() *IPsec {
	return &IPsec{Policies: map[string]*IPsecPolicy{}, Lists: map[string][]Filter{}, Actions: map[string]bool{}}
}

// Clone copies the store.
func (s *IPsec) Clone() *IPsec {
	c := NewIPsec()
	c.Assigned = s.Assigned
	for name, p := range s.Policies {
		c.Policies[name] = &IPsecPolicy{p.DefaultRule, maps.Clone(p.Rules)}
	}
	for name, l := range s.Lists {
		c.Lists[name] = slices.Clone(l)
	}
	c.Actions = maps.Clone(s.Actions)
	return c
}

// run does what a statement asks. What it cannot do leaves the store as it was.
func (s *IPsec) run(st statement) (string, int) {
	out, err := s.try(st)
	if err != nil {
		return fmt.Sprintf("ERR IPsec[05000] : %s\r\n", err), 1
	}
	return out, 0
}

func (s *IPsec) try(st statement) (string, error) {
	switch x := st.(type) {
	case addPolicy:
		return "", s.addPolicy(x)
	case addFilterList:
		if _, taken := s.Lists[fold(x.name)]; taken {
			return "", fmt.Errorf("the filter list %s exists", x.name)
		}
		s.Lists[fold(x.name)] = nil
		return "", nil
	case addFilterAction:
		if _, taken := s.Actions[fold(x.name)]; taken {
			return "", fmt.Errorf("the filter action %s exists", x.name)
		}
		s.Actions[fold(x.name)] = x.block
		return "", nil
	case addFilter:
		if slices.Contains(s.Lists[fold(x.list)], x.filter) {
			return "", fmt.Errorf("the filter exists")
		}
		s.Lists[fold(x.list)] = append(s.Lists[fold(x.list)], x.filter) // a list that is missing is made
		return "", nil
	case addIPsecRule:
		return "", s.addRule(x)
	case assignPolicy:
		return "", s.assign(x)
	case deleteIPsec:
		return "", s.delete(x)
	case showIPsec:
		return s.show(x)
	}
	return "", fmt.Errorf("not known here")
}

func fold(name string) string { return strings.ToLower(name) }

func (s *IPsec) addPolicy(x addPolicy) error {
	name := fold(x.name)
	if s.Policies[name] != nil {
		return fmt.Errorf("the policy %s exists", x.name)
	}
	s.Policies[name] = &IPsecPolicy{x.defaultRule, map[string]IPsecRule{}}
	if x.assign {
		s.Assigned = name
	}
	return nil
}

func (s *IPsec) addRule(x addIPsecRule) error {
	p := s.Policies[fold(x.policy)]
	if p == nil {
		return fmt.Errorf("there is no policy %s", x.policy)
	}
	if _, known := s.Lists[fold(x.list)]; !known {
		return fmt.Errorf("there is no filter list %s", x.list)
	}
	if _, known := s.Actions[fold(x.action)]; !known {
		return fmt.Errorf("there is no filter action %s", x.action)
	}
	if _, taken := p.Rules[fold(x.name)]; taken {
		return fmt.Errorf("the rule %s exists", x.name)
	}
	p.Rules[fold(x.name)] = IPsecRule{fold(x.list), fold(x.action)}
	return nil
}

// assign puts a policy in force; the one that was is so no more.
func (s *IPsec) assign(x assignPolicy) error {
	name := fold(x.name)
	if s.Policies[name] == nil {
		return fmt.Errorf("there is no policy %s", x.name)
	}
	if x.assign {
		s.Assigned = name
	} else if s.Assigned == name {
		s.Assigned = ""
	}
	return nil
}

// delete removes a policy with its rules, or a list or action that no rule uses. A policy in force is not an exception: the
// host is open then.
func (s *IPsec) delete(x deleteIPsec) error {
	name := fold(x.name)
	for _, p := range s.Policies {
		for _, r := range p.Rules {
			if x.kind == "filterlist" && r.List == name || x.kind == "filteraction" && r.Action == name {
				return fmt.Errorf("%s %s is in use", x.kind, x.name)
			}
		}
	}
	known := false
	switch x.kind {
	case "policy":
		_, known = s.Policies[name]
		delete(s.Policies, name)
		if s.Assigned == name {
			s.Assigned = ""
		}
	case "filterlist":
		_, known = s.Lists[name]
		delete(s.Lists, name)
	case "filteraction":
		_, known = s.Actions[name]
		delete(s.Actions, name)
	}
	if !known {
		return fmt.Errorf("there is no %s %s", x.kind, x.name)
	}
	return nil
}

func (s *IPsec) show(x showIPsec) (string, error) {
	names := map[string][]string{
		"policy": slices.Sorted(maps.Keys(s.Policies)), "filterlist": slices.Sorted(maps.Keys(s.Lists)), "filteraction": slices.Sorted(maps.Keys(s.Actions)),
	}[x.kind]
	var b strings.Builder
	for _, name := range names {
		if x.name == "" || fold(x.name) == name {
			fmt.Fprintf(&b, "%-25s: %s\r\n", "Name", name)
		}
	}
	if b.Len() == 0 {
		return "", fmt.Errorf("there is no such %s", x.kind)
	}
	return b.String(), nil
}
