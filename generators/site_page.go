package generators

import (
	"bytes"
	"fmt"
	"io"
	"reflect"

	"rolewall/diag"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// site is a target whose page a site wrote.
type site struct {
	info    Info
	comment comment
	layout  *layout
	base    pager // the built-in target whose page it replaces; nil for a target of its own
	fileAt  tomldoc.Location
}

// newSite reads a template; nil after a mistake.
func newSite(name string, src Source, base pager, errs *diag.List) *site {
	front, text, lines, ok := splitFrontMatter(string(src.Src))
	top := diag.Pos{File: src.File, Line: 1, Column: 1}
	switch {
	case len(src.Src) > limitSource:
		errs.Add(diag.Pos{File: src.File}, "", "a template has at most %d KiB", limitSource>>10)
		return nil
	case !ok:
		errs.Add(top, "+++, then title = \"...\", file = \"...\" and so on, then +++, each fence on a line of its own", "the file does not begin with a front matter")
		return nil
	case hasMark(text):
		errs.Add(top, "write {{.Host}} for the host's name", "%s stands for the host while pages are rendered, and cannot be written", hostMark)
		return nil
	}
	t := tomldoc.Parse(src.File, []byte(front), errs)
	if t == nil {
		return nil
	}
	before := errs.Len()
	s, data := &site{base: base}, reflect.TypeFor[View]()
	if base != nil {
		s.takeOver(readBuiltInPage(t, name))
		data = pageType(base)
	} else {
		s.fileAt = t.LocationOf("file")
		s.begin(name, readFrontMatter(t, errs))
	}
	if s.layout = newLayout(src.File, text, lines, data, errs); errs.Len() > before {
		return nil
	}
	return s
}

// begin makes a target of its own.
func (s *site) begin(name string, f frontMatter) {
	s.comment = f.comment
	s.info = Info{
		Name: name, Title: f.title, File: f.file, CRLF: f.crlf, Mode: 0o644, Filter: true,
		OS: f.os, Can: f.can, Baseline: f.baseline,
	}
	if f.executable {
		s.info.Mode = 0o755
	}
}

// takeOver makes a target that differs from the built-in one in the page alone.
func (s *site) takeOver(f frontMatter) {
	s.comment, s.info = f.comment, s.base.Info()
	if f.title != "" {
		s.info.Title = f.title
	}
}

// pageType is the type of what a built-in target gives its template.
func pageType(base pager) reflect.Type {
	os := ruleset.DefaultOS
	if list := base.Info().OS; len(list) > 0 {
		os = list[len(list)-1]
	}
	data, err := base.page(&ruleset.RuleSet{OS: os, Families: os.Families()})
	if err != nil {
		panic("generators: " + base.Info().Name + ": " + err.Error()) // a host without rules needs nothing that could fail
	}
	return reflect.TypeOf(data)
}

func (s *site) Info() Info {
	info := s.info
	if s.splits() {
		info.Can.MaxPorts = 0
	}
	return info
}

// splits reports whether the page goes by parts of at most max_ports, so that no rule has too many.
func (s *site) splits() bool { return s.layout.uses["Lines"] || s.layout.uses["PortParts"] }

// refuse is what the built-in target refuses, or outbound permits that the page does not say.
func (s *site) refuse(rs *ruleset.RuleSet) []Refusal {
	if x, ok := s.base.(refuser); ok {
		return x.refuse(rs)
	}
	if s.base == nil && len(rs.Outbound) > 0 && !s.info.Can.Outbound {
		hint := "leave the permits to the hosts that need them, or say outbound = true and {{range .Outbound}} in " + s.layout.file
		return []Refusal{refusal(hint, "say what the host itself may begin ([[ipsec.outbound]])")}
	}
	return nil
}

// Generate fills the template. The host's name must come out once, in what the page calls its header: pages are
// shared, and a name in the body would be any host's.
func (s *site) Generate(w io.Writer, rs *ruleset.RuleSet) error {
	text, err := s.fill(rs, &templateRun{comment: s.comment})
	if err != nil {
		return err
	}
	switch n := bytes.Count(text, []byte(hostMark)); {
	case n == 0:
		return fmt.Errorf("%s: the page names no host: print {{.Host}}, or the lines of {{.Header}}, at its top", s.layout.file)
	case n > 1:
		return fmt.Errorf("%s: the page names the host %d times: its name may stand in the header only, once", s.layout.file, n)
	}
	_, err = w.Write(bytes.ReplaceAll(text, []byte(hostMark), []byte(rs.Host)))
	return err
}

// fill is the page with the mark in place of the host's name.
func (s *site) fill(rs *ruleset.RuleSet, run *templateRun) ([]byte, error) {
	shared := *rs
	shared.Host = hostMark
	data, err := s.page(&shared)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = s.layout.execute(&b, data, run)
	return b.Bytes(), err
}

func (s *site) page(rs *ruleset.RuleSet) (any, error) {
	if s.base != nil {
		return s.base.page(rs)
	}
	return s.view(rs, rs.Digest()), nil
}

// view is what a template of its own is given: rules without listeners are united if the page cannot tell them apart.
func (s *site) view(rs *ruleset.RuleSet, digest string) View {
	seen := *rs
	if !s.info.Can.Listener {
		seen.Inbound, seen.Outbound = ruleset.WithoutListeners(rs.Inbound), ruleset.WithoutListeners(rs.Outbound)
	}
	v := NewView(&seen)
	v.Digest = digest
	v.Header = texts(headerLines(s.info, rs, digest))
	for _, rules := range [][]RuleView{v.Rules, v.Outbound} {
		for i := range rules {
			rules[i].maxPorts = s.info.Can.MaxPorts
		}
	}
	return v
}
