package policy

import (
	"fmt"
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
