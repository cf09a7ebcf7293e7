// Package winrules reads what the registry of Windows holds of Windows Firewall: files of reg export, the output of reg query, and
// Registry.pol, in which a GPO keeps what it puts there.
//
// These forms are the same in every language of Windows. A file may hold the local store, the policy store, or both; what it holds
// of other keys is left aside.
package winrules

import (
	"fmt"
	"strconv"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/winstore"
	"rolewall/readers/wintext"
)

// Detect reports whether a file begins as reg export or reg query write it.
func Detect(head []byte) bool {
	text := wintext.Head(head)
	return strings.HasPrefix(text, headerNew) || strings.HasPrefix(text, headerOld) || isKey(text)
}

// The first lines of files that reg export and regedit write.
const (
	headerNew = "Windows Registry Editor Version 5.00"
	headerOld = "REGEDIT4"
)

func isKey(text string) bool {
	return strings.HasPrefix(text, `HKEY_LOCAL_MACHINE\`) || strings.HasPrefix(text, `HKLM\`)
}

// hint says how to make a file that this package reads.
const hint = `make the file on the host with: reg export HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy FILE /y, ` +
	`and one of the policy store with: reg export HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall FILE /y`

// Read adds the stores that a file holds to st, and what is wrong with the file to errs.
func Read(file string, src []byte, st *winstore.State, errs *diag.List) {
	text, ok := wintext.Decode(file, src, hint, errs)
	if !ok {
		return
	}
	if !Detect(src) {
		errs.Add(diag.Pos{File: file, Line: 1, Column: 1}, hint, "this is not what reg export or reg query write")
		return
	}
	r := reader{file: file, st: st, errs: errs, first: errs.Len()}
	lines := strings.Split(text, "\n")
	end := "\n\n" // reg export ends each key with an empty line
	if isKey(wintext.Head(src)) {
		end = "\n"
		r.readQuery(lines)
	} else {
		r.readExport(lines)
	}
	if errs.Len() == r.first && !strings.HasSuffix(text, end) {
		errs.Add(diag.Pos{File: file, Line: len(lines), Column: 1}, hint, "the file is cut off: it does not end as reg ends one, with %s", map[string]string{"\n": "a whole line", "\n\n": "an empty line"}[end])
	}
	if !r.found {
		errs.Add(diag.Pos{File: file, Line: 1, Column: 1}, hint, "the file holds no key of Windows Firewall")
	}
	st.Sources = append(st.Sources, capture.Source{File: file, Form: "reg", Complete: true})
}

// reader reads one file.
type reader struct {
	file  string
	st    *winstore.State
	errs  *diag.List
	found bool // a key of the firewall stood there
	first int  // mistakes that were there before
}

// tooBad reports whether the file has so many mistakes that more of them help nobody.
func (r *reader) tooBad() bool { return r.errs.Len()-r.first >= 20 }

// value is a value of a key. Number is what a DWORD holds.
type value struct {
	name, text string
	number     uint64
	isNumber   bool
	pos        diag.Pos
	rule       string // what people call the rule where the position does not tell it
}

// parseNumber reads the digits of a DWORD.
func parseNumber(digits string) (uint64, error) {
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return 0, fmt.Errorf("%.20q is not a number of eight hexadecimal digits", digits)
	}
	return n, nil
}
