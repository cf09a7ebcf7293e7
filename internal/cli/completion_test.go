package cli

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// TestCompletionWords holds that the words of every flag that takes one of a few are found in its usage.
func TestCompletionWords(t *testing.T) {
	found := 0
	var walk func(c *cli.Command)
	walk = func(c *cli.Command) {
		for _, f := range c.Flags {
			if name := f.Names()[0]; name == "format" || name == "fail-on" {
				found++
				words := usageWords(c.Flags, name)
				if len(words) < 2 || !slices.ContainsFunc(words, func(w candidate) bool { return w.value == f.(*cli.StringFlag).Value }) {
					t.Errorf("%s --%s: %v", c.Name, name, words)
				}
			}
		}
		for _, sub := range c.Subcommands {
			walk(sub)
		}
	}
	for _, c := range newApp(&environment{}, io.Discard).Commands {
		walk(c)
	}
	if found < 8 {
		t.Errorf("only %d flags", found)
	}
}

// TestComplete holds what may follow the words before the cursor; the word at the cursor is last.
func TestComplete(t *testing.T) {
	const policy = "../../testdata/policies/linux.toml"
	for words, want := range map[string]string{
		"ex":                                  "explain",
		"__":                                  "",
		"list s":                              "services",
		"list roles --os windows-2008":        "windows-2008 windows-2008r2",
		"explain " + policy + " ":             "bastion samba",
		"explain " + policy + " bastion tcp/": "tcp/22",
		"explain " + policy + " --f":          "--from --format",
		"explain " + policy + " --format json bastion tc": "tcp/22",
		"generate " + policy + " --target i":              "ipsec iptables",
		"generate " + policy + " -t nft":                  "nftables",
		"generate " + policy + " --host b":                "bastion",
		"generate --output ":                              ":files",
		"generate ":                                       ":files",
		"generate " + policy + " ":                        "",
		"diff a.toml ":                                    ":files",
		"drift a.toml b ":                                 ":files",
		"drift " + policy + " --as b":                     "bastion",
		"drift --format j":                                "json junit",
		"suggest a ":                                      ":files",
		"capture ":                                        "linux windows",
		"lint --format ":                                  "text json sarif github",
		"lint --format=s":                                 "--format=sarif",
		"lint --fail-on w":                                "warning",
		"lint --explain RW02":                             "RW020 RW021 RW022 RW023 RW024 RW025 RW026 RW027 RW028 RW029",
		"show domain-c":                                   "domain-controller",
		"show LANM":                                       "lanmanserver",
		"show ADCS-C":                                     "ADCS-Cert-Authority",
		"show k8":                                         "k8s",
		"list roles ":                                     "",
		"completion f":                                    "fish",
		"explain ../../testdata/broken/not-toml.toml w": "",
		"explain - w":            "",
		"explain missing.toml w": "",
		"nothing x":              "",
		"template check ":        ":files",
	} {
		before := strings.Split(words, " ")
		word := before[len(before)-1]
		code, stdout, stderr := call(t, append([]string{"__complete", "--word=" + word, "--"}, before[:len(before)-1]...)...)
		var got []string
		for line := range strings.Lines(stdout) {
			value, _, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
			got = append(got, value)
		}
		if strings.Join(got, " ") != want || code != 0 || stderr != "" {
			t.Errorf("%q: %q, not %q; exit code %d, %s", words, got, want, code, stderr)
		}
	}
}

// TestHelp holds that every command explains itself, with two examples as a rule.
func TestHelp(t *testing.T) {
	var walk func(path []string, c *cli.Command)
	walk = func(path []string, c *cli.Command) {
		path = append(slices.Clone(path), c.Name)
		for _, sub := range c.Subcommands {
			walk(path, sub)
		}
		if c.Hidden || len(c.Subcommands) > 0 {
			return
		}
		code, stdout, stderr := call(t, append(path[1:], "--help")...)
		examples := strings.Count(stdout, strings.Join(path, " ")) - 2 // beside the lines NAME and USAGE
		if code != 0 || stderr != "" || !strings.Contains(stdout, c.Usage) || examples < 2 && path[1] != "list" && path[1] != "template" || examples < 1 {
			t.Errorf("%v: exit code %d, %d examples in %s%s", path, code, examples, stdout, stderr)
		}
	}
	for _, c := range newApp(&environment{}, io.Discard).Commands {
		walk([]string{"rolewall"}, c)
	}
}
