// Command catalogdoc writes docs/catalog.md from the catalog: `make docs`.
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
	if err != nil {
		fmt.Fprintln(os.Stderr, "catalogdoc:", err)
		os.Exit(1)
	}
}
