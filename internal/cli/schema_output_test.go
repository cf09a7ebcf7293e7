package cli

import "testing"

// TestListSchemas holds the JSON of list and show, and of the exceptions of a policy, to the schemas in docs.
func TestListSchemas(t *testing.T) {
	for _, c := range []struct {
		schema string
		calls  [][]string
	}{
		{"list", [][]string{{"list", "roles"}, {"list", "services"}, {"list", "services", "--unbound"}, {"list", "features"}, {"list", "targets"}, {"list", "roles", "nothing-has-it"}}},
		{"show", [][]string{
			{"show", "domain-controller"}, {"show", "LSASS"}, {"show", "Netlogon"}, {"show", "ldaps"}, {"show", "tcp/445"}, {"show", "https"}, {"show", "tcp/1-65535"},
			{"show", "RDP"}, {"show", "linux-libvirt-host"}, {"show", "gre"}, {"show", "DHCPServer"},
		}},
		{"exceptions", [][]string{
			{"list", "exceptions", "../../testdata/policies/exceptions.toml"}, {"list", "exceptions", "../../testdata/policies/company.toml", "--by", "host", "--ends-before", "2099-01-01"},
		}},
	} {
		for _, args := range c.calls {
			code, stdout, stderr := call(t, append(args, "--format", "json")...)
			if code != 0 {
				t.Fatalf("%q: %s", args, stderr)
			}
			validate(t, c.schema+".schema.json", stdout)
		}
	}
}
