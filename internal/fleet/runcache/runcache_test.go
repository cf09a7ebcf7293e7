package runcache

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// noteOf writes facts as a run does.
func noteOf(t *testing.T, key string, facts []Fact) string {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("LocalAppData", t.TempDir())
	w := Begin("place", key)
	for _, f := range facts {
		w.Add(f)
	}
	w.Finish()
	name, err := fileOf("place")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestNotes: a note is about a place and a key, and goes when it is forgotten or abandoned.
func TestNotes(t *testing.T) {
	noteOf(t, "key", []Fact{{"file", "1", "a/b"}})
	all := func(Fact) bool { return true }
	if !Holds("place", "key", all) || Holds("place", "other", all) || Holds("elsewhere", "key", all) {
		t.Error("the note is about another place or key")
	}
	w := Begin("place", "key")
	w.Add(Fact{"file", "2", "a/b"})
	w.Abandon()
	Forget("elsewhere")
	if !Holds("place", "key", func(f Fact) bool { return f.Value == "1" }) {
		t.Error("the note is gone")
	}
	Forget("place")
	if Holds("place", "key", all) {
		t.Error("a forgotten note holds")
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "rolewall")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// TestNoCacheFolder: a user without a cache folder has no notes, and no errors.
func TestNoCacheFolder(t *testing.T) {
	for _, name := range []string{"XDG_CACHE_HOME", "HOME", "LocalAppData", "home"} {
		t.Setenv(name, "")
	}
	w := Begin("place", "key")
	w.Add(Fact{"file", "1", "a/b"})
	w.Finish()
	w.Abandon()
	Forget("place")
	if w != nil || Holds("place", "key", func(Fact) bool { return true }) {
		t.Error("a note was written")
	}
}

// FuzzNote reads what was written, whatever the texts hold, and no part of it.
func FuzzNote(f *testing.F) {
	for _, s := range []string{"plain", "end\t1", "x\nend\t1\n", "x\nend\n", "\"", "a\\nb", "\r\n\t", "\xff\u2028\x00", "warning\t\t\"x\""} {
		f.Add(s, "dc1/nftables.nft")
		f.Add("no rule lets management in", s)
	}
	f.Fuzz(func(t *testing.T, said, name string) {
		want := []Fact{{"read", "0123", name}, {"glob", "4567", said}, {"warning", "", said}, {"file", "1 2 3", name}, {"file", "4 5 6", "manifest.json"}}
		text := noteOf(t, "key", want)
		var got []Fact
		whole := func(text string) bool {
			got = nil
			return read(strings.NewReader(text), "key", func(f Fact) bool { got = append(got, f); return true })
		}
		if !whole(text) || !slices.Equal(got, want) {
			t.Fatalf("%q is read as %q", text, got)
		}
		lines := strings.SplitAfter(text, "\n")
		if len(lines) != len(want)+3 { // the first, the end, and nothing after the last line end
			t.Fatalf("%d lines in %q", len(lines), text)
		}
		for i := 1; i < len(lines)-1; i++ {
			if whole(strings.Join(lines[:i], "")) {
				t.Errorf("%q is not whole", lines[:i])
			}
		}
		if whole(text + said + "\n") {
			t.Errorf("%q stands after the end", said)
		}
	})
}

// TestRefused: whatever is not as a run writes it is not believed.
func TestRefused(t *testing.T) {
	const head, end = "rolewall cache 3\tkey\n", "file\t1 2 3\t\"a/b\"\nend\t1\n"
	for name, text := range map[string]string{
		"empty": "", "another key": "rolewall cache 3\tother\n" + end, "older": "rolewall cache 2\tkey\n" + end, "end at once": head + "end\n",
		"end with no files": head + "end\t0\n", "wrong count": head + strings.Replace(end, "end\t1", "end\t2", 1), "count as it is not written": head + strings.Replace(end, "end\t1", "end\t01", 1),
		"unknown kind": head + "write\t1\t\"a\"\n" + end, "quoted otherwise": head + "file\t1 2 3\t`a/b`\nend\t1\n", "unquoted": head + "file\t1 2 3\ta/b\nend\t1\n", "a field more": head + "warning\t\t\"a\"\tb\n" + end,
		"a field less": head + "file\t\"a\"\n" + end, "empty digest": head + "read\t\t\"a\"\n" + end, "warning with a value": head + "warning\t1\t\"a\"\n" + end, "line after the end": head + end + "\n",
	} {
		if read(strings.NewReader(text), "key", func(Fact) bool { return true }) {
			t.Errorf("%s: %q is believed", name, text)
		}
	}
	if !read(strings.NewReader(head+end), "key", func(Fact) bool { return true }) {
		t.Error("a good one is not believed")
	}
	if read(strings.NewReader(head+end), "key", func(Fact) bool { return false }) {
		t.Error("one that does not hold is believed")
	}
}
