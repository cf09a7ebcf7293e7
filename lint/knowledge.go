package lint

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

// knowledge is what lint knows beside the catalog.
type knowledge struct {
	sensitive []sensitive
	clearText []clearText
	devices   []sensitive
	beside    []beside
	support   map[ruleset.OS]string // last day with security updates, YYYY-MM-DD
}

// sensitive is a port and what answers there.
type sensitive struct {
	port
	what string
}

// clearText is a protocol in clear text.
type clearText struct {
	port
	what, instead string
	twin          port // of the encrypted form; zero for none
	grave         bool
}

// beside is traffic that some targets let in whatever the rules say.
type beside struct {
	ruleset.Traffic
	word    string // of the phrase in which such a target says so
	setting string // that takes it away; empty for none
}

// port is a port of TCP or UDP as rows of the knowledge name it.
type port struct {
	text     string
	protocol ruleset.Protocol
	ports    ruleset.Ports // empty for dynamic
}

// embeddedKnowledge reads the knowledge; every test reads it too.
func embeddedKnowledge() *knowledge {
	errs := &diag.List{}
	k := readKnowledge(tomldoc.Parse("knowledge.toml", knowledgeFile, errs))
	if err := errs.Err(); err != nil {
		panic("lint: " + err.Error())
	}
	return k
}

func readKnowledge(t *tomldoc.Table) *knowledge {
	k := &knowledge{support: map[ruleset.OS]string{}}
	for _, row := range t.Tables("sensitive") {
		k.sensitive = append(k.sensitive, sensitive{readPort(row, "port"), row.String("what")})
		row.RejectUnknownKeys()
	}
	for _, row := range t.Tables("plain") {
		p := clearText{port: readPort(row, "port"), what: row.String("what"), instead: row.String("instead")}
		p.grave, _ = row.Bool("grave")
		if row.Has("twin") {
			p.twin = readPort(row, "twin")
		}
		k.clearText = append(k.clearText, p)
		row.RejectUnknownKeys()
	}
	for _, row := range t.Tables("devices") {
		k.devices = append(k.devices, sensitive{readPort(row, "port"), row.String("what")})
		row.RejectUnknownKeys()
	}
	for _, row := range t.Tables("beside") {
		b := beside{word: row.String("word"), setting: row.String("setting")}
		b.Traffic = catalog.ReadTraffic(row, "")[0].Traffic
		k.beside = append(k.beside, b)
		row.RejectUnknownKeys()
	}
	support := t.Table("support")
	for _, os := range support.Keys() {
		k.support[ruleset.OS(os)] = support.Date(os)
	}
	t.RejectUnknownKeys()
	return k
}

func readPort(t *tomldoc.Table, key string) port {
	text := t.String(key)
	name, numbers, _ := strings.Cut(text, "/")
	p := port{text: text}
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

// opens reports whether the rule lets a part of p in.
func (p port) opens(r *ruleset.Rule) bool {
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
