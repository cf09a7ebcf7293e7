package explain

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"rolewall/policy"
	"rolewall/ruleset"
)

// Fleet returns the hosts of the policy and what they allow from the source. It returns every mistake of the
// policy at once, or the error of ctx.
func (x *Explainer) Fleet(ctx context.Context) (*Fleet, error) {
	type found struct {
		host    FleetHost
		rows    []Row
		traffic []ruleset.Traffic // of the rows
	}
	look := func(h *policy.Host, rs *ruleset.RuleSet) found {
		f := found{host: FleetHost{Host: h.Name, OS: string(rs.OS), Roles: append([]string{}, rs.Roles...), Others: x.othersOf(h, rs)}}
		for _, r := range rs.Inbound {
			row, allows := x.row(rs, r)
			if !allows {
				continue
			}
			f.rows, f.traffic = append(f.rows, row), append(f.traffic, r.Traffic)
			f.host.Rules++
			if r.Remote.IsAnyone() {
				f.host.Anyone++
			}
		}
		return f
	}
	type group struct {
		FleetRow
		traffic ruleset.Traffic
	}
	known := map[string]*group{}
	var groups []*group
	out := &Fleet{Version: 1, From: x.from.text, Hosts: []FleetHost{}, Rules: []FleetRow{}}
	err := eachHost(ctx, x, look, func(h *policy.Host, f found) {
		out.Hosts = append(out.Hosts, f.host)
		for i, row := range f.rows {
			key := fmt.Sprintf("%q", row)
			if known[key] == nil {
				known[key] = &group{FleetRow{Row: row}, f.traffic[i]}
				groups = append(groups, known[key])
			}
			known[key].Hosts = append(known[key].Hosts, h.Name)
		}
	})
	slices.SortStableFunc(groups, func(a, b *group) int {
		return cmp.Or(a.traffic.Compare(b.traffic), slices.Compare(a.Hosts, b.Hosts), cmp.Compare(a.ID, b.ID))
	})
	for _, g := range groups {
		out.Rules = append(out.Rules, g.FleetRow)
	}
	return out, err
}
