package nmap

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/diag"
)

func read(t testing.TB, name string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	if !Detect(src[:min(len(src), 4096)]) {
		t.Fatalf("%s is not found to be a scan", name)
	}
	errs := &diag.List{}
	var out []string
	for _, c := range Read(name, src, errs) {
		out = append(out, fmt.Sprint(c.Addresses[0], " open ", c.Scan.Open, " silent ", c.Scan.Silent, " unclear ", c.Scan.Unclear))
	}
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}

// TestSamples holds what real scans saw.
func TestSamples(t *testing.T) {
	for name, want := range map[string]string{
		"connect.xml":              "10.1.0.10 open [tcp/22,80] silent [tcp/5432,9999] unclear 1",
		"syn-from-10.1.0.50.xml":   "10.1.0.10 open [tcp/22,80,443,8080] silent [tcp/1-21,23-52,54-79,81-112,114-442,444-8079,8081-10000] unclear 2",
		"syn-from-203.0.113.9.xml": "10.1.0.10 open [tcp/22] silent [tcp/80,113,443,2022,5432,8080,9999] unclear 0",
		"syn6.xml":                 "fd00:1::10 open [tcp/22,80] silent [tcp/5432,9999] unclear 0",
		"udp.xml":                  "10.1.0.10 open [] silent [] unclear 5",
		"folded.xml":               "10.1.0.10 open [tcp/22] silent [tcp/1-21,23-100] unclear 0\n10.1.0.11 open [] silent [tcp/1-100] unclear 0",
	} {
		if got := read(t, name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	good, err := os.ReadFile("testdata/connect.xml")
	if err != nil {
		t.Fatal(err)
	}
	text := string(good)
	for name, test := range map[string]struct{ src, want string }{
		"cut":       {text[:len(text)-40], "scan.xml:"},
		"cut early": {text[:900], "scan.xml:"},
		"other":     {"<html></html>", "it is not a scan result of nmap"},
		"port":      {strings.Replace(text, `portid="22"`, `portid="70000"`, 1), "a port is none"},
		"ports":     {strings.Replace(text, `services="22,80,113,5432,9999"`, `services="22-"`, 1), "the scanned ports are not ports"},
		"deep":      {"<nmaprun>" + strings.Repeat("<a>", 100), "too deeply"},
	} {
		errs := &diag.List{}
		if got := Read("scan.xml", []byte(test.src), errs); got != nil || errs.Err() == nil || !strings.Contains(errs.Err().Error(), test.want) {
			t.Errorf("%s: %v, %v", name, got, errs.Err())
		}
	}
}

func FuzzRead(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.xml")
	for _, name := range files {
		if src, err := os.ReadFile(name); err == nil {
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		errs := &diag.List{}
		for _, c := range Read("scan.xml", src, errs) {
			if c.Scan == nil || len(c.Addresses) == 0 {
				t.Error("a host without a scan or an address")
			}
		}
	})
}
