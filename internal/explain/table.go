package main

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/ruleset"
)

// prefixTexts writes prefixes, single addresses without their length.
func prefixTexts(list []netip.Prefix) []string {
	out := make([]string, len(list))
	for i, p := range list {
		if out[i] = p.String(); p.IsSingleIP() {
			out[i] = p.Addr().String()
		}
	}
	return out
}

// host lists all that one host lets in.
func (x *explainer) host(h *policy.Host) (*explainTable, error) {
	a, err := x.account(h)
	if err != nil {
		return nil, err
	}
	out := &explainTable{explainHost: x.about(h, a.RuleSet), Rules: []explainRow{}}
	out.Baseline = x.baselines(h, a.RuleSet, func(string) bool { return true })
	for _, r := range a.RuleSet.Inbound {
		if row, admitted := x.row(a.RuleSet, r); admitted {
			out.Rules = append(out.Rules, row)
		}
	}
	return out, nil
}

// row is a rule as a line; admitted is false where it lets nothing of the sender in that was asked about.
func (x *explainer) row(rs *ruleset.RuleSet, r *ruleset.Rule) (row explainRow, admitted bool) {
	row = explainRow{ID: r.ID, Opens: r.Traffic.String(), App: []string{}, From: []string{}, Because: becauseOf(r)}
	for _, reason := range r.Reasons {
		if reason.App != "" && !slices.Contains(row.App, reason.App) {
			row.App = append(row.App, reason.App)
		}
	}
	for _, set := range r.Remote.Sets() {
		row.From = append(row.From, set.Name)
	}
	if x.from.text != "" {
		row.Admits = x.from.admits(r.Remote, rs.FamiliesOf(r))
	}
	return row, row.Admits != shareNone
}

// becauseOf says why a rule is there: a text for each role with its services, and for each exception.
func becauseOf(r *ruleset.Rule) []string {
	var roles []string
	services := map[string][]string{}
	var exceptions []string
	for _, x := range r.Reasons {
		if x.Allow != nil {
			exceptions = append(exceptions, "exception: "+x.Allow.Reason)
			continue
		}
		role := x.Role
		if !slices.Contains(roles, role) {
			roles = append(roles, role)
		}
		if !slices.Contains(services[role], x.Service) {
			services[role] = append(services[role], x.Service)
		}
	}
	var out []string
	for _, role := range roles {
		text := "(" + strings.Join(services[role], ", ") + ")"
		if role == "" {
			role = "service"
		}
		out = append(out, role+" "+text)
	}
	return append(out, exceptions...)
}

// explainWho is the answer to --who.
type explainWho struct {
	Version int          `json:"version"` // 1
	Port    string       `json:"port"`
	From    string       `json:"from,omitempty"`
	Hosts   int          `json:"hosts"` // that were asked
	Open    []explainRow `json:"open"`
}

// who lists the hosts on which a port is open.
func (x *explainer) who(ctx context.Context, port string) (*explainWho, error) {
	qs, err := questions(port)
	if err != nil {
		return nil, err
	}
	out := &explainWho{Version: 1, Port: port, From: x.from.text, Hosts: len(x.policy.Hosts), Open: []explainRow{}}
	errs := &diag.List{}
	x.workspace.CheckTargets(errs)
	type found struct {
		rows []explainRow
		errs *diag.List
	}
	look := func(i int) found {
		f := found{errs: &diag.List{}}
		rs := x.resolver.RuleSet(x.policy.Hosts[i], f.errs)
		if rs != nil {
			f.rows = x.openRows(x.policy.Hosts[i], rs, qs)
		}
		return f
	}
	err = workspace.Ordered(ctx, len(x.policy.Hosts), look, func(_ int, f found) error {
		out.Open = append(out.Open, f.rows...)
		errs.Join(f.errs)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	return out, nil
}

func (x *explainer) openRows(h *policy.Host, rs *ruleset.RuleSet, qs []ruleset.Traffic) []explainRow {
	var out []explainRow
	for _, r := range rs.Inbound {
		if !slices.ContainsFunc(qs, func(q ruleset.Traffic) bool { return q.Overlaps(r.Traffic) }) {
			continue
		}
		if row, admitted := x.row(rs, r); admitted {
			row.Host = h.Name
			out = append(out, row)
		}
	}
	return out
}
