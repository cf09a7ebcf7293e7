package policy

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/tomldoc"
)

// TestMaxHosts holds that a policy with one host too many is refused at that host, before any is read.
func TestMaxHosts(t *testing.T) {
	var b strings.Builder
	for i := range maxHosts {
		fmt.Fprintf(&b, "[hosts.h%06d]\nx = 1\n", i)
	}
	one, most := "[hosts.more]\nx = 1\n", b.String()
	message := fmt.Sprintf("8: a policy has at most %d hosts", maxHosts)
	for name, c := range map[string]struct {
		files files
		want  string
	}{
		"in one file":        {files{"p.toml": most + one}, fmt.Sprintf("%d:%s", 2*maxHosts+1, message)},
		"in an included one": {files{"p.toml": "include = [\"*.inc\"]\n", "a.inc": most, "b.inc": one}, "b.inc:1:" + message},
	} {
		if got := c.files.mistakes(t); got != c.want {
			t.Errorf("%s: got %.300s\nwant %s", name, got, c.want)
		}
	}
}

// TestMaxValues holds that files with too many values together are refused before any of them is decoded: the mistake of the
// first is not told.
func TestMaxValues(t *testing.T) {
	f := files{"p.toml": "include = [\"*.inc\"]\n[audience]\nclients = [\"unknown\"]\n"}
	many := "x = [" + strings.Repeat("1,", tomldoc.MaxValues-10) + "]\n"
	for i := range maxValues/tomldoc.MaxValues + 1 {
		f[fmt.Sprintf("%d.inc", i)] = many
	}
	want := "the files of this run have more values together than a run may have"
	if got := f.mistakes(t); !strings.HasSuffix(got, want) || strings.Count(got, "\n") > 0 {
		t.Errorf("got %.300s\nwant only: %s", got, want)
	}
}

// TestDepths holds how deep files and networks lie inside each other, and how many groups a host may be in.
func TestDepths(t *testing.T) {
	includes := func(n int) files {
		out := files{"p.toml": "include = ['1.toml']\n[hosts.h]\n"}
		for i := 1; i < n-1; i++ {
			out[fmt.Sprintf("%d.toml", i)] = fmt.Sprintf("include = ['%d.toml']\n", i+1)
		}
		out[fmt.Sprintf("%d.toml", n-1)] = ""
		return out
	}
	networks := func(n int, names func(i int) int) files {
		text := fmt.Sprintf("[networks]\nn%03d = ['10.0.0.0/8']\n", names(1)) // the innermost
		for i := 2; i <= n; i++ {
			text += fmt.Sprintf("n%03d = ['n%03d']\n", names(i), names(i-1))
		}
		return files{"p.toml": text + "[hosts.h]\n"}
	}
	groups := func(n int) files {
		text := "[hosts.h]\n[hosts.i]\n"
		for i := range n {
			text += fmt.Sprintf("[groups.g%03d]\nhosts = ['h', 'i']\n", i)
		}
		return files{"p.toml": text}
	}
	upwards, downwards := func(i int) int { return i }, func(i int) int { return 101 - i }
	for _, c := range []struct {
		name string
		src  files
		want string
	}{
		{"files", includes(maxIncludes), ""},
		{"a file too many", includes(maxIncludes + 1), "15.toml:1:12: files include each other more than 16 deep"},
		{"networks, the inner ones first", networks(maxNetworks, upwards), ""},
		{"a network too many", networks(maxNetworks+1, upwards), "more than 32 deep"},
		{"networks, the outer ones first", networks(maxNetworks, downwards), ""},
		{"a network too many, the outer ones first", networks(maxNetworks+1, downwards), "more than 32 deep"},
		{"three networks too many", networks(maxNetworks+3, upwards), "more than 32 deep"},
		{"three networks too many, the outer ones first", networks(maxNetworks+3, downwards), "more than 32 deep"},
		{"groups", groups(maxGroups), ""},
		{"a group too many", groups(maxGroups + 1), "host h is in more than 100 groups|host i is in more than 100 groups"},
		{"two groups too many", groups(maxGroups + 2), "host h is in more than 100 groups|host i is in more than 100 groups"},
	} {
		got := c.src.mistakes(t)
		lines := strings.Split(got, "\n")
		for i, want := range strings.Split(c.want, "|") {
			if (want == "") != (got == "") || i >= len(lines) || !strings.HasSuffix(lines[i], want) {
				t.Errorf("%s: got\n%s\nwant %s", c.name, got, c.want)
			}
		}
		if n := strings.Count(c.want, "|") + 1; len(lines) != n {
			t.Errorf("%s: %d mistakes, want %d:\n%s", c.name, len(lines), n, got)
		}
	}
}

// TestMaxPrefixes holds how many prefixes all networks have together, after names inside them are expanded.
func TestMaxPrefixes(t *testing.T) {
	const each = 1000
	var b strings.Builder
	b.WriteString("[hosts.h]\n[networks]\nbase = [")
	for i := range each {
		fmt.Fprintf(&b, "'10.0.%d.%d', ", i/100, i%100*2)
	}
	b.WriteString("]\n")
	for i := range maxPrefixes/each - 1 {
		fmt.Fprintf(&b, "n%04d = ['base']\n", i)
	}
	if got := (files{"p.toml": b.String()}).mistakes(t); got != "" {
		t.Errorf("%d prefixes: %.300s", maxPrefixes, got)
	}
	b.WriteString("z = ['10.9.0.1']\n")
	if got := (files{"p.toml": b.String()}).mistakes(t); !strings.HasSuffix(got, "the networks hold more than 2000000 prefixes together") || strings.Contains(got, "\n") {
		t.Errorf("a prefix more: %.300s", got)
	}
}
