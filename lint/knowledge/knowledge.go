// Package knowledge holds facts that lint needs and the catalog does not have: sensitive ports, protocols in clear
// text, traffic of devices, and how long editions get security updates. They are in the embedded file
// knowledge.toml.
package knowledge

import (
	_ "embed"
	"strings"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

//go:embed knowledge.toml
var knowledgeFile []byte

// Knowledge holds the facts of knowledge.toml.
type Knowledge struct {
	Sensitive  []Sensitive
	ClearText  []ClearText
	Devices    []Sensitive
	Beside     []Beside
	Bridges    []Bridge
	Publishers []string              // services of Linux that forward ports to containers
	Support    map[ruleset.OS]string // last day with security updates, YYYY-MM-DD
}

// Sensitive is a port and the service that answers there.
type Sensitive struct {
	Port
	What string
}

// ClearText is a protocol in clear text.
type ClearText struct {
	Port
	What, Instead string
	Twin          Port // port of the encrypted form; zero if there is none
	Grave         bool
}

// Beside is traffic that some targets allow, whatever the rules are.
type Beside struct {
	ruleset.Traffic
	Word    string // a word of the phrase by which such a target says so
	Setting string // the setting that closes it; empty if none does
}

// Bridge is what guests or containers need on their host, on an interface that their software makes.
type Bridge struct {
	Service    string // the service of the software
	Interface  string
	Traffic    ruleset.Traffic
	What, Hint string // what does not work while it is closed, and what opens it
}

// Port is a TCP or UDP port as knowledge.toml names it.
type Port struct {
	Text     string
	protocol ruleset.Protocol
	ports    ruleset.Ports // empty for dynamic
}

// Read returns the facts. A test reads them, too, so it cannot fail.
func Read() *Knowledge {
	errs := &diag.List{}
	k := readKnowledge(tomldoc.Parse("knowledge.toml", knowledgeFile, errs))
	if err := errs.Err(); err != nil {
		panic("knowledge: " + err.Error())
	}
	return k
}

func readKnowledge(t *tomldoc.Table) *Knowledge {
	k := &Knowledge{Support: map[ruleset.OS]string{}}
	for _, row := range t.Tables("sensitive") {
		k.Sensitive = append(k.Sensitive, Sensitive{readPort(row, "port"), row.String("what")})
		row.RejectUnknownKeys()
	}
	for _, row := range t.Tables("plain") {
		p := ClearText{Port: readPort(row, "port"), What: row.String("what"), Instead: row.String("instead")}
		p.Grave, _ = row.Bool("grave")
		if row.Has("twin") {
			p.Twin = readPort(row, "twin")
		}
		k.ClearText = append(k.ClearText, p)
		row.RejectUnknownKeys()
	}
	for _, row := range t.Tables("devices") {
		k.Devices = append(k.Devices, Sensitive{readPort(row, "port"), row.String("what")})
		row.RejectUnknownKeys()
	}
	for _, row := range t.Tables("beside") {
		b := Beside{Word: row.String("word"), Setting: row.String("setting")}
		b.Traffic = catalog.ReadTraffic(row, "")[0].Traffic
		k.Beside = append(k.Beside, b)
		row.RejectUnknownKeys()
	}
	for _, row := range t.Tables("bridges") {
		b := Bridge{Service: row.String("service"), Interface: row.String("interface"), What: row.String("what"), Hint: row.String("hint")}
		b.Traffic = catalog.ReadTraffic(row, "")[0].Traffic
		k.Bridges = append(k.Bridges, b)
		row.RejectUnknownKeys()
	}
	for _, s := range t.Texts("publishers") {
		k.Publishers = append(k.Publishers, s.Value)
	}
	support := t.Table("support")
	for _, os := range support.Keys() {
		k.Support[ruleset.OS(os)] = support.Date(os)
	}
	t.RejectUnknownKeys()
	return k
}

func readPort(t *tomldoc.Table, key string) Port {
	text := t.String(key)
	name, numbers, _ := strings.Cut(text, "/")
	p := Port{Text: text}
	var err error
	if p.protocol, err = ruleset.ParseProtocol(name); err != nil || !p.protocol.HasPorts() {
		t.Fail(key, "", "%q is not a port", text)
	}
	if numbers == "dynamic" {
		return p
	}
	if p.ports, err = ruleset.ParsePorts(numbers); err != nil {
		t.Fail(key, "", "%s", err)
	}
	return p
}

// IsDynamic reports whether p means the dynamic RPC range.
func (p Port) IsDynamic() bool { return p.ports == nil }

// IsZero reports whether p is no port.
func (p Port) IsZero() bool { return p.Text == "" }

// Opens reports whether the rule allows a part of p.
func (p Port) Opens(r *ruleset.Rule) bool {
	switch {
	case r.Protocol == ruleset.AnyProtocol:
		return true
	case r.Protocol != p.protocol:
		return false
	case r.RPC == ruleset.Dynamic || p.ports == nil:
		return r.RPC == ruleset.Dynamic && p.ports == nil
	}
	return overlap(r.Ports, p.ports)
}

func overlap(a, b ruleset.Ports) bool {
	for _, x := range a {
		for _, y := range b {
			if x.Overlaps(y) {
				return true
			}
		}
	}
	return false
}
