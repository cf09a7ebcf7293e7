package sockets

import (
	"encoding/csv"
	"errors"
	"io"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"rolewall/diag"
	"rolewall/readers/jsonlist"
	"rolewall/readers/wintext"
	"rolewall/ruleset"
)

const jsonHint = "make it on the host: Get-NetTCPConnection | Select-Object LocalAddress,LocalPort,RemoteAddress,RemotePort,State,OwningProcess | ConvertTo-Json, and the same of Get-NetUDPEndpoint"

// DetectJSON reports whether a file begins as Get-NetTCPConnection or Get-NetUDPEndpoint as JSON does.
func DetectJSON(head []byte) bool {
	text := wintext.Head(head)
	return (strings.HasPrefix(text, "[") || strings.HasPrefix(text, "{")) && strings.Contains(text, `"LocalPort"`) && strings.Contains(text, `"OwningProcess"`)
}

// connection is an object of such a file.
type connection struct {
	LocalAddress  string `json:"LocalAddress"`
	LocalPort     uint16 `json:"LocalPort"`
	RemoteAddress string `json:"RemoteAddress"`
	RemotePort    uint16 `json:"RemotePort"`
	PID           int    `json:"OwningProcess"`
	State         any    `json:"State"`
}

// ReadJSON adds the sockets of such a file to st. It adds mistakes to errs with their location.
func ReadJSON(file string, src []byte, st *State, errs *diag.List) {
	text, ok := wintext.Decode(file, src, jsonHint, errs)
	if !ok {
		return
	}
	st.Files = append(st.Files, file)
	r := &reader{file: file, st: st, errs: errs, hint: jsonHint}
	jsonlist.Read([]byte(text), func(line int, c connection) bool {
		r.line = line
		return r.connection(c)
	}, func(line, column int, problem string) {
		r.line = line
		r.fail(column, "the JSON cannot be read: %s", problem)
	})
}

func (r *reader) connection(c connection) bool {
	local, ok := side(c.LocalAddress, c.LocalPort)
	peer, okToo := endpoint{whole: both}, true
	p := ruleset.UDP
	if c.RemoteAddress != "" {
		p = ruleset.TCP
		peer, okToo = side(c.RemoteAddress, c.RemotePort)
	}
	if !ok || !okToo {
		r.fail(1, "%.60q and %.60q are not the addresses of a socket", c.LocalAddress, c.RemoteAddress)
		return false
	}
	s, good := socket(p, local, peer)
	if !good || p == ruleset.TCP && s.Listens() && !isListening(c.State) {
		return true // bound, but not listening
	}
	s.PID = max(c.PID, 0)
	return r.add(s)
}

// isListening reports whether a state is that of a listener: 2 in PowerShell 5.1, a word in PowerShell 7.
func isListening(state any) bool {
	switch x := state.(type) {
	case float64:
		return x == 2
	case string:
		return x == "Listen"
	}
	return state == nil
}

// side reads an address and a port.
func side(addr string, port uint16) (endpoint, bool) {
	host, zone, _ := strings.Cut(addr, "%")
	a, err := netip.ParseAddr(host)
	if err != nil || zone != "" && !isZone(zone) {
		return endpoint{}, false
	}
	e := endpoint{port: port, zone: zone, whole: onlyIPv6}
	if a = a.Unmap(); a.Is4() {
		e.whole = onlyIPv4
	}
	if !a.IsUnspecified() {
		e.addr = a
	}
	return e, true
}

const tasklistHint = "make it on the host: tasklist /svc /fo csv"

// DetectTasklist reports whether a file begins like the output of tasklist /svc /fo csv, with its header in any
// language or without.
func DetectTasklist(head []byte) bool {
	n := 0
	for line := range strings.Lines(wintext.Head(head)) {
		if n++; n > 3 {
			return false
		}
		row, err := csv.NewReader(strings.NewReader(line)).Read()
		if err != nil || len(row) < 3 || !strings.HasPrefix(line, `"`) {
			return false
		}
		if isNumber(row[1]) {
			return true
		}
	}
	return false
}

// ReadTasklist adds processes and their services to st. It adds mistakes to errs with their location.
func ReadTasklist(file string, src []byte, st *State, errs *diag.List) {
	text, ok := wintext.Decode(file, src, tasklistHint, errs)
	if !ok {
		return
	}
	st.Files = append(st.Files, file)
	if st.Processes == nil {
		st.Processes = map[int]Process{}
	}
	r := &reader{file: file, st: st, errs: errs, hint: tasklistHint}
	rows := csv.NewReader(strings.NewReader(text))
	rows.FieldsPerRecord = -1
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			var e *csv.ParseError
			if errors.As(err, &e) {
				r.line = e.Line
			}
			r.fail(1, "the line is not CSV")
			return
		}
		if r.line, _ = rows.FieldPos(0); len(row) < 3 || len(st.Processes) > maxSockets {
			r.fail(1, "a line of tasklist has a name, a number and services")
			return
		}
		pid, err := strconv.Atoi(row[1])
		if err != nil {
			if len(st.Processes) == 0 {
				continue // the header
			}
			r.fail(1, "%.40q is not the number of a process", row[1])
			return
		}
		p := Process{Name: row[0]}
		if row[2] != "N/A" && !strings.ContainsAny(row[2], " /") { // the word for no services is translated
			p.Services = slices.DeleteFunc(strings.Split(row[2], ","), func(s string) bool { return s == "" })
			slices.Sort(p.Services)
		}
		st.Processes[pid] = p
	}
}
