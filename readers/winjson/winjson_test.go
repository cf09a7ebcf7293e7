package winjson

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/winstore"
)

// document is a capture with one rule; each argument is members of an object, and an empty one takes the plain ones.
func document(rule, port, address, rest string) string {
	fill := func(s, otherwise string) string {
		if s == "" {
			return otherwise
		}
		return s
	}
	return fmt.Sprintf(`{"FirewallStore":"ActiveStore",
"Rules":[{"InstanceID":"r",%s}],
"Port":{"InstanceID":"r",%s},
"Address":[{"InstanceID":"r",%s}],
"Application":[{"InstanceID":"r","Program":"Any"}],"Service":[{"InstanceID":"r","Service":"Any"}],%s
"Profiles":[{"Name":"Domain","Enabled":"True","DefaultInboundAction":"Block"}]}`,
		fill(rule, plainRule), fill(port, `"Protocol":"TCP","LocalPort":"80","RemotePort":"Any","IcmpType":"Any"`), fill(address, `"LocalAddress":"Any","RemoteAddress":"Any"`), rest)
}

const plainRule = `"DisplayName":"web","Enabled":1,"Direction":1,"Action":2,"Profiles":0,"PolicyStoreSourceType":1`

func read(src string) (*winstore.State, *capture.Capture, error) {
	st, errs := &winstore.State{}, &diag.List{}
	Read("f", []byte(src), st, errs)
	return st, winstore.Evaluate(st), errs.Err()
}

// TestRules reads what PowerShell writes in several ways, as rule strings.
func TestRules(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"plain", document("", "", "", ""), "Protocol=6|LPort=80|Name=web|"},
		{"words", document(`"DisplayName":"web","Enabled":"True","Direction":"Inbound","Action":"Allow","Profile":"Domain, Private","PolicyStoreSourceType":"Local"`, "", "", ""), "Protocol=6|Profile=Domain|Profile=Private|LPort=80|Name=web|"},
		{"a mask", document(strings.Replace(plainRule, `"Profiles":0`, `"Profiles":6`, 1), "", "", ""), "Protocol=6|Profile=Private|Profile=Public|LPort=80|Name=web|"},
		{"a list of 5.1", document("", `"Protocol":"UDP","LocalPort":{"value":["53","60-70",5355],"Count":3},"RemotePort":["67"]`, "", ""), "Protocol=17|LPort=53|LPort2_10=60-70|LPort=5355|RPort=67|Name=web|"},
		{"keywords of ports", document("", `"Protocol":"TCP","LocalPort":["RPC","RPCEPMap","IPHTTPSIn","mDNS","PlayToDiscovery"]`, "", ""), "Protocol=6|LPort=RPC|LPort=RPC-EPMap|LPort=IPHTTPSIn|LPort=mDNS|LPort=Ply2Disc|Name=web|"},
		{"types of ICMP", document("", `"Protocol":"ICMPv6","LocalPort":"RPC","IcmpType":["128","1:Any","3:4"]`, "", ""), "Protocol=58|ICMP6=128:*|ICMP6=1:*|ICMP6=3:4|Name=web|"},
		{"a number", document("", `"Protocol":"47","LocalPort":"Any"`, "", ""), "Protocol=47|Name=web|"},
		{"any protocol", document("", `"Protocol":"Any","LocalPort":"Any"`, "", ""), "|Dir=In|Name=web|"},
		{"addresses", document("", "", `"LocalAddress":"10.1.1.1","RemoteAddress":["10.0.0.0/255.0.0.0","fd00::/8","LocalSubnet","DNS4","Intranet6","10.0.0.1-10.0.0.9","fd00::1-fd00::9"]`, ""),
			"LA4=10.1.1.1|RA4=10.0.0.0/255.0.0.0|RA6=fd00::/8|RA4=LocalSubnet|RA6=LocalSubnet|RA4=DNS|RA62=IntrAnet|RA4=10.0.0.1-10.0.0.9|RA6=fd00::1-fd00::9|Name=web|"},
		{"a bar in a name", document(strings.Replace(plainRule, `"web"`, `"a|RA4=LocalSubnet|\n"`, 1), "", "", ""), "Name=a/RA4=LocalSubnet//|"},
		{"bypass", document(strings.Replace(plainRule, `"Action":2`, `"Action":3`, 1), "", "", ""), "v2.33|Action=ByPass|"},
		{"overrides blocks", document("", "", "", `"Security":[{"InstanceID":"r","Authentication":"Required","Encryption":"NotRequired","OverrideBlockRules":true,"RemoteMachine":"O:LSD:(A;;CC;;;S-1)","RemoteUser":"Any","LocalUser":"Any"}],`),
			"Security=Authenticate|RMauth=O:LSD:(A;;CC;;;S-1)|"},
		{"interfaces", document("", "", "", `"InterfaceType":{"InstanceID":"r","InterfaceType":"Wired"},"Interface":{"InstanceID":"r","InterfaceAlias":["Ethernet 2"]},`), "IFType=Lan|IF=Ethernet 2|"},
		{"group", document(plainRule+`,"Group":"@FirewallAPI.dll,-28502"`, "", "", ""), "EmbedCtxt=@FirewallAPI.dll,-28502|"},
		{"platform", document(plainRule+`,"Platforms":["10.0+"]`, "", "", ""), "Platform=2:10:0|Platform2=GTEQ|"},
		{"platforms", document(plainRule+`,"Platforms":["6.1","10.0+"]`, "", "", ""), "Platform=2:6:1|Platform=2:10:0|Platform2=6.1, 10.0+|"},
		{"unknown", document(plainRule+`,"Mood":"good","Other":"Any","Empty":null`, "", "", ""), "PowerShell.Mood=good|"},
	} {
		st, _, err := read(c.src)
		if err != nil || len(st.Rules) != 1 || !strings.Contains(st.Rules[0].Place.Text, c.want) {
			t.Errorf("%s: %+v, %v, want %s", c.name, st, err, c.want)
		}
		if !Detect([]byte(c.src[:200])) {
			t.Errorf("%s is not detected", c.name)
		}
	}
	if _, c, _ := read(document(plainRule+`,"Mood":"good"`, "", "", "")); len(c.Unmapped) != 1 || len(c.Openings) != 0 {
		t.Errorf("a member that is not known: %+v", c)
	}
	two := strings.Replace(document("", "", "", ""), `"Port":{"InstanceID":"r",`, `"Port":[{"InstanceID":"r","LocalPort":"1"},{"InstanceID":"r",`, 1)
	two = strings.Replace(two, `"IcmpType":"Any"},`, `"IcmpType":"Any"}],`, 1)
	if _, c, err := read(two); err != nil || len(c.Unmapped) != 1 || len(c.Openings) != 0 {
		t.Errorf("two filters of one class: %+v, %v", c, err)
	}
	if st, _, err := read(document(plainRule+`,"EnforcementStatus":["Enforced","NotTargetPlatform"]`, "", "", "")); err != nil || len(st.Rules) != 0 {
		t.Errorf("a rule for another platform: %+v, %v", st.Rules, err)
	}
}

// TestProfiles reads the settings of profiles, and in which the host is.
func TestProfiles(t *testing.T) {
	src := strings.Replace(document("", "", "", `"ConnectionProfiles":[{"NetworkCategory":2},{"NetworkCategory":"Public"}],`), `[{"Name":"Domain","Enabled":"True","DefaultInboundAction":"Block"}]`,
		`[{"Name":"Domain","Enabled":1,"DefaultInboundAction":2,"AllowLocalFirewallRules":0},{"Name":"Private","Enabled":0},{"Name":"Public","AllowInboundRules":"False","Enabled":2}]`, 1)
	st, c, err := read(src)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range c.Facts {
		got = append(got, f.Code)
	}
	if s := strings.Join(got, " "); s != "profile profile profile firewall-off no-exceptions default-allow local-rules-void" || strings.Join(st.InForce, " ") != "domain public" {
		t.Errorf("%s; in force %v", s, st.InForce)
	}
}

func TestBad(t *testing.T) {
	good := document("", "", "", "")
	for _, c := range []struct{ name, src, want string }{
		{"empty", "", "f:1:1: the file is cut off"},
		{"cut", good[:len(good)-30], "the file is cut off: the JSON does not end"},
		{"cut in UTF-16", "\xff\xfe{\x00\"", "it ends in half a character"},
		{"no JSON", "{\"Rules\": oops}", "f:1:10: this is not JSON"},
		{"rules alone", `[{"InstanceID":"r"}]`, "f:1:1: this is a list, and not the object of the script"},
		{"more behind", good + "\n{}", "more text after the end of the JSON"},
		{"twice", strings.Replace(good, `"Port":`, `"Rules":[],"Port":`, 1), `"Rules" stands twice`},
		{"no ports", strings.Replace(good, `"Port":`, `"Ports":`, 1), `f:1:1: the member "Port" is missing`},
		{"flat", strings.Replace(good, `[{"InstanceID":"r",`+plainRule+`}]`, `["@{InstanceID=r}"]`, 1), "f:2:10: an object is wanted here, and this is a string"},
		{"no store", document(strings.Replace(plainRule, `"PolicyStoreSourceType":1`, `"PolicyStoreSourceType":0`, 1), "", "", ""), `f:2:10: the rule "r" does not say from which store it comes`},
		{"no filters", strings.ReplaceAll(good, `"Address":[{"InstanceID":"r"`, `"Address":[{"InstanceID":""`), "a filter has no InstanceID"},
		{"a rule without filters", strings.Replace(good, `"Rules":[{"InstanceID":"r"`, `"Rules":[{"InstanceID":"other"`, 1), `f:2:10: the rule "other" has no filters`},
		{"profile", strings.Replace(good, `"Domain"`, `"Home"`, 1), `"Home" is not a profile`},
		{"value of a profile", strings.Replace(good, `"Enabled":"True"`, `"Enabled":7`, 1), "Enabled of the profile domain is \"7\""},
	} {
		if _, _, err := read(c.src); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(strings.ReplaceAll(good, "\n", "\r\n"))) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	for name, src := range map[string]string{"UTF-16": string(wide), "BOM": "\xef\xbb\xbf" + good} {
		if _, c, err := read(src); err != nil || len(c.Openings) != 1 || c.Openings[0].Rules[0].Pos.Line != 2 {
			t.Errorf("%s: %v, %+v", name, err, c)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(document("", "", "", "")))
	f.Add([]byte(`{"Rules":[null,{"InstanceID":{"value":[1],"Count":1}}],"Port":[],"Address":null,"Application":{},"Service":[],"Profiles":[{}]}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		Detect(src)
		_, _, _ = read(string(src))
	})
}
