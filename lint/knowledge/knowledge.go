// Package knowledge holds the facts that lint needs and the catalog lacks: ports that are sensitive, protocols in clear text, traffic of
// devices, and how long editions get security updates. It reads knowledge.toml, which the program holds.
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

// Knowledge is what lint knows beside the catalog.
type Knowledge struct {
	Sensitive  []Sensitive
	ClearText  []ClearText
	Devices    []Sensitive
	Beside     []Beside
	Bridges    []Bridge
	Publishers []string              // services of Linux that forward ports to containers
	Support    map[ruleset.OS]string // last day with security updates, YYYY-MM-DD
}

// Sensitive is a port and what answers there.
type Sensitive struct {
	Port
	What string
}

// ClearText is a protocol in clear text.
type ClearText struct {
	Port
	What, Instead string
	Twin          Port // of the encrypted form; zero for none
	Grave         bool
}

// Beside is traffic that some targets allow whatever the rules say.
type Beside struct {
	ruleset.Traffic
	Word    string // of the phrase in which such a target says so
	Setting string // that takes it away; empty for none
}

// Bridge is what guests or containers ask of their host, on an interface that the software makes.
type Bridge struct {
	Service    string // the software, by its service
	Interface  string
	Traffic    ruleset.Traffic
	What, Hint string // what is missing while it is closed, and what opens it
}

// Port is a port of TCP or UDP as rows of the knowledge name it.
type Port struct {
	Text     string
	protocol ruleset.Protocol
	ports    ruleset.Ports // empty for dynamic
}

// Read returns the knowledge; every test reads it too.
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

// IsDynamic reports whether p stands for the dynamic range of RPC.
func (p Port) IsDynamic() bool { return p.ports == nil }

// IsZero reports whether p is not a port.
func (p Port) IsZero() bool { return p.Text == "" }

// Opens reports whether the rule lets a part of p in.
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
