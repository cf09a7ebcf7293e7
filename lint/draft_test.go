package lint

import (
	"slices"
	"testing"
)

// TestHostsShareFindings holds that hosts of which the same is to be said share a finding, at the place that they share.
func TestHostsShareFindings(t *testing.T) {
	found := lintText(t, "[audience]\nclients = [\"none\"]\nmanagement = [\"any\"]\n"+
		"[groups.web]\nhosts = [\"c\", \"a\"]\naudience = { management = [\"any\"] }\n"+
		"[hosts.a]\nos = \"linux\"\nroles = [\"ssh-managed\"]\n[hosts.b]\nos = \"linux\"\nroles = [\"ssh-managed\"]\n[hosts.c]\nos = \"linux\"\nroles = [\"ssh-managed\"]\n")
	if len(found) != 2 || !slices.Equal(found[0].Hosts, []string{"b"}) || found[0].Pos.Line != 3 ||
		!slices.Equal(found[1].Hosts, []string{"a", "c"}) || found[1].Pos.Line != 6 {
		t.Errorf("%+v", found)
	}
}

// TestSharedAccount holds that hosts that share a resolution keep places of their own.
func TestSharedAccount(t *testing.T) {
	found := lintText(t, people+"[hosts.a]\nos = \"linux\"\nroles = [\"linux-ftp\", \"ssh-managed\"]\n\n[hosts.b]\nos = \"linux\"\nroles = [\"linux-ftp\", \"ssh-managed\"]\n")
	var lines []int
	for _, f := range found {
		lines = append(lines, f.Pos.Line)
	}
	if !slices.Equal(lines, []int{8, 12}) {
		t.Errorf("found at lines %v: %+v", lines, found)
	}
}

// TestSharedPortOnce holds that two services of the policy's own that share a port are one finding.
func TestSharedPortOnce(t *testing.T) {
	if found := lintText(t, own("tcp = \"8080\"", "tcp = \"8080\"")); len(found) != 1 || found[0].What != "One and Two both have tcp/8080" {
		t.Errorf("%+v", found)
	}
}
