package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const (
	people = "\n[audience]\nclients = [\"10.20.0.0/16\", \"fd00:20::/48\"]\npeers = [\"none\"]\nmanagement = [\"10.3.0.0/24\", \"fd00:3::/64\"]\n"
	web    = "os = \"linux\"\nroles = [\"linux-web\", \"ssh-managed\"]\n"
	files  = "roles = [\"file-server\", \"member-baseline\"]\n"
	paid   = "reason = \"r\"\nowner = \"o\"\nexpires = 2030-12-31\n"
)

// silent names no audience.
const silent = "os = \"linux\"\nroles = [\"linux-dns\", \"ssh-managed\"]\n"

// narrow is SSH for some prefixes, and an IPv6 network so that no family is missing.
func narrow(management ...string) string {
	return "os = \"linux\"\nroles = [\"ssh-managed\"]\n[audience]\nclients = [\"none\"]\nmanagement = [\"" + strings.Join(management, "\", \"") + "\", \"fd00:3::/64\"]\n"
}

// allow is an exception with all its papers.
func allow(tcp, from string) string {
	return "[[allow]]\ntcp = \"" + tcp + "\"\nfrom = [\"" + from + "\"]\n" + paid
}

// own is a host with two services of its own, for two endpoints.
func own(one, two string) string {
	endpoints := func(traffic string) string {
		return "endpoints = [{ app = \"x\", audience = \"clients\", " + traffic + " }]\n"
	}
	return "[hosts.a]\nroles = [\"member-baseline\"]\nservices = [\"One\", \"Two\"]\n" + people +
		"[services.One]\ntitle = \"1\"\n" + endpoints(one) + "[services.Two]\ntitle = \"2\"\n" + endpoints(two)
}

// TestNear holds what lint finds in policies that come close to a finding, from either side.
func TestNear(t *testing.T) {
	for _, c := range []struct {
		name, policy string
		want         []string
	}{
		{"nothing", files + people, nil},
		{"anyone may reach a harmless port", "os = \"linux\"\nroles = [\"linux-web\", \"ssh-managed\"]\n[audience]\nclients = [\"any\"]\nmanagement = [\"10.3.0.0/24\", \"fd00:3::/64\"]\n", nil},
		{"half the Internet is anyone", "os = \"linux\"\nroles = [\"ssh-managed\"]\n[audience]\nclients = [\"none\"]\nmanagement = [\"128.0.0.0/1\", \"fd00:3::/64\"]\n", []string{"RW001"}},
		{"a sixteenth is not", "os = \"linux\"\nroles = [\"ssh-managed\"]\n[audience]\nclients = [\"none\"]\nmanagement = [\"16.0.0.0/4\", \"fd00:3::/64\"]\n", nil},
		{"two sixteenths are", narrow("16.0.0.0/4", "64.0.0.0/4"), []string{"RW001"}},
		{"an eighth in many pieces is", narrow("16.0.0.0/5", "24.0.0.0/6", "28.0.0.0/6", "64.0.0.0/5", "80.0.0.0/5"), []string{"RW001"}},
		{"the same piece twice is one", narrow("16.0.0.0/4", "16.0.0.0/5", "24.0.0.0/5"), nil},
		{"sixteenths of two families are not", narrow("16.0.0.0/4", "2000::/4"), nil},
		{"all of the public IPv6 Internet is", narrow("10.3.0.0/24", "2000::/3"), []string{"RW001"}},
		{"clients and management are so wide together", "os = \"linux\"\nroles = [\"linux-ldap\", \"ssh-managed\"]\nfeatures = [\"ldaps\"]\n[audience]\nclients = [\"16.0.0.0/4\", \"fd00::/64\"]\npeers = [\"none\"]\n" +
			"management = [\"64.0.0.0/4\", \"fd00:3::/64\"]\n", []string{"RW001"}},
		{"no audience, and SSH", silent, []string{"RW002"}},
		{"no audience, RW001 heavier", silent + "[lint]\nRW001 = { level = \"error\", reason = \"strict\" }\n", []string{"RW001", "RW002"}},
		{"no audience, RW001 off", silent + "[lint]\nRW001 = { level = \"off\", reason = \"r\" }\n", []string{"RW002"}},
		{"no audience, RW001 as it is", silent + "[lint]\nRW001 = { level = \"warning\", reason = \"r\" }\n", []string{"RW002", "RW027"}},
		{"no audience, RW001 heavier elsewhere", silent + "[lint]\nRW001 = { level = \"error\", hosts = [\"web*\"], reason = \"r\" }\n", []string{"RW002", "RW027"}},
		{"no audience, RW002 off", silent + "[lint]\nRW002 = { level = \"off\", reason = \"a lab\" }\n", []string{"RW001"}},
		{"no audience, both off", silent + "[lint]\nRW001 = { level = \"off\", reason = \"r\" }\nRW002 = { level = \"off\", reason = \"a lab\" }\n", nil},
		{"a service whose callers have no address", people + "[hosts.a]\nos = \"linux\"\nroles = [\"linux-web\", \"ssh-managed\"]\nservices = [\"Boot\"]\n[services.Boot]\ntitle = \"t\"\nendpoints = [{ app = \"boot\", udp = \"161\", audience = \"clients\", reach = \"any\" }]\n", nil},
		{"dhcp comes from anywhere by nature", "roles = [\"dhcp-server\", \"member-baseline\"]\n" + people, nil},
		{"an exception for anyone", web + people + "[[allow]]\ntcp = \"3389\"\nfrom = [\"any\"]\n" + paid, []string{"RW001"}},
		{"an exception for anyone, harmless", web + people + "[[allow]]\ntcp = \"8443\"\nfrom = [\"any\"]\n" + paid, nil},
		{"console", "roles = [\"iis-web\"]\naccess = \"console\"\n" + people, nil},
		{"999 ports", web + people + "[[allow]]\ntcp = \"50001-50999\"\nfrom = [\"10.9.9.9\"]\n" + paid, nil},
		{"1000 ports", web + people + "[[allow]]\ntcp = \"50000-50999\"\nfrom = [\"10.9.9.9\"]\n" + paid, []string{"RW004"}},
		{"an exception for telnet", web + people + "[[allow]]\ntcp = \"23\"\nfrom = [\"10.9.9.9\"]\n" + paid, []string{"RW005"}},
		{"an exception for telnet among ten ports", web + people + allow("23-32", "10.9.9.9"), []string{"RW005"}},
		{"an exception for telnet among eleven", web + people + allow("23-33", "10.9.9.9"), nil},
		{"rules of the catalog inside each other", "os = \"linux\"\nroles = [\"linux-kubernetes-node\", \"ssh-managed\"]\nfeatures = [\"pods\"]\n[audience]\nclients = [\"10.42.1.0/24\", \"fd00:20::/48\"]\n" +
			"peers = [\"10.42.0.0/16\", \"fd00:42::/48\"]\nmanagement = [\"10.42.1.0/24\", \"fd00:42::/64\"]\n" + allow("9999", "10.9.9.9"), nil},
		{"ldap with ldaps", "os = \"linux\"\nroles = [\"linux-ldap\", \"ssh-managed\"]\nfeatures = [\"ldaps\"]\n" + people, nil},
		{"netbios with the own subnet", people + "[hosts.fs1]\naddresses = [\"10.20.0.20\"]\nroles = [\"file-server\", \"member-baseline\"]\nfeatures = [\"netbios\"]\n", nil},
		{"netbios with the own address alone", "[audience]\nclients = [\"10.20.0.0/16\", \"fd00:20::/48\"]\nmanagement = [\"10.3.0.0/24\", \"fd00:3::/64\"]\n[hosts.fs1]\naddresses = [\"10.1.0.20\"]\nroles = [\"file-server\", \"member-baseline\"]\nfeatures = [\"netbios\"]\n", []string{"RW007"}},
		{"netbios without addresses", files + "features = [\"netbios\"]\n" + people, nil},
		{"radius with an audience of its own", people + "[hosts.a]\nroles = [\"radius-nps\", \"member-baseline\"]\n[roles.radius-nps]\naudience = { clients = [\"10.8.0.0/24\", \"fd00:8::/64\"] }\n", nil},
		{"radius for anyone", "roles = [\"radius-nps\", \"member-baseline\"]\n[audience]\nclients = [\"any\"]\nmanagement = [\"10.3.0.0/24\", \"fd00:3::/64\"]\n", nil},
		{"one family on a host of one family", files + "families = [\"ipv4\"]\n[audience]\nclients = [\"10.20.0.0/16\"]\npeers = [\"none\"]\nmanagement = [\"10.3.0.0/24\"]\n", nil},
		{"100 RPC ports", "roles = [\"print-server\", \"member-baseline\"]\nrpc = { mode = \"range\", range = \"50000-50099\" }\n" + people, nil},
		{"few ports that nothing uses", "roles = [\"iis-web\", \"member-baseline\"]\nrpc = { mode = \"range\", range = \"50000-50010\" }\n" + people, nil},
		{"closed where nothing needs RPC", "roles = [\"iis-web\", \"member-baseline\"]\nrpc = { mode = \"closed\" }\n" + people, nil},
		{"a narrow range on nftables", "roles = [\"print-server\", \"member-baseline\"]\ntargets = [\"nftables\"]\nrpc = { mode = \"range\", range = \"50000-50199\" }\n" + people, nil},
		{"a feature that a role turns on", "roles = [\"global-catalog\", \"member-baseline\"]\nfeatures = [\"global-catalog\", \"ldaps\"]\n" + people, []string{"RW016"}},
		{"without what a role turns on", "roles = [\"domain-controller\", \"member-baseline\"]\nwithout = [\"global-catalog\"]\n" + people, nil},
		{"peers that are more than the host", "roles = [\"dfs-replication\", \"member-baseline\"]\naddresses = [\"10.1.0.10\", \"fd00:1::10\"]\n[audience]\nclients = [\"10.20.0.0/16\", \"fd00:20::/48\"]\n" +
			"peers = [\"10.1.0.10/31\", \"fd00:1::10/127\"]\nmanagement = [\"10.3.0.0/24\", \"fd00:3::/64\"]\n", nil},
		{"peers that are the host", "roles = [\"dfs-replication\", \"member-baseline\"]\naddresses = [\"10.1.0.10\", \"fd00:1::10\"]\n[audience]\nclients = [\"10.20.0.0/16\", \"fd00:20::/48\"]\n" +
			"peers = [\"@same\"]\nmanagement = [\"10.3.0.0/24\", \"fd00:3::/64\"]\n", []string{"RW031"}},
		{"a cluster node of both families", "roles = [\"cluster-node\", \"member-baseline\"]\n[audience]\nclients = [\"10.20.0.0/16\", \"fd00:20::/48\"]\n" +
			"peers = [\"10.1.0.0/24\", \"fd00:1::/64\"]\nmanagement = [\"10.3.0.0/24\", \"fd00:3::/64\"]\n", nil},
		{"as published, where the article lists no more", "roles = [\"iis-web\"]\naccess = \"console\"\nfeatures = [\"as-published\"]\n" + people, []string{"RW016"}},
		{"as published, where the article lists rows of a feature", "roles = [\"file-server\"]\naccess = \"console\"\nfeatures = [\"as-published\"]\n" + people, nil},
		{"as published, where the feature is on by name", "roles = [\"file-server\"]\naccess = \"console\"\nfeatures = [\"as-published\", \"netbios\"]\n" + people, []string{"RW016"}},
		{"as published, where the article lists rows that nobody opens", "roles = [\"wins-server\"]\naccess = \"console\"\nfeatures = [\"as-published\"]\n" + people, nil},
		{"not as published", "roles = [\"iis-web\"]\naccess = \"console\"\nwithout = [\"as-published\"]\n" + people, nil},
		{"without what the file turns on", "features = [\"netbios\"]\n" + people + "[hosts.a]\n" + files + "without = [\"netbios\"]\n[hosts.b]\n" + files, nil},
		{"without what nothing turns on", "roles = [\"file-server\", \"member-baseline\"]\nwithout = [\"smb-direct\"]\n" + people, []string{"RW016"}},
		{"a feature for one host of a file", "features = [\"netbios\"]\n" + people + "[hosts.a]\nroles = [\"file-server\", \"member-baseline\"]\n[hosts.b]\nroles = [\"iis-web\", \"member-baseline\"]\n", nil},
		{"support ended two months ago", files + "os = \"windows-2016\"\n" + people, []string{"RW017"}},
		{"an exception that ends on day 30", web + people + "[[allow]]\ntcp = \"8834\"\nfrom = [\"10.9.9.9\"]\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-04-14\n", []string{"RW020"}},
		{"an exception that ends on day 31", web + people + "[[allow]]\ntcp = \"8834\"\nfrom = [\"10.9.9.9\"]\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-04-15\n", nil},
		{"an exception that ends today", web + people + "[[allow]]\ntcp = \"8834\"\nfrom = [\"10.9.9.9\"]\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-03-15\n", []string{"RW020"}},
		{"an exception that ended yesterday", web + people + "[[allow]]\ntcp = \"8834\"\nfrom = [\"10.9.9.9\"]\nreason = \"r\"\nowner = \"o\"\nexpires = 2027-03-14\n", []string{"RW019"}},
		{"half covered", web + people + "[[allow]]\ntcp = \"443\"\nfrom = [\"10.20.9.9\", \"10.66.0.0/16\"]\n" + paid, nil},
		{"covered by another exception", web + people + "[[allow]]\ntcp = \"8000-8100\"\nfrom = [\"10.9.0.0/16\"]\n" + paid + "[[allow]]\ntcp = \"8080\"\nfrom = [\"10.9.9.9\"]\n" + paid, []string{"RW022"}},
		{"the same twice", web + people + "[[allow]]\ntcp = \"8080\"\nfrom = [\"10.9.9.9\"]\n" + paid + "[[allow]]\ntcp = \"8080\"\nfrom = [\"10.9.9.9\"]\n" + paid, []string{"RW022"}},
		{"covered by two ports of a role", web + people + "[[allow]]\ntcp = \"80,443\"\nfrom = [\"10.20.1.0/24\"]\n" + paid, []string{"RW022"}},
		{"two ports of a role and one more", web + people + "[[allow]]\ntcp = \"80,443,8443\"\nfrom = [\"10.20.1.0/24\"]\n" + paid, nil},
		{"two ports of a role for others", web + people + "[[allow]]\ntcp = \"80,443\"\nfrom = [\"10.20.1.0/24\", \"10.66.0.1\"]\n" + paid, nil},
		{"covered by ranges side by side", web + people + allow("8000-8049", "10.9.0.0/16") + allow("8050-8100", "10.9.0.0/16") + allow("8040-8060", "10.9.9.9"), []string{"RW022"}},
		{"a gap of one port", web + people + allow("8000-8049", "10.9.0.0/16") + allow("8051-8100", "10.9.0.0/16") + allow("8040-8060", "10.9.9.9"), nil},
		{"covered by two halves of the sources", web + people + allow("8000-8001", "10.9.0.0/17") + allow("8000-8002", "10.9.128.0/17") + allow("8000", "10.9.0.0/16"), []string{"RW022"}},
		{"half of the sources on one port", web + people + allow("8000-8001", "10.9.0.0/17") + allow("8001-8002", "10.9.128.0/17") + allow("8000,8003", "10.9.0.0/16"), nil},
		{"covered by a role and an exception", web + people + allow("81-442", "10.20.0.0/16") + allow("80-443", "10.20.1.0/24"), []string{"RW022"}},
		{"two services of one's own on a port", own("tcp = \"8080\"", "tcp = \"8080\""), []string{"RW030"}},
		{"a port of one's own inside another's range", own("tcp = \"8080\"", "tcp = \"8000-8100\""), []string{"RW030"}},
		{"two services of one's own on neighbouring ports", own("tcp = \"8080\"", "tcp = \"8081\""), nil},
		{"two services of one's own on a port of two protocols", own("tcp = \"8080\"", "udp = \"8080\""), nil},
		{"one listener for two", own("tcp = \"8080\", listener = \"HTTP\"", "tcp = \"8080\", listener = \"HTTP\""), nil},
		{"two names of one listener", own("tcp = \"8080\", listener = \"HTTP\"", "tcp = \"8080\", listener = \"System\""), nil},
		{"two listeners for two", own("tcp = \"8080\", listener = \"HTTP\"", "tcp = \"8080\", listener = \"WinTarget\""), []string{"RW030"}},
		{"two services of one's own, RW030 off", own("tcp = \"8080\"", "tcp = \"8000-8100\"") + "[lint]\nRW030 = { level = \"off\", reason = \"r\" }\n", []string{"RW023"}},
		{"two services of one's own with programs of their own, RW030 off", own("tcp = \"8080\", listener = \"HTTP\"", "tcp = \"8000-8100\", listener = \"WinTarget\"") + "[lint]\nRW030 = { level = \"off\", reason = \"r\" }\n", nil},
		{"a port of one's own inside another's, which is an exception's too", own("tcp = \"8080\"", "tcp = \"8000-8100\"") + allow("8000-8100", "10.20.0.0/16\", \"fd00:20::/48"), []string{"RW022", "RW023", "RW030"}},
		{"a service of one's own inside an exception", own("tcp = \"8080\"", "tcp = \"8081\"") + allow("8000-8090", "any"), []string{"RW023"}},
		{"a feature that is taken away", files + "features = [\"netbios\"]\nwithout = [\"netbios\"]\n" + people, []string{"RW016"}},
		{"link-local clients without IPv6", strings.Replace(own("udp = \"7000\", reach = \"link\"", "tcp = \"8081\""), "services = [", "families = [\"ipv4\"]\nservices = [", 1), nil},
		{"link-local peers without IPv6, closed", strings.ReplaceAll(strings.Replace(own("udp = \"7000\", reach = \"link\", feature = \"ldaps\"", "tcp = \"8081\""), "services = [", "families = [\"ipv4\"]\nservices = [", 1), "audience = \"clients\"", "audience = \"peers\""), nil},
		{"link-local peers without IPv6", strings.ReplaceAll(strings.Replace(own("udp = \"7000\", reach = \"link\"", "tcp = \"8081\""), "services = [", "families = [\"ipv4\"]\nservices = [", 1), "audience = \"clients\"", "audience = \"peers\""), []string{"RW033"}},
		{"peers that are anyone", "roles = [\"dfs-replication\", \"member-baseline\"]\naddresses = [\"10.1.0.10\", \"fd00:1::10\"]\n" + strings.Replace(people, "\"none\"", "\"any\"", 1), []string{"RW001"}},
		{"999 ports of one's own", own("tcp = \"5001-5999\"", "tcp = \"8081\""), nil},
		{"1000 ports of one's own", own("tcp = \"5000-5999\"", "tcp = \"8081\""), []string{"RW032"}},
		{"an audience of a role that another includes", people + "[hosts.a]\nroles = [\"global-catalog\", \"member-baseline\"]\n[roles.domain-controller]\naudience = { clients = [\"10.8.0.0/24\", \"fd00:8::/64\"] }\n", nil},
		{"netbios with the own address of clients alone", strings.Replace(people, "\"10.20.0.0/16\"", "\"10.1.0.20\", \"10.20.0.0/16\"", 1) + "[hosts.fs1]\naddresses = [\"10.1.0.20\"]\nroles = [\"file-server\", \"member-baseline\"]\nfeatures = [\"netbios\"]\n", []string{"RW007"}},
		{"netbios with a subnet of two", strings.Replace(people, "\"10.20.0.0/16\"", "\"10.1.0.20/31\", \"10.20.0.0/16\"", 1) + "[hosts.fs1]\naddresses = [\"10.1.0.20\"]\nroles = [\"file-server\", \"member-baseline\"]\nfeatures = [\"netbios\"]\n", nil},
		{"two listeners of Linux", "os = \"linux\"\n" + strings.Replace(own("tcp = \"8080\", listener = \"HTTP\"", "tcp = \"8080\", listener = \"WinTarget\""), "member-baseline", "ssh-managed", 1), []string{"RW030"}},
		{"two services of svchost", own("tcp = \"8080\", listener = \"RpcSs\"", "tcp = \"8080\", listener = \"TermService\""), []string{"RW030"}},
		{"an own port that is closed", own("tcp = \"8080\", feature = \"ldaps\"", "tcp = \"8080\""), nil},
		{"a port that is closed", own("tcp = \"8080\"", "tcp = \"8080\", feature = \"ldaps\""), nil},
		{"covered on one host of two", people + "[[allow]]\ntcp = \"443\"\nfrom = [\"10.20.9.9\"]\n" + paid + "[hosts.a]\nos = \"linux\"\nroles = [\"linux-web\", \"ssh-managed\"]\n[hosts.b]\nos = \"linux\"\nroles = [\"ssh-managed\"]\n", nil},
		{"a bound port inside the range of RPC", "roles = [\"print-server\", \"member-baseline\"]\n" + people + "[[allow]]\ntcp = \"50000\"\nfrom = [\"10.20.9.9\"]\n" + paid, nil},
		{"a role that no host has", people + "[hosts.a]\n" + files + "[roles.dns-server]\naudience = { clients = [\"10.8.0.0/24\", \"fd00:8::/64\"] }\n", []string{"RW024"}},
		{"a role of one's own that no host has", people + "[hosts.a]\n" + files + "[roles.intranet]\ntitle = \"t\"\nservices = [\"W3SVC\"]\n", []string{"RW024"}},
		{"a network inside another", files + "[networks]\nhq = [\"10.20.0.0/16\", \"fd00:20::/48\"]\noffice = [\"hq\"]\nadmins = [\"10.3.0.0/24\", \"fd00:3::/64\"]\n[audience]\nclients = [\"office\"]\npeers = [\"none\"]\nmanagement = [\"admins\"]\n", nil},
		{"a network that a deny uses", files + "[networks]\nguests = [\"10.66.0.0/16\"]\n" + people + "[[deny]]\ntcp = \"445\"\nfrom = [\"guests\"]\nreason = \"r\"\n", []string{"RW036"}},
		{"a deny where rules of others go", files + "advfirewall = { other_rules = \"disable\" }\n" + people + "[[deny]]\ntcp = \"3389\"\nfrom = [\"10.66.0.0/16\"]\nreason = \"r\"\n", nil},
		{"a deny where rules of others are said to stay", files + "advfirewall = { other_rules = \"keep\" }\n" + people + "[[deny]]\ntcp = \"3389\"\nfrom = [\"10.66.0.0/16\"]\nreason = \"r\"\n", []string{"RW036"}},
		{"audit without a last day", web + "targets = [\"audit\"]\n" + people, []string{"RW045"}},
		{"audit until yesterday", web + "targets = [\"audit\"]\nlinux = { audit_until = 2027-03-14 }\n" + people, []string{"RW045"}},
		{"audit until today", web + "targets = [\"audit\"]\nlinux = { audit_until = 2027-03-15 }\n" + people, nil},
		{"no audit", web + "targets = [\"nftables\"]\n" + people, nil},
		{"a deny of other hosts", files + people + "[[deny]]\ntcp = \"3389\"\nfrom = [\"10.66.0.0/16\"]\nhosts = [\"x*\"]\nreason = \"r\"\n", []string{"RW027"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			found := lintText(t, c.policy)
			if got := codesOf(found); !slices.Equal(got, c.want) {
				t.Errorf("found %v, not %v:\n%+v", got, c.want, found)
			}
		})
	}
}

// TestUnnamed holds which ports anyone may reach on a host without an audience: each once, and none that is for some.
func TestUnnamed(t *testing.T) {
	again := "[[allow]]\ntcp = \"53\"\nfrom = [\"any\"]\ninterfaces = [\"eth1\"]\n" + paid
	for _, f := range lintText(t, silent+allow("8080", "10.9.9.9")+again) {
		if f.Code == "RW002" {
			if want := "no audience is named, so anyone may reach tcp/22, tcp/53, udp/53"; f.What != want {
				t.Errorf("found %q, want %q", f.What, want)
			}
			return
		}
	}
	t.Error("nothing is found")
}

// TestIdleFeatures holds why a word in features or without changes nothing.
func TestIdleFeatures(t *testing.T) {
	for _, c := range []struct{ policy, want string }{
		{"roles = [\"global-catalog\", \"member-baseline\"]\nfeatures = [\"global-catalog\"]\n" + people, "the feature global-catalog changes nothing: the role global-catalog turns it on already"},
		{files + "features = [\"global-catalog\"]\n" + people, "the feature global-catalog changes nothing: no service of the hosts concerned has it"},
		{files + "without = [\"smb-direct\"]\n" + people, "without \"smb-direct\" changes nothing: nothing turns the feature on"},
	} {
		found := false
		for _, f := range lintText(t, c.policy) {
			if f.Code == "RW016" {
				found = true
				if f.What != c.want {
					t.Errorf("found %q, want %q", f.What, c.want)
				}
			}
		}
		if !found {
			t.Errorf("not found: %s", c.want)
		}
	}
}

// TestWatched holds where and why a host that is only watched is a finding.
func TestWatched(t *testing.T) {
	for linux, want := range map[string]string{
		"":                                       "2: the target audit alone enforces nothing, and no day ends that",
		"linux = { audit_until = 2027-03-14 }\n": "4: the target audit alone enforces nothing, and was to until 2027-03-14",
	} {
		for _, f := range lintText(t, web+"targets = [\"audit\"]\n"+linux+people) {
			if got := fmt.Sprint(f.Pos.Line, ": ", f.What); f.Code == "RW045" && got != want {
				t.Errorf("found %q, want %q", got, want)
			}
		}
	}
}
