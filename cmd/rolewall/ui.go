package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"rolewall/generators"
	"rolewall/strict"
)

// report prints an error to stderr and returns the exit code.
func (env *environment) report(err error) int {
	if err == nil {
		return 0
	}
	list := flatten(err)
	for _, e := range list {
		prefix := "error: "
		if _, placed := errors.AsType[*strict.Error](e); placed { // begins with its file
			prefix = ""
		}
		fmt.Fprintln(env.stderr, prefix+e.Error())
	}
	if len(list) > 1 {
		fmt.Fprintf(env.stderr, "%d errors, nothing written\n", len(list))
	}
	return 2
}

// flatten takes joined errors apart.
func flatten(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []error
		for _, e := range joined.Unwrap() {
			out = append(out, flatten(e)...)
		}
		return out
	}
	return []error{err}
}

// note is something to say about some hosts.
type note struct{ host, text string }

// warn prints warnings to stderr, one line for all hosts that share a text.
func (env *environment) warn(notes []note) {
	var texts []string
	hosts := map[string][]string{}
	for _, n := range notes {
		if _, known := hosts[n.text]; !known {
			texts = append(texts, n.text)
		}
		if !slices.Contains(hosts[n.text], n.host) {
			hosts[n.text] = append(hosts[n.text], n.host)
		}
	}
	for _, text := range texts {
		fmt.Fprintf(env.stderr, "warning: %s: %s\n", hostList(hosts[text]), text)
	}
}

// hostList names up to five hosts, and counts the others.
func hostList(hosts []string) string {
	if len(hosts) <= 5 {
		return strings.Join(hosts, ", ")
	}
	return fmt.Sprintf("%s and %d more hosts", strings.Join(hosts[:5], ", "), len(hosts)-5)
}

// refusals joins what targets refuse.
func refusals(list []generators.Refusal) error {
	var errs []error
	for _, r := range list {
		errs = append(errs, r)
	}
	return errors.Join(errs...)
}
