package main

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"rolewall/catalog"
)

var update = flag.Bool("update", false, "write docs/catalog.md")

const file = "../../docs/catalog.md"

func current(t *testing.T) string {
	t.Helper()
	c, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	return page(c)
}

// TestPageIsFresh holds that docs/catalog.md says what the catalog says.
func TestPageIsFresh(t *testing.T) {
	want := current(t)
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/catalog.md is stale: make docs")
	}
}

// TestPageHangsTogether holds that every link of the page leads to a heading or a mark of it, and that no two share one.
func TestPageHangsTogether(t *testing.T) {
	text := current(t)
	marks := map[string]int{}
	for line := range strings.Lines(text) {
		if title := strings.TrimLeft(line, "#"); title != line {
			marks[slug(strings.TrimSpace(title))]++
		}
	}
	for _, m := range regexp.MustCompile(`<a id="([^"]*)">`).FindAllStringSubmatch(text, -1) {
		marks[m[1]]++
	}
	for mark, n := range marks {
		if n > 1 {
			t.Errorf("%d places are called #%s", n, mark)
		}
	}
	links := regexp.MustCompile(`\]\(#([^)]*)\)`).FindAllStringSubmatch(text, -1)
	for _, m := range links {
		if marks[m[1]] == 0 {
			t.Errorf("no place is called #%s", m[1])
		}
	}
	if len(links) < 1000 {
		t.Errorf("only %d links", len(links))
	}
}

// TestPageHoldsAll holds that the page has a heading for every role and service, and a line for every feature, source
// and conflict.
func TestPageHoldsAll(t *testing.T) {
	c, err := catalog.Default()
	if err != nil {
		t.Fatal(err)
	}
	text := page(c)
	var want []string
	for _, name := range c.RoleNames() {
		want = append(want, "\n#### "+name+": ")
	}
	for _, name := range c.ServiceNames() {
		want = append(want, "\n#### "+name+": ")
	}
	for _, name := range c.FeatureNames() {
		want = append(want, "</a>`"+name+"` |")
	}
	for _, tag := range c.SourceNames() {
		want = append(want, "</a>"+tag+" |")
	}
	for _, x := range c.Conflicts() {
		want = append(want, "| "+x.Note+" |")
	}
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("the page lacks %q", w)
		}
	}
	for line := range strings.Lines(text) {
		if strings.TrimRight(line, " \n") != strings.TrimSuffix(line, "\n") {
			t.Errorf("blanks at the end of %q", line)
		}
	}
}

// TestPagePorts holds a few lines that readers look for.
func TestPagePorts(t *testing.T) {
	text := current(t)
	for _, want := range []string{
		"| 2012 and later | tcp 88, 389, 445, 464, 636, 3268, 3269; udp 88, 123, 389, 464; RPC; echo |  | tcp 9389 |", // domain controller
		"| 2008 | tcp 88, 389, 445, 464, 636, 3268, 3269; udp 88, 123, 389, 464; RPC; echo | tcp 5722 |  |",
		"| 2003 to 2008 R2 | tcp 80, 443 |  |  |", // WSUS
		"| 2012 and later | tcp 8530, 8531 |  |  |",
		"| Linux | tcp 80, 443 |  |  |",
		"- with [`ldaps`](#feature-ldaps): tcp 636, 3269 for clients",
		"| tcp 5722 | RPC of SYSVOL replication | peers | 2008, 2008 R2 | DFSR | [KB-2023](#source-kb-2023) |",
		"| udp 67 | DHCP | anyone | all | DHCPServer | [KB-2004](#source-kb-2004), [KB-2023](#source-kb-2023) |",
		"| udp 3343 | Cluster | peers, link | all | System | [KB-2004](#source-kb-2004), [KB-2023](#source-kb-2023) |",
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("the page lacks %q", want)
		}
	}
}

// TestSlug holds the anchors that GitHub gives headings.
func TestSlug(t *testing.T) {
	for heading, want := range map[string]string{
		"File and print":                                  "file-and-print",
		"SMS-2.0: Systems Management Server 2.0":          "sms-20-systems-management-server-20",
		"MSSQL$UDDI: MSSQL$UDDI":                          "mssqluddi-mssqluddi",
		"CCM_MP: Configuration Manager management point":  "ccm_mp-configuration-manager-management-point",
		"iis-web: Web server (IIS)":                       "iis-web-web-server-iis",
		"console-managed: Managed with Microsoft's tools": "console-managed-managed-with-microsofts-tools",
	} {
		if got := slug(heading); got != want {
			t.Errorf("%q is called %q, not %q", heading, got, want)
		}
	}
}
