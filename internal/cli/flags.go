package cli

import (
	"cmp"

	"github.com/urfave/cli/v2"
)

// checkFlags looks at the values of a call before anything is read.
func checkFlags(c *cli.Context) error { return cmp.Or(refuseEmpty(c), refuseTwice(c)) }

// refuseEmpty refuses a flag with an empty value. It is what a script makes of a variable that was never set or a
// command that failed, and to take it for no flag would quietly do something else than was asked for.
func refuseEmpty(c *cli.Context) error {
	for _, f := range c.Command.Flags {
		name := f.Names()[0]
		if _, isText := f.(*cli.StringFlag); isText && c.IsSet(name) && c.String(name) == "" {
			return usage("leave it out where none is meant", "the value of --%s is empty", name)
		}
	}
	return nil
}

// refuseTwice refuses a flag that is given twice with the same value, as a policy refuses it in its lists: one of the
// two was meant to be another.
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
