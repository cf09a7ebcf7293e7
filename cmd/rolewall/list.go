package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/internal/workspace"
	"rolewall/ruleset"

	"github.com/urfave/cli/v2"
)

func listCommand(env *environment) *cli.Command {
	list := &cli.Command{
		Name:        "list",
		Usage:       "list what rolewall knows: roles, services, features, targets",
		Description: "   rolewall list roles --os windows-2003\n   rolewall list services radius",
	}
	for _, kind := range []struct{ name, usage, example string }{
		{"roles", "what a server can be", "rolewall list roles file"},
		{"services", "what listens", "rolewall list services --os linux"},
		{"features", "optional parts of services, off until named", "rolewall list features ldap"},
		{"targets", "the firewall languages", "rolewall list targets"},
	} {
		flags := []cli.Flag{osFlag(), formatFlag(), catalogFlag()}
		if kind.name == "targets" {
			flags = append(flags, templatesFlag())
		}
		list.Subcommands = append(list.Subcommands, &cli.Command{
			Name: kind.name, Usage: kind.usage, ArgsUsage: "[WORD]",
			Description: "WORD keeps the entries that hold it.\n\n   " + kind.example,
			Flags:       flags,
			Action:      func(c *cli.Context) error { return env.list(c, kind.name) },
		})
	}
	return list
}

func osFlag() cli.Flag {
	return &cli.StringFlag{Name: "os", Usage: "only what exists on this `EDITION`, such as windows-2022 or linux"}
}

func formatFlag() cli.Flag {
	return &cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` of the output: text or json"}
}

// wantsJSON reads --format.
func wantsJSON(c *cli.Context) (bool, error) {
	switch f := c.String("format"); f {
	case "text":
		return false, nil
	case "json":
		return true, nil
	default:
		return false, usage("text or json", "unknown format %q", f)
	}
}

// printJSON writes v for programs.
func (env *environment) printJSON(v any) error {
	enc := json.NewEncoder(env.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// listEntry is a line of a list.
type listEntry struct {
	Name     string   `json:"name"`
	Title    string   `json:"title"`
	Family   string   `json:"family,omitempty"`   // of roles
	File     string   `json:"file,omitempty"`     // of targets
	Editions []string `json:"editions,omitempty"` // of roles, services and targets
}

func (env *environment) list(c *cli.Context, kind string) error {
	asJSON, err := wantsJSON(c)
	if err != nil {
		return err
	}
	if c.NArg() > 1 {
		return usage("", "one word at a time, not %s", strings.Join(c.Args().Slice(), " "))
	}
	os, err := osOf(c)
	if err != nil {
		return err
	}
	cat, err := workspace.Catalog(env.files, c.String("catalog"))
	if err != nil {
		return err
	}
	targets, err := workspace.Targets(env.files, c.String("templates"), nil)
	if err != nil {
		return err
	}
	word := strings.ToLower(c.Args().First())
	entries := slices.DeleteFunc(entriesOf(cat, targets, kind), func(e listEntry) bool {
		other := os != "" && kind != "features" && !slices.Contains(e.Editions, string(os))
		return other || !strings.Contains(strings.ToLower(e.Name+" "+e.Title+" "+e.Family), word)
	})
	if asJSON {
		return env.printJSON(append([]listEntry{}, entries...))
	}
	return env.printList(kind, entries)
}

// osOf reads --os; empty if it is not given.
func osOf(c *cli.Context) (ruleset.OS, error) {
	text := c.String("os")
	if text == "" {
		return "", nil
	}
	os, known := ruleset.ParseOS(text)
	if !known {
		return "", usage(diag.SuggestOrList(text, editionNames(ruleset.AllOS())), "unknown os %q", text)
	}
	return os, nil
}

func editionNames(list []ruleset.OS) []string {
	out := make([]string, len(list))
	for i, os := range list {
		out[i] = string(os)
	}
	return out
}

func entriesOf(cat *catalog.Catalog, targets generators.Targets, kind string) []listEntry {
	var out []listEntry
	switch kind {
	case "roles":
		for _, name := range cat.RoleNames() {
			r, _ := cat.Role(name)
			out = append(out, listEntry{Name: name, Title: r.Title, Family: r.Family, Editions: editionNames(r.List())})
		}
	case "services":
		for _, name := range cat.ServiceNames() {
			s, _ := cat.Service(name)
			out = append(out, listEntry{Name: name, Title: s.Title, Editions: editionNames(s.List())})
		}
	case "features":
		for _, name := range cat.FeatureNames() {
			title, _ := cat.Feature(name)
			out = append(out, listEntry{Name: name, Title: title})
		}
	case "targets":
		for _, g := range targets {
			info := g.Info()
			editions := info.OS
			if len(editions) == 0 {
				editions = ruleset.AllOS()
			}
			out = append(out, listEntry{Name: info.Name, Title: info.Title, File: info.File, Editions: editionNames(editions)})
		}
	}
	return out
}

func (env *environment) printList(kind string, entries []listEntry) error {
	w := tabwriter.NewWriter(env.stdout, 0, 0, 2, ' ', 0)
	head := map[string]string{"roles": "ROLE\tEDITIONS\tIS", "services": "SERVICE\tEDITIONS\tIS", "features": "FEATURE\tOPENS", "targets": "TARGET\tFILE\tFOR"}
	fmt.Fprintln(w, head[kind])
	for _, e := range entries {
		switch kind {
		case "features":
			fmt.Fprintf(w, "%s\t%s\n", e.Name, e.Title)
		case "targets":
			fmt.Fprintf(w, "%s\t%s\t%s\n", e.Name, e.File, e.Title)
		default:
			fmt.Fprintf(w, "%s\t%s\t%s\n", e.Name, span(e.Editions), e.Title)
		}
	}
	return w.Flush()
}

// span shortens a list of editions: "windows-2008 to 2016, linux", "all".
func span(editions []string) string {
	windows := slices.DeleteFunc(slices.Clone(editions), func(e string) bool { return e == string(ruleset.Linux) })
	onLinux := len(windows) < len(editions)
	text := ""
	switch first := len(windows); {
	case first == 0:
	case windows[0] == "windows-2000" && windows[len(windows)-1] == "windows-2025":
		text = "windows"
	case windows[len(windows)-1] == "windows-2025":
		text = windows[0] + " on"
	case len(windows) == 1:
		text = windows[0]
	default:
		text = windows[0] + " to " + strings.TrimPrefix(windows[len(windows)-1], "windows-")
	}
	switch {
	case onLinux && text == "windows":
		return "all"
	case onLinux && text != "":
		return text + ", linux"
	case onLinux:
		return "linux"
	}
	return text
}
