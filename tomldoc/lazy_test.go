package tomldoc

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"rolewall/diag"

	"github.com/BurntSushi/toml"
)

// parseLazily opens and decodes a file whose table key is decoded in pieces.
func parseLazily(name string, src []byte, key string, left int, errs *diag.List) *Table {
	doc := Open(name, src, left, errs)
	if doc == nil {
		return nil
	}
	return doc.RootLazily(key)
}

// apartTree reads all of a file whose tables of "hosts" are apart, and says how many were; nil where it is not TOML.
func apartTree(t testing.TB, src string) (tree map[string]any, tables int, errs *diag.List) {
	t.Helper()
	errs = &diag.List{}
	root := parseLazily("f.toml", []byte(src), "hosts", MaxValues, errs)
	if root == nil {
		return nil, 0, errs
	}
	tree = map[string]any{}
	for key, v := range root.values {
		hosts, is := v.(map[string]any)
		if key != "hosts" || !is {
			tree[key] = v
			continue
		}
		read := map[string]any{}
		for _, name := range root.Table("hosts").Keys() {
			if _, is := hosts[name].(tableText); is {
				tables++
			}
			if v, has := root.Table("hosts").get(name); has {
				read[name] = v
			}
		}
		tree[key] = read
	}
	if errs.Len() > 0 {
		tree = nil
	}
	return tree, tables, errs
}

func TestApart(t *testing.T) {
	for _, c := range []struct {
		name, src string
		tables    int
	}{
		{"one table", "os = 1\n[hosts.a]\nb = 1\n", 1},
		{"tables go on, and come back", "[hosts.a]\nb = 1\n[[hosts.a.allow]]\nc = 1\n[[hosts.a.allow]]\nc = 2\n[hosts.b]\n[hosts.a.linux]\nd = 1", 2},
		{"others stand between", "a = 1\n# one\n[hosts.a]\nb = 1\n[x]\ny = 1\n  [ hosts . \"b\" ] # two\nb = 2\n[x.z]\n[hosts.'a'.c]\n", 2},
		{"texts that look like headers", "[hosts.a]\nb = '''\n[hosts.b]\n'''\nc = \"\"\"\n[hosts.c]\"\"\"\n[hosts.d]\n", 2},
		{"lists that look like headers", "[hosts.a]\nb = [\n[1],\n[2]]\n[hosts.d]\n", 2},
		{"CR LF", "[hosts.a]\r\nb = 1\r\n[hosts.b]\r\n", 2},
		{"byte order mark", "\ufeff[hosts.a]\nb = 1\n[hosts.b]\n", 2},
		{"a name that is empty", "[hosts.\"\"]\nb = 1\n[x]\n[hosts.b]\n", 2},
		{"lists of tables", "[[hosts.a]]\nb = 1\n[[hosts.a]]\nb = 2\n[hosts.b]\n", 2},
		{"the key itself", "[hosts]\nb = { c = 1 }\n[hosts.a]\nb = 1\n", 0},
		{"dotted keys", "hosts.b.c = 1\n[hosts.a]\nb = 1\n", 0},
		{"no such table", "a = 1\n[host.a]\n[x.hosts.a]\n", 0},
	} {
		var want map[string]any
		if _, err := toml.Decode(c.src, &want); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		got, tables, errs := apartTree(t, c.src)
		if !reflect.DeepEqual(got, want) || tables != c.tables {
			t.Errorf("%s: %d tables apart, got\n%v\nwant\n%v\n%v", c.name, tables, got, want, errs.Err())
		}
	}
}

// TestApartMistakes holds that a table that is not TOML is noted in its place, once, and is then absent.
func TestApartMistakes(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"[hosts.a]\nb = zz\n[hosts.b]\nc = zz\n", `f.toml:2:5: expected value but found "zz"`},
		{"[hosts.a]\n[hosts.b]\nc = 1\n[hosts.b]\n", "f.toml:4:2: Key 'hosts.b' has already been defined"},
		{"[hosts.a]\nb = 1\n[x]\n[hosts.b]\n[hosts.a]\n", "f.toml:5:2: Key 'hosts.a' has already been defined"},
		{"[hosts.a]\n[x]\n[hosts.b]\n[x]\n", "f.toml:4:2: Key 'x' has already been defined"},
		{"hosts = 1\n[hosts.a]\n", "f.toml:2:2: Key 'hosts' was already created"},
		{"\ufeff\ufeff[hosts.b]\n", "f.toml:1:1: expected"},
		{"x = 'a' [hosts.b]\n", "f.toml:1:8: expected a top-level item to end with a newline"},
		{"[hosts.a]\nb = [1,\n[hosts.b]\n", "f.toml:3:2: expected value but found"},
		{"[hosts.a]\nb = '\n[hosts.b]'\n", "f.toml:2:6: strings cannot contain newlines"},
	} {
		tree, _, errs := apartTree(t, c.src)
		if tree != nil || errs.Len() != 1 || !strings.HasPrefix(errs.Err().Error(), c.want) {
			t.Errorf("%q: %v, got %v, want %s", c.src, tree, errs.Err(), c.want)
		}
	}
	var errs diag.List
	hosts := parseLazily("f.toml", []byte("[hosts.a]\nb = zz\n[hosts.b]\nc = 1\n"), "hosts", MaxValues, &errs).Table("hosts")
	if hosts.Table("a") != nil || hosts.IsTable("a") || hosts.Table("b").LocationOf("c").Pos().String() != "f.toml:4:1" {
		t.Errorf("the broken table is there, or the next has lost its place: %v", errs.Err())
	}
	if !slices.Equal(hosts.Keys(), []string{"a", "b"}) {
		t.Errorf("the keys are %v", hosts.Keys())
	}
}

// FuzzApart holds that a file read table by table says what it says as a whole, or that both are not TOML.
func FuzzApart(f *testing.F) {
	for _, seed := range []string{
		"os = 1\n[hosts.a]\nb = 1\n[[hosts.a.allow]]\nc = '1'\n[x]\n[hosts.\"b c\"]\n[hosts.a.linux]\n",
		"[hosts.a]\nb = \"\"\"\n[hosts.b]\n\"\"\"\nc = [\n[1]]\r\n[hosts.b]\r\n[hosts]\n",
		"[hosts.a]\nb = '\n[hosts.b]'\n", "[hosts.a]\nb = [\n[hosts.b]\n", "[[hosts]]\n[hosts.a]\n\r[hosts.b]\n", "\ufeff[hosts.a]x\n[hosts.b]#\x00\n",
		"[hosts.a]\nb.c = 1\n[hosts.b]\n[hosts.a.b]\n", "hosts.a = 1\n[hosts.b]\n", "[hosts.a] [hosts.b]\n", "\ufeff\ufeff[hosts.b]\n", "x = 'a' [hosts.b]\n", "a = { b = 1,\n[hosts.a]\n}",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, src string) {
		var want map[string]any
		_, err := toml.Decode(src, &want)
		got, _, errs := apartTree(t, src)
		if (err == nil) != (got != nil) {
			t.Fatalf("as a whole: %v; apart: %v", err, errs.Err())
		}
		if err != nil {
			if errs.Len() != 1 {
				t.Fatalf("%d mistakes: %v", errs.Len(), errs.Err())
			}
			return
		}
		if len(want)+len(got) > 0 && !reflect.DeepEqual(got, want) {
			t.Fatalf("got\n%v\nwant\n%v", got, want)
		}
	})
}
