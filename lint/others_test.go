package lint

import (
	"slices"
	"strings"
	"testing"
)

// TestOthers holds which findings say that rules of others can open a port, and that one cause is one finding.
func TestOthers(t *testing.T) {
	const (
		hosts = "[audience]\nclients = [\"10.20.0.0/16\"]\nmanagement = [\"10.3.0.0/24\"]\n[hosts.fs1]\nroles = [\"file-server\"]\n[hosts.fs2]\nroles = [\"file-server\"]\n" +
			"[hosts.ct1]\nos = \"linux\"\nroles = [\"linux-docker\"]\n[hosts.web1]\nos = \"linux\"\nroles = [\"linux-web\"]\n"
		deny = "[[deny]]\ntcp = 8080\noutside = [\"10.3.0.0/24\"]\nreason = \"r\"\n"
	)
	for _, c := range []struct {
		name, policy string
		want         []string
	}{
		{"unsaid", hosts, []string{"RW041 fs1 fs2"}},
		{"said", hosts + "[advfirewall]\nother_rules = \"keep\"\n", nil},
		{"off", hosts + "[advfirewall]\nother_rules = \"disable\"\n", nil},
		{"a deny", hosts + deny, []string{"RW036 fs1 fs2", "RW042 ct1"}},
		{"a deny and said", hosts + deny + "[advfirewall]\nother_rules = \"disable\"\n", []string{"RW042 ct1"}},
		{"a deny of one host", hosts + deny + "hosts = [\"fs1\"]\n", []string{"RW036 fs1", "RW041 fs2"}},
	} {
		var got []string
		for _, f := range lintAll(t, c.policy) {
			if slices.Contains([]string{"RW036", "RW041", "RW042"}, f.Code) {
				got = append(got, f.Code+" "+strings.Join(f.Hosts, " "))
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: found %q, not %q", c.name, got, c.want)
		}
	}
}

// TestAddresses holds which hosts share an address, and which are in no network of their rules.
func TestAddresses(t *testing.T) {
	host := func(name, address, role string) string {
		return "[hosts." + name + "]\nos = \"linux\"\naddresses = [\"" + address + "\"]\nroles = [\"" + role + "\"]\n"
	}
	const people = "audience = { clients = [\"servers\"], management = [\"servers\"] }\n[networks]\nservers = [\"10.1.0.0/24\"]\n"
	for _, c := range []struct {
		name, policy string
		want         []string
	}{
		{"each in its network", people + host("a", "10.1.0.1", "linux-web") + host("b", "10.1.0.2", "linux-web"), nil},
		{"a wrong address", people + host("a", "10.1.0.1", "linux-web") + host("b", "10.11.0.2", "linux-web"), []string{"RW044 b"}},
		{"two wrong addresses", people + host("a", "10.1.0.1", "linux-web") + host("b", "10.11.0.2", "linux-web") + host("c", "10.11.0.3", "linux-web"), []string{"RW044 b c"}},
		{"in another network, and with another role", people + "other = [\"10.11.0.0/24\"]\n" + host("a", "10.1.0.1", "linux-web") + host("b", "10.11.0.2", "ssh-managed"), nil},
		{"in another network, and with the same role", people + "other = [\"10.11.0.0/24\"]\n" + host("a", "10.1.0.1", "linux-web") + host("b", "10.11.0.2", "linux-web"), []string{"RW044 b"}},
		{"no host in its network", people + host("b", "10.11.0.2", "linux-web"), nil},
		{"for anyone", people + host("a", "10.1.0.1", "linux-web") + host("b", "10.11.0.2", "linux-web") + "audience = { clients = [\"any\"], management = [\"any\"] }\n", nil},
		{"one address", people + host("a", "10.1.0.1", "linux-web") + host("b", "10.1.0.1", "linux-web") + host("c", "10.1.0.1", "linux-web"), []string{"RW043 a b c"}},
		{"one address, said to be meant for one of them", people + host("a", "10.1.0.1", "linux-web") + host("b", "10.1.0.1", "linux-web") +
			"[lint]\nRW043 = { level = \"off\", hosts = [\"b\"], reason = \"r\" }\n", []string{"RW043 a"}},
	} {
		var got []string
		for _, f := range lintAll(t, c.policy) {
			if f.Code == "RW043" || f.Code == "RW044" {
				got = append(got, f.Code+" "+strings.Join(f.Hosts, " "))
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: found %q, not %q", c.name, got, c.want)
		}
	}
}

// TestPlaces holds which other places a finding names.
func TestPlaces(t *testing.T) {
	host := func(name string) string {
		return "[hosts." + name + "]\nos = \"linux\"\naddresses = [\"10.1.0.1\"]\nroles = [\"linux-web\", \"ssh-managed\"]\n"
	}
	for code, c := range map[string]struct{ policy, want string }{
		"RW043": {people + host("a") + host("b") + host("c"), "host b has it too, host c has it too"},
		"RW022": {people + host("a") + "[[allow]]\ntcp = \"443\"\nfrom = [\"10.20.9.9\"]\n" + paid, "opens it"},
		"RW023": {people + host("a") + allow("440-444", "any"), "asks for the narrower one"},
	} {
		for _, f := range lintText(t, c.policy) {
			if f.Code != code {
				continue
			}
			var got []string
			for _, s := range f.See {
				got = append(got, s.What)
			}
			if all := strings.Join(got, ", "); all != c.want {
				t.Errorf("%s: %q, want %q", code, all, c.want)
			}
			code = ""
		}
		if code != "" {
			t.Errorf("%s is not found", code)
		}
	}
}

// TestBecause holds which paths a conflict names: those of the services that cannot share the port.
func TestBecause(t *testing.T) {
	const policy = people + "[hosts.a]\nos = \"windows-2008r2\"\nroles = [\"member-baseline\"]\nservices = [\"WMServer\", \"WsusService\", \"Site\"]\n" +
		"[services.Site]\ntitle = \"t\"\nendpoints = [{ app = \"x\", tcp = \"80\", audience = \"clients\" }]\n"
	want := []string{"service WMServer > HTTP, tcp/80 for clients", "service WsusService > HTTP, tcp/80 for clients"}
	for _, f := range lintText(t, policy) {
		if f.Code == "RW015" {
			if !slices.Equal(f.Because, want) {
				t.Errorf("%s: because of %q, want %q", f.What, f.Because, want)
			}
			return
		}
	}
	t.Error("nothing is found")
}

// TestExposed holds how a sensitive port is named, RPC by the ports that the rule opens.
func TestExposed(t *testing.T) {
	const policy = "roles = [\"dfs-replication\"]\naccess = \"console\"\n[audience]\nclients = [\"10.20.0.0/16\", \"fd00:20::/48\"]\npeers = [\"any\"]\nmanagement = [\"10.3.0.0/24\", \"fd00:3::/64\"]\n"
	var got []string
	for _, f := range lintText(t, policy) {
		if f.Code == "RW001" {
			got = append(got, f.What)
		}
	}
	want := []string{"anyone may reach tcp/135, the RPC endpoint mapper", "anyone may reach tcp/445, SMB", "anyone may reach tcp/49152-65535, the RPC ports of Windows"}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

func TestBrief(t *testing.T) {
	eighty := strings.Repeat("ä", 80)
	for text, want := range map[string]string{"": "", eighty: eighty, eighty + "x": eighty + "..."} {
		if got := brief(text); got != want {
			t.Errorf("%q: %q", text, got)
		}
	}
}
