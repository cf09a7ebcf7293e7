package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/internal/workspace"
	"rolewall/ruleset"

	"github.com/urfave/cli/v2"
)

func showCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "everything about a role, a service, a feature or a port",
		ArgsUsage: "NAME|PORT",
		Description: "A PORT is tcp/445, udp/53, 445 for both, icmp/8, icmpv6/128, gre or protocol/47.\n\n" +
			"   rolewall show domain-controller --os windows-2003\n" +
			"   rolewall show tcp/3268",
		Flags:  []cli.Flag{osFlag(), formatFlag(), catalogFlag()},
		Action: func(c *cli.Context) error { return env.show(c) },
	}
}

// entry is what show knows of one name.
type entry struct {
	Kind       string   `json:"kind"` // role, service, feature, port
	Name       string   `json:"name"`
	Title      string   `json:"title,omitempty"`
	Family     string   `json:"family,omitempty"`
	Editions   []string `json:"editions,omitempty"`
	Replaces   string   `json:"replaces,omitempty"` // what an entry of the site's own takes the place of
	Includes   []string `json:"includes,omitempty"`
	Services   []string `json:"services,omitempty"`
	Features   []string `json:"features,omitempty"`    // switched on by the role
	Optional   []string `json:"optional,omitempty"`    // services that a host may add to the role
	UsedBy     []string `json:"used_by,omitempty"`     // roles that bring it, or switch it on
	OptionalIn []string `json:"optional_in,omitempty"` // roles beside which a host may name the service
	Pins       []pin    `json:"pins,omitempty"`
	Conflicts  []string `json:"conflicts,omitempty"`
	Note       string   `json:"note,omitempty"`
	Sources    []source `json:"sources,omitempty"`
	Rows       []row    `json:"rows"`
}

type pin struct {
	Title    string   `json:"title"`
	Setting  string   `json:"setting"`
	Restart  string   `json:"restart,omitempty"`
	Default  string   `json:"default,omitempty"`
	Note     string   `json:"note,omitempty"`
	Editions []string `json:"editions"`
}

type source struct {
	Tag   string `json:"tag"`
	Title string `json:"title"`
	Where string `json:"where"`
}

// row is an endpoint of a service.
type row struct {
	Port     string   `json:"port"`
	App      string   `json:"app"`
	Service  string   `json:"service"`
	Audience string   `json:"audience,omitempty"`
	Reach    string   `json:"reach,omitempty"`
	Feature  string   `json:"feature,omitempty"`
	Never    string   `json:"never,omitempty"` // why it is never opened
	RPC      string   `json:"rpc,omitempty"`
	Listener string   `json:"listener,omitempty"`
	Editions []string `json:"editions"`
	Source   string   `json:"source"`
	Note     string   `json:"note,omitempty"`
}

func (env *environment) show(c *cli.Context) error {
	asJSON, err := wantsJSON(c)
	if err != nil {
		return err
	}
	if c.NArg() != 1 {
		return usage("rolewall show domain-controller", "which role, service, feature or port?")
	}
	os, err := osOf(c)
	if err != nil {
		return err
	}
	cat, err := workspace.Catalog(env.files, c.String("catalog"))
	if err != nil {
		return err
	}
	s := &shelf{cat: cat, os: os}
	found, err := s.find(c.Args().First())
	if err != nil {
		return err
	}
	if asJSON {
		return env.printJSON(found)
	}
	for i, e := range found {
		if i > 0 {
			fmt.Fprintln(env.stdout)
		}
		if err := env.printEntry(e); err != nil {
			return err
		}
	}
	return nil
}

// shelf finds entries of the catalog; os, if set, leaves out rows of other editions.
type shelf struct {
	cat *catalog.Catalog
	os  ruleset.OS
}

// find returns everything called name: a role, a service, a feature, or a port.
func (s *shelf) find(name string) ([]entry, error) {
	var out []entry
	if r, known := s.cat.Role(strings.ToLower(name)); known {
		out = append(out, s.role(r))
	}
	if v, known := s.cat.Service(name); known {
		out = append(out, s.service(v))
	}
	if title, known := s.cat.Feature(strings.ToLower(name)); known {
		out = append(out, s.feature(strings.ToLower(name), title))
	}
	if len(out) > 0 {
		return out, nil
	}
	if want, err := parsePort(name); err == nil {
		return []entry{s.port(name, want)}, nil
	} else if strings.Contains(name, "/") || strings.Trim(name, "0123456789-") == "" {
		return nil, portUsage(err, "%s")
	}
	all := slices.Concat(s.cat.RoleNames(), s.cat.ServiceNames(), s.cat.FeatureNames())
	hint := diag.Suggest(name, all)
	if hint == "" {
		hint = "rolewall list roles " + name + " looks for a word"
	}
	return nil, usage(hint, "nothing is called %q", name)
}

// printEntry writes an entry for people: facts first, then the rows.
func (env *environment) printEntry(e entry) error {
	fmt.Fprintf(env.stdout, "%s %s", e.Kind, e.Name)
	if e.Title != "" {
		fmt.Fprintf(env.stdout, ": %s", e.Title)
	}
	fmt.Fprintln(env.stdout)
	w := tabwriter.NewWriter(env.stdout, 0, 0, 2, ' ', 0)
	fact := func(name string, values ...string) {
		if text := strings.Join(values, ", "); text != "" {
			fmt.Fprintf(w, "  %s\t%s\n", name, text)
		}
	}
	fact("family", e.Family)
	fact("editions", span(e.Editions))
	fact("replaces", e.Replaces)
	fact("includes", e.Includes...)
	fact("services", e.Services...)
	fact("switches on", e.Features...)
	fact("optional", e.Optional...)
	fact("used by", e.UsedBy...)
	fact("optional in", e.OptionalIn...)
	for _, p := range e.Pins {
		fact("pin", p.text())
	}
	for _, c := range e.Conflicts {
		fact("conflict", c)
	}
	fact("note", e.Note)
	if err := w.Flush(); err != nil {
		return err
	}
	if err := env.printRows(e.Rows); err != nil {
		return err
	}
	return env.printSources(e.Sources)
}

func (p pin) text() string {
	text := p.Title + ": " + p.Setting
	for _, more := range []string{p.Restart, p.Note} {
		if more != "" {
			text += "; " + more
		}
	}
	return text
}

// printRows writes rows as a table, each note on a line below its row.
func (env *environment) printRows(rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	fmt.Fprintln(env.stdout)
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  PORT\tPROTOCOL\tSERVICE\tFOR\tOPEN\tEDITIONS\tLISTENER\tSOURCE")
	for _, r := range rows {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Port, r.App, r.Service, r.whom(), r.open(), span(r.Editions), orDash(r.Listener), r.Source)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
	for i, line := range lines {
		fmt.Fprintln(env.stdout, strings.TrimRight(line, " "))
		if i > 0 && rows[i-1].Note != "" {
			fmt.Fprintf(env.stdout, "      %s\n", rows[i-1].Note)
		}
	}
	return nil
}

// whom is the audience with what reach adds to it.
func (r row) whom() string {
	switch catalog.Reach(r.Reach) {
	case catalog.ReachLink:
		return r.Audience + ", link-local"
	case catalog.ReachAny:
		return r.Audience + ", from any address"
	}
	return orDash(r.Audience)
}

// open says when the row is open.
func (r row) open() string {
	switch {
	case r.Never != "":
		return "never (" + r.Never + ")"
	case r.Feature != "":
		return "with " + r.Feature
	}
	return "yes"
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (env *environment) printSources(sources []source) error {
	if len(sources) == 0 {
		return nil
	}
	fmt.Fprintln(env.stdout)
	w := tabwriter.NewWriter(env.stdout, 0, 0, 2, ' ', 0)
	for _, s := range sources {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", s.Tag, s.Title, s.Where)
	}
	return w.Flush()
}
