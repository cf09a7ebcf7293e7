// Package iproute reads the output of ip -j addr and ip -j route: the addresses and routes of a host. They tell an
// evaluation which packets are for the host, and through which interface it forwards others.
package iproute

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
)

// entry is an interface or a route. A list has only one of these kinds.
type entry struct {
	Name      string `json:"ifname"`
	Addresses []struct {
		Local     string `json:"local"`
		Bits      int    `json:"prefixlen"`
		Broadcast string `json:"broadcast"`
	} `json:"addr_info"`
	To     *string `json:"dst"`
	Metric int64   `json:"metric"`
	Hops   []struct {
		Dev string `json:"dev"`
	} `json:"nexthops"`
	Dev     string `json:"dev"`
	Type    string `json:"type"`
	Table   any    `json:"table"`
	Gateway string `json:"gateway"`
	Pref    string `json:"pref"` // only in IPv6
}

// Detect reports whether the beginning of a file looks like a list of addresses or routes.
func Detect(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	return bytes.HasPrefix(head, []byte("[{")) && (bytes.Contains(head, []byte(`"ifname":`)) || bytes.Contains(head, []byte(`"dst":`)) && !bytes.Contains(head, []byte(`"src_port"`)))
}

// Read adds addresses or routes to the state. It skips routes of tables other than main, since rules decide when
// these apply. It adds mistakes to errs with their location.
func Read(file string, src []byte, st *netfilter.State, errs *diag.List) {
	var list []entry
	if err := json.Unmarshal(src, &list); err != nil {
		errs.Add(place(file, src, err), "", "the file is not a list of addresses or routes of ip -j: %v", message(err))
		return
	}
	form := "ip-addr"
	ipv6 := slices.ContainsFunc(list, func(e entry) bool {
		return e.Pref != "" || strings.Contains(text(e.To)+e.Gateway, ":")
	})
	for _, e := range list {
		ok := true
		if e.To != nil {
			form = "ip-route"
			ok = route(e, ipv6, st)
		} else {
			ok = addresses(e, st)
		}
		if !ok {
			errs.Add(diag.Pos{File: file}, "", "%q is not an address", e.Name+text(e.To))
			return
		}
	}
	st.Sources = append(st.Sources, capture.Source{File: file, Form: form, Complete: true})
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func addresses(e entry, st *netfilter.State) bool {
	for _, x := range e.Addresses {
		a, err := netip.ParseAddr(x.Local)
		if err != nil || x.Bits < 0 || x.Bits > a.BitLen() {
			return false
		}
		broadcast, _ := netip.ParseAddr(x.Broadcast)
		st.Network.Addresses = append(st.Network.Addresses, netfilter.InterfaceAddress{Interface: e.Name, Prefix: netip.PrefixFrom(a, x.Bits), Broadcast: broadcast})
	}
	return true
}

func route(e entry, ipv6 bool, st *netfilter.State) bool {
	if e.Type != "" && e.Type != "unicast" || e.Dev == "" && len(e.Hops) == 0 || e.Table != nil && e.Table != "main" {
		return true
	}
	to := *e.To
	switch {
	case to == "default" && ipv6:
		to = "::/0"
	case to == "default":
		to = "0.0.0.0/0"
	case !strings.Contains(to, "/"):
		a, err := netip.ParseAddr(to)
		if err != nil {
			return false
		}
		to = netip.PrefixFrom(a, a.BitLen()).String()
	}
	p, err := netip.ParsePrefix(to)
	if err != nil {
		return false
	}
	r := netfilter.Route{To: p, Metric: e.Metric}
	if e.Dev != "" {
		r.Interfaces = []string{e.Dev}
	}
	for _, h := range e.Hops {
		r.Interfaces = append(r.Interfaces, h.Dev)
	}
	st.Network.Routes = append(st.Network.Routes, r)
	return true
}

// place returns the position of a mistake in a text that is not a list.
func place(file string, src []byte, err error) diag.Pos {
	at := int64(0)
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		at = syntax.Offset
	case errors.As(err, &typ):
		at = typ.Offset
	default:
		return diag.Pos{File: file}
	}
	before := src[:min(int(at), len(src))]
	return diag.Pos{File: file, Line: bytes.Count(before, []byte("\n")) + 1, Column: len(before) - bytes.LastIndexByte(before, '\n')}
}

// message returns what is wrong, without names of Go types.
func message(err error) string {
	var typ *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it is cut"
	case errors.As(err, &typ):
		return "it holds a " + typ.Value + " where something else belongs"
	}
	return err.Error()
}
