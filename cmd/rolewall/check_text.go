package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"rolewall/compare"
)

// summary is the first line of every page.
func (k *checker) summary() string {
	if len(k.faults) == 0 {
		return fmt.Sprintf("%s is what %s yields: %s of %s", k.dir, k.policyName, count(len(k.passed), "file"), count(len(k.hosts), "host"))
	}
	kinds := map[faultKind]int{}
	for _, f := range k.faults {
		kinds[f.Kind]++
	}
	var parts []string
	for _, kind := range []faultKind{stale, missing, leftOver, unlisted} {
		if kinds[kind] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", kinds[kind], kind))
		}
	}
	asked := len(k.passed) + kinds[stale] + kinds[missing]
	return fmt.Sprintf("%s is not what %s yields: %s; %d of %d files as they should be", k.dir, k.policyName, strings.Join(parts, ", "), len(k.passed), asked)
}

// advice is the call that brings the folder up to date.
func (k *checker) advice() string {
	words := []string{"rolewall", "generate", "-o", shellWord(k.dir)}
	for _, t := range k.sel.targets {
		words = append(words, "-t", t)
	}
	for _, h := range k.sel.hosts {
		words = append(words, "--host", shellWord(h))
	}
	return strings.Join(append(words, shellWord(k.policyName)), " ") + " makes the files anew"
}

// generateHelps reports whether a run of generate would set the fault right.
func (f fault) generateHelps() bool { return f.Kind != unlisted }

// shellWord quotes a word for a POSIX shell where it needs it.
func shellWord(s string) string {
	isPlain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/+:@%", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !isPlain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// text writes the report for a terminal.
func (k *checker) text(out *bytes.Buffer) {
	p := newPaint(k.stdout)
	fmt.Fprintln(out, p.say(inBold, printable(k.summary())))
	if len(k.faults) == 0 {
		return
	}
	fmt.Fprintln(out)
	told := map[string]bool{} // hosts whose change in meaning has been told
	for _, g := range k.grouped() {
		fmt.Fprintf(out, "%s  %s: %s\n", p.say(faultColour(g.Kind), fmt.Sprintf("%-9s", g.Kind)), printable(g.title()), printable(g.What))
		for _, c := range g.Causes {
			fmt.Fprintf(out, "           %s\n", printable(c.Text))
		}
		if g.Diff != nil {
			k.textMeaning(out, p, g.fault, told)
			textDiff(out, p, g.lines)
		}
	}
	if slices.ContainsFunc(k.faults, fault.generateHelps) {
		if !bytes.HasSuffix(out.Bytes(), []byte("\n\n")) {
			out.WriteByte('\n')
		}
		fmt.Fprintf(out, "hint: %s\n", printable(k.advice()))
	}
}

func faultColour(kind faultKind) colour {
	if kind == stale || kind == missing {
		return inRed
	}
	return inYellow
}

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
	return name + " on " + hostsText(g.hosts)
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

// textMeaning writes what a stale file changes in meaning, once for all files of a host that say the same.
func (k *checker) textMeaning(out *bytes.Buffer, p paint, f fault, told map[string]bool) {
	if told[f.Host] && f.Diff.report != nil {
		return
	}
	for _, line := range f.Diff.meaning(p) {
		fmt.Fprintf(out, "  %s\n", line)
	}
	told[f.Host] = told[f.Host] || f.Diff.report != nil
}

// meaning says what changes from the old to the new file, a line each, fit for a terminal.
func (d *fileDiff) meaning(p paint) []string {
	switch {
	case d.report != nil:
		var b bytes.Buffer
		page := &difference{Report: d.report, sides: [2]*side{{}, {}}, paint: p}
		for _, s := range sections(d.report) {
			page.textBody(&b, s)
		}
		lines := strings.Split(strings.TrimRight(b.String(), "\n"), "\n")
		if d.report.None() {
			lines = nil
		}
		return append([]string{"in meaning, " + d.basis + ": " + changesText(d.report)}, lines...)
	case len(d.rules) > 0:
		lines := []string{"rules, by the IDs in the two texts:"}
		for _, r := range d.rules {
			sign := "-"
			if r.isNew {
				sign = "+"
			}
			lines = append(lines, fmt.Sprintf("  %s [%s] line %d: %s", sign, r.id, r.number, printable(shorten(r.text, 140))))
		}
		return lines
	case d.known:
		return []string{"rules, by the IDs in the two texts: the same; whether one of them was changed in its line, the lines below say"}
	}
	return nil
}

// changesText counts the changes of one host.
func changesText(r *compare.Report) string {
	if r.None() {
		return "no difference"
	}
	_, counts, found := strings.Cut(summary(r), ": ")
	if !found {
		return "nothing opens or closes"
	}
	return counts
}

// shorten cuts a text between characters.
func shorten(text string, most int) string {
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-3]) + "..."
}

func textDiff(out *bytes.Buffer, p paint, lines []string) {
	fmt.Fprintln(out)
	for _, line := range lines {
		c := colour("")
		switch {
		case strings.HasPrefix(line, "+"):
			c = inGreen
		case strings.HasPrefix(line, "-"):
			c = inRed
		}
		if c == "" {
			fmt.Fprintln(out, line)
		} else {
			fmt.Fprintln(out, p.say(c, line))
		}
	}
	fmt.Fprintln(out)
}
