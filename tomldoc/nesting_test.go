package tomldoc

import (
	"runtime"
	"strings"
	"testing"

	"rolewall/diag"

	"github.com/BurntSushi/toml"
)

// TestTooDeep holds what counts as a level, and that strings and comments do not.
func TestTooDeep(t *testing.T) {
	deep := func(unit string, n int) string { return strings.Repeat(unit, n) }
	for _, c := range []struct {
		name, src string
		at        int
	}{
		{"lists", "a = " + deep("[", 32) + deep("]", 32), -1},
		{"lists, one more", "a = " + deep("[", 33) + deep("]", 33), 36},
		{"dotted key", "a" + deep(".a", 32) + " = 1", -1},
		{"dotted key, one more", "a" + deep(".a", 33) + " = 1", 65},
		{"header", "[a" + deep(".a", 31) + "]\nb = 1\n", -1},
		{"header, one more", "x = 1\n [a" + deep(".a", 32) + "]", 71},
		{"header of a list", "[[a" + deep(".a", 31) + "]]", -1},
		{"keys below a header", "[a" + deep(".a", 31) + "]\nb = []\n", 70},
		{"inline tables", "a = " + deep("{ b = ", 32) + "1" + deep(" }", 32), -1},
		{"dots inside inline tables", "a = " + deep("{ b.c = ", 17) + "1", 4 + 16*8 + 0},
		{"one after the other", deep("[a.b]\nc.d = [[1.5], [{e.f = 1.5, g.h = 2.5}]]\n", 1000), -1},
		{"strings", "a = \"" + deep("[", 40) + "\\\"" + deep("[", 40) + "\"\nb = '" + deep("[.", 40) + "'\n", -1},
		{"long strings", "a = \"\"\"\n" + deep("[", 40) + "\"\\\"\"\"\"\"\nb = '''\n" + deep("[", 40) + "'''''\n", -1},
		{"comments", "a = 1 # " + deep("[", 40) + "\n# " + deep("[", 40), -1},
		{"a quoted key", "\"" + deep("a.", 40) + "\" = 1\n[\"" + deep("a.", 40) + "\"]\n", -1},
		{"no end of a string", "a = \"x\nb = " + deep("[", 40), 11 + 32},
	} {
		if got, _, _ := excess(c.src, MaxValues); got != c.at {
			t.Errorf("%s: %d, want %d", c.name, got, c.at)
		}
	}
}

// FuzzTooDeep holds that whatever the library accepts and is deeper than allowed is found, and that nothing shallow is refused.
func FuzzTooDeep(f *testing.F) {
	f.Add("a = [[[1.5]]]\n[b.c]\nd.e = {f.g = 1}\n")
	f.Add("a = \"\"\"[[\"\"\"\"\"\n[[b]]\n'c.d' = ''' [[ '''")
	f.Fuzz(func(t *testing.T, src string) {
		var tree map[string]any
		if len(src) > 4000 || strings.Count(src, "[")+strings.Count(src, "{")+strings.Count(src, ".") > 400 {
			return
		}
		if _, err := toml.Decode(src, &tree); err != nil {
			return
		}
		at, _, _ := excess(withoutMark(src), MaxValues)
		if depth := depthOf(tree); at >= 0 && depth < maxNesting/2 || at < 0 && depth > maxNesting+1 {
			t.Errorf("%d deep, excess says %d", depth, at)
		}
	})
}

func depthOf(v any) int {
	deepest := 0
	switch v := v.(type) {
	case map[string]any:
		for _, x := range v {
			deepest = max(deepest, 1+depthOf(x))
		}
	case []map[string]any:
		for _, x := range v {
			deepest = max(deepest, depthOf(x))
		}
	case []any:
		for _, x := range v {
			deepest = max(deepest, 1+depthOf(x))
		}
	}
	return deepest
}

// allocations counts what was allocated so far: a measure of work that does not depend on what else the machine does.
func allocations() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

// TestDeepFiles holds that files which took the machine are refused at their place, before much is made of them.
func TestDeepFiles(t *testing.T) {
	const many = 1_000_000
	for _, c := range []struct{ name, src, want string }{
		{"headers", "[" + strings.Repeat("a.", many) + "a]", "f.toml:1:65: "},
		{"dotted keys", strings.Repeat("a.", many) + "a = 1", "f.toml:1:66: "},
		{"lists", "a = " + strings.Repeat("[", many), "f.toml:1:37: "},
		{"inline tables", "a = " + strings.Repeat("{a=", many), "f.toml:1:101: "},
		{"hosts", "[hosts.a]\nb = " + strings.Repeat("[", many), "f.toml:2:35: "},
	} {
		for _, parse := range []func(*diag.List) *Table{
			func(errs *diag.List) *Table { return Parse("f.toml", []byte(c.src), errs) },
			func(errs *diag.List) *Table { return parseLazily("f.toml", []byte(c.src), "hosts", MaxValues, errs) },
		} {
			var errs diag.List
			before := allocations()
			if root := parse(&errs); root != nil || errs.Len() != 1 || !strings.HasPrefix(errs.Err().Error(), c.want+"tables, lists and keys are nested more than 32 deep") {
				t.Errorf("%s: %v", c.name, errs.Err())
			}
			if made := allocations() - before; made > 1000 {
				t.Errorf("%s took %d allocations", c.name, made)
			}
		}
	}
}
