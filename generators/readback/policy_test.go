package readback

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"rolewall/readers/regpol"
)

// text is an entry that holds a text.
func text(key, name, data string) regpol.Entry {
	e := regpol.Entry{Key: key, Name: name, Type: regpol.SZ}
	for _, x := range utf16.Encode([]rune(data + "\x00")) {
		e.Data = binary.LittleEndian.AppendUint16(e.Data, x)
	}
	return e
}

// number is an entry that holds 32 bits.
func number(key, name string, n uint32) regpol.Entry {
	return regpol.Entry{Key: key, Name: name, Type: regpol.DWORD, Data: binary.LittleEndian.AppendUint32(nil, n)}
}

func TestPolicy(t *testing.T) {
	const rule, rules = `v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|Name=n|`, firewallKey + `\FirewallRules`
	p, err := newPolicy([]regpol.Entry{
		number(firewallKey, "PolicyVersion", 0x20a), number(firewallKey+`\DomainProfile`, "EnableFirewall", 1),
		number(strings.ToUpper(firewallKey)+`\DomainProfile\Logging`, "LogFileSize", 9), text(rules, "a", rule),
		text(rules, "A", strings.Replace(rule, "80", "81", 1)), number(`Software\Other`, "x", 1),
	})
	if err != nil || p.Version != 0x20a || len(p.Rules) != 1 || p.Rules[0].LocalPorts.String() != "81" || p.Profiles["DomainProfile"]["EnableFirewall"] != 1 ||
		p.Profiles["DomainProfile"][`Logging\LogFileSize`] != 9 || len(p.Other) != 1 {
		t.Errorf("%+v, %v", p, err)
	}
	for _, c := range []struct {
		entry regpol.Entry
		want  string
	}{
		{number(rules, "a", 1), "no text"}, {text(rules, "a|b", rule), "its ID: it holds |"}, {text(rules, "", rule), "its ID: it is empty"},
		{text(rules, strings.Repeat("a", 512), rule), "its ID: it has 512 characters"}, {text(rules, "a", "v2.10|"), "not a token"},
		{text(rules, "a", rule+"Desc=|"), "would be ignored: Desc is empty"},
	} {
		if _, err := newPolicy([]regpol.Entry{c.entry}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want one of %q", c.entry.Name, err, c.want)
		}
	}
}
