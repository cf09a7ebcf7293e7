package custom_test

import (
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/generators"
	"rolewall/generators/custom"
	"rolewall/generators/target"
	"rolewall/generators/targettest"
	"rolewall/ruleset"
	"rolewall/templates"
)

// newTrial is the target trial with the template; front is its front matter.
func newTrial(t testing.TB, front, body string) target.Target {
	t.Helper()
	errs := &diag.List{}
	targets := generators.All().With([]custom.Source{{File: "site/trial.tmpl", Src: []byte(front + body)}}, errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	g, _ := targets.Lookup("trial")
	return g
}

func rendered(t testing.TB, g target.Target, rs *ruleset.RuleSet) string {
	t.Helper()
	file, err := generators.Render(g, rs, "dc1")
	if err != nil {
		t.Fatal(err)
	}
	return string(file)
}

// TestMistakes holds the message about a template that cannot be right, and where.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"no front matter", "{{.Host}}", "1:1: the file does not begin with a front matter"},
		{"open front matter", "+++\ntitle = \"x\"\n", "1:1: the file does not begin with a front matter"},
		{"not TOML", "+++\ntitle = \"x\nfile = 1\n+++\n", "2:11: "},
		{"unknown key", "+++\ntitle = \"x\"\nfile = \"x.txt\"\nipv4 = true\nport_range = true\n+++\n", "5:1: unknown key \"port_range\"\n  hint: did you mean \"port_ranges\"?"},
		{"wrong type", "+++\ntitle = \"x\"\nfile = \"x.txt\"\nipv4 = \"yes\"\nipv6 = true\n+++\n", "4:8: ipv4 must be true or false"},
		{"Windows line ends", "\ufeff+++\r\ntitle = \"x\"\r\nfile = \"x.txt\"\r\nipv4 = 4\r\nipv6 = true\r\n+++\r\n", "4:8: ipv4 must be true or false"},
		{"no title", "+++\nfile = \"x.txt\"\nipv4 = true\n+++\n", "the target needs a title"},
		{"no family", "+++\ntitle = \"x\"\nfile = \"x.txt\"\n+++\n", "1:1: a target that can express neither ipv4 nor ipv6 can express nothing"},
		{"file in a folder", "+++\ntitle = \"x\"\nfile = \"../x.txt\"\nipv4 = true\n+++\n", "3:8: file name \"../x.txt\""},
		{"file of a device", "+++\ntitle = \"x\"\nfile = \"nul.txt\"\nipv4 = true\n+++\n", "3:8: file name \"nul.txt\" is a device name of Windows"},
		{"file of our own", "+++\ntitle = \"x\"\nfile = \"manifest.json\"\nipv4 = true\n+++\n", "3:8: file name \"manifest.json\" is taken"},
		{"file of another", "+++\ntitle = \"x\"\nfile = \"IPTABLES.sh\"\nipv4 = true\n+++\n", "3:1: the target iptables writes a file iptables.sh already"},
		{"baseline without a text", "+++\ntitle = \"x\"\nfile = \"x.txt\"\nipv4 = true\nbaseline = [{ traffic = \"icmp/8\" }]\n+++\n", "the baseline needs a text"},
		{"baseline of no traffic", "+++\ntitle = \"x\"\nfile = \"x.txt\"\nipv4 = true\nbaseline = [\"answers\", { text = \"ping\", traffic = \"icmp\" }]\n+++\n", "icmp"},
		{"baseline from no prefix", "+++\ntitle = \"x\"\nfile = \"x.txt\"\nipv4 = true\nbaseline = [{ text = \"ping\", traffic = \"icmp/8\", from = [\"office\"] }]\n+++\n", "\"office\" is not a prefix"},
		{"eol", "+++\ntitle = \"x\"\nfile = \"x.txt\"\nipv4 = true\neol = \"cr\"\n+++\n", "5:7: unknown eol \"cr\""},
		{"os", "+++\ntitle = \"x\"\nfile = \"x.txt\"\nipv4 = true\nos = [\"linux\", \"windows-2002\"]\n+++\n", "5:16: unknown os \"windows-2002\"\n  hint: did you mean \"windows-2000\"?"},
		{"codes without types", "+++\ntitle = \"x\"\nfile = \"x.txt\"\nipv4 = true\nicmp_codes = true\n+++\n", "5:14: icmp_codes has no effect"},
		{"title of two lines", "+++\ntitle = \"x\\ny\"\nfile = \"x.txt\"\nipv4 = true\n+++\n", "2:9: title must be one line"},
		{"syntax", targettest.FrontMatter + "a\n{{range .Rules}}\n", "18:1: unexpected EOF"},
		{"function", targettest.FrontMatter + "{{.Host}}\n{{uper .OS}}\n", "17:1: function \"uper\" not defined\n  hint: did you mean \"upper\"?"},
		{"a function that is kept back", targettest.FrontMatter + "{{.Host}}{{urlquery .OS}}\n", "16:1: function \"urlquery\" not defined"},
		{"a hidden function", targettest.FrontMatter + "{{.Host}}{{_step -1000}}\n", "16:1: function \"_step\" not defined"},
		{"field in a branch that is not taken", targettest.FrontMatter + "{{.Host}}\n  é{{if false}}{{.Digst}}{{end}}\n", "17:18: nothing here is called \"Digst\"\n  hint: did you mean \"Digest\"?"},
		{"template", targettest.FrontMatter + "{{.Host}}\n{{template \"ruls\" .}}\n{{define \"rules\"}}{{end}}", "17:12: no template \"ruls\" is defined here\n  hint: did you mean \"rules\"?"},
		{"recursion", targettest.FrontMatter + "{{.Host}}{{template \"a\" .}}\n{{define \"a\"}}{{template \"b\" .}}{{end}}\n{{define \"b\"}}{{template \"a\" .}}{{end}}", "template \"a\" includes itself: a > b > a"},
		{"too large", targettest.FrontMatter + "{{.Host}}" + strings.Repeat("x", 256<<10), "a template has at most 256 KiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			errs := &diag.List{}
			targets := generators.All().With([]custom.Source{{File: "site/trial.tmpl", Src: []byte(c.src)}}, errs)
			err := errs.Err()
			if err == nil {
				t.Fatal("there is no mistake")
			}
			if got := err.Error(); !strings.HasPrefix(got, "site/trial.tmpl:") || !strings.Contains(got, c.want) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if _, known := targets.Lookup("trial"); known && !strings.HasPrefix(c.name, "file of another") {
				t.Error("the target is there")
			}
		})
	}
}

// doubling defines templates that each take in the next one twice.
func doubling(n int) string {
	var b strings.Builder
	for i := range n {
		name, next := "x"+string(rune('0'+i)), "x"+string(rune('1'+i))
		b.WriteString(`{{define "` + name + `"}}{{template "` + next + `"}}{{template "` + next + `"}}{{end}}`)
	}
	b.WriteString(`{{define "x` + string(rune('0'+n)) + `"}}{{end}}`)
	return b.String()
}

func TestNames(t *testing.T) {
	page := []byte(targettest.FrontMatter + "{{.Host}}")
	for _, c := range []struct {
		files []string
		want  string
	}{
		{[]string{"t/-x.tmpl"}, `t/-x.tmpl: the file's name is to be the target's name, but "-x" does not begin with a letter or digit`},
		{[]string{"t/con.tmpl"}, "is a device name of Windows"},
		{[]string{"t/NFTables.tmpl"}, "t/NFTables.tmpl: there is a target nftables already"},
		{[]string{"a/x.tmpl", "b/X.tmpl"}, "x is already defined in "},
		{[]string{"a/aX.tmpl", "b/Ax.tmpl"}, "aX is already defined in "},
		{[]string{"a/x.tmpl", "b/y.tmpl"}, "b/y.tmpl:3:1: the target x writes a file trial.txt already"},
	} {
		var sources []custom.Source
		for _, file := range c.files {
			sources = append(sources, custom.Source{File: file, Src: page})
		}
		errs := &diag.List{}
		generators.All().With(sources, errs)
		if err := errs.Err(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, want %s", c.files, err, c.want)
		}
	}
}

// TestFailures holds the message when a page cannot be filled: the template's place and what is wrong there.
func TestFailures(t *testing.T) {
	for _, c := range []struct{ name, page, want string }{
		{"nothing there", "{{.Host}}\n\n é{{range .Rules}}{{comment .Listener.Program}}{{end}}", "site/trial.tmpl:18:38: .Listener.Program: there is nothing here; ask with if or with before"},
		{"index", "{{.Host}}\n{{index .Roles 7}}", "site/trial.tmpl:17:3: index out of range: 7"},
		{"a list", "{{.Host}}\n{{.Roles}}", "site/trial.tmpl:17:3: a list is not text"},
		{"a structure", "{{.Host}}\n{{.RPC}}", "site/trial.tmpl:17:3: this has parts and is not text"},
		{"free text by a variable", "{{.Host}}\n{{range .Rules}}{{$x := \"\"}}{{$x = .Why}}{{$x}}{{end}}", "17:44: this is free text"},
		{"free text by many variables", "{{.Host}}\n{{$a := \"\"}}{{$b := $a}}{{$c := $b}}{{$d := $c}}{{$e := $d}}{{$f := $e}}{{range .Rules}}{{$a = .Why}}{{$b = $a}}{{$c = $b}}{{$d = $c}}{{$e = $d}}{{$f = $e}}{{$f}}{{end}}", "this is free text"},
		{"free text by a function", "{{.Host}}\n{{range .Rules}}{{upper .Why}}{{end}}", "17:19: this is free text"},
		{"free text by print", "{{.Host}}\n{{range .Rules}}{{print 1 .Why}}{{end}}", "this is free text"},
		{"free text by dot", "{{.Host}}\n{{range .Rules}}{{with .Why}}{{.}}{{end}}{{end}}", "this is free text"},
		{"free text by index", "{{.Host}}\n{{index .Header 0}}", "this is free text"},
		{"free text by a pipe", "{{.Host}}\n{{(index .Rules 0).Why | cut 10}}", "this is free text"},
		{"free text by join", "{{.Host}}\n{{join \" \" .Header}}", "this is free text"},
		{"free text by wrap", "{{.Host}}\n{{range .Rules}}{{range wrap 20 .Why}}{{.}}{{end}}{{end}}", "this is free text"},
		{"free text by and", "{{.Host}}\n{{range .Rules}}{{and true .Why}}{{end}}", "this is free text"},
		{"free text by its letters", "{{.Host}}\n{{range .Rules}}{{printf \"%c\" (index .Why 0)}}{{end}}", "index takes a list: slice and cut are for texts"},
		{"free text by a slice", "{{.Host}}\n{{range .Rules}}{{slice .Why 0 2}}{{end}}", "this is free text"},
		{"free text as a format", "{{.Host}}\n{{range .Rules}}{{printf .Why}}{{end}}", "17:26: "},
		{"a cut word", "{{.Host}}\n{{range .Rules}}{{.Why | sh | cut 10}}{{end}}", "this text is quoted already"},
		{"a cut word by print", "{{.Host}}\n{{range .Rules}}{{print \"x=\" (sh .Why) | cut 10}}{{end}}", "this text is quoted already"},
		{"a cut word by printf", "{{.Host}}\n{{range .Rules}}{{printf \"%.3s\" (sh .Why)}}{{end}}", "this text is quoted already"},
		{"a cut word by slice", "{{.Host}}\n{{range .Rules}}{{slice (sh .Why) 0 3}}{{end}}", "this text is quoted already"},
		{"a cut word by wrap", "{{.Host}}\n{{range .Rules}}{{range wrap 5 (sh .Why)}}{{.}}{{end}}{{end}}", "this text is quoted already"},
		{"a cut word in capitals", "{{.Host}}\n{{range .Rules}}{{xml .Why | upper}}{{end}}", "this text is quoted already"},
		{"a slice beyond the end", "{{.Host}}\n{{slice .OS 0 99}}", "slice out of range: [0 99]"},
		{"endless loop", "{{.Host}}\n{{range 1000000000000}}{{end}}", "site/trial.tmpl:17:24: the template takes more than 10000000 steps"},
		{"a tree of templates", "{{.Host}}{{template \"x0\"}}" + doubling(40), "the template takes more than 10000000 steps"},
		{"free text", "{{.Host}}\n{{range .Rules}}{{.Why}}{{end}}", "site/trial.tmpl:17:19: this is free text"},
		{"loops in loops", "{{.Host}}\n{{range .Rules}}{{range $.Rules}}{{range $.Rules}}{{range $.Rules}}{{range $.Rules}}{{range $.Rules}}{{.ID}}{{end}}{{end}}{{end}}{{end}}{{end}}{{end}}", "the template takes more than 10000000 steps"},
		{"a loop in a template", "{{.Host}}{{range 4000}}{{template \"x\"}}{{end}}{{define \"x\"}}{{range 4000}}x{{end}}{{end}}", "the template takes more than 10000000 steps"},
		{"endless page", "{{.Host}}\n\n{{range 300000}}" + strings.Repeat("x", 1000) + "{{end}}", "site/trial.tmpl:18:17: the script grows beyond 32 MiB"},
		{"doubling", "{{.Host}}{{$x := \"x\"}}\n{{range 60}}{{$x = print $x $x}}{{end}}", "site/trial.tmpl:17:20: a text has more than 1 MiB"},
		{"wide format", "{{.Host}}{{printf \"%1000d\" 1}}", "printf knows %s"},
		{"star", "{{.Host}}{{printf \"%*d\" 100000 1}}", "printf knows %s"},
		{"many verbs", "{{.Host}}{{range 1000}}{{$x := printf \"" + strings.Repeat("%999d", 500) + "\"" + strings.Repeat(" 1", 500) + "}}{{end}}", "make more than 256 MiB"},
		{"verb and value", "{{.Host}}{{printf \"%d\" .OS}}", "the values do not fit the format"},
		{"too few values", "{{.Host}}{{printf \"%s %s\" .OS}}", "the values do not fit the format"},
		{"pointers", "{{.Host}}{{range .Rules}}{{print .From}}{{end}}", "a list is not text"},
		{"indent", "{{.Host}}{{indent 1000000 .OS}}", "cannot be indented by 1000000"},
		{"join", "{{.Host}}{{join .Roles \",\"}}", "wrong type"},
		{"no comment", "", "the front matter names no comment prefix"},
		{"first of nothing", "{{.Host}}{{first .Features}}", "this is not a list, or an empty one"},
		{"hex", "{{.Host}}{{hex .OS}}", "\"linux\" is not a whole number"},
		{"netmask", "{{.Host}}{{netmask .OS}}", "\"linux\" is not a prefix"},
		{"what nft cannot hold", "{{.Host}}{{range .Rules}}{{nft .Why}}{{end}}", "cannot hold a quotation mark"},
	} {
		t.Run(c.name, func(t *testing.T) {
			front, page := targettest.FrontMatter, c.page
			if c.name == "no comment" {
				front, page = strings.Replace(targettest.FrontMatter, `comment = "# "`, "", 1), "{{.Host}}{{comment .OS}}"
			}
			rs := targettest.LinuxSample()
			_, err := generators.Render(newTrial(t, front, page), rs, "dc1")
			if err == nil || !strings.HasPrefix(err.Error(), "render trial: site/trial.tmpl") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

// TestReplacedPages puts each built-in page in its own place: the script stays the same to the byte, and so does what
// the target refuses.
func TestReplacedPages(t *testing.T) {
	refusing := 0
	for _, g := range generators.All() {
		name := g.Info().Name
		if _, is := g.(target.Bundler); is { // its pages are several, and none is replaced
			continue
		}
		t.Run(name, func(t *testing.T) {
			page, err := templates.FS.ReadFile(name + ".tmpl")
			if name == "json" {
				page, err = []byte(`{"host": "{{.Host}}", "digest": {{json .Digest}}}`), nil
			}
			if err != nil {
				t.Fatal(err)
			}
			errs := &diag.List{}
			targets := generators.All().With([]custom.Source{{File: "t/" + name + ".tmpl", Src: append([]byte("+++\ntitle = \"a page of our own\"\n+++\n"), page...)}}, errs)
			if err := errs.Err(); err != nil {
				t.Fatal(err)
			}
			if len(targets) != len(generators.All()) {
				t.Errorf("there are %d targets", len(targets))
			}
			ours, _ := targets.Lookup(name)
			if got := ours.Info(); got.Title != "a page of our own" || got.File != g.Info().File || got.Mode != g.Info().Mode || got.CRLF != g.Info().CRLF {
				t.Errorf("the target is %+v", got)
			}
			rs := replacedSample(g)
			if name != "json" {
				if got, want := rendered(t, ours, rs), rendered(t, g, rs); got != want {
					t.Errorf("got\n%s\nwant\n%s", got, want)
				}
			} else if got, want := rendered(t, ours, rs), `{"host": "dc1", "digest": "`+rs.Digest()+`"}`; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			hard := replacedSample(g)
			hard.Families.IPv6, hard.Settings.Linux.Interfaces = true, []string{"no such\nname"}
			hard.Inbound = append(hard.Inbound, &ruleset.Rule{Traffic: ruleset.Traffic{Protocol: 43}, Remote: ruleset.Anyone(), Listener: ruleset.Listener{Program: `"`}})
			got, want := refusalTexts(ours, hard), refusalTexts(g, hard)
			if got != want {
				t.Errorf("refuses %s\nwant %s", got, want)
			}
			if want != "" {
				refusing++
			}
		})
	}
	if refusing < 4 {
		t.Errorf("only %d targets refuse the odd host", refusing)
	}
}

// replacedSample is a host that the target can write a script for.
func replacedSample(g target.Target) *ruleset.RuleSet {
	rs := targettest.LinuxSet(targettest.LinuxRule(ruleset.TCP, "88,8080-8090", "Kerberos", "kdc", targettest.Network("office", "10.20.0.0/16")))
	if list := g.Info().OS; len(list) > 0 {
		rs.OS = list[len(list)-1]
	}
	rs.Families.IPv6 = g.Info().Capabilities.IPv6
	return rs
}

func refusalTexts(g target.Target, rs *ruleset.RuleSet) string {
	var b strings.Builder
	for _, r := range generators.Check(g, rs, generators.All()) {
		b.WriteString(r.Error() + "\n")
	}
	return b.String()
}

// TestBuiltInKeeps holds that the front matter of a built-in's page cannot loosen anything.
func TestBuiltInKeeps(t *testing.T) {
	for _, key := range []string{`file = "x"`, `ipv6 = true`, `executable = true`, `eol = "lf"`, `os = ["linux"]`, `baseline = ["x"]`} {
		errs := &diag.List{}
		generators.All().With([]custom.Source{{File: "t/ipsec.tmpl", Src: []byte("+++\n" + key + "\n+++\n{{range .Header}}{{.}}{{end}}")}}, errs)
		if err := errs.Err(); err == nil || !strings.Contains(err.Error(), "ipsec is a built-in target: its template can be replaced, not its") {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// TestRefuses takes each ability from a target: what needs it is then refused, in the words used for built-ins.
func TestRefuses(t *testing.T) {
	anyone := ruleset.Anyone()
	ping := targettest.LinuxRule(ruleset.ICMP, "", "Ping", "ping", anyone)
	ping.ICMP = targettest.WithICMP(&ruleset.Rule{}, "8").ICMP
	code := targettest.LinuxRule(ruleset.ICMP, "", "Ping", "ping", anyone)
	code.ICMP = targettest.WithICMP(&ruleset.Rule{}, "3:4").ICMP
	for _, c := range []struct {
		key  string
		rule *ruleset.Rule
		want string
	}{
		{"port_ranges", targettest.LinuxRule(ruleset.TCP, "80-90", "HTTP", "httpd", anyone), "trial cannot say port ranges on linux (rule tcp 80-90)"},
		{"ipv6", targettest.LinuxRule(ruleset.TCP, "80", "HTTP", "httpd", anyone), "trial cannot close IPv6"},
		{"ipv4", targettest.LinuxRule(ruleset.TCP, "80", "HTTP", "httpd", anyone), "trial cannot close IPv4"},
		{"sources", targettest.LinuxRule(ruleset.TCP, "80", "HTTP", "httpd", targettest.Network("office", "10.0.0.0/8")), "trial cannot restrict sources (rule tcp 80)"},
		{"protocols", targettest.LinuxRule(ruleset.GRE, "", "GRE", "x", anyone), "trial cannot say protocol gre (rule gre)"},
		{"any_protocol", targettest.LinuxRule(ruleset.AnyProtocol, "", "any", "x", anyone), "trial cannot let every protocol in (rule any)"},
		{"icmp_types", ping, "trial cannot say ICMP types (rule icmp 8)"},
		{"icmp_codes", code, "trial cannot say ICMP codes (rule icmp 3:4)"},
	} {
		front := strings.Replace(targettest.FrontMatter, c.key+" = true\n", "", 1)
		if c.key == "icmp_types" {
			front = strings.Replace(front, "icmp_codes = true\n", "", 1)
		}
		page := "{{.Host}}{{range .Rules}}{{.What}}{{end}}"
		if got := refusalTexts(newTrial(t, front, page), targettest.LinuxSet(c.rule)); !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.key, got, c.want)
		}
		if got := refusalTexts(newTrial(t, targettest.FrontMatter, page), targettest.LinuxSet(c.rule)); got != "" {
			t.Errorf("%s: refused with everything: %s", c.key, got)
		}
	}
}

func TestRefusesOutbound(t *testing.T) {
	rs := targettest.LinuxSet(targettest.LinuxRule(ruleset.TCP, "22", "SSH", "ssh", ruleset.Anyone()))
	rs.Outbound = targettest.LinuxSet(targettest.LinuxRule(ruleset.UDP, "53", "DNS", "x", ruleset.Anyone())).Inbound
	without := strings.Replace(targettest.FrontMatter, "outbound = true\n", "", 1)
	if got := refusalTexts(newTrial(t, without, "{{.Host}}"), rs); !strings.Contains(got, "trial cannot say what the host itself may begin") {
		t.Errorf("got %q", got)
	}
	if got := refusalTexts(newTrial(t, targettest.FrontMatter, "{{.Host}}"), rs); got != "" {
		t.Errorf("refused with outbound = true: %s", got)
	}
}

// TestMaxPorts holds that a rule with too many ports is split by a page that goes by parts, and refused otherwise.
func TestMaxPorts(t *testing.T) {
	front := strings.Replace(targettest.FrontMatter, "ipv4 = true\n", "ipv4 = true\nmax_ports = 2\n", 1)
	rs := targettest.LinuxSet(targettest.LinuxRule(ruleset.TCP, "80,443,8080-8090,9000,9100", "HTTP", "httpd", ruleset.Anyone()))
	rs.Families = ruleset.Families{IPv4: true}
	want := "trial cannot say 5 ports and ranges in one rule (rule tcp 80,443,8080-8090,9000,9100)"
	if got := refusalTexts(newTrial(t, front, "{{.Host}}{{range .Rules}}{{.PortList}}{{end}}"), rs); !strings.Contains(got, want) {
		t.Errorf("got %q", got)
	}
	for page, want := range map[string]string{
		"{{.Host}}{{range .Rules}}{{range .PortParts}} {{.}}{{end}}{{end}}":            "dc1 80,443 8080-8090,9000 9100",
		"{{.Host}}{{range .Rules}}{{range .Lines}} {{.PortList}};{{end}}{{end}}":       "dc1 80,443; 8080-8090,9000; 9100;",
		"{{.Host}}{{range .Rules}}{{range .Lines}} {{.First}}+{{.Last}}{{end}}{{end}}": "dc1 80+443 8080+9000 9100+9100",
	} {
		g := newTrial(t, front, page)
		if got := refusalTexts(g, rs); got != "" {
			t.Errorf("%s: refused: %s", page, got)
		}
		if got := rendered(t, g, rs); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestUnitesListeners holds that a page without listeners sees a port once, under the IDs that explain knows.
func TestUnitesListeners(t *testing.T) {
	a, b := targettest.LinuxRule(ruleset.TCP, "443", "HTTPS", "W3SVC", ruleset.Anyone()), targettest.LinuxRule(ruleset.TCP, "443", "HTTPS", "Other", ruleset.Anyone())
	a.Listener.Program, b.Listener.Program = "System", `C:\other.exe`
	rs := targettest.LinuxSet(a, b)
	page := "{{.Host}}{{range .Rules}} {{.ID}}/{{.PortList}}{{end}}"
	without := strings.Replace(targettest.FrontMatter, "listener = true\n", "", 1)
	ids := []string{rs.Inbound[0].ID, rs.Inbound[1].ID}
	if got, want := rendered(t, newTrial(t, targettest.FrontMatter, page), rs), "dc1 "+ids[0]+"/443 "+ids[1]+"/443"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if ids[0] > ids[1] {
		ids[0], ids[1] = ids[1], ids[0]
	}
	if got, want := rendered(t, newTrial(t, without, page), rs), "dc1 "+ids[0]+" "+ids[1]+"/443"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestFile holds what the front matter says of the file.
func TestFile(t *testing.T) {
	front := strings.Replace(targettest.FrontMatter, "ipv4 = true\n", "ipv4 = true\neol = \"crlf\"\nexecutable = true\nos = [\"linux\"]\nbaseline = [\"all sorts\"]\n", 1)
	g := newTrial(t, strings.ReplaceAll(front, "\n", "\r\n"), "{{range .Header}}{{comment .}}\r\n{{end}}end\r\n")
	if info := g.Info(); info.Mode != 0o755 || !info.CRLF || info.RunsOn(ruleset.Windows2022) || !info.RunsOn(ruleset.Linux) {
		t.Errorf("the target is %+v", info)
	}
	got := rendered(t, g, targettest.LinuxSample())
	if strings.Count(got, "\n") != strings.Count(got, "\r\n") || strings.Contains(got, "\r\r") || !strings.HasSuffix(got, "\r\nend\r\n") {
		t.Errorf("line ends of %q", got)
	}
	if !strings.HasPrefix(got, "# dc1: trial, made by rolewall") || !strings.Contains(got, "#   all sorts\r\n") {
		t.Errorf("the header is %s", got)
	}
}

// TestCommentWidth holds that a comment keeps to the width with the longest name of a host too.
func TestCommentWidth(t *testing.T) {
	front := strings.Replace(targettest.FrontMatter, "ipv4 = true\n", "ipv4 = true\nwidth = 80\n", 1)
	file, err := generators.Render(newTrial(t, front, "{{range .Header}}{{comment .}}\n{{end}}{{range .Rules}}{{comment .Why}}\n{{end}}"), targettest.LinuxSample(), strings.Repeat("h", 63))
	if err != nil {
		t.Fatal(err)
	}
	longest := 0
	for line := range strings.Lines(string(file)) {
		longest = max(longest, len(strings.TrimSuffix(line, "\n")))
	}
	if longest != 80 {
		t.Errorf("the longest comment has %d bytes", longest)
	}
}

// TestFunctions holds what functions make of their arguments; free text among them shows as free text.
func TestFunctions(t *testing.T) {
	for _, c := range []struct{ expression, want string }{
		{`join ", " .Roles`, "domain-controller"},
		{`join "+" .Families`, "ipv4+ipv6"},
		{`.Families | join ","`, "ipv4,ipv6"},
		{`first .Families`, "ipv4"},
		{`last .Families`, "ipv6"},
		{`upper .OS`, "LINUX"},
		{`lower "ABC"`, "abc"},
		{`hex 445`, "1bd"},
		{`hex "65535"`, "ffff"},
		{`netmask "10.20.0.0/15"`, "255.254.0.0"},
		{`wildcard "10.20.0.0/15"`, "0.1.255.255"},
		{`cut 8 "abcdefghij"`, "abcde..."},
		{`cut 8 "abc"`, "abc"},
		{`indent 2 "a\nb"`, "  a\n  b"},
		{`join "/" (wrap 7 "ab cde fgh ijklmnopq r")`, "ab cde/fgh/ijklmnopq/r"},
		{`join "/" (wrap 6 "ab cde")`, "ab cde"},
		{`join "/" (wrap 5 "ab cde")`, "ab/cde"},
		{`print 1 "a" true .OS`, "1atruelinux"},
		{`printf "%-5s|%03d|%x" .OS 7 255`, "linux|007|ff"},
		{`printf "100%%"`, "100%"},
		{`comment "a  b"`, "# a  b"},
		{`comment ""`, "#"},
		{`sh "it's"`, `'it'\''s'`},
		{`cmd "%PATH%"`, `"%%PATH%%"`},
		{`nft "a b"`, `"a b"`},
		{`xml "<a>"`, "&lt;a&gt;"},
		{`json "a\"b"`, `"a\"b"`},
		{`csv "=1"`, `"'=1"`},
		{`markdown "a|b"`, `a\|b`},
		{`ascii "é\"x"`, "__x"},
		{`sh (index .Notes 0)`, "'a note'"},
		{`upper (index .Notes 0) | sh`, "'A NOTE'"},
		{`join "+" .Notes | csv`, `"a note"`},
		{`sh (index .Notes 0) | xml`, "&#39;a note&#39;"},
		{`printf "%-12s|" (sh (index .Notes 0))`, "'a note'    |"},
		{`sh "x" | indent 2`, "  'x'"},
		{`slice .OS 0 3`, "lin"},
		{`join "+" (slice .Families 1)`, "ipv6"},
		{`index (slice .Families 0 1) 0`, "ipv4"},
	} {
		rs := targettest.LinuxSample()
		rs.Notes = []string{"a note"}
		got := rendered(t, newTrial(t, targettest.FrontMatter, "{{.Host}}:{{"+c.expression+"}}"), rs)
		if got != "dc1:"+c.want {
			t.Errorf("%s: got %q, want %q", c.expression, got, c.want)
		}
	}
}

// TestBaseline reads a baseline of texts and tables.
func TestBaseline(t *testing.T) {
	front := strings.Replace(targettest.FrontMatter, "ipv4 = true\n", `ipv4 = true
baseline = ["answers", { text = "ping", traffic = "icmp/8" }, { text = "routers", traffic = "icmpv6/134", from = ["fe80::/10"] }]
`, 1)
	rules := newTrial(t, front, "{{range .Header}}{{comment .}}\n{{end}}").Info().Baseline
	if len(rules) != 3 || !rules[0].TextOnly || rules[0].Text != "answers" {
		t.Fatalf("got %+v", rules)
	}
	if r := rules[1]; r.TextOnly || r.Text != "ping" || r.Traffic.String() != "icmp/8" || !r.Remote.IsAnyone() {
		t.Errorf("got %+v", r)
	}
	if r := rules[2]; r.Traffic.String() != "icmpv6/134" || r.Remote.IsAnyone() || r.Families != (ruleset.Families{IPv6: true}) {
		t.Errorf("got %+v", r)
	}
}
