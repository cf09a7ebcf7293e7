package changes

import (
	"bytes"
	"net/netip"

	"rolewall/compare"
	"rolewall/internal/term"
	"rolewall/ruleset"
)

// The JSON form of diff is a contract: fields are added and never changed. docs/diff.schema.json describes it.

// View is a comparison as JSON.
type View struct {
	Version  int            `json:"version"` // 1
	Summary  string         `json:"summary"` // the first line of the text form
	Compared int            `json:"compared"`
	New      []presenceView `json:"new"`
	Gone     []presenceView `json:"gone"`
	Causes   []editView     `json:"causes"`
	Changes  []changeView   `json:"changes"`
	Facts    []factView     `json:"facts"`
}

type presenceView struct {
	Host       string   `json:"host"`
	OS         string   `json:"os"`
	Roles      []string `json:"roles"`
	Openings   int      `json:"openings"`
	FromAnyone int      `json:"from_anyone"`
}

type editView struct {
	Kind    compare.CauseKind `json:"kind"`
	Names   []string          `json:"names"`
	Text    string            `json:"text"` // as in the text form
	Hosts   []string          `json:"hosts"`
	Added   ruleset.Prefixes  `json:"added,omitempty"`
	Removed ruleset.Prefixes  `json:"removed,omitempty"`
	Before  []string          `json:"before,omitempty"`
	After   []string          `json:"after,omitempty"`
	Verb    compare.RoleVerb  `json:"verb,omitempty"`
	Allow   *exceptionView    `json:"exception,omitempty"`
	At      []lineView        `json:"at,omitempty"`
}

type exceptionView struct {
	Before *ruleset.Allow `json:"before,omitempty"`
	After  *ruleset.Allow `json:"after,omitempty"`
}

type factView struct {
	Hosts  []string `json:"hosts"`
	Name   string   `json:"name"`
	Before string   `json:"before,omitempty"`
	After  string   `json:"after,omitempty"`
}

type changeView struct {
	Kind      compare.Kind  `json:"kind"`
	Hosts     []string      `json:"hosts"`
	NewHosts  bool          `json:"new_hosts,omitempty"`
	Direction string        `json:"direction"`              // in, out
	Beside    bool          `json:"beside_rules,omitempty"` // scripts allow it besides their rules
	Services  []string      `json:"services"`
	Protocol  string        `json:"protocol"`
	Ports     []string      `json:"ports,omitempty"`
	ICMP      []string      `json:"icmp,omitempty"`
	ToAnyone  bool          `json:"to_anyone"`
	ToNearly  bool          `json:"to_nearly_anyone,omitempty"`
	Before    sideView      `json:"before"`
	After     sideView      `json:"after"`
	Added     addressesView `json:"added"`
	Removed   addressesView `json:"removed"`
	StillOpen []string      `json:"still_open,omitempty"`
	Causes    []int         `json:"causes,omitempty"`
	At        *lineView     `json:"at,omitempty"`
}

type sideView struct {
	From      addressesView  `json:"from"`
	Listeners []listenerView `json:"listeners"`
	Rules     []string       `json:"rules"`
	Reasons   []string       `json:"reasons"`
}

type addressesView struct {
	Names    []string       `json:"names"`
	Prefixes []netip.Prefix `json:"prefixes"`
}

type lineView struct {
	File string `json:"file"`
	Line int    `json:"line"`
}

type listenerView struct {
	Program string `json:"program,omitempty"`
	Service string `json:"service,omitempty"`
	RPC     string `json:"rpc,omitempty"`

	Decrypted bool   `json:"decrypted,omitempty"`
	Only      string `json:"only,omitempty"`
}

// JSON writes a comparison as JSON.
func JSON(out *bytes.Buffer, _ term.Paint, r *compare.Report) error {
	return term.WriteJSON(out, NewView(r))
}

// NewView returns the JSON form of a comparison.
func NewView(r *compare.Report) View {
	v := View{
		Version: 1, Summary: summary(r), Compared: r.Compared, New: presenceViews(r.New), Gone: presenceViews(r.Gone),
		Causes: []editView{}, Changes: []changeView{}, Facts: []factView{},
	}
	for _, x := range r.Causes {
		v.Causes = append(v.Causes, newEditView(x))
	}
	for _, c := range r.Changes {
		v.Changes = append(v.Changes, newChangeView(c))
	}
	for _, f := range r.Facts {
		v.Facts = append(v.Facts, factView{f.Hosts, f.Name, f.Before, f.After})
	}
	return v
}

func newEditView(x compare.Cause) editView {
	v := editView{
		Kind: x.Kind, Names: x.Names, Text: causeName(x) + ": " + causeText(x), Hosts: x.Hosts, Added: x.Added, Removed: x.Removed,
		Before: x.Before, After: x.After, Verb: x.Verb,
	}
	for _, at := range x.At {
		v.At = append(v.At, lineView{at.File, at.Number})
	}
	if x.Kind == compare.ExceptionEdit {
		v.Allow = &exceptionView{x.Allow[0], x.Allow[1]}
	}
	return v
}

func presenceViews(list []compare.Presence) []presenceView {
	out := []presenceView{}
	for _, p := range list {
		out = append(out, presenceView{p.Name, string(p.OS), list0(p.Roles), p.Opens, p.Anyones})
	}
	return out
}

func newChangeView(c compare.Change) changeView {
	v := changeView{
		Kind: c.Kind, Hosts: c.Hosts, NewHosts: c.NewHost, Direction: "in", Services: list0(c.Services), Protocol: c.Protocol.String(),
		Ports: c.Ports.Strings(), ToAnyone: c.ToAnyone(), ToNearly: c.ToNearlyAnyone(), Before: newSideView(c, 0, c.Before), After: newSideView(c, 1, c.After),
		Added: newAddressesView(c.Added), Removed: newAddressesView(c.Removed), StillOpen: c.StillOpen, Causes: c.Causes,
	}
	v.Beside = c.Beside
	if c.Outbound {
		v.Direction = "out"
	}
	for _, t := range c.ICMP {
		v.ICMP = append(v.ICMP, t.String())
	}
	if c.At != nil {
		v.At = &lineView{c.At.File, c.At.Number}
	}
	return v
}

func newSideView(c compare.Change, i int, w compare.Addresses) sideView {
	v := sideView{From: newAddressesView(w), Listeners: []listenerView{}, Rules: list0(c.Rules[i]), Reasons: list0(reasonTexts(c.Reasons[i]))}
	for _, b := range c.Bindings[i] {
		v.Listeners = append(v.Listeners, listenerView{b.Program, b.Service, string(b.RPC), b.IPsecOnly, b.Only})
	}
	return v
}

func newAddressesView(w compare.Addresses) addressesView {
	return addressesView{list0(w.Names), list0(w.Prefixes)}
}

// list0 returns an empty list in place of nil, so that JSON has [] instead of null.
func list0[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
