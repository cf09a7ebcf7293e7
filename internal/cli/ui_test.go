package cli

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
	"rolewall/generators/target"
	"rolewall/internal/term"
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
			if n := strings.Count(stderr.String(), "\n"); code != c.code || n > 2*term.MostShown+2 || !strings.Contains(stderr.String(), c.want+"\n") {
				t.Errorf("exit code %d, %d lines, want %q in\n%.3000s", code, n, c.want, stderr.String())
			}
		})
	}
}

// TestTotal: only where a plan failed, nothing was written for sure.
func TestTotal(t *testing.T) {
	inFile, inCall, refused := error(&diag.Diagnostic{Pos: diag.Pos{File: "a.toml"}, Message: "x"}), usage("", "x"), error(target.Unsupported{What: "x"})
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
