package main

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"rolewall/diag"
	"rolewall/generators"
	"rolewall/policy"
	"rolewall/tomldoc"
)

func templatesFlag() cli.Flag {
	return &cli.StringFlag{Name: "templates", Usage: "add targets, or replace their pages, with the NAME.tmpl files of `DIR`"}
}

// targets are the built-in ones with the policy's templates and those of --templates.
func (env *environment) targets(c *cli.Context, templates []policy.Template) (generators.Targets, error) {
	errs := &diag.List{}
	if dir := c.String("templates"); dir != "" {
		at := tomldoc.FixedLocation(diag.Pos{File: "--templates"})
		given := policy.Templates(env.inputs, filepath.ToSlash(dir), at, errs)
		for _, t := range templates {
			if !slices.ContainsFunc(given, func(g policy.Template) bool { return g.File == t.File }) {
				given = append(given, t)
			}
		}
		templates = given
	}
	targets := generators.All().With(sources(templates), errs)
	return targets, errs.Err()
}

func sources(templates []policy.Template) []generators.Source {
	out := make([]generators.Source, len(templates))
	for i, t := range templates {
		out[i] = generators.Source{File: t.File, Src: t.Src}
	}
	return out
}

// siteTargets are the targets that the templates of a folder make or change.
func (env *environment) siteTargets(dir string) (generators.Targets, error) {
	errs := &diag.List{}
	at := tomldoc.FixedLocation(diag.Pos{File: "DIR"})
	templates := policy.Templates(env.inputs, filepath.ToSlash(dir), at, errs)
	all := generators.All().With(sources(templates), errs)
	var out generators.Targets
	for _, t := range templates {
		if g, known := all.Lookup(strings.TrimSuffix(path.Base(t.File), ".tmpl")); known {
			out = append(out, g)
		}
	}
	return out, errs.Err()
}
