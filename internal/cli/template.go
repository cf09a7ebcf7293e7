package cli

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"rolewall/generators"
	"rolewall/generators/fidelity"
	"rolewall/generators/target"
	"rolewall/internal/term"
	"rolewall/internal/workspace"

	"github.com/urfave/cli/v2"
)

func templateCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:        "template",
		Usage:       "help with targets of your own",
		Description: "   rolewall template check templates",
		Subcommands: []*cli.Command{{
			Name:      "check",
			Usage:     "try the NAME.tmpl files of a folder on hosts of every kind",
			ArgsUsage: "DIR",
			Description: "It says which hosts a target would refuse, and fails if something of a rule set can change without\n" +
				"the page changing or the target refusing. Comments and IDs do not count.\n\n" +
				"   rolewall template check templates",
			Flags:  []cli.Flag{formatFlag()},
			Action: func(c *cli.Context) error { return env.templateCheck(c) },
		}},
	}
}

// templateReport is what a check finds of one template.
type templateReport struct {
	Target string        `json:"target"`
	Title  string        `json:"title"`
	File   string        `json:"file"`
	Unsaid []string      `json:"unsaid"` // what of a rule set it neither says nor refuses
	Hosts  []trialReport `json:"hosts"`
}

// trialReport is what becomes of one host.
type trialReport struct {
	Policy  string   `json:"policy"`
	Host    string   `json:"host"`
	Lines   int      `json:"lines"`             // of the page
	Refused []string `json:"refused,omitempty"` // what the target cannot say; there is no page then
}

func (env *environment) templateCheck(c *cli.Context) error {
	format, err := textOrJSON(c)
	if err != nil {
		return err
	}
	if c.NArg() != 1 {
		return usage("rolewall template check templates", "which folder of templates?")
	}
	targets, err := workspace.CustomTargets(env.files, c.Args().First())
	if err != nil {
		return err
	}
	reports, err := tryTargets(targets)
	if err != nil {
		return err
	}
	if format == "json" {
		err = env.printJSON(reports)
	} else {
		var page bytes.Buffer
		for _, r := range reports {
			printTemplateReport(&page, r)
		}
		_, err = env.stdout.Write(page.Bytes())
	}
	for _, r := range reports {
		if len(r.Unsaid) > 0 && err == nil {
			return foundSomething{}
		}
	}
	return err
}

func tryTargets(targets generators.Targets) ([]templateReport, error) {
	hosts, err := trialHosts()
	if err != nil {
		return nil, err
	}
	reports := make([]templateReport, len(targets))
	for i, g := range targets {
		info := g.Info()
		reports[i] = templateReport{Target: info.Name, Title: info.Title, File: info.File}
		for _, h := range hosts {
			trial, err := tryHost(g, h)
			if err != nil {
				return nil, err
			}
			reports[i].Hosts = append(reports[i].Hosts, trial)
		}
		unsaid, err := fidelity.Unexpressed(g)
		if err != nil {
			return nil, err
		}
		reports[i].Unsaid = append([]string{}, unsaid...)
	}
	return reports, nil
}

func tryHost(g target.Target, h trialHost) (trialReport, error) {
	out := trialReport{Policy: h.policy, Host: h.host}
	for _, r := range generators.Check(g, h.set, generators.All()) {
		out.Refused = append(out.Refused, r.What)
	}
	if len(out.Refused) > 0 {
		return out, nil
	}
	page, err := generators.Render(g, h.set, h.host)
	if err != nil {
		return out, fmt.Errorf("%s: %w", h.host, err)
	}
	out.Lines = strings.Count(string(page), "\n")
	return out, nil
}

func printTemplateReport(w io.Writer, r templateReport) {
	line := func(indent, format string, args ...any) { // titles, names and reasons come from files
		fmt.Fprintln(w, indent+term.Printable(fmt.Sprintf(format, args...)))
	}
	line("", "%s: %s, %s", r.Target, r.Title, r.File)
	for _, h := range r.Hosts {
		if len(h.Refused) == 0 {
			line("  ", "%s %s: %d lines", h.Policy, h.Host, h.Lines)
			continue
		}
		line("  ", "%s %s: refused", h.Policy, h.Host)
		for _, what := range h.Refused {
			line("    ", "cannot %s", what)
		}
	}
	for _, what := range r.Unsaid {
		line("  ", "NOT SAID AND NOT REFUSED: %s", what)
	}
	if len(r.Unsaid) == 0 {
		fmt.Fprintln(w, "  everything is said or refused")
	}
}
