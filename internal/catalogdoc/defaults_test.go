package main

import (
	"os"
	"strings"
	"testing"
)

// TestDefaultsPageIsFresh holds that docs/defaults.md says what its table says.
func TestDefaultsPageIsFresh(t *testing.T) {
	table, err := os.ReadFile("../../testdata/defaults.tsv")
	if err != nil {
		t.Fatal(err)
	}
	want, err := defaultsPage(string(table))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../docs/defaults.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/defaults.md is stale: make docs")
	}
}

// TestDefaultsPageRefusesShortLines holds that a line without all cells is not a row with empty ones.
func TestDefaultsPageRefusesShortLines(t *testing.T) {
	head := strings.Join([]string{"role", "os", "rule", "port", "program", "service", "decision", "reason"}, "\t") + "\n"
	if _, err := defaultsPage(head + "wsus\twindows-2022\n"); err == nil {
		t.Error("a line of two cells is accepted")
	}
}
