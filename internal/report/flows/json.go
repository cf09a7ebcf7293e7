package flows

import (
	"bytes"
	"time"

	"rolewall/internal/replay"
	"rolewall/internal/term"
)

// The JSON form is a contract: fields are added and never changed. docs/replay.schema.json describes it.

type view struct {
	Version    int          `json:"version"` // 1
	Summary    string       `json:"summary"`
	Hosts      []string     `json:"hosts"`
	First      string       `json:"first,omitempty"`
	Last       string       `json:"last,omitempty"`
	Logs       int          `json:"logs"`
	Lines      int          `json:"lines"`
	Records    int          `json:"records"`
	Bad        int          `json:"not_understood"`
	Gaps       int          `json:"gaps"`
	Partial    []string     `json:"partial"`
	Rows       []rowView    `json:"rows"`
	Unused     []unusedView `json:"unused"`
	Undirected []portView   `json:"direction_unknown"`
	Counts     countsView   `json:"counts"`
	Notes      []string     `json:"notes"`
}

type rowView struct {
	Kind      replay.Kind `json:"kind"`
	Host      string      `json:"host"`
	Network   string      `json:"network,omitempty"`
	From      string      `json:"from,omitempty"`
	Traffic   string      `json:"traffic"`
	AnyPort   bool        `json:"some_ports,omitempty"`
	Interface string      `json:"interface,omitempty"`
	Count     uint64      `json:"count"`
	Sources   int         `json:"sources"`
	Addresses []string    `json:"addresses"`
	First     string      `json:"first,omitempty"`
	Last      string      `json:"last,omitempty"`
	Answered  bool        `json:"answered"`
	ByPort    bool        `json:"direction_by_port"`
	Why       string      `json:"why,omitempty"`
	Services  []string    `json:"services,omitempty"`
	Roles     []string    `json:"roles,omitempty"`
	Features  []string    `json:"features,omitempty"`
	Never     bool        `json:"never_opened,omitempty"`
	Exception string      `json:"exception,omitempty"`
}

type unusedView struct {
	Host    string   `json:"host"`
	Traffic string   `json:"traffic"`
	From    []string `json:"from"`
	Only    string   `json:"only,omitempty"`
	ID      string   `json:"id"`
	Why     string   `json:"why"`
	Expires string   `json:"expires,omitempty"`
}

type portView struct {
	Host    string `json:"host"`
	Traffic string `json:"traffic"`
	AnyPort bool   `json:"some_ports,omitempty"`
	Count   uint64 `json:"count"`
}

type countsView struct {
	Passes      uint64 `json:"passes"`
	StaysClosed uint64 `json:"stays_closed"`
	Outbound    uint64 `json:"outbound"`
	Local       uint64 `json:"local"`
	Forwarded   uint64 `json:"forwarded"`
	Foreign     uint64 `json:"foreign"`
	Late        uint64 `json:"late"`
	Outside     uint64 `json:"outside"`
	Undated     uint64 `json:"undated"`
	Undirected  uint64 `json:"direction_unknown"`
	Networks    uint64 `json:"folded_to_networks"`
	Others      uint64 `json:"folded_to_others"`
	Below       int    `json:"rows_below_min_count"`
}

// JSON writes a result as JSON.
func JSON(out *bytes.Buffer, _ term.Paint, r *replay.Result) error {
	v := view{
		Version: 1, Summary: summary(r), Hosts: list(r.Hosts), First: stamp(r.First), Last: stamp(r.Last), Logs: r.Logs, Lines: r.Lines, Records: r.Records,
		Bad: r.Bad, Gaps: r.Gaps, Partial: list(r.Partial), Rows: []rowView{}, Unused: []unusedView{}, Undirected: []portView{}, Notes: list(r.Notes),
		Counts: countsView{
			Passes: r.Passes, StaysClosed: r.StaysClosed, Outbound: r.Counts.Outbound, Local: r.Counts.Local, Forwarded: r.Counts.Forwarded, Foreign: r.Counts.Foreign,
			Late: r.Counts.Late, Outside: r.Counts.Outside, Undated: r.Counts.Undated, Undirected: r.Counts.Undirected, Networks: r.Networks, Others: r.Others, Below: r.Below,
		},
	}
	for i := range r.Rows {
		v.Rows = append(v.Rows, newRow(&r.Rows[i]))
	}
	for i := range r.Unused {
		x := &r.Unused[i]
		v.Unused = append(v.Unused, unusedView{x.Host, x.Traffic.String(), x.From, x.Only, x.ID, x.Why, x.Expires})
	}
	for i := range r.Undirected {
		x := &r.Undirected[i]
		v.Undirected = append(v.Undirected, portView{x.Host, x.Traffic.String(), x.AnyPort, x.Count})
	}
	return term.WriteJSON(out, v)
}

func newRow(x *replay.Row) rowView {
	v := rowView{
		Kind: x.Kind, Host: x.Host, Network: x.Network, Traffic: x.Traffic.String(), AnyPort: x.AnyPort, Interface: x.Interface, Count: x.Count, Sources: x.Sources,
		Addresses: []string{}, First: stamp(x.First), Last: stamp(x.Last), Answered: x.Answered, ByPort: x.ByPort, Why: x.Why,
	}
	if x.From.IsValid() {
		v.From = x.From.String()
	}
	for _, a := range x.Addresses {
		v.Addresses = append(v.Addresses, address(a))
	}
	if r := x.Remedy; r != nil {
		v.Services, v.Roles, v.Features, v.Never, v.Exception = r.Services, r.Roles, r.Features, r.Never, r.Paste
	}
	return v
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// list returns an empty list in place of nil, so that JSON has [] instead of null.
func list(texts []string) []string {
	if texts == nil {
		return []string{}
	}
	return texts
}
