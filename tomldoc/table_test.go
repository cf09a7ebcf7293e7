package tomldoc

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// accessors lists every way to read a key, and the values it takes.
var accessors = []struct {
	name  string
	read  func(t *Table, key string)
	takes []string
}{
	{"Text", func(t *Table, key string) { t.Text(key) }, []string{`"x"`}},
	{"String", func(t *Table, key string) { _ = t.String(key) }, []string{`"x"`}},
	{"Bool", func(t *Table, key string) { t.Bool(key) }, []string{`true`}},
	{"Int", func(t *Table, key string) { t.Int(key, 1, 9) }, []string{`1`}},
	{"Date", func(t *Table, key string) { _ = t.Date(key) }, []string{`2027-03-31`}},
	{"Texts", func(t *Table, key string) { t.Texts(key) }, []string{`[]`, `["x"]`}},
	{"List", func(t *Table, key string) { t.List(key) }, []string{`[]`, `["x"]`}},
	{"Strings", func(t *Table, key string) { t.Strings(key) }, []string{`[]`, `["x"]`}},
	{"Table", func(t *Table, key string) { t.Table(key) }, []string{`{ a = 1 }`}},
	{"Items", func(t *Table, key string) { t.Items(key) }, []string{`[]`, `["x"]`, `[{ a = 1 }]`, `["x", { a = 1 }]`, `["x", "x"]`}},
	{"Tables", func(t *Table, key string) { t.Tables(key) }, []string{`[]`, `[{ a = 1 }]`}},
}

// values are one of each kind that TOML has.
var values = []string{
	`"x"`, `true`, `1`, `0`, `10`, `1.5`, `nan`, `2027-03-31`, `2027-03-31T07:32:00`, `2027-03-31T07:32:00Z`, `07:32:00`,
	`[]`, `["x"]`, `[1]`, `[["x"]]`, `{ a = 1 }`, `[{ a = 1 }]`, `["x", { a = 1 }]`, `["x", 1]`, `["x", "x"]`,
}

// TestWrongTypes holds that a value of the wrong type is one mistake at its place, told without a Go type, and that
// what a caller says about it afterwards is not a second one.
// goType matches what Go prints of its own types and of its mistakes.
var goType = regexp.MustCompile(`map\[|interface|\[\]|int64|float64|time\.|<nil>|%!`)

func TestWrongTypes(t *testing.T) {
	for _, a := range accessors {
		for _, value := range values {
			t.Run(a.name+"/"+value, func(t *testing.T) {
				root := parse(t, "\n  key = "+value)
				a.read(root, "key")
				if slices.Contains(a.takes, value) {
					if err := root.doc.errs.Err(); err != nil {
						t.Error(err)
					}
					return
				}
				root.Fail("key", "", "key is empty")
				root.RejectUnknownKeys()
				err := root.doc.errs.Err()
				if err == nil {
					t.Fatal("no mistake")
				}
				text := err.Error()
				mistakes := slices.DeleteFunc(strings.Split(text, "\n"), func(s string) bool { return strings.HasPrefix(s, "  hint: ") })
				if len(mistakes) > 1+strings.Count(value, ",") { // one a value or an element
					t.Errorf("%d mistakes: %s", len(mistakes), text)
				}
				for _, m := range mistakes {
					if !strings.HasPrefix(m, "f.toml:2:") || !strings.Contains(m, "key") || strings.HasSuffix(m, "empty") || goType.MatchString(m) {
						t.Errorf("got %s", text)
					}
				}
			})
		}
	}
}

func TestAbsent(t *testing.T) {
	for _, table := range []*Table{nil, parse(t, "other = 1")} {
		for _, a := range accessors {
			a.read(table, "key")
		}
		if table.Has("key") || table.IsTable("key") || table.Peek("key") != "" || table.Text("key").Value != "" || table.Table("key") != nil {
			t.Errorf("table %v holds something", table)
		}
		if _, given := table.Bool("key"); given {
			t.Error("a truth that nobody told")
		}
		if _, given := table.Int("key", 0, 9); given {
			t.Error("a number that nobody gave")
		}
		if table != nil && table.doc.errs.Len() != 0 {
			t.Error(table.doc.errs.Err())
		}
	}
	if (*Table)(nil).Keys() != nil {
		t.Error("a nil table has keys")
	}
	(*Table)(nil).RejectUnknownKeys()
}

func TestValues(t *testing.T) {
	root := parse(t, `
text = "a"
truth = true
number = 7
day = 2027-03-31
texts = ["b", "c"]
table = { x = "d" }
mixed = ["e", { x = "f" }]
tables = [{ x = "g" }, { x = "h" }]
`)
	truth, _ := root.Bool("truth")
	number, _ := root.Int("number", 7, 7)
	mixed := root.Items("mixed")
	got := fmt.Sprintln(
		root.String("text"), root.Peek("text"), root.Peek("truth"), truth, number, root.Date("day"), root.Strings("texts"),
		root.Table("table").String("x"), mixed[0].Text.Value, mixed[1].Table.String("x"),
		root.Tables("tables")[0].String("x"), root.Tables("tables")[1].String("x"), root.Keys(), root.IsTable("table"), root.IsTable("tables"))
	want := "a a true 7 2027-03-31 [b c] d e f g h [day mixed number table tables text texts truth] true false"
	if got := strings.Join(strings.Fields(got), " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	root.RejectUnknownKeys()
	if err := root.doc.errs.Err(); err != nil {
		t.Error(err)
	}
}

func TestElements(t *testing.T) {
	root := parse(t, `
a = ["x", "y", "x"]
b = ["x", 1, "y"]
c = [{ k = "x" }, 1, { k = "y" }]
d = [{ k = "x" }, "z", { k = "y" }]
`)
	for key, got := range map[string][]string{"a": root.Strings("a"), "b": root.Strings("b"), "c": ks(root.Tables("c")), "d": ks(root.Tables("d"))} {
		if !slices.Equal(got, []string{"x", "y"}) { // what is right is read all the same
			t.Errorf("%s: got %q", key, got)
		}
	}
	want := `f.toml:2:16: "x" appears twice in a
f.toml:3:11: b must hold texts in quotes only
f.toml:4:19: c must hold tables only
f.toml:5:19: d must hold tables only`
	if got := root.doc.errs.Err().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// ks lists the key k of tables.
func ks(tables []*Table) []string {
	var out []string
	for _, t := range tables {
		out = append(out, t.String("k"))
	}
	return out
}

func TestDone(t *testing.T) {
	root := parse(t, `
managment = ["x"]
colour = "red"
[audience]
client = ["y"]
peers = ["z"]
"pe\ners" = 1
`)
	root.Texts("management")
	root.Texts("clients")
	audience := root.Table("audience")
	for _, key := range []string{"clients", "peers"} {
		audience.Texts(key)
	}
	audience.RejectUnknownKeys()
	root.RejectUnknownKeys()
	want := `f.toml:2:1: unknown key "managment"
  hint: did you mean "management"?
f.toml:3:1: unknown key "colour"
  hint: keys here: audience, clients, management
f.toml:5:1: unknown key "client"
  hint: did you mean "clients"?
f.toml:7:1: unknown key "pe\ners"
  hint: did you mean "peers"?`
	if got := root.doc.errs.Err().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFail(t *testing.T) {
	root := parse(t, "\n[a]\nb = 1\n")
	table := root.Table("a")
	table.Fail("b", "a hint", "%q is odd", "b")
	table.Fail("c", "", "c is missing")
	table.Fail("", "", "nothing fits")
	want := `f.toml:2:2: c is missing
f.toml:2:2: nothing fits
f.toml:3:5: "b" is odd
  hint: a hint`
	if got := root.doc.errs.Err().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
