package policy

import (
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	for _, c := range []struct{ name, plain, service, host string }{
		{"dc1", "", "", ""},
		{"DC1.corp.example", "", "", ""},
		{"a-b_c.d", "", "", ""},
		{"1", "", "", ""},
		{strings.Repeat("a", 63), "", "", ""},
		{"MSSQL$SITE", "not a letter", "", "not a letter"},
		{strings.Repeat("a", 64), "longer", "longer", "longer"},
		{"", "empty", "empty", "empty"},
		{".", "begin", "begin", "begin"},
		{"..", "begin", "begin", "begin"},
		{".ssh", "begin", "begin", "begin"},
		{"-rf", "begin", "begin", "begin"},
		{"_x", "begin", "begin", "begin"},
		{"$x", "begin", "begin", "begin"},
		{"a.", "ends in a dot", "ends in a dot", "ends in a dot"},
		{"a..b", "two dots", "two dots", "two dots"},
		{"a/b", "not a letter", "not a letter", "not a letter"},
		{`a\b`, "not a letter", "not a letter", "not a letter"},
		{"a b", "not a letter", "not a letter", "not a letter"},
		{"a\nb", "not a letter", "not a letter", "not a letter"},
		{"a\x00", "not a letter", "not a letter", "not a letter"},
		{`a"b`, "not a letter", "not a letter", "not a letter"},
		{"a'b", "not a letter", "not a letter", "not a letter"},
		{"a`b", "not a letter", "not a letter", "not a letter"},
		{"a%PATH%", "not a letter", "not a letter", "not a letter"},
		{"a&b", "not a letter", "not a letter", "not a letter"},
		{"a^b", "not a letter", "not a letter", "not a letter"},
		{"a;b", "not a letter", "not a letter", "not a letter"},
		{"é", "not a letter", "not a letter", "not a letter"},
		{"аdmin", "not a letter", "not a letter", "not a letter"}, // Cyrillic
		{"con", "", "", "device"},
		{"CON", "", "", "device"},
		{"nul.corp.example", "", "", "device"},
		{"Com1", "", "", "device"},
		{"lpt9.x", "", "", "device"},
		{"com10", "", "", ""},
		{"console", "", "", ""},
		{"Manifest.json", "", "", "manifest"},
		{"manifest.json.x", "", "", ""},
	} {
		for kind, said := range map[string]struct {
			got, want string
		}{
			"plain": {badPlainName(c.name), c.plain}, "service": {badServiceName(c.name), c.service}, "host": {badHostName(c.name), c.host},
		} {
			if (said.got == "") != (said.want == "") || !strings.Contains(said.got, said.want) {
				t.Errorf("%s name %q: got %q, want %q", kind, c.name, said.got, said.want)
			}
		}
		if IsHostName(c.name) != (c.host == "") {
			t.Errorf("%q: is a host name: %t", c.name, IsHostName(c.name))
		}
	}
	check(t, []mistake{
		{"[hosts.'a;b']\n[hosts.con]\n[hosts.A]\n[hosts.a]", `1:8: host name "a;b" holds a character that is not a letter, digit, dot, underscore or hyphen
2:8: host name "con" is a device name of Windows
4:8: host a is already defined at p.toml:3:8`},
		{"[groups.'..']\nhosts = ['a']\n[hosts.a]", `1:9: group name ".." does not begin with a letter or digit`},
	})
}
