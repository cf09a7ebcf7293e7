package winrules

import (
	"encoding/binary"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/winstore"
)

// pol writes a policy file; each entry is key, name and a text, or a number of one digit.
func pol(entries ...[3]string) []byte {
	out := []byte("PReg\x01\x00\x00\x00")
	wide := func(s string) {
		for _, u := range utf16.Encode([]rune(s)) {
			out = binary.LittleEndian.AppendUint16(out, u)
		}
	}
	for _, e := range entries {
		wide("[" + e[0] + "\x00;" + e[1] + "\x00;")
		data, typ := append(utf16.Encode([]rune(e[2])), 0), uint32(1)
		if len(e[2]) == 1 && e[2] >= "0" && e[2] <= "9" {
			data, typ = []uint16{uint16(e[2][0] - '0'), 0}, 4
		}
		out = binary.LittleEndian.AppendUint32(out, typ)
		wide(";")
		out = binary.LittleEndian.AppendUint32(out, uint32(2*len(data)))
		wide(";")
		for _, u := range data {
			out = binary.LittleEndian.AppendUint16(out, u)
		}
		wide("]")
	}
	return out
}

func readPolicy(src []byte) (*capture.Capture, error) {
	st, errs := &winstore.State{}, &diag.List{}
	ReadPolicy("f", src, st, errs)
	return winstore.Evaluate(st), errs.Err()
}

// TestPolicyTakesEffect holds what deletes and what overwrites.
func TestPolicyTakesEffect(t *testing.T) {
	const key = `Software\Policies\Microsoft\WindowsFirewall\FirewallRules`
	open := func(port string) string {
		return "v2.10|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=" + port + "|Name=n|"
	}
	for _, c := range []struct {
		name    string
		entries [][3]string
		want    string
	}{
		{"two", [][3]string{{key, "a", open("1")}, {key, "b", open("2")}}, "tcp/1 tcp/2"},
		{"overwritten", [][3]string{{key, "a", open("1")}, {strings.ToUpper(key), "A", open("2")}}, "tcp/2"},
		{"deleted", [][3]string{{key, "a", open("1")}, {key, "b", open("2")}, {key, "**del.A", " "}}, "tcp/2"},
		{"all deleted", [][3]string{{key, "a", open("1")}, {key, "**DelVals.", " "}, {key, "b", open("2")}}, "tcp/2"},
		{"some deleted", [][3]string{{key, "a", open("1")}, {key, "b", open("2")}, {key, "c", open("3")}, {key, "**DeleteValues", "a;c"}}, "tcp/2"},
		{"a key deleted", [][3]string{{key, "a", open("1")}, {`Software\Policies\Microsoft`, "**DeleteKeys", "x;WindowsFirewall"}, {key, "b", open("2")}}, "tcp/2"},
		{"soft", [][3]string{{key, "**soft.a", open("1")}, {key, "**SecureKey", "1"}}, "tcp/1"},
		{"a profile", [][3]string{{key, "a", open("1")}, {`Software\Policies\Microsoft\WindowsFirewall\DomainProfile`, "EnableFirewall", "0"}}, "any tcp/1"},
	} {
		got, err := readPolicy(pol(c.entries...))
		var ports []string
		for _, o := range got.Openings {
			ports = append(ports, o.Rule.Traffic.String())
		}
		if s := strings.Join(ports, " "); err != nil || s != c.want {
			t.Errorf("%s: %s, %v, want %s", c.name, s, err, c.want)
		}
	}
}

func TestPolicySample(t *testing.T) {
	src, err := os.ReadFile("../../testdata/captures/windows/Registry.pol")
	if err != nil || !DetectPolicy(src[:8]) {
		t.Fatal("the sample is not detected", err)
	}
	c, err := readPolicy(src)
	if err != nil || len(c.Openings) != 1 {
		t.Fatalf("%+v, %v", c, err)
	}
	o := c.Openings[0]
	if o.Rule.Traffic.String() != "tcp/3389" || o.Owner != "Group Policy" || !strings.Contains(o.Rules[0].Rule, "at byte ") {
		t.Errorf("%+v", o)
	}
	var unsafe []string
	for _, f := range c.Facts {
		if f.Unsafe {
			unsafe = append(unsafe, f.Code)
		}
	}
	if i := slices.IndexFunc(c.Facts, func(f capture.Fact) bool { return f.Code == "policy-store-missing" }); i < 0 || !strings.Contains(c.Facts[i].Text, "holds 1 of the host's GPOs") {
		t.Errorf("%+v", c.Facts)
	}
	if strings.Join(unsafe, " ") != "policy-store-missing local-store-missing" {
		t.Errorf("one GPO is not the whole truth: %v", unsafe)
	}
}

func TestPolicyBad(t *testing.T) {
	good := pol([3]string{`Software\Policies\Microsoft\WindowsFirewall`, "PolicyVersion", "1"})
	for name, c := range map[string]struct {
		src  []byte
		want string
	}{
		"cut":     {good[:len(good)-4], "f: byte "},
		"other":   {[]byte("PReg\x02\x00\x00\x00"), "f: the file does not begin with PReg and version 1"},
		"nothing": {pol([3]string{`Software\x`, "a", "b"}), "f: the policy says nothing of Windows Firewall"},
	} {
		if _, err := readPolicy(c.src); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func FuzzReadPolicy(f *testing.F) {
	f.Add(pol([3]string{`Software\Policies\Microsoft\WindowsFirewall\FirewallRules`, "a", "v2.10|Action=Allow|Active=TRUE|Dir=In|Name=n|"}, [3]string{"k", "**DeleteKeys", "a;b"}))
	f.Fuzz(func(t *testing.T, src []byte) {
		_, _ = readPolicy(src)
	})
}
