// Package wintest runs the scripts that rolewall writes for Windows, in tests. It reads a script of cmd.exe strictly: what it
// does not know is an error with line and column.
//
// A Host runs scripts against models of the rule stores, the registry and the file system, so that a script can be judged by
// what it leaves behind.
package wintest

import (
	"errors"
	"fmt"
	"strings"

	"rolewall/internal/wintest/netsh"
	"rolewall/ruleset"
)

// Script is a cmd.exe script.
type Script struct {
	lines  []string
	trees  []node         // what each line says, with variables left open; nil for empty lines, comments and labels
	labels map[string]int // index of the line, by lower-case name

	parsed map[expanded]node // lines that a run has read before; one run at a time
}

// expanded is a line as it reads once its percent signs are resolved.
type expanded struct {
	index int
	text  string
}

// lineLimit is the longest line that cmd.exe takes.
const lineLimit = 8191

// ReadScript reads a script without running it. All mistakes are reported together.
func ReadScript(src []byte) (*Script, error) {
	s := &Script{labels: map[string]int{}, parsed: map[expanded]node{}}
	var errs []error
	text := string(src)
	if text != "" && !strings.HasSuffix(text, "\r\n") {
		errs = append(errs, &netsh.Error{Line: strings.Count(text, "\n") + 1, Col: 1, What: "the last line does not end in CR LF"})
	}
	for i, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		bare, crlf := strings.CutSuffix(line, "\r")
		if !crlf && text != "" {
			errs = append(errs, &netsh.Error{Line: i + 1, Col: len(line) + 1, What: "the line does not end in CR LF"})
		}
		errs = append(errs, s.readLine(i, bare))
	}
	errs = append(errs, s.checkJumps())
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Script) readLine(i int, line string) error {
	s.lines = append(s.lines, line)
	s.trees = append(s.trees, nil)
	if len(line) >= lineLimit {
		return &netsh.Error{Line: i + 1, Col: lineLimit, What: "the line is too long for cmd.exe"}
	}
	for col, r := range line {
		if r > '~' || r < ' ' && r != '\t' {
			return &netsh.Error{Line: i + 1, Col: col + 1, What: fmt.Sprintf("%q is not printable ASCII", r)}
		}
	}
	if label, ok := labelOf(line); ok {
		if _, twice := s.labels[label]; twice && label != "" {
			return &netsh.Error{Line: i + 1, Col: 1, What: fmt.Sprintf("the label %q stands here twice", label)}
		}
		s.labels[label] = i
		return nil
	}
	text, err := expandPercent(i+1, line, openVariables{})
	if err != nil {
		return err
	}
	s.trees[i], err = parseLine(i+1, text)
	return err
}

// labelOf returns the name of the label that the line is; a comment (::) is a label without a name.
func labelOf(line string) (string, bool) {
	name, ok := strings.CutPrefix(strings.TrimLeft(line, " \t"), ":")
	if !ok {
		return "", false
	}
	if strings.HasPrefix(name, ":") {
		return "", true
	}
	name, _, _ = strings.Cut(name, " ")
	return strings.ToLower(name), true
}

// checkJumps notes calls and jumps to labels that are not there.
func (s *Script) checkJumps() error {
	var errs []error
	for _, tree := range s.trees {
		for _, c := range commandsOf(tree) {
			target := c.jump()
			if _, known := s.labels[target]; target != "" && !known {
				errs = append(errs, c.errorf("there is no label %q", target))
			}
		}
	}
	return errors.Join(errs...)
}

// Check holds every netsh command of the script against the documented syntax, as far as it holds no variables.
func (s *Script) Check(os ruleset.OS) error {
	var errs []error
	for _, tree := range s.trees {
		for _, c := range commandsOf(tree) {
			if c.is("netsh") {
				_, err := netsh.Parse(c.args(), os)
				errs = append(errs, c.place(err))
			}
		}
	}
	return errors.Join(errs...)
}

// Netsh counts the netsh commands that the script holds.
func (s *Script) Netsh() int {
	n := 0
	for _, tree := range s.trees {
		for _, c := range commandsOf(tree) {
			if c.is("netsh") {
				n++
			}
		}
	}
	return n
}
