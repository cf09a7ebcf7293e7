package gpo

import (
	"encoding/binary"
	"fmt"
	"unicode/utf16"

	"rolewall/generators/winfirewall"
	"rolewall/ruleset"
)

const (
	policyKey = `Software\Policies\Microsoft\WindowsFirewall`
	rulesKey  = policyKey + `\FirewallRules`
)

// entry is one registry value of the policy.
type entry struct {
	key, name string
	text      string // value of an SZ
	number    uint32 // value of a DWORD, if text is empty
	deletes   bool   // deletes all values of the key; only in LGPO text
}

// Key is the first line of an entry in LGPO text.
func (e entry) Key() string { return e.key }

// Name is the second line, the name of the value.
func (e entry) Name() string { return e.name }

// Line is the last line, the value with its type.
func (e entry) Line() string {
	switch {
	case e.deletes:
		return "DELETEALLVALUES"
	case e.text != "":
		return "SZ:" + e.text
	}
	return fmt.Sprintf("DWORD:%d", e.number)
}

// entries returns the values for a rule set: the profiles first, then the rules.
func entries(rs *ruleset.RuleSet) []entry {
	version := uint32(0x20a)
	if rs.OS.Before(ruleset.Windows2008R2) {
		version = 0x200
	}
	out := []entry{{key: policyKey, name: "PolicyVersion", number: version}}
	if !keepsProfiles(rs) {
		out = append(out, profiles(rs.Settings)...)
	}
	for _, r := range winfirewall.Rules(rs) {
		name, id := r.Names(rs.OS)
		out = append(out, entry{key: rulesKey, name: id, text: r.RuleString(rs.OS) + "Name=" + name + "|Desc=" + r.Description() + "|EmbedCtxt=" + winfirewall.Group + "|"})
	}
	return out
}

// profiles sets all three profiles. If one of the new keys exists, Windows ignores the old ones.
func profiles(s ruleset.Settings) []entry {
	var out []entry
	for _, profile := range []string{"DomainProfile", "PrivateProfile", "PublicProfile"} {
		key := policyKey + `\` + profile
		add := func(key, name string, number uint32) { out = append(out, entry{key: key, name: name, number: number}) }
		add(key, "EnableFirewall", 1)
		add(key, "DefaultInboundAction", 1)
		switch s.Advfirewall.Outbound {
		case "allow":
			add(key, "DefaultOutboundAction", 0)
		case "block":
			add(key, "DefaultOutboundAction", 1)
		}
		if winfirewall.Alone(s) {
			add(key, "AllowLocalPolicyMerge", 0)
		}
		if s.Advfirewall.LogDropped {
			add(key+`\Logging`, "LogDroppedPackets", 1)
		}
		if s.GPO.LogSize > 0 {
			add(key+`\Logging`, "LogFileSize", uint32(s.GPO.LogSize))
		}
	}
	return out
}

// The types of registry values.
const (
	typeSZ    = 1
	typeDWORD = 4
)

// registryPol returns Registry.pol: a signature with its version, then the entries in UTF-16.
func registryPol(entries []entry) []byte {
	out := []byte("PReg\x01\x00\x00\x00")
	for _, e := range entries {
		kind, value := uint32(typeDWORD), binary.LittleEndian.AppendUint32(nil, e.number)
		if e.text != "" {
			kind, value = typeSZ, wide(nil, e.text+"\x00")
		}
		out = wide(out, "["+e.key+"\x00;"+e.name+"\x00;")
		out = wide(binary.LittleEndian.AppendUint32(out, kind), ";")
		out = wide(binary.LittleEndian.AppendUint32(out, uint32(len(value))), ";")
		out = wide(append(out, value...), "]")
	}
	return out
}

// wide appends a text in UTF-16.
func wide(out []byte, text string) []byte {
	for _, u := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}
