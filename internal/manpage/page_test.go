package main

import (
	"errors"
	"strings"
	"testing"
)

// helps are help texts by the arguments before --help.
var helps = map[string]string{
	"": `NAME:
   tool - does things

USAGE:
   tool [global options] command

DESCRIPTION:
   It does things.
   .dots and \slashes stay.

      tool run a.toml

   More text.

COMMANDS:
   run   run it
   list  list things

GLOBAL OPTIONS:
   --help, -h  show help
`,
	"run": `NAME:
   tool run - run it

USAGE:
   tool run [command options] FILE

OPTIONS:
   --only NAME, -o NAME [ --only NAME, -o NAME ]  only NAME
   --help, -h                                     show help
`,
	"list": `NAME:
   tool list - list things

USAGE:
   tool list

COMMANDS:
   names  list names
`,
	"list names": `NAME:
   tool list names - list names

USAGE:
   tool list names
`,
}

const want = `.TH TOOL 1 "2023-11-14" "tool v1.2.3" "User Commands"
.SH NAME
tool \- does things
.SH SYNOPSIS
.B tool run [command options] FILE
.br
.B tool list
.br
.SH DESCRIPTION
It does things.
\&.dots and \eslashes stay.
.PP
.RS 4
.nf
tool run a.toml
.fi
.RE
.PP
More text.
.SH OPTIONS
.TP
.B \-\-help, \-h
show help
.SH COMMANDS
.SS tool run
Run it.
.TP
.B \-\-only NAME, \-o NAME
only NAME
.SS tool list
List things.
.SS tool list names
List names.
` + footer

func TestPage(t *testing.T) {
	ask := func(args ...string) (string, error) {
		if help, found := helps[strings.Join(args[:len(args)-1], " ")]; found && args[len(args)-1] == "--help" {
			return help, nil
		}
		return "", errors.New("unknown command")
	}
	program, err := readHelp(ask)
	if err != nil {
		t.Fatal(err)
	}
	date, err := sourceDate("1700000000")
	if err != nil {
		t.Fatal(err)
	}
	if got := page(program, "tool v1.2.3", date); got != want {
		t.Errorf("the page is\n%s", got)
	}
}

func TestPageNoHelp(t *testing.T) {
	if _, err := readHelp(func(...string) (string, error) { return "nothing\n", nil }); err == nil {
		t.Error("a text without NAME is taken for help")
	}
}
