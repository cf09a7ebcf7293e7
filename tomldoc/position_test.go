package tomldoc

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"rolewall/diag"

	"github.com/BurntSushi/toml"
)

func TestPositions(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"keys and values", "a = 1\nbb   =  \"x\"\n", `
			.a 1:1 1:5
			.bb 2:1 2:9`},
		{"blanks, comments, CRLF", "# a = 0\r\n\r\n  a = 1 # a = 2\r\n\tb = 3\r\n", `
			.a 3:3 3:7
			.b 4:2 4:6`},
		{"byte order mark is not a column of its own", "\ufeffa = 1\n", `
			.a 1:1 1:5`},
		{"columns count characters", "a = { \"é\" = 'ü', b = 1 }\n", `
			.a 1:1 1:5
			.a."é" 1:7 1:13
			.a.b 1:18 1:22`},
		{"dotted and quoted keys", "a . \"b.c\" .'d' = 1\n", `
			.a 1:1 1:1
			.a."b.c" 1:5 1:5
			.a."b.c".d 1:12 1:18`},
		{"escapes in keys", `"\u0061" = 1`, `
			.a 1:1 1:12`},
		{"array over lines", "a = [ # one\n  \"x\",\n\n  # \"no\",\n  \"y\", ]\nb = 1", `
			.a 1:1 1:5
			.a[0] 2:3 2:3
			.a[1] 5:3 5:3
			.b 6:1 6:5`},
		{"array of inline tables", "a = [{ b = 1 }, { b = [2, 3] }]", `
			.a 1:1 1:5
			.a[0] 1:6 1:6
			.a[0].b 1:8 1:12
			.a[1] 1:17 1:17
			.a[1].b 1:19 1:23
			.a[1].b[0] 1:24 1:24
			.a[1].b[1] 1:27 1:27`},
		{"headers", "[hosts.dc1]\nos = 1\n[hosts]\nx = 2\n", `
			.hosts 1:2 1:2
			.hosts.dc1 1:8 1:8
			.hosts.dc1.os 2:1 2:6
			.hosts.x 4:1 4:5`},
		{"arrays of tables", "[[h.allow]]\ntcp = 1\n[h.allow.sub]\nx = 1\n[[h.allow]]\ntcp = 2\n[[h.allow.more]]\ny = 1\n", `
			.h 1:3 1:3
			.h.allow 1:5 1:5
			.h.allow[0] 1:5 1:5
			.h.allow[0].sub 3:10 3:10
			.h.allow[0].sub.x 4:1 4:5
			.h.allow[0].tcp 2:1 2:7
			.h.allow[1] 5:5 5:5
			.h.allow[1].more 7:11 7:11
			.h.allow[1].more[0] 7:11 7:11
			.h.allow[1].more[0].y 8:1 8:5
			.h.allow[1].tcp 6:1 6:7`},
		{"texts that look like tables", "a = \"\"\"\n[b]\nc = 1\n\\\"\"\"\"\"\nd = '''\n[e]\n''''\nf = \"[g]\\\"\"\nh = '\\'\ni = 1\n", `
			.a 1:1 1:5
			.d 5:1 5:5
			.f 8:1 8:5
			.h 9:1 9:5
			.i 10:1 10:5`},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := strings.ReplaceAll(strings.TrimSpace(c.want), "\t", "")
			if got := dump(t, c.src); got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// dump lists every path with the places of its key and its value.
func dump(t *testing.T, src string) string {
	var errs diag.List
	root := Parse("f.toml", []byte(src), &errs)
	if root == nil {
		t.Fatal(errs.Err())
	}
	marks := scan(root.doc.src)
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(marks)) {
		keyLine, keyCol := linesOf(root.doc.src).position(marks[path].key)
		line, col := linesOf(root.doc.src).position(marks[path].value)
		lines = append(lines, fmt.Sprintf("%s %d:%d %d:%d", path, keyLine, keyCol, line, col))
	}
	return strings.Join(lines, "\n")
}

// FuzzPositions feeds whatever toml accepts to the scanner: every key of the file must have a place, and there must
// stand the key.
func FuzzPositions(f *testing.F) {
	for _, seed := range []string{
		"a = 1\nb.c = \"x\" # d = 2\r\n[e.\"f.g\"]\nh = [1, [2, {i = 3}], '''\n[j]\n''']\n[[k]]\n[[k.l]]\nm = {n = {o = 1979-05-27 07:32:00}}\n",
		"\"a.b\" = 1\na.b = 2\n\"a[0]\" = 3\n[[c]]\n\"\" = 4\n\"c[0]\" = 5\n",
		"\ufeff\"\\u00e9\" = \"\"\"\\\"\"\"\"\"\"\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		var tree map[string]any
		meta, err := toml.Decode(string(src), &tree)
		var errs diag.List
		root := Parse("f.toml", src, &errs)
		if (err == nil) != (root != nil) || (err == nil) != (errs.Len() == 0) {
			t.Fatalf("toml says %v, Parse says %v", err, errs.Err())
		}
		if root == nil {
			return
		}
		w := walk{t: t, src: root.doc.src, marks: scan(root.doc.src), keys: map[string]bool{}}
		w.table("", "", tree)
		for _, key := range meta.Keys() {
			if path := keyPath(key); !w.keys[path] {
				t.Errorf("the walk missed %s", path)
			}
		}
	})
}

// walk follows a decoded tree and asks for the place of everything in it. Paths have the indexes of array elements,
// plain paths have not.
type walk struct {
	t     *testing.T
	src   string
	marks positions
	keys  map[string]bool // plain paths
}

func (w walk) table(path, plain string, values map[string]any) {
	for key, v := range values {
		path, plain := path+step(key), plain+step(key)
		w.keys[plain] = true
		m, known := w.marks[path]
		if !known || m.value > len(w.src) || !holdsKey(w.src[m.key:], key) {
			w.t.Errorf("%s: mark %v, known %t", path, m, known)
		}
		w.value(path, plain, v)
	}
}

func (w walk) value(path, plain string, v any) {
	element := func(i int) string { return fmt.Sprintf("%s[%d]", path, i) }
	switch v := v.(type) {
	case map[string]any:
		w.table(path, plain, v)
	case []map[string]any:
		for i, x := range v {
			w.table(element(i), plain, x)
		}
	case []any:
		for i, x := range v {
			if m, known := w.marks[element(i)]; !known || m.key >= len(w.src) {
				w.t.Errorf("%s: mark %v, known %t", element(i), m, known)
			}
			w.value(element(i), plain, x)
		}
	}
}

// keyPath is the plain path of a key.
func keyPath(key toml.Key) string {
	path := ""
	for _, part := range key {
		path += step(part)
	}
	return path
}

// holdsKey reports whether src begins with the key, bare or quoted.
func holdsKey(src, key string) bool {
	if strings.HasPrefix(src, key) && key != "" {
		return true
	}
	for end := 1; len(src) > 0 && end < len(src); end++ {
		if src[end] != src[0] {
			continue
		}
		var quoted struct{ K string }
		if _, err := toml.Decode("K = "+src[:end+1], &quoted); err == nil {
			return quoted.K == key
		}
	}
	return false
}
