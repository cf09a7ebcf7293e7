package diag_test

import (
	"fmt"

	"rolewall/diag"
)

// A List collects the mistakes of a run. They come out in the order of files and lines.
func Example() {
	errs := &diag.List{}
	errs.Add(diag.Pos{File: "servers.toml", Line: 9, Column: 10}, diag.Suggest("ssh-manged", []string{"linux-web", "ssh-managed"}), "unknown role %q", "ssh-manged")
	errs.Add(diag.Pos{File: "servers.toml", Line: 2, Column: 1}, "", "unknown key %q", "roles_")
	fmt.Println(errs.Err())
	// Output:
	// servers.toml:2:1: unknown key "roles_"
	// servers.toml:9:10: unknown role "ssh-manged"
	//   hint: did you mean "ssh-managed"?
}
