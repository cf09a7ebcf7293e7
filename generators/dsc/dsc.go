// Package dsc writes a configuration document for DSC v3. The resource Microsoft.Windows/FirewallRuleList sets the
// rules that it can express. It cannot express ICMP types, dynamic RPC ports and profiles. Resources of the module
// NetworkingDsc set these after the rules, through the adapter for Windows PowerShell.
package dsc

import (
	"strconv"
	"strings"
	"sync"

	"rolewall/generators/target"
	"rolewall/generators/winfirewall"
	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// Target writes rolewall.dsc.yaml.
type Target struct{ layout *target.Layout }

// New returns the target.
func New() Target { return Target{target.NewLayout("dsc")} }

func (Target) Info() target.Info { return info() }

// comment marks comment lines.
var comment = target.Comment{Before: "# "}

// info is computed once, since it collects its phrases from a table of rules.
var info = sync.OnceValue(func() target.Info {
	return target.Info{
		Name: "dsc", Title: "DSC v3 document of Windows Firewall", File: "rolewall.dsc.yaml",
		Mode: 0o644, Filter: true, Comment: comment,
		OS:           winfirewall.Editions(ruleset.Windows2016),
		NotOn:        "DSC v3 runs on Windows 2016 and later",
		Capabilities: winfirewall.Capabilities(),
		Baseline:     winfirewall.Baseline()[:1], // the rules are never the only ones
	}
})

// field is a key of a YAML mapping, with its value as the document has it.
type field struct{ Key, Value string }

// data is the data of the template: rules that the list can express, all others, and the settings of every
// profile.
type data struct {
	Header   []string
	List     [][]field
	Others   [][]field
	Profile  []field
	Profiles []string
}

func (t Target) Script(rs *ruleset.RuleSet) (target.Script, error) {
	return t.layout.Script(header(t.Info(), rs), view(rs))
}

func (t Target) Data(rs *ruleset.RuleSet) (any, error) {
	out := view(rs)
	out.Header = target.HeaderLines(header(t.Info(), rs), rs.Host, comment)
	return out, nil
}

func view(rs *ruleset.RuleSet) data {
	out := data{
		Profile:  []field{{"Enabled", quote("True")}, {"DefaultInboundAction", quote("Block")}},
		Profiles: []string{"Domain", "Private", "Public"},
	}
	switch rs.Settings.Advfirewall.Outbound {
	case "allow":
		out.Profile = append(out.Profile, field{"DefaultOutboundAction", quote("Allow")})
	case "block":
		out.Profile = append(out.Profile, field{"DefaultOutboundAction", quote("Block")})
	}
	if rs.Settings.Advfirewall.LogDropped {
		out.Profile = append(out.Profile, field{"LogBlocked", quote("True")})
	}
	for _, r := range winfirewall.Rules(rs) {
		if r.RPC || r.ICMP != nil {
			out.Others = append(out.Others, ofNetworking(rs, r))
		} else {
			out.List = append(out.List, ofList(rs, r))
		}
	}
	return out
}

// group returns the group of the rules. It tells the rules of this rule set from those of another, which the
// document cannot remove.
func group(rs *ruleset.RuleSet) string {
	return winfirewall.Group + " " + strings.TrimPrefix(rs.Digest(), "sha256:")[:32]
}

// ofList returns a rule of FirewallRuleList. It sets every property, since a property that a document leaves out
// keeps its old value.
func ofList(rs *ruleset.RuleSet, r winfirewall.Rule) []field {
	name, _ := r.Names(rs.OS)
	out := []field{
		{"name", quote(name)}, {"grouping", quote(group(rs))}, {"description", quote(r.Description())}, {"protocol", strconv.Itoa(int(r.Protocol))},
	}
	if len(r.Ports) > 0 {
		out = append(out, field{"localPorts", quote(r.Ports.String())})
	}
	if len(r.FromPorts) > 0 {
		out = append(out, field{"remotePorts", quote(r.FromPorts.String())})
	}
	if len(r.Remote) > 0 {
		addresses := make([]string, len(r.Remote))
		for i, a := range r.Remote {
			addresses[i] = a.Masked()
		}
		out = append(out, field{"remoteAddresses", quote(strings.Join(addresses, ","))})
	}
	if r.Listener.Program != "" {
		out = append(out, field{"applicationName", quote(r.Listener.Program)})
	}
	if r.Listener.Service != "" {
		out = append(out, field{"serviceName", quote(r.Listener.Service)})
	}
	return append(out, field{"direction", "Inbound"}, field{"action", "Allow"}, field{"enabled", "true"}, field{"profiles", "[" + strings.Join(profiles(r, "All"), ", ") + "]"}, field{"edgeTraversal", "false"})
}

// ofNetworking returns a rule of NetworkingDsc.
func ofNetworking(rs *ruleset.RuleSet, r winfirewall.Rule) []field {
	name, id := r.Names(rs.OS)
	protocol, key, value := "TCP", "LocalPort", "RPC"
	if r.ICMP != nil {
		protocol, key, value = "ICMPv4", "IcmpType", r.ICMP.String()
	}
	if r.Protocol == ruleset.ICMPv6 {
		protocol = "ICMPv6"
	}
	out := []field{
		{"Name", quote(id)}, {"DisplayName", quote(name)}, {"Group", quote(group(rs))}, {"Description", quote(r.Description())},
		{"Ensure", quote("Present")}, {"Enabled", quote("True")}, {"Direction", quote("Inbound")}, {"Action", quote("Allow")},
		{"Profile", list(profiles(r, "Any"))}, {"Protocol", quote(protocol)}, {key, list([]string{value})},
	}
	if len(r.Remote) > 0 {
		addresses := make([]string, len(r.Remote))
		for i, a := range r.Remote {
			addresses[i] = a.String()
		}
		out = append(out, field{"RemoteAddress", list(addresses)})
	}
	if r.Listener.Program != "" {
		out = append(out, field{"Program", quote(r.Listener.Program)})
	}
	if r.Listener.Service != "" {
		out = append(out, field{"Service", quote(r.Listener.Service)})
	}
	return out
}

// profiles returns the profiles of a rule, or the word for all.
func profiles(r winfirewall.Rule, all string) []string {
	if len(r.Profiles) == 0 {
		return []string{all}
	}
	var out []string
	for _, p := range r.Profiles {
		out = append(out, strings.ToUpper(p[:1])+p[1:])
	}
	return out
}

// quote writes a text in single quotes, where only the end quote has a meaning.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

// list writes texts as a list on one line.
func list(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = quote(t)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}

// Refuse returns what Windows Firewall cannot express, and what a document cannot express.
func (Target) Refuse(rs *ruleset.RuleSet) []target.Unsupported {
	out := winfirewall.Refuse(rs, winfirewall.BadListener)
	if winfirewall.Alone(rs.Settings) {
		out = append(out, target.Unsupportedf(`use the target powershell, gpo or advfirewall, or say other_rules = "keep"`,
			"switch off the rules of others: DSC would switch off block rules as well"))
	}
	return out
}

// Openings returns what the document allows besides its rules.
func (Target) Openings(rs *ruleset.RuleSet) []target.Opening {
	return append(winfirewall.Openings(rs), target.Opening{
		Cause:        target.Others,
		Setting:      "call the line that the header of rolewall.dsc.yaml names after each change, or use the target powershell",
		BaselineRule: target.BaselineRule{Text: "rules of an earlier version of the document, which DSC does not remove", TextOnly: true},
	})
}

// header returns the usual header, how to use the document, and what it cannot do.
func header(info target.Info, rs *ruleset.RuleSet) []string {
	own := []string{
		"",
		"Look     dsc config test --file rolewall.dsc.yaml",
		"Apply    dsc config set --file rolewall.dsc.yaml, from an elevated prompt. A part needs the module NetworkingDsc.",
		"Clean    DSC removes nothing that the document does not name. Rules of an earlier version go by, in PowerShell:",
		"         Get-NetFirewallRule -PolicyStore PersistentStore |",
		"         Where-Object { $_.Group -like 'rolewall ?*' -and $_.Group -ne '" + group(rs) + "' } | Remove-NetFirewallRule",
		"Undo     netsh advfirewall export FILE before, netsh advfirewall import FILE after",
		"",
		"Other owners' inbound rules stay as they are; they may let in more than the rules below.",
	}
	if winfirewall.UsesKeyword(rs) {
		own = append(own, "Dynamic RPC goes by the keyword RPC: the ports that the run-time gave the listener, whatever the range.")
	}
	if rs.Settings.Advfirewall.Outbound == "block" {
		own = append(own, "Outbound is blocked: what the host itself begins needs outbound rules, and this document has none.")
	}
	return winscript.Header(info, rs, own...)
}
