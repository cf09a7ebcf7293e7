package winrules

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/winstore"
)

// The beginnings of the forms.
const (
	head   = "Windows Registry Editor Version 5.00\r\n\r\n"
	local  = `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy`
	policy = `HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall`
	rule   = `v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=80|App=%SystemRoot%\\a b.exe|Name=say \"web\"|`
)

// utf16le writes a text as reg export does.
func utf16le(text string) string {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

// read reads one file.
func read(src string) (*capture.Capture, error) {
	st, errs := &winstore.State{}, &diag.List{}
	Read("f", []byte(src), st, errs)
	return winstore.Evaluate(st), errs.Err()
}

// TestForms reads one rule in all the ways in which it can be written.
func TestForms(t *testing.T) {
	export := head + "[" + local + "\\FirewallRules]\r\n\"{1}\"=\"" + rule + "\"\r\n\r\n"
	hex := ""
	for i, u := range utf16.Encode([]rune(strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(rule) + "\x00")) {
		if hex += fmt.Sprintf("%02x,%02x,", byte(u), byte(u>>8)); i%20 == 19 {
			hex += "\\\r\n  "
		}
	}
	for name, src := range map[string]string{
		"UTF-16":             utf16le(export),
		"UTF-16 big endian":  "\xfe\xff" + swapped(utf16le(export)[2:]),
		"UTF-16 without BOM": utf16le(export)[2:],
		"UTF-8":              export, "UTF-8 with BOM": "\xef\xbb\xbf" + export, "LF": strings.ReplaceAll(export, "\r\n", "\n"),
		"padded":      utf16le(export + "\x00\x00\x00"),
		"ANSI":        "REGEDIT4\r\n\r\n; \xfcber\r\n[" + local + "\\FirewallRules]\r\n\"{\xfc}\"=\"" + rule + "\"\r\n\r\n",
		"hex":         head + "[" + local + "\\FirewallRules]\r\n\"{1}\"=hex(2):" + strings.TrimSuffix(hex, ",") + "\r\n\r\n",
		"query":       "\r\n" + local + "\\FirewallRules\r\n    {1}    REG_SZ    " + strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(rule) + "\r\n\r\n",
		"control set": strings.Replace(export, "CurrentControlSet", "ControlSet001", 1),
	} {
		if !Detect([]byte(src[:min(len(src), 300)])) {
			t.Errorf("%s is not detected", name)
		}
		c, err := read(src)
		if err != nil || len(c.Openings) != 1 || c.Openings[0].Rule.Traffic.String() != "tcp/80" || c.Openings[0].Rule.Listener.Program != `%SystemRoot%\a b.exe` {
			t.Errorf("%s: %+v, %v", name, c.Openings, err)
		} else if !strings.Contains(c.Openings[0].Rules[0].Text, `say "web"`) {
			t.Errorf("%s: %s", name, c.Openings[0].Rules[0].Text)
		}
	}
}

func swapped(s string) string {
	b := []byte(s)
	for i := 0; i+1 < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return string(b)
}

// TestKeys reads settings, rules of MDM, exceptions of Windows XP, and services.
func TestKeys(t *testing.T) {
	for _, c := range []struct{ name, keys, want string }{
		{"the policy alone", "[" + policy + "]", "local-store-missing"},
		{"a profile of the policy", "[" + policy + `\PrivateProfile]` + "\n\"EnableFirewall\"=dword:00000000", "firewall-off local-store-missing"},
		{"StandardProfile is private here", "[" + local + `\StandardProfile]` + "\n\"EnableFirewall\"=dword:00000000", "firewall-off policy-store-missing"},
		{"PrivateProfile is nothing here", "[" + local + `\PrivateProfile]` + "\n\"EnableFirewall\"=dword:00000000", "policy-store-missing profiles-missing"},
		{"other values", "[" + local + `\DomainProfile]` + "\n\"DisableNotifications\"=dword:00000007\n\"Text\"=\"x\"\n@=\"y\"", "policy-store-missing"},
		{"MDM", "[" + local + `\Mdm\FirewallRules]` + "\n\"a\"=\"v2.31|Action=Allow|Active=TRUE|Dir=In|Name=n|\"", "policy-store-missing local-store-missing open:MDM"},
		{"settings of MDM", "[" + local + `\Mdm\PublicProfile]` + "\n\"AllowLocalPolicyMerge\"=dword:00000000", "local-rules-void policy-store-missing local-store-missing"},
		{"Windows XP", "[" + policy + `\DomainProfile\GloballyOpenPorts\List]` + "\n\"80:TCP\"=\"80:TCP:*:enabled:web\"", "local-store-missing unmapped"},
		{"Windows XP, off", "[" + local + `\DomainProfile\Services\FileAndPrint]` + "\n\"Enabled\"=dword:00000000\n[" + local + `\DomainProfile\AuthorizedApplications\List]` + "\n\"C:\\\\a.exe\"=\"C:\\\\a.exe:*:Disabled:a\"", "policy-store-missing profiles-missing"},
		{"logging", "[" + policy + `\DomainProfile\Logging]` + "\n\"LogFilePath\"=\"x\"", "local-store-missing"},
		{"services", `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\MpsSvc]` + "\n\"Start\"=dword:00000004\n\"Type\"=dword:00000020", "policy-store-missing local-store-missing service-stopped"},
		{"a service that starts", `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\BFE]` + "\n\"Start\"=dword:00000002", "policy-store-missing local-store-missing"},
	} {
		got, err := read(head + c.keys + "\n\n")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var words []string
		for _, f := range got.Facts {
			if f.Code != "profile" {
				words = append(words, f.Code)
			}
		}
		for _, o := range got.Openings {
			if o.Owner != "" {
				words = append(words, "open:"+o.Owner)
			}
		}
		for range got.Unmapped {
			words = append(words, "unmapped")
		}
		if s := strings.Join(words, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.name, s, c.want)
		}
	}
}

// TestBad holds the place and the sentence of each mistake.
func TestBad(t *testing.T) {
	key := head + "[" + local + "\\DomainProfile]\r\n"
	for _, c := range []struct{ name, src, want string }{
		{"empty", "", "f:1:1: this is not what reg export"},
		{"another tool", `{"nftables": []}`, "f:1:1: this is not what reg export"},
		{"half a character", utf16le(key)[:201], "f:3:"},
		{"NUL in the middle", key + "a\x00b", "f:4:2: the file holds a NUL character"},
		{"no firewall", head + "[HKEY_LOCAL_MACHINE\\SOFTWARE\\x]\r\n", "f:1:1: the file holds no key of Windows Firewall"},
		{"cut in a key", head + "[" + local, "f:3:1: the file is cut off: the key has no closing bracket"},
		{"cut in a name", key + `"EnableFire`, "f:4:1: the file is cut off or edited"},
		{"cut in data", key + `"a"="v2.31|Act`, `f:4:1: the file is cut off or edited: the text of "a"`},
		{"cut behind a name", key + `"a"`, "f:4:1: the file is cut off or edited"},
		{"value first", head + `"a"="b"`, "f:3:1: a value stands here before the first key"},
		{"number", key + `"EnableFirewall"=dword:zz`, `f:4:1: EnableFirewall: "zz" is not a number`},
		{"neither on nor off", key + `"EnableFirewall"=dword:00000002`, "f:4:1: EnableFirewall of domainprofile is neither 0 nor 1"},
		{"text for a number", key + `"EnableFirewall"="1"`, "f:4:1: EnableFirewall of domainprofile is neither 0 nor 1"},
		{"bytes", key + `"a"=hex(7):1,2`, "f:4:1: the file is cut off or edited: the bytes"},
		{"unknown data", key + `"a"=b`, `f:4:1: the data of "a" is neither text`},
		{"deletes a value", key + `"a"=-`, "f:4:1: this line deletes a value"},
		{"deletes a key", head + "[-" + local + "]", "f:3:1: this line deletes a key"},
		{"cut in a number", key + `"DefaultInboundAction"=dword:00`, "f:4:1: DefaultInboundAction: the file is cut off or edited: dword: has eight digits, not 2"},
		{"cut behind a line", key + "\"EnableFirewall\"=dword:00000001\r\n", "f:5:1: the file is cut off: it does not end as reg ends one, with an empty line"},
		{"a query that is cut in a number", "\r\n" + local + "\\DomainProfile\r\n    EnableFirewall    REG_DWORD    0x1", "f:3:1: the file is cut off: it does not end as reg ends one, with a whole line"},
		{"a prompt", "\r\n" + local + "\r\n    a    REG_SZ    b\r\nC:\\Users\\admin>\r\n", "f:4:1: this line is neither a key nor a value"},
		{"a query that is cut", "\r\n" + local + "\\DomainProfile\r\n    EnableFire", "f:3:1: the file is cut off or edited"},
		{"a number of a query", "\r\n" + local + "\\DomainProfile\r\n    EnableFirewall    REG_DWORD    1", `f:3:1: EnableFirewall: "1" is not a number`},
	} {
		if _, err := read(c.src); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(head + "[" + local + "\\FirewallRules]\n\"{1}\"=\"" + rule + "\"\n\"b\"=hex(2):25,00,\\\n  26,00\n"))
	f.Add([]byte(local + "\\DomainProfile\n    EnableFirewall    REG_DWORD    0x1\n"))
	f.Add([]byte(utf16le(head + "[" + policy + "\\DomainProfile]\n@=-\n")))
	f.Fuzz(func(t *testing.T, src []byte) {
		Detect(src)
		if c, err := read(string(src)); err != nil && len(err.Error()) > 1000*(1+strings.Count(err.Error(), "\n")) {
			t.Errorf("a message of %d bytes for %d openings", len(err.Error()), len(c.Openings))
		}
	})
}
