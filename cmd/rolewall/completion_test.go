package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// TestCompletionWords holds that the words of every flag that takes one of a few are found in its usage.
func TestCompletionWords(t *testing.T) {
	found := 0
	var walk func(c *cli.Command)
	walk = func(c *cli.Command) {
		for _, f := range c.Flags {
			if name := f.Names()[0]; name == "format" || name == "fail-on" {
				found++
				words := usageWords(c.Flags, name)
				if len(words) < 2 || !slices.ContainsFunc(words, func(w candidate) bool { return w.value == f.(*cli.StringFlag).Value }) {
					t.Errorf("%s --%s: %v", c.Name, name, words)
				}
			}
		}
		for _, sub := range c.Subcommands {
			walk(sub)
		}
	}
	for _, c := range newApp(&environment{}).Commands {
		walk(c)
	}
	if found < 8 {
		t.Errorf("only %d flags", found)
	}
}

// TestHelp holds that every command explains itself with examples that begin with its name.
func TestHelp(t *testing.T) {
	var walk func(road []string, c *cli.Command)
	walk = func(road []string, c *cli.Command) {
		road = append(slices.Clone(road), c.Name)
		for _, sub := range c.Subcommands {
			walk(road, sub)
		}
		if c.Hidden || len(c.Subcommands) > 0 {
			return
		}
		code, stdout, stderr := call(t, append(road[1:], "--help")...)
		if code != 0 || stderr != "" || !strings.Contains(stdout, c.Usage) || !strings.Contains(stdout, "   "+strings.Join(road, " ")) && !strings.Contains(stdout, "("+strings.Join(road, " ")) {
			t.Errorf("%v: exit code %d, %s%s", road, code, stdout, stderr)
		}
	}
	for _, c := range newApp(&environment{}).Commands {
		walk([]string{"rolewall"}, c)
	}
}
