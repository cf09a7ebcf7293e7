package target_test

import (
	"fmt"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// portList is a whole target: it says what its language can express, and writes a line for each rule.
type portList struct{}

func (portList) Info() target.Info {
	return target.Info{
		Name: "ports", Title: "list of open ports", File: "ports.txt", Mode: 0o644, Filter: true,
		Comment:      target.Comment{Before: "# "},
		Capabilities: target.Capabilities{IPv4: true, IPv6: true},
	}
}

func (p portList) Script(rs *ruleset.RuleSet) (target.Script, error) {
	script := target.Script{Preamble: []byte("version 1\n"), Header: target.Header(p.Info(), rs)[:1]}
	for _, r := range rs.Inbound {
		script.Body = fmt.Appendln(script.Body, "open", r.Traffic)
	}
	return script, nil
}

func Example() {
	ssh := &ruleset.Rule{Remote: ruleset.Anyone()}
	ssh.Traffic, _ = ruleset.ParseTraffic("tcp/22")
	rs := &ruleset.RuleSet{Host: "web1", OS: ruleset.Linux, Families: ruleset.Families{IPv4: true}, Inbound: []*ruleset.Rule{ssh}}

	var t target.Target = portList{}
	if list := target.Check(t, rs, nil); len(list) == 0 {
		script, _ := t.Script(rs)
		fmt.Printf("%s", script.For("web1", t.Info().Comment))
		fmt.Printf("%s", script.For("web2", t.Info().Comment)[:25])
	}

	range1024, _ := ruleset.ParseTraffic("tcp/1024-2048")
	rs.Inbound = append(rs.Inbound, &ruleset.Rule{Traffic: range1024, Remote: ruleset.Anyone()})
	fmt.Println()
	for _, u := range target.Check(t, rs, nil) {
		fmt.Println(u)
	}
	// Output:
	// version 1
	// # web1: list of open ports, made by rolewall, do not edit
	// open tcp/22
	// version 1
	// # web2: list of
	// web1: ports cannot say port ranges on linux (rule tcp 1024-2048)
	//   hint: no target can do that
}
