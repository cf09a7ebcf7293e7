// Package winrules reads rules of Windows Firewall from the Windows registry: files of reg export, the output of
// reg query, and Registry.pol, which holds the values of a GPO.
//
// These forms are the same in every language of Windows. A file may hold the local store, the policy store, or
// both. Other keys in it are ignored.
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

// hint says how to make a file for this package.
const hint = `make the file on the host with: reg export HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy FILE /y, ` +
	`and one of the policy store with: reg export HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall FILE /y`

// Read adds the stores in a file to st, and mistakes in the file to errs.
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
	found bool // the file has a key of the firewall
	first int  // number of mistakes before this file
}

// tooBad reports whether the file has so many mistakes that reporting more does not help.
func (r *reader) tooBad() bool { return r.errs.Len()-r.first >= 20 }

// value is a value of a key. Number is the value of a DWORD.
type value struct {
	name, text string
	number     uint64
	isNumber   bool
	pos        diag.Pos
	rule       string // the name of the rule, if the position does not show it
}

// parseNumber reads the digits of a DWORD.
func parseNumber(digits string) (uint64, error) {
	n, err := strconv.ParseUint(digits, 16, 32)
	if err != nil {
		return 0, fmt.Errorf("%.20q is not a number of eight hexadecimal digits", digits)
	}
	return n, nil
}
