package generators

import (
	"bytes"
	"reflect"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// site is a target whose page a site wrote.
type site struct {
	info    target.Info
	comment comment
	layout  *layout
	base    target.Templated // the built-in target whose page it replaces; nil for a target of its own
	fileAt  tomldoc.Location
}

// newSite reads a template; nil after a mistake.
func newSite(name string, src Source, base target.Templated, errs *diag.List) *site {
	front, text, lines, ok := splitFrontMatter(string(src.Src))
	top := diag.Pos{File: src.File, Line: 1, Column: 1}
	switch {
	case len(src.Src) > limitSource:
		errs.Add(diag.Pos{File: src.File}, "", "a template has at most %d KiB", limitSource>>10)
		return nil
	case !ok:
		errs.Add(top, "+++, then title = \"...\", file = \"...\" and so on, then +++, each fence on a line of its own", "the file does not begin with a front matter")
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
		data = dataType(base)
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
	s.info = target.Info{
		Name: name, Title: f.title, File: f.file, CRLF: f.crlf, Mode: 0o644, Filter: true, PerHost: true,
		OS: f.os, Capabilities: f.can, Baseline: f.baseline,
	}
	if f.executable {
		s.info.Mode = 0o755
	}
}

// takeOver makes a target that differs from the built-in one in the page alone.
func (s *site) takeOver(f frontMatter) {
	s.comment, s.info = f.comment, s.base.Info()
	s.info.PerHost = true
	if f.title != "" {
		s.info.Title = f.title
	}
}

// dataType is the type of what a built-in target gives its template.
func dataType(base target.Templated) reflect.Type {
	os := ruleset.DefaultOS
	if list := base.Info().OS; len(list) > 0 {
		os = list[len(list)-1]
	}
	data, err := base.Data(&ruleset.RuleSet{OS: os, Families: os.Families()})
	if err != nil {
		panic("generators: " + base.Info().Name + ": " + err.Error()) // a host without rules needs nothing that could fail
	}
	return reflect.TypeOf(data)
}

func (s *site) Info() target.Info {
	info := s.info
	if s.splits() {
		info.Capabilities.MaxPorts = 0
	}
	return info
}

// splits reports whether the page goes by parts of at most max_ports, so that no rule has too many.
func (s *site) splits() bool { return s.layout.uses["Lines"] || s.layout.uses["PortParts"] }

// refuse is what the built-in target refuses, or outbound permits that the page does not say.
func (s *site) Refuse(rs *ruleset.RuleSet) []target.Unsupported {
	if x, ok := s.base.(target.Refuser); ok {
		return x.Refuse(rs)
	}
	if s.base == nil && len(rs.Outbound) > 0 && !s.info.Capabilities.Outbound {
		hint := "leave the permits to the hosts that need them, or say outbound = true and {{range .Outbound}} in " + s.layout.file
		return []target.Unsupported{target.Unsupportedf(hint, "say what the host itself may begin ([[ipsec.outbound]])")}
	}
	return nil
}

// Script fills the template for the host of rs, which the template may name anywhere.
func (s *site) Script(rs *ruleset.RuleSet) (target.Script, error) {
	data, err := s.Data(rs)
	if err != nil {
		return target.Script{}, err
	}
	var b bytes.Buffer
	err = s.layout.execute(&b, data, &templateRun{comment: s.comment})
	return target.Script{Body: b.Bytes()}, err
}

// Data is what the template is given.
func (s *site) Data(rs *ruleset.RuleSet) (any, error) {
	if s.base != nil {
		return s.base.Data(rs)
	}
	return s.view(rs, rs.Digest()), nil
}

// view is what a template of its own is given: rules without listeners are united if the page cannot tell them apart.
func (s *site) view(rs *ruleset.RuleSet, digest string) View {
	seen := *rs
	if !s.info.Capabilities.Listener {
		seen.Inbound, seen.Outbound = ruleset.WithoutListeners(rs.Inbound), ruleset.WithoutListeners(rs.Outbound)
	}
	v := NewView(&seen)
	v.Digest = digest
	v.Header = texts(target.HeaderLines(target.HeaderWith(s.info, rs, digest), rs.Host, target.Comment{}))
	for _, rules := range [][]RuleView{v.Rules, v.Outbound} {
		for i := range rules {
			rules[i].maxPorts = s.info.Capabilities.MaxPorts
		}
	}
	return v
}
