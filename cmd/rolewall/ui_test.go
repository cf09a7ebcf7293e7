package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/generators"
)

// TestManyHosts: what is wrong with hundreds of hosts is told in a few lines, whatever differs between them.
func TestManyHosts(t *testing.T) {
	const hosts = 600
	for _, c := range []struct {
		name, head, host string // BYTE and PORT are numbers of the host
		code             int
		want             string
	}{
		{"no target for the os", "os = 'windows-2000'", "", 2,
			"and 580 more like error: h0020: no target runs on windows-2000 itself"},
		{"refused with a value", "os = 'windows-2003'\ntargets = ['ipsec']",
			"allow = [{ icmp = 'BYTE', from = ['10.0.0.0/8'], reason = 'r' }]", 2,
			"and 580 more like error: h0020: ipsec cannot say ICMP types (rule icmp 20): a filter lets all of ICMP in, or nothing"},
		{"warnings", "os = 'windows-2022'\naccess = 'console'",
			"allow = [{ tcp = 'PORT', from = ['10.0.0.0/8'], reason = 'rPORT', expires = 2020-01-01 }]", 0,
			"warning: and 580 more like h0020: the exception for tcp/20020 (r20020) ended on 2020-01-01 and opens nothing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			policy := c.head + "\n"
			for i := range hosts {
				numbers := strings.NewReplacer("BYTE", strconv.Itoa(i%256), "PORT", strconv.Itoa(20000+i))
				policy += fmt.Sprintf("[hosts.h%04d]\nroles = ['iis-web']\n%s\n", i, numbers.Replace(c.host))
			}
			var stdout, stderr bytes.Buffer
			code := run(context.Background(), []string{"rolewall", "generate", "-o", t.TempDir(), "-"}, strings.NewReader(policy), &stdout, &stderr)
			if n := strings.Count(stderr.String(), "\n"); code != c.code || n > 2*shown+2 || !strings.Contains(stderr.String(), c.want+"\n") {
				t.Errorf("exit code %d, %d lines, want %q in\n%.3000s", code, n, c.want, stderr.String())
			}
		})
	}
}

// TestLimit counts kinds, and of very many kinds the rest.
func TestLimit(t *testing.T) {
	list := func(n, kinds int) (out []message) {
		for i := range n {
			out = append(out, message{fmt.Sprint("kind ", i%kinds), fmt.Sprint("text ", i), "hint"})
		}
		return out
	}
	for _, c := range []struct {
		name     string
		n, kinds int
		lines    int
		last     string
	}{
		{"as many as are shown", shown, 1, shown, "text 19"},
		{"one more", shown + 1, 1, shown + 1, "text 20"},
		{"one kind", 3000, 1, shown + 1, "and 2980 more like text 20"},
		{"two kinds", 100, 2, shown + 2, "and 40 more like text 21"},
		{"as many kinds as are shown", 100, shown, 2 * shown, "and 4 more like text 39"},
		{"more kinds", 240, shown + 2, 2*shown + 1, "and 20 of 2 other kinds"},
		{"each a kind", 3000, 3000, 2*shown + 1, "and 2960 of 2960 other kinds"},
	} {
		got := limit(list(c.n, c.kinds))
		if last := got[len(got)-1]; len(got) != c.lines || last.text != c.last || got[0].hint != "hint" {
			t.Errorf("%s: %d lines, the last is %q, want %d and %q", c.name, len(got), last.text, c.lines, c.last)
		}
	}
}

func TestKindOfWarning(t *testing.T) {
	for text, want := range map[string]string{
		"the exception for tcp/1 (a) ended on 2020-01-01": "the exception for",
		"no rule lets management in (tcp 22)":             "no rule lets management in",
		"words alone":                                     "words alone",
		"":                                                "",
	} {
		if got := kindOfWarning(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestHostList(t *testing.T) {
	for hosts, want := range map[string]string{
		"a":                   "a",
		"a a":                 "a",
		"a a b b":             "a, b",
		"a b c d e":           "a, b, c, d, e",
		"a b c d e e f f g g": "a, b, c, d, e and 2 more hosts",
	} {
		var l hostList
		for _, h := range strings.Fields(hosts) {
			l.add(h)
		}
		if l.String() != want {
			t.Errorf("%s: got %q, want %q", hosts, l.String(), want)
		}
	}
}

// TestTotal: only where a plan failed, nothing was written for sure.
func TestTotal(t *testing.T) {
	inFile, inCall, refused := error(&diag.Diagnostic{Pos: diag.Pos{File: "a.toml"}, Message: "x"}), usage("", "x"), error(generators.Refusal{What: "x"})
	full := fmt.Errorf("h1: %w", &fs.PathError{Op: "write", Path: "f", Err: errors.New("no space left on device")})
	for _, c := range []struct {
		name string
		list []error
		want string
	}{
		{"mistakes", []error{inFile, inCall, refused}, "3 errors, nothing written\n"},
		{"a mistake alone", []error{inFile}, ""},
		{"files that cannot be written", []error{full, full}, "2 errors\n"},
		{"a mistake and a file", []error{inCall, full}, "2 errors\n"},
	} {
		var stderr bytes.Buffer
		(&environment{stderr: &stderr}).report(context.Background(), errors.Join(c.list...))
		lines := strings.SplitAfter(stderr.String(), "\n")
		if got := strings.Join(lines[len(c.list):], ""); got != c.want {
			t.Errorf("%s: got %q, want %q, in\n%s", c.name, got, c.want, stderr.String())
		}
	}
}
