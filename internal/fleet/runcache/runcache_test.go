package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

// cacheOf writes facts as a run does.
func cacheOf(t *testing.T, key string, facts []cacheFact) string {
	t.Helper()
	var b bytes.Buffer
	text := newCacheText(&b, key)
	for _, f := range facts {
		text.add(f)
	}
	if err := text.close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// FuzzCache reads what was written, whatever the texts hold, and no part of it.
func FuzzCache(f *testing.F) {
	for _, s := range []string{"plain", "end\t1", "x\nend\t1\n", "x\nend\n", "\"", "a\\nb", "\r\n\t", "\xff\u2028\x00", "warning\t\t\"x\""} {
		f.Add(s, "dc1/nftables.nft")
		f.Add("no rule lets management in", s)
	}
	f.Fuzz(func(t *testing.T, said, name string) {
		want := []cacheFact{{"read", "0123", name}, {"glob", "4567", said}, {"warning", "", said}, {"file", "1 2 3", name}, {"file", "4 5 6", "manifest.json"}}
		text := cacheOf(t, "key", want)
		var got []cacheFact
		read := func(text string) bool {
			got = nil
			return readCache(strings.NewReader(text), "key", func(f cacheFact) bool { got = append(got, f); return true })
		}
		if !read(text) || !slices.Equal(got, want) {
			t.Fatalf("%q is read as %q", text, got)
		}
		lines := strings.SplitAfter(text, "\n")
		if len(lines) != len(want)+3 { // the first, the end, and nothing after the last line end
			t.Fatalf("%d lines in %q", len(lines), text)
		}
		for i := 1; i < len(lines)-1; i++ {
			if read(strings.Join(lines[:i], "")) {
				t.Errorf("%q is not whole", lines[:i])
			}
		}
		if read(text + said + "\n") {
			t.Errorf("%q stands after the end", said)
		}
	})
}

// TestCacheRefused: whatever is not as a run writes it is not believed.
func TestCacheRefused(t *testing.T) {
	const head, end = "rolewall cache 2\tkey\n", "file\t1 2 3\t\"a/b\"\nend\t1\n"
	for name, text := range map[string]string{
		"empty": "", "another key": "rolewall cache 2\tother\n" + end, "older": "rolewall cache 1\tkey\n" + end, "end at once": head + "end\n",
		"end with no files": head + "end\t0\n", "wrong count": head + strings.Replace(end, "end\t1", "end\t2", 1), "count as it is not written": head + strings.Replace(end, "end\t1", "end\t01", 1),
		"unknown kind": head + "write\t1\t\"a\"\n" + end, "quoted otherwise": head + "file\t1 2 3\t`a/b`\nend\t1\n", "unquoted": head + "file\t1 2 3\ta/b\nend\t1\n", "a field more": head + "warning\t\t\"a\"\tb\n" + end,
		"a field less": head + "file\t\"a\"\n" + end, "empty digest": head + "read\t\t\"a\"\n" + end, "warning with a value": head + "warning\t1\t\"a\"\n" + end, "line after the end": head + end + "\n",
	} {
		if readCache(strings.NewReader(text), "key", func(cacheFact) bool { return true }) {
			t.Errorf("%s: %q is believed", name, text)
		}
	}
	if !readCache(strings.NewReader(head+end), "key", func(cacheFact) bool { return true }) {
		t.Error("a good one is not believed")
	}
	if readCache(strings.NewReader(head+end), "key", func(cacheFact) bool { return false }) {
		t.Error("one that does not hold is believed")
	}
}
