package custom

import (
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// frontMatter is the TOML text between two lines of +++ at the beginning of a template file. It describes the
// target.
type frontMatter struct {
	title, file string
	crlf        bool
	executable  bool
	comment     comment
	baseline    []target.BaselineRule
	os          []ruleset.OS
	can         target.Capabilities
}

// fence is the line before and after the front matter.
const fence = "+++"

// splitFrontMatter splits a template file. In both parts, empty lines replace the text before them, so that line
// numbers are those of the file. lines is how many empty lines body begins with. Line ends become LF.
func splitFrontMatter(src string) (front, body string, lines int, ok bool) {
	src = strings.ReplaceAll(strings.TrimPrefix(src, "\ufeff"), "\r\n", "\n")
	first, rest, _ := strings.Cut(src, "\n")
	if strings.TrimRight(first, " \t") != fence {
		return "", "", 0, false
	}
	front, lines = "\n", 1
	for rest != "" {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		lines++
		if strings.TrimRight(line, " \t") == fence {
			return front, strings.Repeat("\n", lines) + rest, lines, true
		}
		front += line + "\n"
	}
	return "", "", 0, false
}

// readFrontMatter reads the front matter of a new target.
func readFrontMatter(t *tomldoc.Table, errs *diag.List) frontMatter {
	f := readAppearance(t)
	if f.title == "" {
		t.Fail("title", `title = "access list for the core switch"`, "the target needs a title")
	}
	f.file = t.String("file")
	if why := ruleset.BadFileName(f.file); why != "" {
		t.Fail("file", ruleset.NameHint, "file name %q %s", f.file, why)
	} else if f.file == "manifest.json" || strings.HasSuffix(f.file, ".new") {
		t.Fail("file", "choose another name", "file name %q is taken by rolewall itself", f.file)
	}
	switch eol := t.String("eol"); eol {
	case "", "lf":
	case "crlf":
		f.crlf = true
	default:
		t.Fail("eol", `"lf" or "crlf"`, "unknown eol %q", eol)
	}
	f.executable, _ = t.Bool("executable")
	f.baseline = readBaseline(t)
	f.os = readEditions(t, errs)
	f.can = readCan(t)
	t.RejectUnknownKeys()
	return f
}

// readAppearance reads the keys that every template may have.
func readAppearance(t *tomldoc.Table) frontMatter {
	f := frontMatter{title: t.String("title"), comment: comment{t.String("comment"), t.String("comment_end"), commentWidth}}
	for _, key := range []string{"title", "comment", "comment_end"} {
		if strings.ContainsAny(t.Peek(key), "\r\n") {
			t.Fail(key, "", "%s must be one line", key)
		}
	}
	if f.comment.after != "" && f.comment.before == "" {
		t.Fail("comment_end", `comment = "<!-- "`, "comment_end has no effect without comment")
	}
	if width, given := t.Int("width", 40, 10000); given {
		f.comment.width = width
	}
	return f
}

// readReplacement reads the front matter of a template for a built-in target. The target keeps everything else.
func readReplacement(t *tomldoc.Table, name string) frontMatter {
	f := readAppearance(t)
	for _, key := range t.Keys() {
		if !slices.Contains([]string{"title", "comment", "comment_end", "width"}, key) {
			t.Fail(key, "give a target of your own another name", "%s is a built-in target: its template can be replaced, not its %s", name, key)
		}
	}
	return f
}

// readCan reads what the target can express. It cannot express what is not given.
func readCan(t *tomldoc.Table) target.Capabilities {
	flag := func(key string) bool {
		value, _ := t.Bool(key)
		return value
	}
	can := target.Capabilities{
		PortRanges: flag("port_ranges"), IPv4: flag("ipv4"), IPv6: flag("ipv6"), Sources: flag("sources"),
		Protocols: flag("protocols"), AnyProtocol: flag("any_protocol"), ICMPTypes: flag("icmp_types"),
		ICMPCodes: flag("icmp_codes"), Listener: flag("listener"), Outbound: flag("outbound"), RPCKeyword: flag("rpc_keyword"),
		Interfaces: flag("interfaces"), FromPorts: flag("from_ports"), Limits: flag("limits"),
	}
	can.MaxPorts, _ = t.Int("max_ports", 1, 65535)
	if !can.IPv4 && !can.IPv6 {
		t.Fail("", "ipv4 = true", "a target that can express neither ipv4 nor ipv6 can express nothing")
	}
	if can.ICMPCodes && !can.ICMPTypes {
		t.Fail("icmp_codes", "icmp_types = true", "icmp_codes has no effect without icmp_types")
	}
	return can
}

func readEditions(t *tomldoc.Table, errs *diag.List) []ruleset.OS {
	var out []ruleset.OS
	for _, x := range t.Texts("os") {
		os, known := ruleset.ParseOS(x.Value)
		if !known {
			var names []string
			for _, o := range ruleset.AllOS() {
				names = append(names, string(o))
			}
			errs.Add(x.Location.Pos(), diag.SuggestOrList(x.Value, names), "unknown os %q", x.Value)
		}
		out = append(out, os)
	}
	if t.Has("os") && len(out) == 0 {
		t.Fail("os", "leave the key out for every edition", "os is empty")
	}
	return out
}
