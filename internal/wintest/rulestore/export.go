package rulestore

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"rolewall/internal/wintest/netsh"
	"rolewall/ruleset"
)

// policyKey is the key of the local store.
const policyKey = `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy`

// keys are the keys of the profiles in the local store.
var keys = map[string]string{"domain": "DomainProfile", "private": "StandardProfile", "public": "PublicProfile"}

// RuleString is the rule in the form in which the registry holds it.
func RuleString(r netsh.Rule) string {
	var b strings.Builder
	add := func(key, value string) { fmt.Fprintf(&b, "%s=%s|", key, value) }
	b.WriteString("v2.31|")
	add("Action", pick(r.Block, "Block", "Allow"))
	add("Active", pick(r.Disabled, "FALSE", "TRUE"))
	add("Dir", pick(r.Outbound, "Out", "In"))
	if r.Protocol != ruleset.AnyProtocol {
		add("Protocol", fmt.Sprint(uint16(r.Protocol)))
	}
	for _, p := range r.Profiles {
		add("Profile", strings.ToUpper(p[:1])+p[1:])
	}
	for key, set := range map[string]netsh.PortSet{"LPort": r.LocalPort, "RPort": r.RemotePort} {
		if set.Keyword != "" {
			add(key, set.Keyword)
		}
		for _, p := range set.Ports {
			add(key+pick(p.First == p.Last, "", "2_10"), p.String())
		}
	}
	if r.ICMP != nil {
		code := "*"
		if r.ICMP.HasCode {
			code = fmt.Sprint(r.ICMP.Code)
		}
		add(pick(r.Protocol == ruleset.ICMP, "ICMP4", "ICMP6"), fmt.Sprintf("%d:%s", r.ICMP.Type, code))
	}
	addresses := func(key string, list []netsh.AddressRange) {
		for _, a := range list {
			add(key+pick(a.First.Is4(), "4", "6"), a.String())
		}
	}
	addresses("LA", r.LocalIP)
	addresses("RA", r.RemoteIP)
	for _, x := range []struct{ key, value string }{{"App", r.Program}, {"Svc", r.Service}, {"Name", r.Name}, {"Desc", r.Description}} {
		if x.value != "" {
			add(x.key, x.value)
		}
	}
	return b.String()
}

// dwords are the settings of a profile in the registry.
func (p Profile) dwords() map[string]bool {
	return map[string]bool{
		"EnableFirewall": p.On, "DefaultInboundAction": p.Inbound != "allowinbound",
		"DefaultOutboundAction": p.Outbound == "blockoutbound", "DoNotAllowExceptions": p.Inbound == "blockinboundalways",
	}
}

// RegExport is what reg export writes of the store: UTF-16 with a byte order mark.
func (f *Firewall) RegExport() []byte {
	var b strings.Builder
	b.WriteString("Windows Registry Editor Version 5.00\r\n\r\n[" + policyKey + "]\r\n")
	for _, name := range netsh.ProfileNames {
		fmt.Fprintf(&b, "\r\n[%s\\%s]\r\n", policyKey, keys[name])
		for value, yes := range f.Profiles[name].dwords() {
			fmt.Fprintf(&b, "\"%s\"=dword:%s\r\n", value, pick(yes, "00000001", "00000000"))
		}
	}
	fmt.Fprintf(&b, "\r\n[%s\\FirewallRules]\r\n", policyKey)
	for i, r := range f.Rules {
		fmt.Fprintf(&b, "\"{%08d}\"=\"%s\"\r\n", i, strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(RuleString(r)))
	}
	b.WriteString("\r\n")
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(b.String())) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

// RegQuery is what reg query /s prints of the store.
func (f *Firewall) RegQuery() []byte {
	var b strings.Builder
	for _, name := range netsh.ProfileNames {
		fmt.Fprintf(&b, "\r\n%s\\%s\r\n", policyKey, keys[name])
		for value, yes := range f.Profiles[name].dwords() {
			fmt.Fprintf(&b, "    %s    REG_DWORD    %s\r\n", value, pick(yes, "0x1", "0x0"))
		}
	}
	fmt.Fprintf(&b, "\r\n%s\\FirewallRules\r\n", policyKey)
	for i, r := range f.Rules {
		fmt.Fprintf(&b, "    {%08d}    REG_SZ    %s\r\n", i, RuleString(r))
	}
	return []byte(b.String() + "\r\n")
}

// ActiveStore is what PowerShell says of the store.
func (f *Firewall) ActiveStore() []byte {
	type object = map[string]any
	list := func(all []string) any {
		switch len(all) {
		case 0:
			return "Any"
		case 1:
			return all[0]
		}
		return object{"value": all, "Count": len(all)}
	}
	text := func(s string) string { return pick(s == "", "Any", s) }
	doc := map[string][]object{}
	add := func(part string, o object) { doc[part] = append(doc[part], o) }
	for i, r := range f.Rules {
		id := fmt.Sprintf("{%08d}", i)
		add("Rules", object{"InstanceID": id, "DisplayName": r.Name, "Enabled": pick(r.Disabled, "False", "True"), "Direction": pick(r.Outbound, "Outbound", "Inbound"),
			"Action": pick(r.Block, "Block", "Allow"), "Profiles": text(strings.Join(titles(r.Profiles), ", ")), "PolicyStoreSourceType": "Local"})
		protocol := map[ruleset.Protocol]string{ruleset.TCP: "TCP", ruleset.UDP: "UDP", ruleset.ICMP: "ICMPv4", ruleset.ICMPv6: "ICMPv6", ruleset.AnyProtocol: "Any"}[r.Protocol]
		icmp := "Any"
		if r.ICMP != nil {
			icmp = r.ICMP.String()
		}
		add("Port", object{"InstanceID": id, "Protocol": pick(protocol == "", fmt.Sprint(uint16(r.Protocol)), protocol), "LocalPort": list(portList(r.LocalPort)), "RemotePort": list(portList(r.RemotePort)), "IcmpType": icmp})
		var remote []string
		for _, a := range r.RemoteIP {
			remote = append(remote, a.String())
		}
		add("Address", object{"InstanceID": id, "LocalAddress": "Any", "RemoteAddress": list(remote)})
		add("Application", object{"InstanceID": id, "Program": text(strings.ReplaceAll(r.Program, "%SystemRoot%", `C:\Windows`))})
		add("Service", object{"InstanceID": id, "Service": text(r.Service)})
	}
	for _, name := range netsh.ProfileNames {
		p := f.Profiles[name]
		add("Profiles", object{"Name": titles([]string{name})[0], "Enabled": pick(p.On, "True", "False"), "DefaultInboundAction": pick(p.Inbound == "allowinbound", "Allow", "Block"),
			"AllowInboundRules": pick(p.Inbound == "blockinboundalways", "False", "True"), "AllowLocalFirewallRules": "NotConfigured"})
	}
	out, err := json.MarshalIndent(doc, "", "    ")
	if err != nil {
		panic(err) // texts and lists of them
	}
	return out
}

// titles are words with a capital.
func titles(words []string) []string {
	out := slices.Clone(words)
	for i, w := range out {
		out[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return out
}

// portList are the ports as PowerShell lists them.
func portList(s netsh.PortSet) []string {
	if s.Keyword != "" {
		return []string{strings.ReplaceAll(s.Keyword, "RPC-EPMap", "RPCEPMap")}
	}
	return s.Ports.Strings()
}
