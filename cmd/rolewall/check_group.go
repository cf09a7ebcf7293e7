package main

import (
	"fmt"
	"strings"

	"rolewall/internal/term"
)

// faultGroup is the same fault on several hosts.
type faultGroup struct {
	fault
	hosts []string
	lines []string // the unified diff of the first, where it is asked for
}

func (g faultGroup) title() string {
	if len(g.hosts) < 2 {
		return g.File
	}
	_, name, _ := strings.Cut(g.File, "/")
	return name + " on " + term.Hosts(g.hosts)
}

// grouped unites equal faults of several hosts.
func (k *checker) grouped() []*faultGroup {
	var out []*faultGroup
	known := map[string]*faultGroup{}
	for _, f := range k.faults {
		g := &faultGroup{fault: f, hosts: []string{f.Host}}
		if f.Diff != nil {
			g.lines = f.Diff.lines
		}
		_, name, _ := strings.Cut(f.File, "/")
		key := fmt.Sprintf("%s\x00%s\x00%s\x00%q\x00%q", f.Kind, name, strings.ReplaceAll(f.What, f.Host, ""), f.Causes, g.lines[min(2, len(g.lines)):])
		if same := known[key]; same != nil && f.Host != "" {
			same.hosts = append(same.hosts, f.Host)
			continue
		}
		known[key] = g
		out = append(out, g)
	}
	return out
}
