package ruleset

import (
	"cmp"
	"slices"
	"strings"
)

// Audience says who uses an endpoint.
type Audience string

// The audiences. Peers and management may reach whatever clients may reach.
const (
	Clients    Audience = "clients"
	Peers      Audience = "peers"
	Management Audience = "management"
)

// Reason is one cause of a rule: an endpoint of a service that a role brought, or an exception of the policy.
type Reason struct {
	Role     string   // role named by the host or its group; empty if the host names the service itself
	Via      []string // roles that lead from Role to the service, outermost first
	Service  string
	App      string // application protocol
	Audience Audience
	Networks []string // names of the address sets of the audience; "any" for everyone
	Feature  string   // the feature that opens the endpoint; empty if it needs none
	Source   string   // tags of the catalog's sources, joined by commas
	Allow    *Allow   // set for an exception; then all fields above but Networks are empty
	At       string   // where the policy has the exception: "file", "groups.web", "hosts.dc1"
}

// Allow is why an exception exists: its reason, owner and last day.
type Allow struct {
	Reason  string `json:"reason"`
	Owner   string `json:"owner,omitempty"`
	Expires string `json:"expires,omitempty"` // the last day on which it holds, YYYY-MM-DD in UTC
}

// Compare orders reasons: roles first, exceptions last.
func (r Reason) Compare(s Reason) int {
	return cmp.Or(
		cmp.Compare(b2i(r.Allow != nil), b2i(s.Allow != nil)),
		cmp.Compare(r.Role, s.Role),
		slices.Compare(r.Via, s.Via),
		cmp.Compare(r.Service, s.Service),
		cmp.Compare(r.App, s.App),
		cmp.Compare(r.Audience, s.Audience),
		slices.Compare(r.Networks, s.Networks),
		cmp.Compare(r.Feature, s.Feature),
		cmp.Compare(r.Source, s.Source),
		cmp.Compare(r.At, s.At),
		r.Allow.compare(s.Allow),
	)
}

func (a *Allow) compare(b *Allow) int {
	if a == nil || b == nil {
		return cmp.Compare(b2i(a != nil), b2i(b != nil))
	}
	return cmp.Or(cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Expires, b.Expires))
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// ReasonText returns in one line why a rule exists, for comments of scripts: "RPC: domain-controller (LSASS,
// Netlogon), dns-server (DNS)". It does not escape the free text of exceptions.
func ReasonText(reasons []Reason) string {
	var apps, roles []string
	services := map[string][]string{}
	var exceptions []string
	for _, r := range reasons {
		if r.Allow != nil {
			exceptions = append(exceptions, r.Allow.text())
			continue
		}
		apps = appendNew(apps, r.App)
		role := r.Role
		if role == "" {
			role = "service"
		}
		roles = appendNew(roles, role)
		services[role] = appendNew(services[role], r.Service)
	}
	var parts []string
	for _, role := range roles {
		parts = append(parts, role+" ("+strings.Join(services[role], ", ")+")")
	}
	parts = append(parts, exceptions...)
	text := strings.Join(parts, ", ")
	if len(apps) > 0 {
		text = strings.Join(apps, ", ") + ": " + text
	}
	return text
}

func (a *Allow) text() string {
	text := "exception: " + a.Reason
	if a.Owner != "" {
		text += ", owner " + a.Owner
	}
	if a.Expires != "" {
		text += ", until " + a.Expires
	}
	return text
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
