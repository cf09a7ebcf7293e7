package winrules

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/regpol"
	"rolewall/readers/winstore"
)

// DetectPolicy reports whether a file begins as Registry.pol does, in which a GPO keeps its values.
func DetectPolicy(head []byte) bool { return bytes.HasPrefix(head, []byte("PReg")) }

// ReadPolicy adds what a GPO says of the policy store to st, and what is wrong with the file to errs. It is one GPO of perhaps
// several, so that the store does not count as seen.
func ReadPolicy(file string, src []byte, st *winstore.State, errs *diag.List) {
	const hint = `take the file Registry.pol of the GPO as it is: ...\Policies\{GUID}\Machine\Registry.pol`
	entries, err := regpol.Decode(src)
	if err != nil {
		errs.Add(diag.Pos{File: file}, hint, "%s", err)
		return
	}
	r := reader{file: file, st: st, errs: errs}
	for _, e := range applied(entries) {
		v := value{name: e.Name, pos: diag.Pos{File: file}, rule: fmt.Sprintf("entry %s at byte %d", e.Name, e.Offset)}
		if n, isNumber := e.Number(); isNumber {
			v.number, v.isNumber = uint64(n), true
		} else {
			v.text = polText(e.Data)
		}
		key := `HKEY_LOCAL_MACHINE\` + e.Key
		if store, path, found := split(key); found {
			r.found = true
			if p := profileOf(store, path); p != "" {
				st.Settings(store, p)
			}
		}
		r.value(key, v)
	}
	if !r.found {
		errs.Add(diag.Pos{File: file}, hint, "the policy says nothing of Windows Firewall")
	}
	st.Sources = append(st.Sources, capture.Source{File: file, Form: "pol", Complete: false})
}

// applied returns the entries that are left once each took effect: a later value takes the place of an earlier one, and names that
// begin with two stars delete.
func applied(entries []regpol.Entry) []regpol.Entry {
	var out []regpol.Entry
	at := map[string]int{}
	drop := func(key, name string) {
		id := strings.ToLower(key + `\\` + name)
		if i, known := at[id]; known {
			out[i] = regpol.Entry{}
			delete(at, id)
		}
	}
	for _, e := range entries {
		low := strings.ToLower(e.Name)
		switch name, single := strings.CutPrefix(low, "**del."); {
		case single:
			drop(e.Key, name)
		case strings.HasPrefix(low, "**delvals"):
			for i := range out {
				if strings.EqualFold(out[i].Key, e.Key) {
					drop(out[i].Key, out[i].Name)
				}
			}
		case strings.HasPrefix(low, "**deletevalues"):
			for name := range strings.SplitSeq(polText(e.Data), ";") {
				drop(e.Key, name)
			}
		case strings.HasPrefix(low, "**deletekeys"):
			for name := range strings.SplitSeq(polText(e.Data), ";") {
				below := strings.ToLower(e.Key + `\` + name)
				for i := range out {
					if key := strings.ToLower(out[i].Key); key == below || strings.HasPrefix(key, below+`\`) {
						drop(out[i].Key, out[i].Name)
					}
				}
			}
		case strings.HasPrefix(low, "**securekey"):
		default:
			e.Name = e.Name[len(e.Name)-len(strings.TrimPrefix(low, "**soft.")):]
			drop(e.Key, e.Name)
			at[strings.ToLower(e.Key+`\\`+e.Name)] = len(out)
			out = append(out, e)
		}
	}
	return slices.DeleteFunc(out, func(e regpol.Entry) bool { return e.Key == "" })
}

// polText is data as text in UTF-16, without zeros at the end.
func polText(data []byte) string {
	var units []uint16
	for i := 0; i+1 < len(data); i += 2 {
		units = append(units, binary.LittleEndian.Uint16(data[i:]))
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}
