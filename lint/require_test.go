package lint

import (
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/lint/codes"
)

// TestRequire holds what a [[require]] misses on a web server for 10.20.0.0/16 and fd00:20::/48, with admins in 10.3.0.0/24
// and fd00:3::/64, and two hosts that are app servers, of which the web server is one.
func TestRequire(t *testing.T) {
	const hosts = people + "[roles.app]\ntitle = \"t\"\nservices = [\"App\"]\n[services.App]\ntitle = \"t\"\nendpoints = [{ app = \"x\", tcp = 7000, audience = \"management\" }]\n" +
		"[hosts.web1]\nos = \"linux\"\naddresses = [\"10.1.0.31\"]\nroles = [\"linux-web\", \"ssh-managed\", \"app\"]\n" +
		"[[hosts.web1.allow]]\ntcp = 7001\nfrom = [\"10.66.0.1\"]\nfrom_port = \"53\"\nreason = \"r\"\n" +
		"[[hosts.web1.allow]]\ntcp = 7002\nfrom = [\"10.66.0.1\"]\ninterfaces = [\"eth1\"]\nlimit = \"10/minute\"\nreason = \"r\"\n" +
		"[hosts.app2]\nos = \"linux\"\naddresses = [\"10.1.0.50\"]\nroles = [\"ssh-managed\", \"app\"]\n"
	for _, c := range []struct{ name, require, want string }{
		{"open to all", "tcp = 443\nfrom = [\"10.20.0.0/16\"]", ""},
		{"open to a part", "tcp = 443\nfrom = [\"10.20.1.0/24\"]", ""},
		{"open to some", "tcp = 443\nfrom = [\"10.20.1.0/24\", \"10.21.0.0/16\", \"10.22.0.0/16\"]", "tcp/443 is not open to 10.21.0.0/16, 10.22.0.0/16, which is required: so it is (shop)"},
		{"open to a part of one", "tcp = 443\nfrom = [\"10.20.0.0/15\"]", "tcp/443 is not open to 10.20.0.0/15, which"},
		{"halves by two audiences", "tcp = 443\nfrom = [\"10.20.0.0/16\", \"10.3.0.0/25\", \"fd00:3::1\"]", ""},
		{"two ports", "tcp = [80, 443]\nfrom = [\"10.20.0.0/16\"]", ""},
		{"a port too many", "tcp = \"80-81\"\nfrom = [\"10.20.0.0/16\"]", "tcp/80-81 is not open to 10.20.0.0/16, which"},
		{"two protocols, one closed", "tcp = 443\nudp = 443\nfrom = [\"10.20.0.0/16\"]", "udp/443 is not open to 10.20.0.0/16, which"},
		{"anyone", "tcp = 443\nfrom = [\"any\"]", "tcp/443 is not open to anyone, which"},
		{"a role, of which the host is one", "tcp = 443\nfrom = [\"@app\"]", "tcp/443 is not open to @app, which"},
		{"a role, of which the host is the only one", "tcp = 443\nfrom = [\"@linux-web\"]", ""},
		{"echo, which the target lets in", "icmp = 8\nfrom = [\"10.66.0.1\"]", ""},
		{"echo over both families", "icmpv6 = 128\nfrom = [\"fd00:66::1\", \"10.66.0.1\"]", ""},
		{"answers of DHCPv6, from one source port alone", "udp = 546\nfrom = [\"fd00:66::1\"]", "udp/546 is not open to fd00:66::1, which"},
		{"a family that the traffic lacks", "icmp = 8\nfrom = [\"fd00:66::1\"]", "icmp/8 is not open to fd00:66::1 (no address of a family that the host speaks), which is required"},
		{"from one source port alone", "tcp = 7001\nfrom = [\"10.66.0.1\"]", "tcp/7001 is not open to 10.66.0.1, which"},
		{"with a limit, on an interface", "tcp = 7002\nfrom = [\"10.66.0.1\"]", ""},
		{"no host", "tcp = 443\nfrom = [\"10.66.0.1\"]\nhosts = [\"wbe*\"]", "RW027 the [[require]] for tcp/443 holds nothing open: no host is web*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			require := "[[require]]\nreason = \"so it is\"\nowner = \"shop\"\n" + c.require + "\n"
			if !strings.Contains(require, "hosts") {
				require += "hosts = [\"@linux-web\"]\n"
			}
			var got []string
			for _, f := range lintText(t, hosts+require) {
				switch {
				case f.Code == requireCode:
					got = append(got, f.What)
					if f.Level != codes.Error || strings.Join(f.Hosts, " ") != "web1" || f.Pos.Line != strings.Count(hosts, "\n")+1 {
						t.Errorf("%+v", f)
					}
				case f.Code == "RW027":
					got = append(got, f.Code+" "+strings.ReplaceAll(f.What, "wbe", "web"))
				}
			}
			if all := strings.Join(got, "\n"); (c.want == "") != (all == "") || !strings.HasPrefix(all, c.want) || len(got) > 1 {
				t.Errorf("found %q, not %q", all, c.want)
			}
		})
	}
}

// TestRequireWithoutTargets holds that what a host without a target opens by its rules is open.
func TestRequireWithoutTargets(t *testing.T) {
	errs := &diag.List{}
	l := load(t, web+people+"[[require]]\ntcp = [22, 443]\nfrom = [\"10.20.0.0/16\"]\nreason = \"r\"\n", errs)
	l = New(l.p, l.r, l.day, errs)
	for _, h := range l.p.Hosts {
		l.Host(h, l.r.Resolve(h, errs), nil)
	}
	for _, f := range l.Findings() {
		if f.Code == requireCode {
			if f.What != "tcp/22,443 is not open to 10.20.0.0/16, which is required: r" {
				t.Errorf("%q", f.What)
			}
			return
		}
	}
	t.Error("nothing is found")
}

// TestRequirePart holds that of a role those hosts are named that do not get in.
func TestRequirePart(t *testing.T) {
	const policy = people + "[hosts.web1]\nos = \"linux\"\nroles = [\"linux-web\", \"ssh-managed\"]\n[hosts.a]\nos = \"linux\"\naddresses = [\"10.20.0.9\", \"10.1.0.9\"]\nroles = [\"ssh-managed\"]\n" +
		"[[require]]\ntcp = 443\nhosts = [\"web1\"]\nfrom = [\"@ssh-managed\"]\nreason = \"r\"\n"
	for _, f := range lintText(t, strings.Replace(policy, "os = \"linux\"\nroles", "os = \"linux\"\naddresses = [\"10.1.0.31\"]\nroles", 1)) {
		if f.Code == requireCode {
			if f.What != "tcp/443 is not open to @ssh-managed (10.1.0.9), which is required: r" {
				t.Errorf("%q", f.What)
			}
			return
		}
	}
	t.Error("nothing is found")
}
