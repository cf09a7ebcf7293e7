package resolver

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/policy"
	"rolewall/tomldoc"
)

// assignment is a service that the host runs, and how it came by it.
type assignment struct {
	service  *catalog.Service
	role     string   // as the host names it; empty where the host names the service itself
	via      []string // roles between role and the service, outermost first
	features map[string]bool
	only     []string // rows that the role opens; empty: all that are on
}

// innermostRole is the role that names the service, the innermost one; empty for a service of the host's own.
func (g assignment) innermostRole() string {
	if len(g.via) > 0 {
		return g.via[len(g.via)-1]
	}
	return g.role
}

// roles lists the roles, nearest to the service first.
func (g assignment) roles() []string {
	out := slices.Clone(g.via)
	slices.Reverse(out)
	if g.role != "" {
		out = append(out, g.role)
	}
	return out
}

// roleGrants lists what the role brings, itself and through its includes. at is where the host names it.
func (j *hostResolver) roleGrants(at tomldoc.Text, name string, via []string, features map[string]bool) []assignment {
	role, _ := j.r.p.Catalog.Role(name)
	if !role.Has(j.os) {
		j.errs.Add(at.Location.Pos(), "it exists on "+catalog.OSNames(role.List()), "role %s does not exist on %s (host %s)", name, j.os, j.h.Name)
		return nil
	}
	on := maps.Clone(features)
	if on == nil {
		on = map[string]bool{}
	}
	for _, f := range role.Features {
		on[f.Value] = true
	}
	var out []assignment
	for _, ref := range role.Services {
		s, _ := j.r.p.Catalog.Service(ref.Name.Value)
		if ref.Has(j.os) && s.Has(j.os) {
			out = append(out, assignment{service: s, role: at.Value, via: via, features: on, only: ref.Only})
		}
	}
	for _, include := range role.Includes {
		out = append(out, j.roleGrants(at, include.Value, append(slices.Clone(via), include.Value), on)...)
	}
	return out
}

// findMembers lists the hosts of every role and of every service that hosts name themselves.
func (r *Resolver) findMembers() map[string][]*policy.Host {
	closure := map[string][]string{}
	out := map[string][]*policy.Host{}
	for _, h := range r.p.Hosts {
		keys := map[string]bool{}
		for _, l := range r.p.Levels(h) {
			for name := range l.Roles.All() {
				for _, role := range r.closure(name.Value, closure) {
					keys[role] = true
				}
			}
			for name := range l.Services.All() {
				keys[serviceKey(name.Value)] = true
			}
		}
		for key := range keys {
			out[key] = append(out[key], h)
		}
	}
	return out
}

func serviceKey(name string) string { return "service " + strings.ToLower(name) }

// closure lists a role and all it includes; known keeps answers.
func (r *Resolver) closure(name string, known map[string][]string) []string {
	if list, done := known[name]; done {
		return list
	}
	list := []string{name}
	role, _ := r.p.Catalog.Role(name)
	for _, include := range role.Includes {
		list = append(list, r.closure(include.Value, known)...)
	}
	slices.Sort(list)
	known[name] = slices.Compact(list)
	return known[name]
}

// CheckUnused notes pins and exceptions that opened nothing on any host; call it when every host is resolved.
func (r *Resolver) CheckUnused(errs *diag.List) {
	ofMany := func(a *policy.Exception) bool { return !r.used[a] }
	r.checkUnused(r.p.File, ofMany, errs)
	for _, name := range slices.Sorted(maps.Keys(r.p.Groups)) {
		r.checkUnused(&r.p.Groups[name].Level, ofMany, errs)
	}
	for _, h := range r.p.Hosts {
		r.checkUnused(&h.Level, func(a *policy.Exception) bool { return r.idle[a] }, errs)
	}
}

func (r *Resolver) checkUnused(l *policy.Level, opensNothing func(*policy.Exception) bool, errs *diag.List) {
	if rpc, ok := l.Scalars["rpc"].Value.(*policy.RPC); ok {
		for _, pin := range rpc.Pins {
			if !r.used[pinKey{rpc, strings.ToLower(pin.Service.Value)}] {
				errs.Add(pin.Service.Location.Pos(), "take it away, or give the host the service", "the pin of %s has no effect: no host of %s has a dynamic RPC endpoint of it", pin.Service.Value, l.Name)
			}
		}
	}
	for i := range l.Exceptions {
		if a := &l.Exceptions[i]; opensNothing(a) {
			errs.Add(a.Location.Pos(), fmt.Sprintf("its senders and %s share no address family with any host", a.Traffic.String()), "the exception opens nothing on any host")
		}
	}
}

// pinKey names a pin of one [rpc] table.
type pinKey struct {
	rpc     *policy.RPC
	service string
}

// judge notes what an exception does on a host: of those that a host has for itself what does nothing, which is rare.
func (j *hostResolver) judge(a *policy.Exception, l *policy.Level, isUsed bool) {
	switch own := l == &j.h.Level; {
	case own && !isUsed:
		j.r.mu.Lock()
		defer j.r.mu.Unlock()
		j.r.idle[a] = true
	case !own && isUsed:
		j.r.use(a)
	}
}

// use notes that a pin or an exception has an effect.
func (r *Resolver) use(what any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used[what] = true
}
