// Command catalogdoc writes docs/catalog.md from the catalog, and docs/defaults.md from testdata/defaults.tsv: `make docs`.
package main

import (
	"fmt"
	"os"

	"rolewall/catalog"
)

func main() {
	c, err := catalog.Default()
	if err == nil {
		err = os.WriteFile("docs/catalog.md", []byte(page(c)), 0o644)
	}
	if err == nil {
		err = writeDefaults()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "catalogdoc:", err)
		os.Exit(1)
	}
}

func writeDefaults() error {
	table, err := os.ReadFile("testdata/defaults.tsv")
	if err != nil {
		return err
	}
	text, err := defaultsPage(string(table))
	if err != nil {
		return err
	}
	return os.WriteFile("docs/defaults.md", []byte(text), 0o644)
}
