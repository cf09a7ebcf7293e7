package winrules

import (
	"regexp"
	"strings"

	"rolewall/diag"
)

// queried is a value of reg query: NAME, TYPE and DATA, with four blanks before each.
var queried = regexp.MustCompile(`^    (.*?)    (REG_[A-Z_0-9]+)(?:    (.*))?$`)

// readQuery reads the output of reg query /s: keys, each followed by its values.
func (r *reader) readQuery(lines []string) {
	key := ""
	for i, line := range lines {
		at := diag.Pos{File: r.file, Line: i + 1, Column: 1}
		switch {
		case r.tooBad():
			return
		case strings.TrimSpace(line) == "":
		case isKey(line):
			key = strings.TrimRight(line, " ")
			r.key(key)
		case strings.HasPrefix(line, "    ") && key != "":
			r.query(key, line, at)
		case strings.HasPrefix(line, "    "):
			r.errs.Add(at, hint, "a value stands here before the first key")
			return
		default:
			// The last line of reg query /f is a count in the language of the host. The prompt of a shell is no
			// part of the output.
			r.errs.Add(at, hint, "this line is neither a key nor a value of reg query")
			return
		}
	}
}

func (r *reader) query(key, line string, at diag.Pos) {
	m := queried.FindStringSubmatch(line)
	if m == nil {
		r.errs.Add(at, hint, "the file is cut off or edited: this line is not NAME, REG_SZ or another type, and DATA")
		return
	}
	v := value{name: m[1], text: m[3], pos: at}
	if m[2] == "REG_DWORD" {
		n, err := parseNumber(strings.TrimPrefix(m[3], "0x"))
		if err != nil || !strings.HasPrefix(m[3], "0x") {
			r.errs.Add(at, hint, "%.60s: %.20q is not a number such as 0x1", v.name, m[3])
			return
		}
		v.number, v.isNumber = n, true
	}
	r.value(key, v)
}
