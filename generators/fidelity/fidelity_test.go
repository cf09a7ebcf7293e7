package fidelity_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/generators"
	"rolewall/generators/custom"
	"rolewall/generators/fidelity"
	"rolewall/generators/target"
	"rolewall/generators/targettest"
	"rolewall/templates"
)

// TestNothingUnsaid holds that the examples and the built-in targets say or refuse everything, the latter with their
// pages put in their own place too.
func TestNothingUnsaid(t *testing.T) {
	var sources []custom.Source
	for _, g := range generators.All() {
		if _, is := g.(target.Bundler); is {
			continue
		}
		if page, err := templates.FS.ReadFile(g.Info().Name + ".tmpl"); err == nil {
			sources = append(sources, custom.Source{File: "t/" + g.Info().Name + ".tmpl", Src: append([]byte("+++\n+++\n"), page...)})
		}
	}
	examples, err := filepath.Glob("../../testdata/templates/*.tmpl")
	if err != nil || len(examples) < 4 {
		t.Fatalf("%v, %v", examples, err)
	}
	for _, file := range examples {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, custom.Source{File: file, Src: src})
	}
	errs := &diag.List{}
	ours := generators.All().With(sources, errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	for _, g := range slices.Concat(generators.All(), ours) {
		if _, isSite := g.(*custom.Target); !isSite && !hasRules(g) {
			continue
		}
		if unsaid, err := fidelity.Unexpressed(g); err != nil || len(unsaid) > 0 {
			t.Errorf("%s: %v\n%s", g.Info().Name, err, strings.Join(unsaid, "\n"))
		}
	}
}

// hasRules reports whether the target writes what a host allows; rpc-ports and apply write something else.
func hasRules(g target.Target) bool {
	return !slices.Contains([]string{"rpc-ports", "apply"}, g.Info().Name)
}

// TestUnsaid breaks a page that says everything in one place after the other.
func TestUnsaid(t *testing.T) {
	const whole = `{{range .Header}}{{comment .}}
{{end}}{{.Digest}} {{join "," .Families}}
{{define "rules"}}{{range .}}{{$rule := .}}
{{comment .What}} {{.ID}}
{{range .Lines}}{{.Family}} {{.Number}} {{.From.Prefix}}{{range .Ports}} {{.First}}-{{.Last}}{{end}} {{.Type}}/{{.Code}}
{{end}}{{with .Listener}}{{csv .Program}} {{csv .Service}}{{end}}{{end}}{{end}}
{{template "rules" .Rules}} out {{template "rules" .Outbound}}`
	if unsaid, err := fidelity.Unexpressed(newTrial(t, targettest.FrontMatter, whole)); err != nil || len(unsaid) > 0 {
		t.Fatalf("the whole page: %v %v", unsaid, err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`{{range .Lines}}{{.Family}} {{.Number}}`, `{{range .Lines}}{{.Family}}`, "the protocol: tcp, udp, gre, esp, 99, any, outbound tcp"},
		{`{{range .Lines}}{{.Family}} {{.Number}} {{.From.Prefix}}{{range .Ports}}`, `{{range .Lines}}{{.Family}} {{.Number}} {{.From.Prefix}}{{with .Ports}}{{with first .}} {{.First}}-{{.Last}}{{end}}{{end}}{{range slice .Ports 0 0}}`, "the second port: tcp, udp"},
		{` {{.First}}-{{.Last}}`, ` {{.First}}`, "that ports are a range: tcp, udp"},
		{` {{.First}}-{{.Last}}`, ` {{.First}}`, "the end of a range of ports: tcp, udp"},
		{` {{.First}}-{{.Last}}`, ` {{.Last}}`, "the beginning of a range of ports: tcp, udp"},
		{` {{.Type}}/{{.Code}}`, ` {{.Type}}`, "the ICMP code: icmp, icmpv6"},
		{` {{.Type}}/{{.Code}}`, ` {{.Code}}`, "the ICMP type: icmp, icmpv6"},
		{`{{.Family}} {{.Number}} {{.From.Prefix}}`, `{{.Number}}`, "the length of a source's IPv4 prefix: tcp, udp, icmp, gre, esp, 99, any"},
		{`{{.From.Prefix}}`, `{{.From.Address}}`, "the length of a source's IPv4 prefix: tcp"},
		{`{{range .Lines}}`, `{{range slice .Lines 0 1}}`, "the second IPv4 source: tcp"},
		{`{{.From.Prefix}}`, `{{if eq .Protocol "tcp"}}{{.From.Prefix}}{{end}}`, "the sources: udp, icmp"},
		{`{{csv .Program}}`, ``, "the program that listens: tcp, udp"},
		{`{{csv .Service}}`, ``, "the service that listens: tcp, udp"},
		{` out {{template "rules" .Outbound}}`, ``, "the rule: outbound tcp, outbound udp"},
		{`{{template "rules" .Rules}}`, ``, "the rule: tcp, udp, icmp"},
		{`{{range .Lines}}`, `{{if eq .What "tcp 22"}}{{end}}{{range .Senders}}{{.Prefix}}{{end}}{{range slice .Lines 0 0}}`, "the port: tcp, udp"},
		{`{{.Digest}} {{join "," .Families}}
{{define`, `{{define`, ""},
		{`{{range .Lines}}{{.Family}}`, `{{range .Lines}}`, ""}, // said at the top
	} {
		page := strings.Replace(whole, c.old, c.new, 1)
		if page == whole {
			t.Fatalf("%q is not a part of the page", c.old)
		}
		unsaid, err := fidelity.Unexpressed(newTrial(t, targettest.FrontMatter, page))
		if err != nil {
			t.Fatal(err)
		}
		if all := strings.Join(unsaid, "\n"); !strings.Contains(all, c.want) || c.want == "" && all != "" {
			t.Errorf("%q in place of %q: got\n%s\nwant %s", c.new, c.old, all, c.want)
		}
	}
	silent := strings.NewReplacer(`{{join "," .Families}}`, "", "{{.Family}} ", "").Replace(whole)
	front := strings.Replace(targettest.FrontMatter, "sources = true\n", "", 1)
	if unsaid, err := fidelity.Unexpressed(newTrial(t, front, strings.Replace(silent, "{{range .Lines}}", "{{range slice .Lines 0 1}}", 1))); err != nil || !slices.ContainsFunc(unsaid, func(s string) bool {
		return strings.HasPrefix(s, "that the host speaks ipv4 alone: tcp, udp")
	}) {
		t.Errorf("a page without families: %v %v", unsaid, err)
	}
}

// TestUnsaidKeyword holds that a page which claims the keyword must tell dynamic ports from others.
func TestUnsaidKeyword(t *testing.T) {
	front := strings.Replace(targettest.FrontMatter, "ipv4 = true\n", "ipv4 = true\nrpc_keyword = true\n", 1)
	page := "{{.Host}}{{range .Rules}}{{.What}} {{range .From}}{{join \" \" .Prefixes}} {{end}}{{with .Listener}}{{csv .Program}}{{csv .Service}}{{end}}{{end}}" +
		"{{range .Outbound}}{{.What}} {{range .From}}{{join \" \" .Prefixes}} {{end}}{{end}}{{join \",\" .Families}}"
	unsaid, err := fidelity.Unexpressed(newTrial(t, front, page))
	if err != nil || !slices.Equal(unsaid, []string{"that ports are dynamic RPC: tcp"}) {
		t.Errorf("got %v, %v", unsaid, err)
	}
	if unsaid, err := fidelity.Unexpressed(newTrial(t, front, strings.ReplaceAll(page, "{{.What}}", "{{.What}}{{.RPC}}"))); err != nil || len(unsaid) > 0 {
		t.Errorf("got %v, %v", unsaid, err)
	}
}

// TestUnsaidQualifiers holds that a page which claims interfaces, source ports and limits must say them of rules for what comes
// in, and of those alone.
func TestUnsaidQualifiers(t *testing.T) {
	const (
		page = "{{.Host}}{{range .Rules}}{{.What}} {{range .From}}{{join \" \" .Prefixes}} {{end}}{{with .Listener}}{{csv .Program}}{{csv .Service}}{{end}}QUALIFIERS{{end}}" +
			"{{range .Outbound}}{{.What}} {{range .From}}{{join \" \" .Prefixes}} {{end}}{{end}}{{join \",\" .Families}}"
	)
	front := strings.Replace(targettest.FrontMatter, "ipv4 = true\n", "ipv4 = true\ninterfaces = true\nfrom_ports = true\nlimits = true\n", 1)
	unsaid, err := fidelity.Unexpressed(newTrial(t, front, strings.Replace(page, "QUALIFIERS", "", 1)))
	want := []string{}
	for _, what := range []string{"the interface", "the second interface", "that a name is the beginning of names", "the source port", "the end of a range of source ports", "the limit", "the number of a limit", "the time of a limit"} {
		of := ": tcp, udp, icmp, icmpv6, gre, esp, 99, any"
		if strings.Contains(what, "source port") {
			of = ": tcp, udp"
		}
		want = append(want, what+of)
	}
	if err != nil || !slices.Equal(unsaid, want) {
		t.Errorf("got %v\n%s\nwant\n%s", err, strings.Join(unsaid, "\n"), strings.Join(want, "\n"))
	}
	for _, said := range []string{"{{.Only}}", "{{join \" \" .Interfaces}} {{join \" \" .FromPorts}} {{.Limit}}"} {
		unsaid, err := fidelity.Unexpressed(newTrial(t, front, strings.Replace(page, "QUALIFIERS", said, 1)))
		if err != nil || len(unsaid) > 0 {
			t.Errorf("with %s: %v, %v", said, unsaid, err)
		}
	}
}

// TestUnsaidBuiltIn holds that a page in place of a built-in one must say what that one says; digests and the parts of
// names that change with everything do not count.
func TestUnsaidBuiltIn(t *testing.T) {
	for name, page := range map[string]string{
		"nftables":    "{{range .Header}}{{.}}\n{{end}}",
		"advfirewall": "{{range .Header}}{{.}}\n{{end}}{{range .Rules}}{{slice .Name (len \"rolewall: tcp 8080\")}}{{end}}",
	} {
		errs := &diag.List{}
		targets := generators.All().With([]custom.Source{{File: "t/" + name + ".tmpl", Src: []byte("+++\n+++\n" + page)}}, errs)
		if err := errs.Err(); err != nil {
			t.Fatal(err)
		}
		g, _ := targets.Lookup(name)
		unsaid, err := fidelity.Unexpressed(g)
		if err != nil || !slices.ContainsFunc(unsaid, func(s string) bool { return strings.HasPrefix(s, "the sources: tcp, udp") }) {
			t.Errorf("%s: %v, %v", name, unsaid, err)
		}
	}
}

// newTrial is the custom target trial with the template; front is its front matter.
func newTrial(t testing.TB, front, text string) target.Target {
	t.Helper()
	errs := &diag.List{}
	targets := generators.All().With([]custom.Source{{File: "site/trial.tmpl", Src: []byte(front + text)}}, errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	trial, _ := targets.Lookup("trial")
	return trial
}
