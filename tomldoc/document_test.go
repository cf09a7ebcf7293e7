package tomldoc

import (
	"strings"
	"testing"

	"rolewall/diag"
)

func TestParseMistakes(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"a = [1\n[b\n", "f.toml:2:1: expected a comma"},
		{"a = [\n  \"é\", zz ]", "f.toml:2:8: expected value but found \"zz\""},
		{"\ufeffa = zz", "f.toml:1:5: expected value but found \"zz\""},
		{"a = 1\na = 2", "f.toml:2:1: Key 'a' has already been defined"},
		{"a = 99999999999999999999", "f.toml:1:5: 99999999999999999999 is out of range"},
		{"a = '''", "f.toml:1:7: unexpected EOF"},
		{"a = \"\xff\"", "f.toml:1:5: invalid UTF-8 byte: 0xff"},
		{"\x00a", "f.toml:1:1: files cannot contain NULL bytes"},
		{"\x7fELF", "f.toml:1:1: "},
	} {
		var errs diag.List
		if root := Parse("f.toml", []byte(c.src), &errs); root != nil || errs.Len() != 1 {
			t.Errorf("%q: table %v, %d mistakes", c.src, root, errs.Len())
			continue
		}
		if got := errs.Err().Error(); !strings.HasPrefix(got, c.want) || goType.MatchString(got) || strings.Contains(got, "toml: ") {
			t.Errorf("%q: got %s, want %s", c.src, got, c.want)
		}
	}
}

func TestRef(t *testing.T) {
	root := parse(t, "\n[hosts.\"d.c\"]\nroles = [\"a\",\n  \"b\"]\n[[hosts.x.allow]]\n[[hosts.x.allow]]\ntcp = '1'\n")
	dc := root.Table("hosts").Table("d.c")
	allow := root.Table("hosts").Table("x").Tables("allow")
	for _, c := range []struct {
		name, want string
		got        diag.Pos
	}{
		{"document", "f.toml:1:1", root.Location().Pos()},
		{"table", "f.toml:2:8", dc.Location().Pos()},
		{"key", "f.toml:3:1", dc.LocationOf("roles").Pos()},
		{"value", "f.toml:3:9", dc.LocationOf("roles").ValuePos()},
		{"element", "f.toml:4:3", dc.Texts("roles")[1].Location.Pos()},
		{"element of an array of tables", "f.toml:6:11", allow[1].Location().Pos()},
		{"key in such an element", "f.toml:7:7", allow[1].Text("tcp").Location.ValuePos()},
		{"absent key stands for its table", "f.toml:2:8", dc.LocationOf("os").Pos()},
		{"text that is absent", "f.toml:6:11", allow[1].Text("udp").Location.ValuePos()},
		{"table named by its children alone", "f.toml:2:2", root.LocationOf("hosts").Pos()},
		{"fixed", "--flag", FixedLocation(diag.Pos{File: "--flag"}).ValuePos()},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
	if got := dc.LocationOf("os").File() + " " + FixedLocation(diag.Pos{File: "--flag"}).File(); got != "f.toml --flag" {
		t.Errorf("files are %s", got)
	}
}

// parse reads a file that is right.
func parse(t *testing.T, src string) *Table {
	t.Helper()
	var errs diag.List
	root := Parse("f.toml", []byte(src), &errs)
	if root == nil {
		t.Fatal(errs.Err())
	}
	return root
}
