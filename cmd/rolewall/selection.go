package main

import (
	"path"
	"slices"

	"rolewall/diag"

	"github.com/urfave/cli/v2"
)

// selection is what --target and --host choose; empty lists are everything.
type selection struct {
	targets, hosts []string
	files          []string // of the targets
	shard          shard
}

func selectionFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringSliceFlag{Name: "target", Aliases: []string{"t"}, Usage: "only this `TARGET`; may be repeated (see rolewall list targets)"},
		hostFlag(),
	}
}

func hostFlag() cli.Flag {
	return &cli.StringSliceFlag{Name: "host", Usage: "only hosts that match `NAME`, with * and ?; may be repeated"}
}

// selection reads the flags; targets that do not exist and patterns that match no host are mistakes.
func (s *session) selection(c *cli.Context) (selection, error) {
	part, err := parseShard(c.String("shard"))
	if err != nil {
		return selection{}, err
	}
	sel := selection{targets: c.StringSlice("target"), hosts: c.StringSlice("host"), shard: part}
	for _, name := range sel.targets {
		g, known := s.targets.Lookup(name)
		if !known {
			return sel, usage(diag.SuggestOrList(name, s.targets.Names()), "unknown target %q", name)
		}
		sel.files = append(sel.files, g.Info().File)
	}
	var names []string
	for _, h := range s.policy.Hosts {
		names = append(names, h.Name)
	}
	for _, pattern := range sel.hosts {
		if _, err := path.Match(pattern, ""); err != nil {
			return sel, usage("", "%q is no pattern", pattern)
		}
		one := selection{hosts: []string{pattern}}
		if !slices.ContainsFunc(names, one.hasHost) {
			return sel, usage(diag.SuggestOrList(pattern, names), "no host is called %q", pattern)
		}
	}
	return sel, nil
}

// has reports whether a file of a host is among what is chosen.
func (s selection) has(host, file string) bool {
	return s.hasHost(host) && (len(s.targets) == 0 || slices.Contains(s.files, file))
}

func (s selection) hasHost(name string) bool {
	if !s.shard.has(name) {
		return false
	}
	if len(s.hosts) == 0 {
		return true
	}
	return slices.ContainsFunc(s.hosts, func(pattern string) bool {
		ok, _ := path.Match(pattern, name) // patterns are checked when they are read
		return ok
	})
}
