package policy

import (
	"strings"
	"testing"
)

func TestAllow(t *testing.T) {
	for text, want := range map[string]string{
		`tcp = "8834"`:                  "tcp/8834",
		`udp = "5000-5010,53"`:          "udp/53,5000-5010",
		`tcp = 443`:                     "tcp/443",
		`tcp = [443]`:                   "tcp/443",
		`tcp = [80, 443, "8000-8100"]`:  "tcp/80,443,8000-8100",
		`udp = ["53, 67", 68]`:          "udp/53,67-68",
		`icmp = 8`:                      "icmp/8",
		`icmpv6 = 128`:                  "icmpv6/128",
		`tcp = "any"`:                   "tcp/1-65535",
		`udp = "any"`:                   "udp/1-65535",
		`icmp = "8"`:                    "icmp/8",
		`icmpv6 = "1:4"`:                "icmpv6/1:4",
		`protocol = 47`:                 "gre",
		`protocol = 112`:                "protocol/112",
		`protocol = "any"`:              "any",
		`tcp = "135", rpc = "mapper"`:   "tcp/135 endpoint-mapper",
		`tcp = "134-136", owner = "it"`: "tcp/134-136", // a range means its numbers
	} {
		p := files{"p.toml": "[hosts.h]\nallow = [{ from = ['10.0.0.0/8'], reason = 'r', " + text + " }]"}.good(t)
		a := p.Hosts[0].Exceptions[0]
		got := a.Traffic.String()
		if a.RPC != "" {
			got += " " + string(a.RPC)
		}
		if got != want || a.Level != "hosts.h" {
			t.Errorf("%s: got %s at %s, want %s", text, got, a.Level, want)
		}
	}
	for text, want := range map[string]string{
		`tcp = "1", from = ["any"]`:                                               `an exception needs a reason`,
		`tcp = "1", from = ["any"], reason = " "`:                                 `an exception needs a reason`,
		`tcp = "1", reason = "r"`:                                                 `an exception must name its sources`,
		`tcp = "1", reason = "r", from = []`:                                      `from is empty`,
		`tcp = "1", reason = "r", from = ["none"]`:                                `an exception from nobody has no effect`,
		`tcp = "1", reason = "r", from = ["@same"]`:                               `@same has no meaning in an exception`,
		`tcp = "1", reason = "r", from = ["any", "@dns-server"]`:                  `"any" must stand alone`,
		`from = ["any"], reason = "r"`:                                            `neither ports nor a protocol are named`,
		`tcp = "1", icmp = "1", from = ["any"], reason = "r"`:                     `2 kinds of traffic are named, there must be one`,
		`tcp = 1, udp = 1, protocol = 47, from = ["any"], reason = "r"`:           `3 kinds of traffic are named, there must be one`,
		`tcp = 0, from = ["any"], reason = "r"`:                                   `port 0 is outside 1-65535`,
		`tcp = 70000, from = ["any"], reason = "r"`:                               `port 70000 is outside 1-65535`,
		`tcp = -1, from = ["any"], reason = "r"`:                                  `port "-1" is outside 1-65535`,
		`tcp = 443.5, from = ["any"], reason = "r"`:                               `tcp must be a port, a range or a list of them: 443, "8000-8010", [80, 443]`,
		`tcp = [80, true], from = ["any"], reason = "r"`:                          `tcp must be a port, a range or a list of them: 443, "8000-8010", [80, 443]`,
		`tcp = [80, [443]], from = ["any"], reason = "r"`:                         `tcp must be a port, a range or a list of them: 443, "8000-8010", [80, 443]`,
		`tcp = [80, "any"], from = ["any"], reason = "r"`:                         `"any" must stand alone`,
		`tcp = [80, "https"], from = ["any"], reason = "r"`:                       `"https" is not a port`,
		`tcp = [], from = ["any"], reason = "r"`:                                  `no port`,
		`icmp = [8, 13], from = ["any"], reason = "r"`:                            `icmp must be a type such as 8, or type and code such as "3:4"`,
		`icmp = 256, from = ["any"], reason = "r"`:                                `ICMP type "256" is not a number from 0 to 255`,
		`tcp = 135, udp = 135, rpc = "mapper", from = ["any"], reason = "r"`:      `the endpoint mapper is tcp 135`,
		`tcp = 135, from = ["any"], reason = "r"`:                                 `tcp 135 is the RPC endpoint mapper`,
		`tcp = "", from = ["any"], reason = "r"`:                                  `no port`,
		`tcp = "dynamic", from = ["any"], reason = "r"`:                           `"dynamic" is not a port`,
		`tcp = "0", from = ["any"], reason = "r"`:                                 `port 0 is outside 1-65535`,
		`icmp = "256", from = ["any"], reason = "r"`:                              `ICMP type "256" is not a number from 0 to 255`,
		`icmp = "any", from = ["any"], reason = "r"`:                              `ICMP type "any" is not a number from 0 to 255`,
		`protocol = 6, from = ["any"], reason = "r"`:                              `protocol 6 needs its ports or types`,
		`protocol = 58, from = ["any"], reason = "r"`:                             `protocol 58 needs its ports or types`,
		`protocol = 256, from = ["any"], reason = "r"`:                            `protocol must be a whole number from 0 to 255`,
		`protocol = "tcp", from = ["any"], reason = "r"`:                          `protocol must be a whole number from 0 to 255`,
		`protocol = "any", from = ["any"], reason = "r"`:                          `every protocol from anyone would be no firewall at all`,
		`protocol = "any", tcp = "1", from = ["10.0.0.0/8"], reason = "r"`:        `protocol = "any" holds tcp already`,
		`tcp = "135", from = ["any"], reason = "r"`:                               `tcp 135 is the RPC endpoint mapper`,
		`tcp = "136", rpc = "mapper", from = ["any"], reason = "r"`:               `the endpoint mapper is tcp 135`,
		`udp = "135", rpc = "mapper", from = ["any"], reason = "r"`:               `the endpoint mapper is tcp 135`,
		`tcp = "135", rpc = "dynamic", from = ["any"], reason = "r"`:              `unknown rpc "dynamic"`,
		`tcp = "1", from = ["any"], reason = "r", expires = "2027-03-31"`:         `expires must be a date without quotes, such as 2027-03-31`,
		`tcp = "1", from = ["any"], reason = "r", expires = 2027-03-31T00:00:00Z`: `expires must be a date without quotes, such as 2027-03-31`,
		`icmp = 8, from_port = 53, from = ["any"], reason = "r"`:                  `source ports belong to tcp and udp`,
		`udp = 53, from_port = "any", from = ["any"], reason = "r"`:               `"any" is not a port`,
		`udp = 53, from_port = 0, from = ["any"], reason = "r"`:                   `port 0 is outside 1-65535`,
		`udp = 53, interfaces = [], from = ["any"], reason = "r"`:                 `interfaces is empty`,
		`udp = 53, interfaces = ["*"], from = ["any"], reason = "r"`:              `"*" is not the name of an interface`,
		`udp = 53, interfaces = ["eth0; reboot"], from = ["any"], reason = "r"`:   `"eth0; reboot" is not the name of an interface`,
		`udp = 53, interfaces = "eth0", from = ["any"], reason = "r"`:             `interfaces must be a list of texts, ["..."]`,
		`udp = 53, limit = "10", from = ["any"], reason = "r"`:                    `"10" is not a number of connections from 1 to 10000 in a second, minute, hour or day`,
		`udp = 53, limit = 10, from = ["any"], reason = "r"`:                      `limit must be text in quotes`,
		`udp = 53, limit = "0/minute", from = ["any"], reason = "r"`:              `"0/minute" is not a number of connections from 1 to 10000 in a second, minute, hour or day`,
		`tcp = "1", from = ["any"], reason = "r", expire = 2027-03-31`:            `unknown key "expire"`,
	} {
		got := files{"p.toml": "roles = ['file-server']\nallow = [{ " + text + " }]"}.mistakes(t)
		if _, what, _ := strings.Cut(got, ": "); what != want || !strings.HasPrefix(got, "2:") {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

// TestAllowOfBoth holds that an exception, a deny and a permit that name tcp and udp are one of each.
func TestAllowOfBoth(t *testing.T) {
	p := files{"p.toml": `
allow = [{ tcp = [88, 464], udp = "any", from = ["10.0.0.0/8"], reason = "r", owner = "o" }]
deny = [{ tcp = 53, udp = 53, from = ["any"], reason = "r" }]
ipsec = { outbound = [{ tcp = 53, udp = [53, 88], to = ["any"], reason = "r" }] }
[hosts.h]`}.good(t)
	if got := p.File.Exceptions; len(got) != 2 || got[0].Traffic.String() != "tcp/88,464" || got[1].Traffic.String() != "udp/1-65535" || got[1].Terms != got[0].Terms {
		t.Errorf("exceptions: %+v", got)
	}
	if got := p.Lint.Denies; len(got) != 2 || got[0].Traffic.String() != "tcp/53" || got[1].Traffic.String() != "udp/53" || got[1].Reason != "r" {
		t.Errorf("denies: %+v", got)
	}
	if got := p.File.Settings.IPsec.Outbound.Get(); len(got) != 2 || got[0].Traffic.String() != "tcp/53" || got[1].Traffic.String() != "udp/53,88" || got[1].Reason != "r" {
		t.Errorf("permits: %+v", got)
	}
}
