package lint

import (
	"slices"
	"testing"
)

// TestHostsShareFindings holds that hosts of which the same is to be said share a finding, at the place that they share.
func TestHostsShareFindings(t *testing.T) {
	findings := lintText(t, "[audience]\nclients = [\"none\"]\nmanagement = [\"any\"]\n"+
		"[groups.web]\nhosts = [\"c\", \"a\"]\naudience = { management = [\"any\"] }\n"+
		"[hosts.a]\nos = \"linux\"\nroles = [\"ssh-managed\"]\n[hosts.b]\nos = \"linux\"\nroles = [\"ssh-managed\"]\n[hosts.c]\nos = \"linux\"\nroles = [\"ssh-managed\"]\n")
	if len(findings) != 2 || !slices.Equal(findings[0].Hosts, []string{"b"}) || findings[0].Pos.Line != 3 ||
		!slices.Equal(findings[1].Hosts, []string{"a", "c"}) || findings[1].Pos.Line != 6 {
		t.Errorf("%+v", findings)
	}
}

// TestSharedAccount holds that hosts that share a resolution keep places of their own.
func TestSharedAccount(t *testing.T) {
	findings := lintText(t, people+"[hosts.a]\nos = \"linux\"\nroles = [\"linux-ftp\", \"ssh-managed\"]\n\n[hosts.b]\nos = \"linux\"\nroles = [\"linux-ftp\", \"ssh-managed\"]\n")
	var lines []int
	for _, f := range findings {
		lines = append(lines, f.Pos.Line)
	}
	if !slices.Equal(lines, []int{8, 12}) {
		t.Errorf("found at lines %v: %+v", lines, findings)
	}
}

// TestSharedPortOnce holds that two services of the policy's own that share a port are one finding.
func TestSharedPortOnce(t *testing.T) {
	if findings := lintText(t, own("tcp = \"8080\"", "tcp = \"8080\"")); len(findings) != 1 || findings[0].What != "One and Two both have tcp/8080" {
		t.Errorf("%+v", findings)
	}
}
