package flowlog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"rolewall/ruleset"
)

// AuditTable is the table of the target audit. Its sets hold what the policy would drop: addresses, protocol, port
// or ICMP type, and the interface if the policy names interfaces.
const AuditTable = "rolewall-audit"

// maxAudit is the largest output of nft -j in bytes. Full sets of the target take about 20 MB.
const maxAudit = 64 << 20

// auditObject is one object in the output of nft -j list table.
type auditObject struct {
	Counter *struct {
		Table, Name string
		Packets     uint64
	} `json:"counter"`
	Set *struct {
		Table, Name string
		Timeout     int64
		Elem        []json.RawMessage
	} `json:"set"`
}

// auditElement is an element of a set.
type auditElement struct {
	Elem struct {
		Val struct {
			Concat []json.RawMessage
		}
		Timeout, Expires int64
		Counter          struct{ Packets uint64 }
	}
}

// readAudit reads the output of nft -j list table inet rolewall-audit. o.Now is when it was printed.
func readAudit(ctx context.Context, name string, r io.Reader, o Options, visit func(*Record) error) (Notes, error) {
	n := Notes{}
	in := json.NewDecoder(io.LimitReader(r, maxAudit))
	for {
		token, err := in.Token()
		if err != nil {
			return n, auditError(err)
		}
		if token == json.Delim('[') {
			break
		}
	}
	found := false
	for in.More() {
		if ctx.Err() != nil {
			return n, context.Cause(ctx)
		}
		var x auditObject
		if err := in.Decode(&x); err != nil {
			return n, auditError(err)
		}
		if c := x.Counter; c != nil && c.Table == AuditTable && c.Name == "full" && c.Packets > 0 {
			n.Lost++
		}
		if x.Set == nil || x.Set.Table != AuditTable {
			continue
		}
		found = true
		for _, raw := range x.Set.Elem {
			n.Lines++
			rec := Record{Inbound: true, Began: true, Verdict: Allowed}
			switch auditRecord(raw, x.Set.Name, x.Set.Timeout, o.Now, &rec) {
			case lost: // the set for single ports was full
				n.Lost++
			case bad:
				n.Bad++
				if len(n.FirstBad) < firstBadLines {
					n.FirstBad = append(n.FirstBad, fmt.Sprintf("%s: set %s: %s", name, x.Set.Name, raw[:min(len(raw), 200)]))
				}
			default:
				n.Records++
				if err := visit(&rec); err != nil {
					return n, err
				}
			}
		}
	}
	if _, err := in.Token(); err != nil {
		return n, auditError(err)
	}
	if !found {
		return n, fmt.Errorf("it holds no set of table inet %s", AuditTable)
	}
	return n, nil
}

func auditError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the JSON is cut, or larger than 64 MiB")
	}
	if _, isSyntax := errors.AsType[*json.SyntaxError](err); isSyntax {
		return fmt.Errorf("this is not what nft -j prints: %w", err)
	}
	return err
}

// auditRecord reads an element: source, destination, protocol, port, and an interface if the set has one.
func auditRecord(raw json.RawMessage, set string, timeout int64, now time.Time, r *Record) outcome {
	var e auditElement
	if json.Unmarshal(raw, &e) != nil {
		return bad
	}
	parts := make([][]byte, len(e.Elem.Val.Concat))
	for i, x := range e.Elem.Val.Concat {
		parts[i] = []byte(strings.Trim(string(x), `"`))
	}
	if len(parts) < 3 {
		return bad
	}
	var ok [3]bool
	r.Src, ok[0] = address(parts[0])
	r.Dst, ok[1] = address(parts[1])
	rest := parts[2:]
	switch {
	case strings.HasPrefix(set, "icmp"):
		r.Protocol = ruleset.ICMP
		if r.Src.Is6() {
			r.Protocol = ruleset.ICMPv6
		}
		if len(rest) < 2 {
			return bad
		}
		var isCode bool
		r.Type, ok[2] = named(rest[0], r.Src, icmpTypes, icmpv6Types)
		r.Code, isCode = named(rest[1], r.Src, icmpCodes, icmpv6Codes)
		ok[2] = ok[2] && isCode
		rest = rest[2:]
	case strings.HasPrefix(set, "port"):
		if len(rest) < 2 {
			return bad
		}
		var isPort bool
		r.Protocol, ok[2] = protocol(rest[0])
		r.DstPort, isPort = port(rest[1])
		ok[2] = ok[2] && isPort && r.Protocol.HasPorts()
		rest = rest[2:]
	default:
		r.Protocol, ok[2] = protocol(rest[0])
		if ok[2] && (r.Protocol.HasPorts() || r.Protocol.HasTypes()) {
			return lost // the set with more detail was full
		}
		rest = rest[1:]
	}
	if ok != [3]bool{true, true, true} || !sameFamily(r.Src, r.Dst) {
		return bad
	}
	if len(rest) > 0 {
		r.Interface = rest[0]
	}
	r.Count = e.Elem.Counter.Packets
	if e.Elem.Timeout > 0 {
		timeout = e.Elem.Timeout
	}
	if !now.IsZero() && timeout >= e.Elem.Expires {
		r.Time = now.Add(-time.Duration(timeout-e.Elem.Expires) * time.Second).UnixMicro()
	}
	return found
}

func sameFamily(a, b netip.Addr) bool { return a.Is4() == b.Is4() }

// icmpTypes holds the names that nft prints for numbers.
var icmpTypes = map[string]uint8{
	"echo-reply": 0, "destination-unreachable": 3, "source-quench": 4, "redirect": 5, "echo-request": 8, "router-advertisement": 9, "router-solicitation": 10,
	"time-exceeded": 11, "parameter-problem": 12, "timestamp-request": 13, "timestamp-reply": 14, "info-request": 15, "info-reply": 16,
	"address-mask-request": 17, "address-mask-reply": 18,
}

var icmpv6Types = map[string]uint8{
	"destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4, "echo-request": 128, "echo-reply": 129,
	"mld-listener-query": 130, "mld-listener-report": 131, "mld-listener-done": 132, "mld-listener-reduction": 132, "nd-router-solicit": 133,
	"nd-router-advert": 134, "nd-neighbor-solicit": 135, "nd-neighbor-advert": 136, "nd-redirect": 137, "router-renumbering": 138,
	"ind-neighbor-solicit": 141, "ind-neighbor-advert": 142, "mld2-listener-report": 143,
}

// icmpCodes holds the names that nft prints for codes. nft uses the names of one type for all types.
var icmpCodes = map[string]uint8{
	"net-unreachable": 0, "host-unreachable": 1, "prot-unreachable": 2, "port-unreachable": 3, "frag-needed": 4, "net-prohibited": 9, "host-prohibited": 10,
	"admin-prohibited": 13,
}

var icmpv6Codes = map[string]uint8{
	"no-route": 0, "admin-prohibited": 1, "addr-unreachable": 3, "port-unreachable": 4, "policy-fail": 5, "reject-route": 6,
}

// named reads a number, or one of the names of the address family.
func named(b []byte, of netip.Addr, ipv4, ipv6 map[string]uint8) (uint8, bool) {
	if n, ok := octet(b); ok {
		return n, true
	}
	names := ipv4
	if of.Is6() {
		names = ipv6
	}
	n, ok := names[string(b)]
	return n, ok
}
