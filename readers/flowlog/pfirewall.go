package flowlog

import (
	"bytes"
	"slices"
	"time"
)

// pfirewall reads pfirewall.log of Windows. The header of the log names its columns and its clock.
type pfirewall struct {
	clock   clock
	columns []int // the meaning of each column; see pfirewallColumns
	words   [][]byte
}

// The columns that are read, by their names in the header.
const (
	pfDate = iota + 1
	pfTime
	pfAction
	pfProtocol
	pfSource
	pfDestination
	pfSourcePort
	pfDestinationPort
	pfFlags
	pfType
	pfCode
	pfPath
)

var pfirewallColumns = map[string]int{
	"date": pfDate, "time": pfTime, "action": pfAction, "protocol": pfProtocol, "src-ip": pfSource, "dst-ip": pfDestination,
	"src-port": pfSourcePort, "dst-port": pfDestinationPort, "tcpflags": pfFlags, "icmptype": pfType, "icmpcode": pfCode, "path": pfPath,
}

// defaultPfirewall is the header to assume for a log whose beginning was cut off.
const defaultPfirewall = "date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path"

func newPfirewall(o Options) parser {
	p := &pfirewall{clock: clock{zone: o.zone()}}
	p.header([]byte(defaultPfirewall))
	return p
}

func (p *pfirewall) header(line []byte) {
	p.columns = p.columns[:0]
	for _, name := range bytes.Fields(line) {
		p.columns = append(p.columns, pfirewallColumns[string(name)])
	}
	p.words = make([][]byte, len(p.columns)+1)
}

func (p *pfirewall) line(line []byte, r *Record) outcome {
	if line[0] == '#' {
		if rest, is := bytes.CutPrefix(line, []byte("#Fields:")); is {
			p.header(rest)
		}
		if rest, is := bytes.CutPrefix(line, []byte("#Time Format:")); is && contains(rest, "utc") {
			p.clock.zone = time.UTC
		}
		return skipped
	}
	n := words(line, p.words)
	var date, at, action, path, flags []byte
	ok := n >= 8
	for i, word := range p.words[:min(n, len(p.columns))] {
		if len(word) == 1 && word[0] == '-' {
			continue
		}
		var good bool
		switch p.columns[i] {
		case pfDate:
			date, good = word, true
		case pfTime:
			at, good = word, true
		case pfAction:
			action, good = word, true
		case pfProtocol:
			r.Protocol, good = protocol(word)
		case pfSource:
			r.Src, good = address(word)
		case pfDestination:
			r.Dst, good = address(word)
		case pfSourcePort:
			r.SrcPort, good = port(word)
		case pfDestinationPort:
			r.DstPort, good = port(word)
		case pfType:
			r.Type, good = octet(word)
		case pfCode:
			r.Code, good = octet(word)
		case pfFlags:
			flags, good = word, true
		case pfPath:
			path, good = word, true
		default:
			good = true
		}
		ok = ok && good
	}
	if bytes.Equal(action, []byte("INFO-EVENTS-LOST")) {
		return lost
	}
	var isTime bool
	r.Time, isTime = p.clock.split(date, at)
	if !ok || !isTime || !r.Src.IsValid() || !r.Dst.IsValid() {
		return bad
	}
	switch {
	case bytes.Equal(path, []byte("RECEIVE")):
		r.Inbound = true
	case bytes.Equal(path, []byte("SEND")):
		r.Outbound = true
	case bytes.Equal(path, []byte("FORWARD")):
		r.Forwarded = true
	}
	return r.act(action, flags)
}

// act sets the verdict of a record from the column action. It returns skipped for an action that opens no connection.
func (r *Record) act(action, flags []byte) outcome {
	switch {
	case bytes.Equal(action, []byte("ALLOW")):
		r.Verdict, r.Began = Allowed, true // one line for each connection
	case bytes.Equal(action, []byte("DROP")):
		r.Verdict = Dropped
		r.Began = !r.Protocol.HasPorts() || flags == nil || slices.Contains(flags, 'S') && !slices.Contains(flags, 'A')
	case bytes.Equal(action, []byte("OPEN")), bytes.Equal(action, []byte("OPEN-INBOUND")):
		r.Verdict, r.Began = Allowed, true
	default: // CLOSE and others end a connection
		return skipped
	}
	return found
}
