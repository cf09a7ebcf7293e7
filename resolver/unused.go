package resolver

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/policy"
)

// CheckUnused adds to errs the pins and exceptions that opened nothing on any host. Call it after all hosts are
// resolved.
func (r *Resolver) CheckUnused(errs *diag.List) {
	ofMany := func(a *policy.Exception) bool { return !r.used[a] }
	r.checkUnused(r.policy.File, ofMany, errs)
	for _, name := range slices.Sorted(maps.Keys(r.policy.Groups)) {
		r.checkUnused(&r.policy.Groups[name].Level, ofMany, errs)
	}
	for _, h := range r.policy.Hosts {
		r.checkUnused(&h.Level, func(a *policy.Exception) bool { return r.idle[a] }, errs)
	}
}

func (r *Resolver) checkUnused(l *policy.Level, opensNothing func(*policy.Exception) bool, errs *diag.List) {
	if rpc := l.Settings.RPC.Get(); rpc != nil {
		for _, pin := range rpc.Pins {
			if !r.used[pinKey{rpc, strings.ToLower(pin.Service.Value)}] {
				errs.Add(pin.Service.Location.Pos(), "take it away, or give the host the service", "the pin of %s has no effect: no host of %s has a dynamic RPC endpoint of it", pin.Service.Value, l.Name)
			}
		}
	}
	for i := range l.Exceptions {
		if a := &l.Exceptions[i]; opensNothing(a) {
			errs.Add(a.Location.Pos(), fmt.Sprintf("its sources and %s share no address family with any host", a.Traffic.String()), "the exception opens nothing on any host")
		}
	}
}

// pinKey identifies a pin of one [rpc] table.
type pinKey struct {
	rpc     *policy.RPC
	service string
}

// recordUse records whether an exception opens something on a host. For exceptions of a single host it records the
// idle ones, which are rare. For all others it records the used ones.
func (hr *hostResolver) recordUse(a *policy.Exception, l *policy.Level, isUsed bool) {
	switch own := l == &hr.host.Level; {
	case own && !isUsed:
		hr.resolver.mu.Lock()
		defer hr.resolver.mu.Unlock()
		hr.resolver.idle[a] = true
	case !own && isUsed:
		hr.resolver.use(a)
	}
}

// use records that a pin or an exception has an effect.
func (r *Resolver) use(what any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.used[what] = true
}
