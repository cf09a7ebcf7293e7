package policy

import (
	"fmt"
	"strings"
	"testing"
)

func TestNetworks(t *testing.T) {
	p := files{"p.toml": `
		include = ["b.toml"]
		[networks]
		office = ["10.20.0.0/16", "fd00:20::/48"]
		branch = ["office", "10.30.0.0/16", "10.40.0.1"]
		all = ["branch", "lab", "office"]
		[hosts.a]`, "b.toml": `networks = { lab = ["branch", "fd00:9::1"] }`}.good(t)
	for name, want := range map[string]string{
		"office": "10.20.0.0/16 fd00:20::/48",
		"branch": "10.20.0.0/16 10.30.0.0/16 10.40.0.1/32 fd00:20::/48",
		"lab":    "10.20.0.0/16 10.30.0.0/16 10.40.0.1/32 fd00:9::1/128 fd00:20::/48",
		"all":    "10.20.0.0/16 10.30.0.0/16 10.40.0.1/32 fd00:9::1/128 fd00:20::/48",
	} {
		if got := fmt.Sprint(p.Networks[name]); got != "["+want+"]" {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
	if list, at := p.WrittenNetwork("branch"); fmt.Sprint(list) != "[office 10.30.0.0/16 10.40.0.1]" || at.Pos().Line != 5 {
		t.Errorf("branch is written %v at %v", list, at.Pos())
	}
	if list, _ := p.WrittenNetwork("none"); list != nil {
		t.Errorf("a network that is not there is written %v", list)
	}
	check(t, []mistake{
		{"networks = { a = ['b'], b = ['c', 'a'], c = ['c'] }\n[hosts.h]", "1:14: network a includes itself: a > b > a\n1:41: network c includes itself: c > c"},
		{"networks = { a = [], b = '10.0.0.0/8', c = ['x'], d = ['10.1.0.0/8'] }\n[hosts.h]", `1:18: network a is empty
1:26: b must be a list of texts, ["..."]
1:45: unknown network "x"
1:56: prefix 10.1.0.0/8 has host bits set`},
		{"networks = { any = ['10.0.0.0/8'], none = ['10.0.0.0/8'], '@x' = ['10.0.0.0/8'], '10.0.0.1' = ['10.0.0.0/8'] }\n[hosts.h]", `1:14: "any" is a reserved word
1:36: "none" is a reserved word
1:59: network name "@x" holds a character that is not a letter, digit, dot, underscore or hyphen
1:82: network name "10.0.0.1" is an address`},
		{"networks = { a = ['any'], b = ['none'], c = ['@file-server'], d = ['@same'] }\n[hosts.h]", `1:19: unknown network "any"
1:32: unknown network "none"
1:46: unknown network "@file-server"
1:68: unknown network "@same"`},
		{"networks = { a = ['10.0.0.0/8', '10.0.0.0/8'] }\n[hosts.h]", `1:33: "10.0.0.0/8" appears twice in a`},
	})
}

func TestAddresses(t *testing.T) {
	check(t, []mistake{
		{"[hosts.h]\naddresses = ['10.0.0.1', 'fd00::1', '169.254.1.1', 'fe80::1', '127.0.0.1']", ""},
		{"[hosts.h]\naddresses = ['10.0.0.0/8', 'dc1', '', 'fe80::1%eth0', '::ffff:10.0.0.1', '0.0.0.0', '::', '224.0.0.1', 'ff02::1']", `2:14: "10.0.0.0/8" is not an address of a host
2:28: "dc1" is not an address of a host
2:35: "" is not an address of a host
2:39: "fe80::1%eth0" is not an address of a host
2:55: "::ffff:10.0.0.1" is not an address of a host
2:74: "0.0.0.0" is not an address of a host
2:85: "::" is not an address of a host
2:91: "224.0.0.1" is not an address of a host
2:104: "ff02::1" is not an address of a host`},
	})
}

// TestSourceHints holds the mistakes and hints for sources that are neither addresses nor networks.
func TestSourceHints(t *testing.T) {
	const policy = "networks = { office = ['10.20.0.0/16'] }\n[hosts.web1]\n[hosts.a]\nallow = [{ tcp = 1, reason = 'r', from = ['%s'] }]\n"
	for text, want := range map[string]string{
		"offcie":         `unknown network "offcie"|did you mean "office"?`,
		"mail.example":   `unknown network "mail.example"|a script holds addresses: write those that the name has, or "@host" for a host of this policy`,
		"ANY":            `unknown network "ANY"|write "any"`,
		"None":           `unknown network "None"|write "none"`,
		"warehouse":      `unknown network "warehouse"|name its addresses: [networks] warehouse = ["10.0.0.0/8"]`,
		"10.0.0":         `unknown network "10.0.0"|`,
		"1000":           `unknown network "1000"|`,
		"a b":            `unknown network "a b"|`,
		"web1":           `"web1" is a host, not a network|write "@web1"`,
		"file-server":    `"file-server" is a role, not a network|write "@file-server"`,
		"10.0.0.0/33":    `"10.0.0.0/33" is not a prefix|10.0.0.0/8 and fd00::/8 are prefixes`,
		"fe80::1%eth0":   `address fe80::1%eth0 cannot be a source|write a plain IPv4 or IPv6 address`,
		"::ffff:1.2.3.4": `address ::ffff:1.2.3.4 cannot be a source|write a plain IPv4 or IPv6 address`,
		"0.0.0.0/0":      `prefix 0.0.0.0/0 is everyone|say "any" for everyone; families = ["ipv4"] or ["ipv6"] chooses one family`,
		"10.0.0.1/8":     `prefix 10.0.0.1/8 has host bits set|write 10.0.0.0/8, or 10.0.0.1 for the one address`,
		"@web*":          `@web* is a pattern, and sources are single hosts or roles|name each host: "@web1", "@web2"`,
		"@office":        `unknown role "office"|write "office": it is a network, and "@" is for roles and hosts`,
		"@wharehouse":    `unknown role "wharehouse"|"@" is for roles and hosts; for a network write "wharehouse", and its addresses in [networks]: wharehouse = ["10.0.0.0/8"]`,
		"@a b":           `unknown role "a b"|`,
		"office":         "",
		"@web1":          "|",
		"@file-server":   "|",
	} {
		_, err := files{"p.toml": fmt.Sprintf(policy, text)}.load(t, "p.toml")
		if want == "" || want == "|" {
			if err != nil {
				t.Errorf("%s: %v", text, err)
			}
			continue
		}
		mistake, hint, _ := strings.Cut(want, "|")
		if hint != "" {
			mistake += "\n  hint: " + hint
		}
		if got := fmt.Sprint(err); got != "p.toml:4:43: "+mistake {
			t.Errorf("%s: got\n%s\nwant\n%s", text, got, mistake)
		}
	}
}

// TestAddressHints holds the hints for what should be an address of a host.
func TestAddressHints(t *testing.T) {
	for text, want := range map[string]string{
		"10.1.0.10/24": `write "10.1.0.10"; prefixes belong in [networks]`,
		"web1.example": "a script holds addresses, not names: write those that the name has, 10.1.0.10 or fd00:1::10",
		"10.1.0":       "addresses are single addresses of the host, 10.1.0.10 or fd00:1::10",
		"a b":          "addresses are single addresses of the host, 10.1.0.10 or fd00:1::10",
	} {
		if got := suggestAddress(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}
