package check

import (
	"fmt"
	"strings"
)

// Group is an equal finding on one or several hosts. Its finding is that of the first host.
type Group struct {
	Finding
	Hosts []string
}

// Groups unites findings that differ only in the host. A group is at the place of its first finding.
func (r *Report) Groups() []*Group {
	var out []*Group
	known := map[string]*Group{}
	for _, f := range r.Findings {
		key := f.groupKey()
		if same := known[key]; same != nil && f.Host != "" {
			same.Hosts = append(same.Hosts, f.Host)
			continue
		}
		g := &Group{f, []string{f.Host}}
		known[key] = g
		out = append(out, g)
	}
	return out
}

// groupKey returns a text that is equal for findings that differ only in the host.
func (f Finding) groupKey() string {
	var lines []string
	if f.Diff != nil {
		lines = f.Diff.Lines[min(2, len(f.Diff.Lines)):] // without the two lines that name the files
	}
	return fmt.Sprintf("%s\x00%s\x00%s\x00%q\x00%q", f.Kind, f.Name(), strings.ReplaceAll(f.What, f.Host, ""), f.Causes, lines)
}

// Name returns the name of the file below the folder of its host, or "" for a file that belongs to no host.
func (f Finding) Name() string {
	_, name, _ := strings.Cut(f.File, "/")
	return name
}
