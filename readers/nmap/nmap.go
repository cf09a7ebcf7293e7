// Package nmap reads scan results of nmap in XML: which ports of which addresses answered.
//
// A scan shows what one source can reach. An answer proves that a packet was allowed. Silence proves that it was
// denied, or that something on the way dropped it. A reset proves neither: it comes from a port without a
// listener, or from a REJECT rule.
package nmap

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/netip"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/ruleset"
)

// maxHosts is how many hosts of a scan are read.
const maxHosts = 65536

// maxDepth is how deep elements may be nested. Scans have seven levels.
const maxDepth = 32

// Detect reports whether a file begins like a scan result.
func Detect(head []byte) bool {
	return bytes.Contains(head, []byte("<nmaprun")) || bytes.Contains(head, []byte("<!DOCTYPE nmaprun>"))
}

// Read returns a capture for each host of the scan that was up, with its addresses and the result of the scan. It
// adds mistakes to errs with their location.
func Read(file string, src []byte, errs *diag.List) []*capture.Capture {
	d := xml.NewDecoder(bytes.NewReader(src))
	d.Entity = map[string]string{}
	r := &reader{file: file, d: d, all: map[string]ruleset.Ports{}}
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			if !r.whole {
				r.fail(errs, "the scan is cut off: it has no end", "run nmap again, or wait until it ends")
			}
			break
		}
		if err != nil {
			r.fail(errs, "it is no XML from here on", "nmap -oX FILE writes the form that is read")
			break
		}
		if !r.token(token, errs) {
			break
		}
	}
	if errs.Len() > 0 {
		return nil
	}
	return r.hosts
}

// reader holds what was read of a scan so far.
type reader struct {
	file  string
	d     *xml.Decoder
	depth int
	all   map[string]ruleset.Ports // scanned ports by protocol
	args  string
	whole bool
	hosts []*capture.Capture
	host  *capture.Capture // the host that is being read; nil outside of hosts
	seen  map[string]map[string]ruleset.Ports
	extra struct {
		state string
		named bool // the element says which ports it is about
	}
	rest map[string]string // by protocol: the state of all scanned ports that no element names
	port struct {
		protocol string
		number   ruleset.Ports
	}
}

func (r *reader) fail(errs *diag.List, message, hint string) {
	line, column := r.d.InputPos()
	errs.Add(diag.Pos{File: r.file, Line: line, Column: column}, hint, "%s", message)
}

// token reads the next part of the file. It returns false after a mistake.
func (r *reader) token(t xml.Token, errs *diag.List) bool {
	switch t := t.(type) {
	case xml.StartElement:
		if r.depth++; r.depth > maxDepth {
			r.fail(errs, "elements stand too deeply in each other", "")
			return false
		}
		if problem := r.start(t); problem != "" {
			r.fail(errs, problem, "")
			return false
		}
	case xml.EndElement:
		r.depth--
		switch t.Name.Local {
		case "nmaprun":
			r.whole = true
		case "host":
			r.end()
		case "extraports":
			if !r.extra.named && r.host != nil {
				for protocol := range r.all {
					r.rest[protocol] = r.extra.state
				}
			}
		}
		if len(r.hosts) > maxHosts {
			r.fail(errs, "the scan has more than 65536 hosts", "scan fewer hosts at a time")
			return false
		}
	}
	return true
}

// start reads the beginning of an element and returns what is wrong with it, or "".
func (r *reader) start(t xml.StartElement) string {
	get := func(name string) string {
		i := slices.IndexFunc(t.Attr, func(a xml.Attr) bool { return a.Name.Local == name })
		if i < 0 {
			return ""
		}
		return t.Attr[i].Value
	}
	switch name := t.Name.Local; {
	case r.depth == 1 && name != "nmaprun":
		return "it is not a scan result of nmap"
	case name == "nmaprun":
		r.args = get("args")
	case name == "scaninfo":
		ports, err := ruleset.ParsePorts(get("services"))
		if err != nil && get("services") != "" {
			return "the scanned ports are not ports: " + err.Error()
		}
		r.all[get("protocol")] = ports
	case name == "host":
		r.host = &capture.Capture{Scan: &capture.Scan{Arguments: r.args}}
		line, column := r.d.InputPos()
		r.host.Scan.Pos = diag.Pos{File: r.file, Line: line, Column: column}
		r.seen, r.rest = map[string]map[string]ruleset.Ports{}, map[string]string{}
	case r.host == nil:
	case name == "address":
		if a, err := netip.ParseAddr(get("addr")); err == nil {
			r.host.Addresses = append(r.host.Addresses, a.Unmap().WithZone(""))
		}
	case name == "extraports":
		r.extra.state, r.extra.named = get("state"), false
	case name == "extrareasons" && get("ports") != "":
		r.extra.named = true
		return r.note(get("proto"), get("ports"), r.extra.state)
	case name == "port":
		ports, err := ruleset.ParsePorts(get("portid"))
		if err != nil && get("portid") != "0" {
			return "a port is none: " + err.Error()
		}
		r.port.protocol, r.port.number = get("protocol"), ports
	case name == "state" && len(r.port.number) > 0:
		return r.add(r.port.protocol, r.port.number, get("state"))
	}
	return ""
}

func (r *reader) note(protocol, ports, state string) string {
	list, err := ruleset.ParsePorts(ports)
	if err != nil {
		return "the ports are none: " + err.Error()
	}
	return r.add(protocol, list, state)
}

func (r *reader) add(protocol string, ports ruleset.Ports, state string) string {
	if r.seen[protocol] == nil {
		r.seen[protocol] = map[string]ruleset.Ports{}
	}
	r.seen[protocol][state] = r.seen[protocol][state].Union(ports)
	return ""
}

// end finishes a host.
func (r *reader) end() {
	h := r.host
	r.host = nil
	if h == nil || len(h.Addresses) == 0 {
		return
	}
	for _, protocol := range []string{"tcp", "udp"} {
		number := map[string]ruleset.Protocol{"tcp": ruleset.TCP, "udp": ruleset.UDP}[protocol]
		states := r.seen[protocol]
		if states == nil {
			states = map[string]ruleset.Ports{}
		}
		if state, all := r.rest[protocol]; all {
			var named ruleset.Ports
			for _, ports := range states {
				named = named.Union(ports)
			}
			states[state] = states[state].Union(r.all[protocol].Minus(named))
		}
		for state, ports := range states {
			if len(ports) == 0 {
				continue
			}
			t := ruleset.Traffic{Protocol: number, Ports: ports}
			switch strings.ToLower(state) {
			case "open":
				h.Scan.Open = append(h.Scan.Open, t)
			case "filtered":
				h.Scan.Silent = append(h.Scan.Silent, t)
			default: // closed, unfiltered, open|filtered, closed|filtered
				h.Scan.Unclear += ports.Len()
			}
		}
	}
	slices.SortFunc(h.Scan.Open, ruleset.Traffic.Compare)
	slices.SortFunc(h.Scan.Silent, ruleset.Traffic.Compare)
	h.Sources = []capture.Source{{File: r.file, Form: "nmap", Complete: false}}
	r.hosts = append(r.hosts, h)
}
