// Package sockets reads what programs of a host listen on: the output of ss and netstat, Get-NetTCPConnection and
// Get-NetUDPEndpoint as JSON, and tasklist, which lists the services in each Windows process.
//
// Files may be in any language of Windows. A listener is recognized by its empty remote address, not by a word.
// Nothing is added to what a file says: a capture made without root has sockets without processes.
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
	Families  ruleset.Families // families in which it listens; both if an IPv6 socket also accepts IPv4
	Addr      netip.Addr       // its own address without a zone; invalid means every address
	Interface string           // the interface that it is bound to; empty means none
	Port      uint16
	Peer      netip.AddrPort // the other side of the connection; invalid if it listens
	Processes []string       // names as the system has them, such as "nginx" or "dns.exe"; sorted
	Services  []string       // Windows services, from tasklist or netstat; sorted
	PID       int            // of a Windows process, or the first on Linux; 0 if unknown
	Unit      string         // systemd unit, such as "nginx.service"; empty if unknown
}

// Listens reports whether the socket waits for connections.
func (s *Socket) Listens() bool { return !s.Peer.IsValid() }

// State is what the files of one host tell.
type State struct {
	Sockets   []Socket
	Processes map[int]Process // from tasklist
	Files     []string        // files that were read
}

// Process is a line of tasklist.
type Process struct {
	Name     string
	Services []string
}

// maxSockets is the largest number of sockets of a host.
const maxSockets = 200_000

// Join adds to sockets the names that tasklist has for their processes, and sorts them. Call it after all files
// are read.
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

// add adds a socket. It returns false if there are too many.
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
