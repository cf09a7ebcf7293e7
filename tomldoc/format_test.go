package tomldoc

import (
	"strings"
	"testing"

	"rolewall/diag"
)

// TestOtherFormats holds the message about files that are not TOML at all.
func TestOtherFormats(t *testing.T) {
	for src, want := range map[string]string{
		"hosts:\n  web1:\n    roles: [iis-web]\n": "the file is YAML",
		"# servers\n\n---\nos: windows-2022\n":    "the file is YAML",
		"os: windows-2022\n":                      "the file is YAML",
		"{\n  \"os\": \"windows-2022\"\n}\n":      "the file is JSON",
		"<policy/>\n":                             "the file is XML",
		"\xff\xfeo\x00s\x00 \x00=\x00":            "the file is UTF-16 text",
		"\xfe\xff\x00o\x00s\x00 \x00=":            "the file is UTF-16 text",
		"o\x00s\x00 \x00=\x00":                    "the file is UTF-16 text",
		"os = windows-2022\n":                     "",
		"roles = [\"iis-web\"]\nos: windows\n":    "",
	} {
		for name, parse := range map[string]func(*diag.List) *Table{
			"whole":  func(errs *diag.List) *Table { return Parse("p.toml", []byte(src), errs) },
			"lazily": func(errs *diag.List) *Table { return parseLazily("p.toml", []byte(src), "hosts", MaxValues, errs) },
		} {
			errs := &diag.List{}
			if table := parse(errs); table != nil {
				t.Errorf("%s: %q is taken", name, src)
				continue
			}
			err := errs.Err().Error()
			if want != "" && !strings.Contains(err, ": "+want+"\n  hint: ") || want == "" && !strings.Contains(err, "hint: the file must be TOML") {
				t.Errorf("%s: %q: got %s", name, src, err)
			}
		}
	}
}
