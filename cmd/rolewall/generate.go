package main

import (
	"github.com/urfave/cli/v2"

	"rolewall/generators"
	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/ruleset"
	"rolewall/strict"
)

func generateCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "generate",
		Usage:     "write firewall scripts for the hosts of a policy",
		ArgsUsage: "POLICY",
		Description: "Without -o the script of one host and one target is printed.\n\n" +
			"   rolewall generate -t nftables dc1.toml\n" +
			"   rolewall generate -o out --host 'web*' servers.toml",
		Flags: append(append(selectionFlags(),
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write `DIR`/HOST/FILE and DIR/manifest.json"},
		), policyFlags()...),
		Action: func(c *cli.Context) error { return env.generate(c) },
	}
}

// output is one script to write: a page for a host.
type output struct {
	host   *policy.Host
	set    *ruleset.RuleSet
	target generators.Generator
}

func (env *environment) generate(c *cli.Context) error {
	s, err := env.open(c)
	if err != nil {
		return err
	}
	sel, err := s.selection(c)
	if err != nil {
		return err
	}
	outputs, err := s.plan(sel)
	if err != nil {
		return err
	}
	if dir := c.String("output"); dir != "" {
		return writeTree(dir, outputs, sel)
	}
	if len(outputs) != 1 {
		return usage("-o DIR writes them all; --host and -t choose one", "the policy yields %d scripts, and only one can be printed", len(outputs))
	}
	page, err := generators.Render(outputs[0].target, outputs[0].set)
	if err != nil {
		return err
	}
	_, err = env.stdout.Write(page.For(outputs[0].host.Name))
	return err
}

// plan resolves and checks everything; nothing has been written when it fails.
func (s *session) plan(sel selection) ([]output, error) {
	errs := &strict.Errors{}
	s.checkTargets(errs)
	sets := resolver.New(s.policy, s.day).All(errs)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	var outputs []output
	var refused []generators.Refusal
	var notes []note
	for i, h := range s.policy.Hosts {
		if !sel.hasHost(h.Name) {
			continue
		}
		targets, err := s.targetsOf(h, sel)
		if err != nil {
			return nil, err
		}
		for _, g := range targets {
			for _, r := range generators.Check(g, sets[i]) {
				r.Host = h.Name
				refused = append(refused, r)
			}
			outputs = append(outputs, output{h, sets[i], g})
		}
		for _, w := range sets[i].Warnings {
			notes = append(notes, note{h.Name, w})
		}
	}
	if len(refused) > 0 {
		return nil, refusals(refused)
	}
	s.warn(notes)
	return outputs, nil
}

// checkTargets notes unknown names in targets = [...].
func (s *session) checkTargets(errs *strict.Errors) {
	check := func(l *policy.Level) {
		list, _ := l.Scalars["targets"].Value.([]strict.Text)
		for _, t := range list {
			if _, known := s.targets.Lookup(t.Value); !known {
				errs.Add(t.At.Pos(), strict.Choose(t.Value, s.targets.Names()), "unknown target %q", t.Value)
			}
		}
	}
	check(s.policy.File)
	for _, g := range s.policy.Groups {
		check(&g.Level)
	}
	for _, h := range s.policy.Hosts {
		check(&h.Level)
	}
}

// targetsOf are the targets of a host: those of the call, else of the policy, else the usual one for its os.
func (s *session) targetsOf(h *policy.Host, sel selection) ([]generators.Generator, error) {
	names := sel.targets
	if len(names) == 0 {
		for _, t := range policy.Value[[]strict.Text](s.policy, h, "targets") {
			names = append(names, t.Value)
		}
	}
	if len(names) == 0 {
		name, ok := generators.Default(s.policy.OS(h))
		if !ok {
			return nil, usage("-t nftables, or targets = [\"nftables\"] in the policy", "%s: no target runs on %s itself", h.Name, s.policy.OS(h))
		}
		names = []string{name}
	}
	var out []generators.Generator
	for _, name := range names {
		g, _ := s.targets.Lookup(name)
		out = append(out, g)
	}
	return out, nil
}
