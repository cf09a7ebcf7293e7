package cli

import (
	"cmp"

	"github.com/urfave/cli/v2"
)

// checkFlags checks the flags of a call before any file is read.
func checkFlags(c *cli.Context) error { return cmp.Or(refuseEmpty(c), refuseTwice(c)) }

// refuseEmpty rejects a flag with an empty value. A script produces one when a variable was never set or a command
// failed. Ignoring the flag would silently do something else.
func refuseEmpty(c *cli.Context) error {
	for _, f := range c.Command.Flags {
		name := f.Names()[0]
		if _, isText := f.(*cli.StringFlag); isText && c.IsSet(name) && c.String(name) == "" {
			return usage("leave it out where none is meant", "the value of --%s is empty", name)
		}
	}
	return nil
}

// refuseTwice rejects a flag that is given twice with the same value, as a policy rejects it in its lists. One of
// the two is probably a mistake.
func refuseTwice(c *cli.Context) error {
	for _, f := range c.Command.Flags {
		name := f.Names()[0]
		if _, isList := f.(*cli.StringSliceFlag); !isList {
			continue
		}
		seen := map[string]bool{}
		for _, value := range c.StringSlice(name) {
			if seen[value] {
				return usage("say it once; --"+name+" may be repeated with other values", "--%s %s is given twice", name, value)
			}
			seen[value] = true
		}
	}
	return nil
}
