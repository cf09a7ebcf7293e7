package main

import (
	"fmt"
	"regexp"
	"strings"
)

// command is what its help says of a command.
type command struct {
	name, usage string // "rolewall list roles", "what a server can be"
	synopsis    string // "rolewall list roles [command options] [WORD]"
	description []string
	options     []entry
	commands    []command
}

// entry is a line of a list in a help text: a flag or the name of a command, and what it means.
type entry struct{ name, text string }

// readHelp reads the help of the program and of all its commands. ask runs the program.
func readHelp(ask func(args ...string) (string, error)) (command, error) {
	return readCommand(ask, nil)
}

func readCommand(ask func(args ...string) (string, error), path []string) (command, error) {
	help, err := ask(append(path[:len(path):len(path)], "--help")...)
	if err != nil {
		return command{}, err
	}
	sections := sectionsOf(help)
	var c command
	var found bool
	if c.name, c.usage, found = strings.Cut(strings.Join(sections["NAME"], " "), " - "); !found {
		return c, fmt.Errorf("the help of %q has no line NAME - USAGE", path)
	}
	c.synopsis = strings.Join(sections["USAGE"], " ")
	c.description = sections["DESCRIPTION"]
	c.options = append(entries(sections["OPTIONS"]), entries(sections["GLOBAL OPTIONS"])...)
	for _, e := range entries(sections["COMMANDS"]) {
		sub, err := readCommand(ask, append(path[:len(path):len(path)], e.name))
		if err != nil {
			return c, err
		}
		c.commands = append(c.commands, sub)
	}
	return c, nil
}

// sectionsOf returns the lines below each heading of a help text, without their indent of three spaces and without empty lines
// at the end.
func sectionsOf(help string) map[string][]string {
	sections := map[string][]string{}
	heading := ""
	for line := range strings.Lines(help) {
		line = strings.TrimRight(line, "\n ")
		if title, found := strings.CutSuffix(line, ":"); found && !strings.HasPrefix(line, " ") {
			heading = title
			continue
		}
		sections[heading] = append(sections[heading], strings.TrimPrefix(line, "   "))
	}
	for heading, lines := range sections {
		for len(lines) > 0 && lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
		}
		sections[heading] = lines
	}
	return sections
}

var gap = regexp.MustCompile(`  +`)

// entries reads a list of two columns. A flag that may be repeated appears twice in the first column, the second time in
// brackets; once is enough.
func entries(lines []string) []entry {
	var out []entry
	for _, line := range lines {
		columns := gap.Split(line, 2)
		name, _, _ := strings.Cut(columns[0], " [ ")
		out = append(out, entry{name, strings.Join(columns[1:], " ")})
	}
	return out
}
