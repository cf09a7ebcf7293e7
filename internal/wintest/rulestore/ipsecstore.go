package rulestore

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"rolewall/internal/wintest/netsh"
)

// IPsec is the local store of IPSec policies. Names are unique within their kind, in any case of letters.
type IPsec struct {
	Policies map[string]*IPsecPolicy // by lower-case name, as the others
	Lists    map[string][]netsh.Filter
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
	return &IPsec{Policies: map[string]*IPsecPolicy{}, Lists: map[string][]netsh.Filter{}, Actions: map[string]bool{}}
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

// Run does what a statement asks. What it cannot do leaves the store as it was.
func (s *IPsec) Run(st netsh.Statement) (string, int) {
	out, err := s.try(st)
	if err != nil {
		return fmt.Sprintf("ERR IPsec[05000] : %s\r\n", err), 1
	}
	return out, 0
}

func (s *IPsec) try(st netsh.Statement) (string, error) {
	switch x := st.(type) {
	case netsh.AddPolicy:
		return "", s.addPolicy(x)
	case netsh.AddFilterList:
		if _, taken := s.Lists[fold(x.Name)]; taken {
			return "", fmt.Errorf("the filter list %s exists", x.Name)
		}
		s.Lists[fold(x.Name)] = nil
		return "", nil
	case netsh.AddFilterAction:
		if _, taken := s.Actions[fold(x.Name)]; taken {
			return "", fmt.Errorf("the filter action %s exists", x.Name)
		}
		s.Actions[fold(x.Name)] = x.Block
		return "", nil
	case netsh.AddFilter:
		if slices.Contains(s.Lists[fold(x.List)], x.Filter) {
			return "", fmt.Errorf("the filter exists")
		}
		s.Lists[fold(x.List)] = append(s.Lists[fold(x.List)], x.Filter) // a list that is missing is made
		return "", nil
	case netsh.AddIPsecRule:
		return "", s.addRule(x)
	case netsh.AssignPolicy:
		return "", s.assign(x)
	case netsh.DeleteIPsec:
		return "", s.delete(x)
	case netsh.ShowIPsec:
		return s.show(x)
	}
	return "", fmt.Errorf("not known here")
}

func fold(name string) string { return strings.ToLower(name) }

func (s *IPsec) addPolicy(x netsh.AddPolicy) error {
	name := fold(x.Name)
	if s.Policies[name] != nil {
		return fmt.Errorf("the policy %s exists", x.Name)
	}
	s.Policies[name] = &IPsecPolicy{x.DefaultRule, map[string]IPsecRule{}}
	if x.Assign {
		s.Assigned = name
	}
	return nil
}

func (s *IPsec) addRule(x netsh.AddIPsecRule) error {
	p := s.Policies[fold(x.Policy)]
	if p == nil {
		return fmt.Errorf("there is no policy %s", x.Policy)
	}
	if _, known := s.Lists[fold(x.List)]; !known {
		return fmt.Errorf("there is no filter list %s", x.List)
	}
	if _, known := s.Actions[fold(x.Action)]; !known {
		return fmt.Errorf("there is no filter action %s", x.Action)
	}
	if _, taken := p.Rules[fold(x.Name)]; taken {
		return fmt.Errorf("the rule %s exists", x.Name)
	}
	p.Rules[fold(x.Name)] = IPsecRule{fold(x.List), fold(x.Action)}
	return nil
}

// assign puts a policy in force in place of the old one.
func (s *IPsec) assign(x netsh.AssignPolicy) error {
	name := fold(x.Name)
	if s.Policies[name] == nil {
		return fmt.Errorf("there is no policy %s", x.Name)
	}
	if x.Assign {
		s.Assigned = name
	} else if s.Assigned == name {
		s.Assigned = ""
	}
	return nil
}

// delete removes a policy with its rules, or a list or action that no rule uses. A policy in force is not an exception: the
// host is open then.
func (s *IPsec) delete(x netsh.DeleteIPsec) error {
	name := fold(x.Name)
	for _, p := range s.Policies {
		for _, r := range p.Rules {
			if x.Kind == "filterlist" && r.List == name || x.Kind == "filteraction" && r.Action == name {
				return fmt.Errorf("%s %s is in use", x.Kind, x.Name)
			}
		}
	}
	known := false
	switch x.Kind {
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
		return fmt.Errorf("there is no %s %s", x.Kind, x.Name)
	}
	return nil
}

func (s *IPsec) show(x netsh.ShowIPsec) (string, error) {
	names := map[string][]string{
		"policy": slices.Sorted(maps.Keys(s.Policies)), "filterlist": slices.Sorted(maps.Keys(s.Lists)), "filteraction": slices.Sorted(maps.Keys(s.Actions)),
	}[x.Kind]
	var b strings.Builder
	for _, name := range names {
		if x.Name == "" || fold(x.Name) == name {
			fmt.Fprintf(&b, "%-25s: %s\r\n", "Name", name)
		}
	}
	if b.Len() == 0 {
		return "", fmt.Errorf("there is no such %s", x.Kind)
	}
	return b.String(), nil
}
