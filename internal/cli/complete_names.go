package cli

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/docs"
	"rolewall/internal/collect"
	"rolewall/internal/explain"
	"rolewall/internal/lookup"
	"rolewall/internal/term"
	"rolewall/internal/workspace"
	"rolewall/lint/codes"
	"rolewall/policy"
	"rolewall/policy/folders"
	"rolewall/resolver"
	"rolewall/ruleset"

	"github.com/urfave/cli/v2"
)

// arguments returns what can be the next argument of the command.
func (x *completer) arguments() []candidate {
	switch n := len(x.args); {
	case x.command.Name == "show" && n == 0:
		return x.catalogNames()
	case x.command.Name == "schema" && n == 0:
		return wordCandidates(append([]string{"policy"}, docs.SchemaNames()...))
	case x.command.Name == "completion" && n == 0:
		return wordCandidates(shells())
	case x.command.Name == "explain" && n == 1:
		return x.hosts()
	case x.command.Name == "explain" && n == 2:
		return x.ports(x.args[1])
	case x.command.Name == "capture" && n == 0:
		return wordCandidates(collect.Systems())
	case x.command.Name == "drift", x.command.Name == "replay", x.command.Name == "suggest", x.command.Name == "diff" && n < 2:
		return wordCandidates([]string{filesHere})
	case n == 0 && x.command.ArgsUsage != "" && x.command.ArgsUsage != "[WORD...]":
		return wordCandidates([]string{filesHere})
	}
	return nil
}

// values returns what can follow a flag.
func (x *completer) values(flags []cli.Flag, name string) []candidate {
	switch name {
	case "t", "target":
		return x.targetNames()
	case "host", "as":
		return x.hosts()
	case "os":
		return wordCandidates(lookup.EditionNames(ruleset.AllOS()))
	case "explain":
		var out []candidate
		for _, c := range codes.All() {
			out = append(out, candidate{c.Name, c.Title})
		}
		return append(out, candidate{"all", "a list of all codes"})
	case "from":
		return x.sources()
	case "o", "output", "archive", "catalog", "templates":
		return wordCandidates([]string{filesHere})
	}
	return usageWords(flags, name)
}

// policy reads the policy that the words before the cursor name. It returns nil if there is none or it has
// mistakes. It never reads stdin, which is the terminal.
func (x *completer) policy() *policy.Policy {
	cat, err := catalog.Default()
	if err != nil || len(x.args) == 0 || x.args[0] == "-" {
		return nil
	}
	p, err := policy.Load(x.files, filepath.ToSlash(x.args[0]), cat)
	if err != nil {
		return nil
	}
	return p
}

func (x *completer) hosts() []candidate {
	p := x.policy()
	if p == nil {
		return nil
	}
	var out []candidate
	for _, h := range p.Hosts {
		out = append(out, candidate{h.Name, string(p.OS(h))})
	}
	return out
}

// sources returns the networks, the hosts and the roles of hosts, as --from accepts them.
func (x *completer) sources() []candidate {
	p := x.policy()
	if p == nil {
		return nil
	}
	out := wordCandidates(slices.Sorted(maps.Keys(p.Networks)))
	roles := map[string]bool{}
	for _, h := range p.Hosts {
		if len(h.Addresses) > 0 {
			out = append(out, candidate{h.Name, string(p.OS(h))})
			for r := range h.Roles.All() {
				roles["@"+r.Value] = true
			}
		}
	}
	return append(out, wordCandidates(slices.Sorted(maps.Keys(roles)))...)
}

// ports returns what a host allows.
func (x *completer) ports(host string) []candidate {
	p := x.policy()
	if p == nil {
		return nil
	}
	h, known := p.Host(host)
	day, err := workspace.Day(x.ctx.String("as-of"))
	if !known || err != nil {
		return nil
	}
	rs := resolver.New(p, day).RuleSet(h, &diag.List{})
	if rs == nil {
		return nil
	}
	var out []candidate
	for _, r := range rs.Inbound {
		text := r.Traffic.String()
		if _, err := explain.ParsePort(text); err == nil && !slices.ContainsFunc(out, func(c candidate) bool { return c.value == text }) {
			out = append(out, candidate{text, term.Few(explain.Because(r), 2)})
		}
	}
	return out
}

func (x *completer) targetNames() []candidate {
	var templates []folders.Template
	if p := x.policy(); p != nil {
		templates = p.Templates
	}
	targets, err := workspace.Targets(x.files, x.ctx.String("templates"), templates)
	if err != nil {
		return nil
	}
	var out []candidate
	for _, g := range targets {
		out = append(out, candidate{g.Info().Name, g.Info().Title})
	}
	return out
}

// catalogNames returns the names that show accepts.
func (x *completer) catalogNames() []candidate {
	cat, err := catalog.Default()
	if err != nil {
		return nil
	}
	return slices.Concat(wordCandidates(cat.RoleNames()), aliasCandidates(cat), wordCandidates(cat.ServiceNames()), wordCandidates(cat.FeatureNames()))
}

// aliasCandidates returns the aliases that are one word and not also a name, each with its roles and services.
func aliasCandidates(cat *catalog.Catalog) []candidate {
	var out []candidate
	for _, alias := range cat.Aliases() {
		_, isService := cat.Service(alias)
		if _, isRole := cat.Role(strings.ToLower(alias)); !isService && !isRole && !strings.Contains(alias, " ") {
			out = append(out, candidate{alias, strings.Join(slices.Concat(cat.RolesCalled(alias), cat.ServicesCalled(alias)), ", ")})
		}
	}
	return out
}
