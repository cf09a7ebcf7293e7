package custom

import (
	"bytes"
	"reflect"

	"rolewall/diag"
	"rolewall/generators/rulesetjson"
	"rolewall/generators/target"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Target is a target with a template of a site.
type Target struct {
	info    target.Info
	comment comment
	layout  *layout
	base    target.Templated // the built-in target whose template it replaces; nil for a new target
	fileAt  tomldoc.Location
}

// newTarget reads a template. It returns nil after a mistake.
func newTarget(name string, src Source, base target.Templated, errs *diag.List) *Target {
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
	doc := tomldoc.Parse(src.File, []byte(front), errs)
	if doc == nil {
		return nil
	}
	before := errs.Len()
	t, data := &Target{base: base}, reflect.TypeFor[rulesetjson.View]()
	if base != nil {
		t.takeOver(readReplacement(doc, name))
		data = dataType(base)
	} else {
		t.fileAt = doc.LocationOf("file")
		t.begin(name, readFrontMatter(doc, errs))
	}
	if t.layout = newLayout(src.File, text, lines, data, errs); errs.Len() > before {
		return nil
	}
	return t
}

// begin sets up a new target.
func (t *Target) begin(name string, f frontMatter) {
	t.comment = f.comment
	t.info = target.Info{
		Name: name, Title: f.title, File: f.file, CRLF: f.crlf, Mode: 0o644, Filter: true, PerHost: true,
		OS: f.os, Capabilities: f.can, Baseline: f.baseline,
	}
	if f.executable {
		t.info.Mode = 0o755
	}
}

// takeOver sets up a target that differs from the built-in one only in its template.
func (t *Target) takeOver(f frontMatter) {
	t.comment, t.info = f.comment, t.base.Info()
	t.info.PerHost = true
	if f.title != "" {
		t.info.Title = f.title
	}
}

// dataType returns the type of the data that a built-in target passes to its template.
func dataType(base target.Templated) reflect.Type {
	os := ruleset.DefaultOS
	if list := base.Info().OS; len(list) > 0 {
		os = list[len(list)-1]
	}
	data, err := base.Data(&ruleset.RuleSet{OS: os, Families: os.Families()})
	if err != nil {
		panic("generators: " + base.Info().Name + ": " + err.Error()) // a host without rules uses nothing that could fail
	}
	return reflect.TypeOf(data)
}

func (t *Target) Info() target.Info {
	info := t.info
	if t.splits() {
		info.Capabilities.MaxPorts = 0
	}
	return info
}

// splits reports whether the template uses the parts of at most max_ports, so that no rule has too many ports.
func (t *Target) splits() bool { return t.layout.uses["Lines"] || t.layout.uses["PortParts"] }

// Refuse returns what the built-in target refuses. For a new target it returns the outbound permits that the
// language cannot express.
func (t *Target) Refuse(rs *ruleset.RuleSet) []target.Unsupported {
	if x, ok := t.base.(target.Refuser); ok {
		return x.Refuse(rs)
	}
	if t.base == nil && len(rs.Outbound) > 0 && !t.info.Capabilities.Outbound {
		hint := "leave the permits to the hosts that need them, or say outbound = true and {{range .Outbound}} in " + t.layout.file
		return []target.Unsupported{target.Unsupportedf(hint, "say what the host itself may begin ([[ipsec.outbound]])")}
	}
	return nil
}

// Openings returns what the built-in target allows besides the rules. A new target has only its baseline.
func (t *Target) Openings(rs *ruleset.RuleSet) []target.Opening {
	if x, ok := t.base.(target.Opener); ok {
		return x.Openings(rs)
	}
	return nil
}

// Script fills the template for the host of rs. The template may name the host anywhere.
func (t *Target) Script(rs *ruleset.RuleSet) (target.Script, error) {
	data, err := t.Data(rs)
	if err != nil {
		return target.Script{}, err
	}
	var b bytes.Buffer
	err = t.layout.execute(&b, data, &run{comment: t.comment})
	return target.Script{Body: b.Bytes()}, err
}

// Data returns the data for the template.
func (t *Target) Data(rs *ruleset.RuleSet) (any, error) {
	if t.base != nil {
		return t.base.Data(rs)
	}
	return t.view(rs, rs.Digest()), nil
}

// view returns the data for a new target. If the language has no listeners, rules that differ only in listeners
// are united.
func (t *Target) view(rs *ruleset.RuleSet, digest string) rulesetjson.View {
	seen := *rs
	if !t.info.Capabilities.Listener {
		seen.Inbound, seen.Outbound = ruleset.WithoutListeners(rs.Inbound), ruleset.WithoutListeners(rs.Outbound)
	}
	v := rulesetjson.NewView(&seen)
	v.Digest = digest
	v.Header = rulesetjson.Texts(target.HeaderLines(target.HeaderWith(t.info, rs, digest), rs.Host, target.Comment{}))
	rulesetjson.SplitPorts(v, t.info.Capabilities.MaxPorts)
	return v
}

// probeDigest replaces digests, which differ whenever anything differs.
const probeDigest = "sha256:0"

// Replaces returns the built-in target whose template this one replaces, or nil.
func (t *Target) Replaces() target.Target {
	if t.base == nil {
		return nil
	}
	return t.base
}

// Essence returns what the script says without comments, IDs and digests.
func (t *Target) Essence(rs *ruleset.RuleSet) (string, error) {
	if t.base != nil {
		script, err := t.Script(rs)
		return string(script.Body), err
	}
	var b bytes.Buffer
	err := t.layout.execute(&b, t.view(rs, probeDigest), &run{comment: t.comment, quiet: true})
	return b.String(), err
}
