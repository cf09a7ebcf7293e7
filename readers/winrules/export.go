package winrules

import (
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"

	"rolewall/diag"
)

// readExport reads files of reg export and regedit: keys in brackets, each followed by its values.
func (r *reader) readExport(lines []string) {
	key := ""
	for i := 1; i < len(lines) && !r.tooBad(); i++ { // the first line is the header
		line, at := lines[i], diag.Pos{File: r.file, Line: i + 1, Column: 1}
		for continues(line) && i+1 < len(lines) {
			i++
			line = strings.TrimSuffix(line, `\`) + strings.TrimLeft(lines[i], " \t")
		}
		switch {
		case strings.TrimSpace(line) == "" || strings.HasPrefix(line, ";"):
		case strings.HasPrefix(line, "[-"):
			r.errs.Add(at, hint, "this line deletes a key: the file is made to change a registry, not written by reg export")
		case strings.HasPrefix(line, "["):
			end := strings.LastIndexByte(line, ']')
			if end < 0 {
				r.errs.Add(at, hint, "the file is cut off: the key has no closing bracket")
				return
			}
			key = line[1:end]
			r.key(key)
		case key == "":
			r.errs.Add(at, hint, "a value stands here before the first key")
			return
		default:
			r.exported(key, line, at)
		}
	}
}

// continues reports whether the value continues in the next line. Only lists of bytes do.
func continues(line string) bool {
	return strings.HasSuffix(line, `\`) && !strings.HasSuffix(line, `"`) && strings.Contains(line, "hex")
}

// exported reads a line such as "NAME"="DATA", @="DATA", "NAME"=dword:00000001 or "NAME"=hex(2):25,00.
func (r *reader) exported(key, line string, at diag.Pos) {
	v := value{pos: at}
	rest, ok := line, true
	if strings.HasPrefix(line, "@") {
		rest = line[1:]
	} else if v.name, rest, ok = unquote(line); !ok {
		r.errs.Add(at, hint, `the file is cut off or edited: this line is not "NAME"=DATA`)
		return
	}
	data, ok := strings.CutPrefix(rest, "=")
	if !ok {
		r.errs.Add(at, hint, `the file is cut off or edited: this line is not "NAME"=DATA`)
		return
	}
	switch data = strings.TrimRight(data, " \t"); {
	case strings.HasPrefix(data, `"`):
		var tail string
		if v.text, tail, ok = unquote(data); !ok || tail != "" {
			r.errs.Add(at, hint, "the file is cut off or edited: the text of %.60q does not end in a quotation mark", v.name)
			return
		}
	case strings.HasPrefix(data, "dword:"):
		digits := data[len("dword:"):]
		n, err := parseNumber(digits)
		if err == nil && len(digits) != 8 {
			err = fmt.Errorf("the file is cut off or edited: dword: has eight digits, not %d", len(digits))
		}
		if err != nil {
			r.errs.Add(at, hint, "%.60s: %s", v.name, err)
			return
		}
		v.number, v.isNumber = n, true
	case strings.HasPrefix(data, "hex"):
		if v.text, ok = hexText(data); !ok {
			r.errs.Add(at, hint, "the file is cut off or edited: the bytes of %.60q are not pairs of hexadecimal digits", v.name)
			return
		}
	case data == "-":
		r.errs.Add(at, hint, "this line deletes a value: the file is made to change a registry, not written by reg export")
		return
	default:
		r.errs.Add(at, hint, "the data of %.60q is neither text, dword: nor hex:", v.name)
		return
	}
	r.value(key, v)
}

// unquote reads a text in quotation marks, in which \ and " follow a backslash. It returns the rest of the line.
func unquote(s string) (text, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		return "", s, false
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:], true
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '\\' || s[i+1] == '"'):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", s, false
}

// hexText reads hex:, hex(1):, hex(2): and hex(7): as UTF-16 and removes zeros at the end.
func hexText(data string) (string, bool) {
	_, list, ok := strings.Cut(data, ":")
	if !ok {
		return "", false
	}
	var raw []byte
	for pair := range strings.SplitSeq(list, ",") {
		if pair = strings.TrimSpace(pair); pair == "" && list == "" {
			break
		}
		b, err := parseNumber(pair)
		if err != nil || len(pair) != 2 {
			return "", false
		}
		raw = append(raw, byte(b))
	}
	return utf16Text(raw), true
}

// utf16Text returns the text of a value in UTF-16, without zeros at the end.
func utf16Text(data []byte) string {
	var units []uint16
	for i := 0; i+1 < len(data); i += 2 {
		units = append(units, binary.LittleEndian.Uint16(data[i:]))
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}
