package cli

import (
	"regexp"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// candidate is a word that can be at the cursor.
type candidate struct{ value, about string }

// filesHere asks the shell to complete names of files.
const filesHere = ":files"

// completer finds the words that can be at the cursor.
type completer struct {
	*environment
	ctx  *cli.Context
	word string // the beginning of the word at the cursor

	command *cli.Command // the command that the words before name; nil if they name none
	args    []string     // its arguments before the cursor
}

// complete follows the words before the cursor to a command and returns what can come next.
func (x *completer) complete(commands []*cli.Command, before []string) []candidate {
	flags := []cli.Flag{}
	waiting := "" // the flag whose value is at the cursor
	for i := 0; i < len(before); i++ {
		word := before[i]
		if strings.HasPrefix(word, "-") && word != "-" {
			if takesValue(flags, word) {
				if i++; i == len(before) {
					waiting = strings.TrimLeft(word, "-")
				}
			}
			continue
		}
		at := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.HasName(word) })
		if at < 0 || len(x.args) > 0 {
			x.args = append(x.args, word)
			continue
		}
		x.command = commands[at]
		flags, commands = x.command.Flags, x.command.Subcommands
	}
	flag, value, assigned := strings.Cut(x.word, "=")
	switch {
	case waiting != "":
		return x.fitting(x.values(flags, waiting), "")
	case strings.HasPrefix(flag, "--") && assigned:
		x.word = value
		return x.fitting(x.values(flags, strings.TrimLeft(flag, "-")), flag+"=")
	case strings.HasPrefix(x.word, "-"):
		return x.fitting(flagNames(flags), "")
	case len(commands) > 0 && len(x.args) == 0:
		return x.fitting(commandCandidates(commands), "")
	case x.command == nil:
		return nil
	}
	return x.fitting(x.arguments(), "")
}

// fitting returns the candidates that begin with the word at the cursor, with lead before each.
func (x *completer) fitting(list []candidate, lead string) []candidate {
	var out []candidate
	for _, c := range list {
		switch {
		case c.value == filesHere:
			out = append(out, c)
		case strings.HasPrefix(strings.ToLower(c.value), strings.ToLower(x.word)):
			out = append(out, candidate{lead + c.value, c.about})
		}
	}
	return out
}

func commandCandidates(commands []*cli.Command) []candidate {
	var out []candidate
	for _, c := range commands {
		if !c.Hidden {
			out = append(out, candidate{c.Name, c.Usage})
		}
	}
	return out
}

func flagNames(flags []cli.Flag) []candidate {
	var out []candidate
	for _, f := range flags {
		about := ""
		if d, ok := f.(cli.DocGenerationFlag); ok {
			about = strings.ReplaceAll(d.GetUsage(), "`", "")
		}
		for _, name := range f.Names() {
			if len(name) > 1 {
				out = append(out, candidate{"--" + name, about})
			}
		}
	}
	return append(out, candidate{"--help", "show help"})
}

// wordsInUsage finds the words that a flag accepts: its usage ends in ": text, json or sarif".
var wordsInUsage = regexp.MustCompile(`: ([a-z-]+(?:, [a-z-]+)*(?: or [a-z-]+)?)$`)

// usageWords reads the words that a flag accepts from its usage, so that the two cannot differ.
func usageWords(flags []cli.Flag, name string) []candidate {
	for _, f := range flags {
		d, ok := f.(cli.DocGenerationFlag)
		if !ok || !slices.Contains(f.Names(), name) {
			continue
		}
		if m := wordsInUsage.FindStringSubmatch(d.GetUsage()); m != nil {
			return wordCandidates(strings.Split(strings.ReplaceAll(m[1], " or ", ", "), ", "))
		}
	}
	return nil
}

func wordCandidates(words []string) []candidate {
	out := make([]candidate, len(words))
	for i, w := range words {
		out[i] = candidate{value: w}
	}
	return out
}
