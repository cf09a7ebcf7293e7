package resolver

import (
	"slices"
	"strings"

	"rolewall/policy"
)

// findMembers returns the hosts of every role, and the hosts of every service that hosts name themselves. Its keys
// are role names, serviceKey and hostKey.
func (r *Resolver) findMembers() map[string][]*policy.Host {
	closure := map[string][]string{}
	out := map[string][]*policy.Host{}
	for _, h := range r.policy.Hosts {
		keys := map[string]bool{}
		for _, l := range r.policy.Levels(h) {
			for name := range l.Roles.All() {
				for _, role := range r.closure(name.Value, closure) {
					keys[role] = true
				}
			}
			for name := range l.Services.All() {
				keys[serviceKey(name.Value)] = true
			}
		}
		keys[hostKey(h.Name)] = true
		for key := range keys {
			out[key] = append(out[key], h)
		}
	}
	return out
}

// hostKey returns the key of a single host. Case does not matter.
func hostKey(name string) string { return "host " + strings.ToLower(name) }

func serviceKey(name string) string { return "service " + strings.ToLower(name) }

// closure returns a role and all roles that it includes. known caches results.
func (r *Resolver) closure(name string, known map[string][]string) []string {
	if list, done := known[name]; done {
		return list
	}
	list := []string{name}
	role, _ := r.policy.Catalog.Role(name)
	for _, include := range role.Includes {
		list = append(list, r.closure(include.Value, known)...)
	}
	slices.Sort(list)
	known[name] = slices.Compact(list)
	return known[name]
}
