package generators

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"text/template"

	"rolewall/ruleset"
	"rolewall/templates"
)

// hostMark stands for the host's name while a page is rendered, so that hosts with equal rule sets share a rendering.
const hostMark = "@HOST@"

// Page is a finished script for any host of one rule set.
type Page struct{ before, after []byte }

// scratch keeps buffers that pages grow in.
var scratch = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// Render renders the page of rs, whatever host it names. Call Check first. Errors do not name the host.
func Render(g Generator, rs *ruleset.RuleSet) (page Page, err error) {
	err = render(g, rs, func(before, after []byte) {
		page = Page{inLines(g, before), inLines(g, after)}
	})
	return page, err
}

// For is the script of one host.
func (p Page) For(host string) []byte { return slices.Concat(p.before, []byte(host), p.after) }

// Script is what Render's page is for the host, at less cost where no other host has the rule set.
func Script(g Generator, rs *ruleset.RuleSet, host string) (script []byte, err error) {
	err = render(g, rs, func(before, after []byte) {
		script = inLines(g, before, []byte(host), after)
	})
	return script, err
}

// render hands on what stands before and after the host's name; it holds no longer than use runs.
func render(g Generator, rs *ruleset.RuleSet, use func(before, after []byte)) error {
	shared := *rs
	shared.Host = hostMark
	b := scratch.Get().(*bytes.Buffer)
	defer scratch.Put(b)
	b.Reset()
	if err := g.Generate(b, &shared); err != nil {
		return fmt.Errorf("render %s: %w", g.Info().Name, err)
	}
	before, after, found := bytes.Cut(b.Bytes(), []byte(hostMark))
	if !found {
		return fmt.Errorf("render %s: the page names no host", g.Info().Name)
	}
	use(before, after)
	return nil
}

// inLines joins parts of a page, with the line ends of the target.
func inLines(g Generator, parts ...[]byte) []byte {
	if !g.Info().CRLF {
		return slices.Concat(parts...)
	}
	size := 0
	for _, p := range parts {
		size += len(p) + bytes.Count(p, []byte("\n"))
	}
	out := make([]byte, 0, size)
	for _, p := range parts {
		for line := range bytes.Lines(p) {
			if rest, ended := bytes.CutSuffix(line, []byte("\n")); ended {
				out = append(append(out, rest...), "\r\n"...)
			} else {
				out = append(out, line...)
			}
		}
	}
	return out
}

// fill writes the page of a built-in target.
func fill(w io.Writer, t pager, rs *ruleset.RuleSet) error {
	data, err := t.page(rs)
	if err != nil {
		return err
	}
	return execute(w, t.Info().Name, data)
}

// execute fills a target's page. The data is a struct, so that a misspelt field is an error.
func execute(w io.Writer, name string, data any) error {
	t, err := builtinPage(name)
	if err != nil {
		return err
	}
	return t.Execute(w, data)
}

// parsed keeps the pages that were used, which never change.
var parsed sync.Map // name to *template.Template

func builtinPage(name string) (*template.Template, error) {
	if t, known := parsed.Load(name); known {
		return t.(*template.Template), nil
	}
	t, err := template.New(name+".tmpl").Funcs(template.FuncMap{"join": join}).ParseFS(templates.FS, name+".tmpl")
	if err == nil {
		parsed.Store(name, t)
	}
	return t, err
}

// join is the word of that name that sites' templates have too, for lists of texts.
func join(separator string, list []string) string { return strings.Join(list, separator) }

// Header is what every script says at its top, without comment marks: one element a line, empty for a blank line.
// The host's name stands in the first line and nowhere else. Free text of the policy may stand in it: clean it for
// the language (see ascii).
func Header(info Info, rs *ruleset.RuleSet) []string { return headerLines(info, rs, rs.Digest()) }

func headerLines(info Info, rs *ruleset.RuleSet, digest string) []string {
	lines := []string{
		fmt.Sprintf("%s: %s, made by rolewall, do not edit", rs.Host, info.Title),
		"",
		"os       " + string(rs.OS),
		"roles    " + orNone(rs.Roles),
	}
	if len(rs.Features) > 0 {
		lines = append(lines, "features "+strings.Join(rs.Features, ", "))
	}
	lines = append(lines,
		"families "+strings.Join(rs.Families.Names(), ", "),
		"rpc      "+rpcText(rs),
		"digest   "+digest,
	)
	for _, n := range rs.Notes {
		lines = append(lines, "note     "+n)
	}
	for _, n := range rs.Warnings {
		lines = append(lines, "WARNING  "+n)
	}
	return append(lines, baselineLines(info)...)
}

func baselineLines(info Info) []string {
	if len(info.Baseline) == 0 {
		return nil
	}
	lines := []string{"", "Let in on every host, beside the rules below:"}
	for _, b := range info.Baseline {
		lines = append(lines, "  "+b)
	}
	return lines
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// rpcText names the ports of dynamic endpoints only where some rule is for one.
func rpcText(rs *ruleset.RuleSet) string {
	text := string(rs.RPC.Mode)
	dynamic := func(r *ruleset.Rule) bool { return r.RPC == ruleset.Dynamic }
	if !slices.ContainsFunc(rs.Inbound, dynamic) && !slices.ContainsFunc(rs.Outbound, dynamic) {
		return text
	}
	for i, x := range rs.RPC.Ranges {
		if i == 0 {
			text += ", dynamic endpoints on tcp "
		} else {
			text += " and "
		}
		text += x.String()
	}
	return text
}
