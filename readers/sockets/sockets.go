// Package sockets reads what programs of a host listen on: ss, netstat, Get-NetTCPConnection and Get-NetUDPEndpoint as JSON, and
// tasklist, which says which services run in a process of Windows.
//
// Files may be in any language of Windows: a listener is recognised by its empty remote address, never by a word. Nothing is
// added to what a file says: a capture without root has sockets without processes.
package sockets

import (
	"cmp"
	"net/netip"
	"slices"

	"rolewall/diag"
	"rolewall/ruleset"
)

// Socket is a socket of a host.
type Socket struct {
	Pos       diag.Pos
	Protocol  ruleset.Protocol // TCP or UDP
	Families  ruleset.Families // in which it listens; both: a socket of IPv6 that takes IPv4 too
	Addr      netip.Addr       // its own address, without a zone; invalid: every one
	Interface string           // to which it is bound; empty: none
	Port      uint16
	Peer      netip.AddrPort // the other side of the connection; invalid: it listens
	Processes []string       // names, as the system has them: "nginx", "dns.exe"; sorted
	Services  []string       // of Windows, by tasklist or netstat; sorted
	PID       int            // of a Windows process or the first one of Linux; 0: not known
	Unit      string         // of systemd, "nginx.service"; empty: not known
}

// Listens reports whether the socket waits for others.
func (s *Socket) Listens() bool { return !s.Peer.IsValid() }

// State is what the files of one host tell.
type State struct {
	Sockets   []Socket
	Processes map[int]Process // of tasklist
	Files     []string        // that were read
}

// Process is a line of tasklist.
type Process struct {
	Name     string
	Services []string
}

// maxSockets bounds the sockets of a host.
const maxSockets = 200_000

// Join gives sockets the names that tasklist has for their processes, and sorts them. It is called once all files are read.
func (st *State) Join() {
	for i := range st.Sockets {
		s := &st.Sockets[i]
		p, known := st.Processes[s.PID]
		if !known || s.PID == 0 {
			continue
		}
		if len(s.Processes) == 0 {
			s.Processes = []string{p.Name}
		}
		if len(s.Services) == 0 {
			s.Services = p.Services
		}
	}
	slices.SortStableFunc(st.Sockets, func(a, b Socket) int {
		return cmp.Or(cmp.Compare(a.Protocol, b.Protocol), cmp.Compare(a.Port, b.Port), a.Addr.Compare(b.Addr), a.Peer.Compare(b.Peer))
	})
}

// reader reads one file.
type reader struct {
	file string
	line int
	st   *State
	errs *diag.List
	hint string
	full bool
}

func (r *reader) fail(column int, format string, args ...any) {
	r.errs.Add(diag.Pos{File: r.file, Line: r.line, Column: column}, r.hint, format, args...)
}

// add adds a socket. It reports false where there are too many.
func (r *reader) add(s Socket) bool {
	if len(r.st.Sockets) >= maxSockets {
		if !r.full {
			r.fail(1, "the host has more than %d sockets", maxSockets)
		}
		r.full = true
		return false
	}
	s.Pos = diag.Pos{File: r.file, Line: r.line, Column: 1}
	slices.Sort(s.Processes)
	s.Processes = slices.Compact(s.Processes)
	r.st.Sockets = append(r.st.Sockets, s)
	return true
}
