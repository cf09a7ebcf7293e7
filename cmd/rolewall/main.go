// Command rolewall turns a TOML list of server roles into host firewall scripts.
package main

import (
	"os"

	"rolewall/internal/cli"
)

func main() { os.Exit(cli.Run(os.Args, os.Stdin, os.Stdout, os.Stderr)) }
