// Package installed reads what is installed and running on a host: packages of dpkg and rpm, units of systemd,
// features of Windows. It reads only names, never the arguments of a program.
package installed

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers/jsonlist"
	"rolewall/readers/wintext"
)

// Item is something that is installed or running.
type Item struct {
	Name string
	Pos  diag.Pos
}

// State is what the files of one host tell. A nil list was in no file. An empty list was in a file.
type State struct {
	Packages map[string]Item
	Units    map[string]Item // running units
	Features map[string]Item // Windows features; keys are in lower case
	Files    []string        // files that were read
}

// maxItems is the largest length of each list.
const maxItems = 200_000

type reader struct {
	file string
	line int
	errs *diag.List
	hint string
}

func (r *reader) fail(column int, format string, args ...any) bool {
	r.errs.Add(diag.Pos{File: r.file, Line: r.line, Column: column}, r.hint, format, args...)
	return false
}

// add adds an item to a list. It returns false if there are too many.
func (r *reader) add(list *map[string]Item, key, name string) bool {
	if *list == nil {
		*list = map[string]Item{}
	}
	if len(*list) >= maxItems {
		return r.fail(1, "the host has more than %d of these", maxItems)
	}
	if _, known := (*list)[key]; !known {
		(*list)[key] = Item{name, diag.Pos{File: r.file, Line: r.line, Column: 1}}
	}
	return true
}

// lines calls read for each line that is not empty, until read returns false.
func (r *reader) lines(src []byte, read func(line string) bool) bool {
	text, ok := wintext.Decode(r.file, src, r.hint, r.errs)
	if !ok {
		return false
	}
	for line := range strings.Lines(text) {
		r.line++
		if line = strings.TrimRight(line, "\n"); strings.TrimSpace(line) != "" && !read(line) {
			return false
		}
	}
	return true
}

// isName reports whether a word can be the name of a package or a unit.
func isName(s string) bool {
	return s != "" && len(s) <= 255 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`"'<>|;&`, r) })
}

const packagesHint = `make it on the host: dpkg-query -W -f '${Package}\t${Version}\t${db:Status-Status}\n', or rpm -qa --qf '%{NAME}\t%{VERSION}\n'`

// archs are the endings of names that rpm -qa prints.
var archs = []string{"x86_64", "noarch", "aarch64", "i686", "i386", "ppc64le", "s390x", "armv7hl", "riscv64"}

// DetectPackages reports whether a file begins as a list of packages does.
func DetectPackages(head []byte) bool {
	for line := range strings.Lines(wintext.Head(head)) {
		_, _, ok := pkg(strings.TrimRight(line, "\n"))
		return ok
	}
	return false
}

// pkg returns the package of a line, and whether it is installed.
func pkg(line string) (name string, here, ok bool) {
	fields := strings.Split(line, "\t")
	switch len(fields) {
	case 1: // as rpm -qa prints it: nginx-1.20.1-14.el9.x86_64
		dot := strings.LastIndexByte(line, '.')
		if dot < 0 || !isName(line) || !slices.Contains(archs, line[dot+1:]) {
			return "", false, false
		}
		parts := strings.Split(line[:dot], "-")
		if len(parts) < 3 {
			return "", false, false
		}
		return strings.Join(parts[:len(parts)-2], "-"), true, true
	case 2:
		return fields[0], true, isName(fields[0]) && isName(fields[1])
	case 3:
		name, _, _ = strings.Cut(fields[0], ":") // as in libc6:amd64
		state := strings.TrimSpace(fields[2])
		here = state == "installed" || len(state) > 1 && state[1] == 'i'
		known := slices.Contains([]string{"installed", "not-installed", "config-files", "half-installed", "half-configured", "unpacked", "triggers-awaited", "triggers-pending"}, state)
		short := len(state) >= 2 && len(state) <= 3 && strings.Contains("uihrp", state[:1]) && strings.Contains("ncHUFWti", state[1:2])
		return name, here, isName(name) && (known || short) && (fields[1] == "" || isName(fields[1]))
	}
	return "", false, false
}

// ReadPackages adds a list of packages to st. It adds mistakes to errs with their location.
func ReadPackages(file string, src []byte, st *State, errs *diag.List) {
	r := &reader{file: file, errs: errs, hint: packagesHint}
	st.Files = append(st.Files, file)
	r.lines(src, func(line string) bool {
		name, here, ok := pkg(line)
		if !ok {
			return r.fail(1, "%.60q is not a package of dpkg or rpm", line)
		}
		return !here || r.add(&st.Packages, name, name)
	})
}

const unitsHint = "make it on the host: systemctl list-units --type=service --state=running --plain --no-legend"

// DetectUnits reports whether a file begins as a list of units does.
func DetectUnits(head []byte) bool {
	for line := range strings.Lines(wintext.Head(head)) {
		words := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "\u25cf"))
		return len(words) > 0 && words[0] == "UNIT" || unit(words)
	}
	return false
}

func unit(words []string) bool {
	return len(words) >= 4 && strings.Contains(words[0], ".") && isName(words[0]) && slices.Contains([]string{"loaded", "not-found", "masked", "error", "bad-setting"}, words[1])
}

// ReadUnits adds the running units to st. It adds mistakes to errs with their location.
func ReadUnits(file string, src []byte, st *State, errs *diag.List) {
	r := &reader{file: file, errs: errs, hint: unitsHint}
	st.Files = append(st.Files, file)
	legend := false
	r.lines(src, func(line string) bool {
		words := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "\u25cf"))
		switch {
		case len(words) > 0 && words[0] == "UNIT":
			legend = true
			return true
		case unit(words):
			return words[2] != "active" || words[3] != "running" && words[3] != "listening" || r.add(&st.Units, words[0], words[0])
		case legend: // the legend below the list
			return true
		}
		return r.fail(1, "%.60q is not a line of systemctl list-units", line)
	})
}

const featuresHint = "make it on the host: Get-WindowsFeature | Select-Object Name,InstallState | ConvertTo-Json"

// DetectFeatures reports whether a file begins as Get-WindowsFeature or Get-WindowsOptionalFeature as JSON or CSV does.
func DetectFeatures(head []byte) bool {
	text := wintext.Head(head)
	if strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{") {
		return strings.Contains(text, `"InstallState"`) || strings.Contains(text, `"Installed"`) || strings.Contains(text, `"FeatureName"`)
	}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#TYPE") {
			continue
		}
		row, err := csv.NewReader(strings.NewReader(line)).Read()
		return err == nil && slices.Contains(row, "Name") && (slices.Contains(row, "InstallState") || slices.Contains(row, "Installed"))
	}
	return false
}

// feature is an object of such a file.
type feature struct {
	Name         string
	FeatureName  string // of Get-WindowsOptionalFeature
	Installed    *bool
	InstallState any
	State        any
}

// ReadFeatures adds the installed features to st. It adds mistakes to errs with their location.
func ReadFeatures(file string, src []byte, st *State, errs *diag.List) {
	r := &reader{file: file, errs: errs, hint: featuresHint}
	text, ok := wintext.Decode(file, src, featuresHint, errs)
	if !ok {
		return
	}
	st.Files = append(st.Files, file)
	if st.Features == nil {
		st.Features = map[string]Item{}
	}
	if text = strings.TrimLeft(text, " \t\r\n"); !strings.HasPrefix(text, "[") && !strings.HasPrefix(text, "{") {
		r.csv(text, st)
		return
	}
	jsonlist.Read([]byte(text), func(line int, f feature) bool {
		r.line = line
		name := f.Name + f.FeatureName
		if !isName(name) {
			return r.fail(1, "%.60q is not the name of a feature", name)
		}
		here := f.Installed != nil && *f.Installed || isInstalled(f.InstallState, 1, "Installed") || f.FeatureName != "" && isInstalled(f.State, 2, "Enabled")
		return !here || r.add(&st.Features, strings.ToLower(name), name)
	}, func(line, column int, problem string) {
		r.line = line
		r.fail(column, "the JSON cannot be read: %s", problem)
	})
}

func isInstalled(state any, number float64, word string) bool {
	switch x := state.(type) {
	case float64:
		return x == number
	case string:
		return x == word
	}
	return false
}

// csv reads the rows below a header that names Name and InstallState or Installed.
func (r *reader) csv(text string, st *State) {
	if rest, has := strings.CutPrefix(text, "#TYPE"); has {
		_, text, _ = strings.Cut(rest, "\n")
	}
	rows := csv.NewReader(strings.NewReader(text))
	var name, state int
	for first := true; ; first = false {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			var e *csv.ParseError
			if errors.As(err, &e) {
				r.line = e.Line
			}
			r.fail(1, "the line is not CSV, or has another number of fields")
			return
		}
		r.line, _ = rows.FieldPos(0)
		if first {
			name = slices.Index(row, "Name")
			if state = slices.Index(row, "InstallState"); state < 0 {
				state = slices.Index(row, "Installed")
			}
			if name < 0 || state < 0 {
				r.fail(1, "the first line must name the columns Name and InstallState")
				return
			}
			continue
		}
		if !isName(row[name]) {
			r.fail(1, "%.60q is not the name of a feature", row[name])
			return
		}
		if slices.Contains([]string{"Installed", "True", "1"}, row[state]) && !r.add(&st.Features, strings.ToLower(row[name]), row[name]) {
			return
		}
	}
}
