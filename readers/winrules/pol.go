package winrules

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/regpol"
	"rolewall/readers/winstore"
)

// DetectPolicy reports whether a file begins as Registry.pol does, the file with the values of a GPO.
func DetectPolicy(head []byte) bool { return bytes.HasPrefix(head, []byte("PReg")) }

// ReadPolicy adds the values of a GPO in the policy store to st, and mistakes in the file to errs. A host may have
// several GPOs, so the store does not count as captured.
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
			v.text = utf16Text(e.Data)
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

// applied returns the entries that remain after each has taken effect. A later value replaces an earlier one, and
// a name that begins with two stars deletes values.
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
			for name := range strings.SplitSeq(utf16Text(e.Data), ";") {
				drop(e.Key, name)
			}
		case strings.HasPrefix(low, "**deletekeys"):
			for name := range strings.SplitSeq(utf16Text(e.Data), ";") {
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
