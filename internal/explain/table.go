package explain

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/internal/workspace"
	"rolewall/policy"
	"rolewall/ruleset"
)

// prefixTexts writes prefixes, and single addresses without their length.
func prefixTexts(list []netip.Prefix) []string {
	out := make([]string, len(list))
	for i, p := range list {
		if out[i] = p.String(); p.IsSingleIP() {
			out[i] = p.Addr().String()
		}
	}
	return out
}

// Rules returns the rules of a host that allow the explainer's source or a part of it.
func (x *Explainer) Rules(h *policy.Host) (*Table, error) {
	resolution, err := x.resolve(h)
	if err != nil {
		return nil, err
	}
	rs := resolution.RuleSet
	out := &Table{Subject: x.about(h, rs), Rules: []Row{}}
	out.Baseline = x.openings(h, rs, func(o target.Opening) bool { return o.TextOnly || x.shareOf(o) != None })
	for _, r := range rs.Inbound {
		if row, allows := x.row(rs, r); allows {
			out.Rules = append(out.Rules, row)
		}
	}
	return out, nil
}

// row returns a rule as a row. It returns false if the rule allows nothing of the source of the question.
func (x *Explainer) row(rs *ruleset.RuleSet, r *ruleset.Rule) (row Row, allows bool) {
	row = Row{ID: r.ID, Opens: r.Traffic.String(), Only: onlyText(rs.OS, r), App: []string{}, From: []string{}, Because: Because(r)}
	for _, reason := range r.Reasons {
		if reason.App != "" && !slices.Contains(row.App, reason.App) {
			row.App = append(row.App, reason.App)
		}
	}
	for _, set := range r.Remote.Sets() {
		row.From = append(row.From, set.Name)
	}
	if x.from.text != "" {
		row.Share = x.from.shareOf(r.Remote, rs.FamiliesOf(r))
	}
	return row, row.Share != None
}

// Because returns why a rule exists: "role (services)" for each role, "exception: reason" for each exception.
func Because(r *ruleset.Rule) []string {
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

// Who returns the hosts of the policy on which a port is open to the source. It returns every mistake of the
// policy at once, or the error of ctx.
func (x *Explainer) Who(ctx context.Context, port string) (*Who, error) {
	qs, err := x.ParsePort(port)
	if err != nil {
		return nil, err
	}
	out := &Who{Version: 1, Port: port, From: x.from.text, Hosts: len(x.policy.Hosts), Open: []Row{}, Beside: []BesideRow{}, OthersStay: []string{}}
	type found struct {
		rows   []Row
		beside []BesideRow
		others Others
	}
	look := func(h *policy.Host, rs *ruleset.RuleSet) found {
		return found{x.openRows(h, rs, qs), x.besideRows(h, rs, qs), x.othersOf(h, rs)}
	}
	return out, eachHost(ctx, x, look, func(h *policy.Host, f found) {
		out.Open = append(out.Open, f.rows...)
		out.Beside = append(out.Beside, f.beside...)
		if f.others == OthersStay {
			out.OthersStay = append(out.OthersStay, h.Name)
		}
	})
}

// eachHost resolves all hosts of the policy, calls look for each, and passes the results to add in the order of
// hosts. It returns every mistake of the policy at once, or the error of ctx.
func eachHost[T any](ctx context.Context, x *Explainer, look func(*policy.Host, *ruleset.RuleSet) T, add func(*policy.Host, T)) error {
	type seen struct {
		what T
		errs *diag.List
	}
	errs := &diag.List{}
	x.workspace.CheckTargets(errs)
	lookAt := func(i int) seen {
		s := seen{errs: &diag.List{}}
		if rs := x.resolver.RuleSet(x.policy.Hosts[i], s.errs); rs != nil {
			s.what = look(x.policy.Hosts[i], rs)
		}
		return s
	}
	err := workspace.Ordered(ctx, len(x.policy.Hosts), lookAt, func(i int, s seen) error {
		errs.Join(s.errs)
		add(x.policy.Hosts[i], s.what)
		return nil
	})
	if err != nil {
		return err
	}
	return errs.Err()
}

// openRows returns the rules of a host that match one of the questions.
func (x *Explainer) openRows(h *policy.Host, rs *ruleset.RuleSet, qs []ruleset.Traffic) []Row {
	var out []Row
	for _, r := range rs.Inbound {
		if !slices.ContainsFunc(qs, func(q ruleset.Traffic) bool { return q.Overlaps(r.Traffic) }) {
			continue
		}
		if row, allows := x.row(rs, r); allows {
			row.Host = h.Name
			out = append(out, row)
		}
	}
	return out
}
