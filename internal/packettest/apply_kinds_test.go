//go:build linux

package packettest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// confirmed applies what lies beside apply.sh and confirms it. It returns what apply said.
func (a *admin) confirmed(t *testing.T) string {
	t.Helper()
	w := a.applied(t)
	if out, err := a.say("confirm"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := w.Wait(); err != nil {
		t.Errorf("apply ends with %v: %s", err, w.said.String())
	}
	return w.said.String()
}

// other is the same admin with another kind of script beside apply.sh.
func (a *admin) other(t *testing.T, x target) *admin {
	t.Helper()
	for _, name := range []string{"nftables.nft", "iptables.sh"} {
		os.Remove(filepath.Join(a.dir, name))
	}
	own, space := *a, *a.Space
	own.tool, own.Space = x, &space
	space.PreferLast(a.lab.space(x.tool))
	return &own
}

// ruleset is all that both back ends hold.
func (a *admin) ruleset(t *testing.T) string {
	t.Helper()
	return a.Must(t, "sh", "-c", "nft list ruleset 2>/dev/null; iptables-legacy -S; ip6tables-legacy -S")
}

// TestApplyOtherKind changes from one kind of script to the other and back. The one that is confirmed is the only one,
// and apply warns of the other until then, and of the lab's own table.
func TestApplyOtherKind(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for _, x := range targets()[1:] {
		nft := newAdmin(t, l, targets()[0], "openrc")
		nft.write(t, "2222")
		nft.confirmed(t)
		ipt := nft.other(t, x)
		ipt.write(t, "2223")
		said := ipt.confirmed(t)
		if !strings.Contains(said, "the table inet rolewall of nftables.nft, until these rules are confirmed, filters") || strings.Count(said, "warning: the table") != 2 {
			t.Errorf("%s after nftables: %s", x.tool, said)
		}
		if left := ipt.ruleset(t); strings.Contains(left, "table inet rolewall") || !strings.Contains(left, "2223") {
			t.Errorf("%s after nftables:\n%s", x.tool, left)
		}
		if kept := ipt.Must(t, "ls", "/etc/rolewall"); kept != "apply.sh\niptables.sh\nlisting\n" {
			t.Errorf("kept: %s", kept)
		}
		if said := ipt.confirmed(t); strings.Count(said, "warning: the table") != 1 {
			t.Errorf("%s warns of itself: %s", x.tool, said)
		}
		back := ipt.other(t, targets()[0])
		back.write(t, "2224")
		if said := back.confirmed(t); strings.Count(said, "warning: the table") != 3 {
			t.Errorf("nftables after %s: %s", x.tool, said)
		}
		if left := back.ruleset(t); strings.Contains(left, "ROLEWALL") || !strings.Contains(left, "2224") {
			t.Errorf("nftables after %s:\n%s", x.tool, left)
		}
	}
}

// TestApplyRemovesBothKinds leaves nothing of either, whichever is kept.
func TestApplyRemovesBothKinds(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	nft := newAdmin(t, l, targets()[0], "openrc")
	if err := l.Load(nft.write(t, "2222")); err != nil {
		t.Fatal(err)
	}
	ipt := nft.other(t, targets()[1])
	ipt.write(t, "2223")
	ipt.confirmed(t)
	if out, err := ipt.say("remove"); err != nil || strings.Contains(strings.ToLower(ipt.ruleset(t)), "rolewall") {
		t.Errorf("%v, %s:\n%s", err, out, ipt.ruleset(t))
	}
}

// TestApplyForeignRules warns of other firewalls, those of the legacy back end too.
func TestApplyForeignRules(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	a := newAdmin(t, l, targets()[0], "openrc")
	l.space(IptablesLegacy) // so that its tables are emptied afterwards
	a.Must(t, "iptables-legacy", "-A", "INPUT", "-s", "192.0.2.9", "-j", "DROP")
	a.Must(t, "ip6tables", "-A", "INPUT", "-s", "2001:db8::9", "-j", "DROP")
	// Not made by iptables, whose chain is called INPUT.
	a.Must(t, "nft", "add table ip filter; add chain ip filter input { type filter hook input priority 0; }")
	a.write(t, "2222")
	said := a.confirmed(t)
	for _, want := range []string{"iptables-legacy filters", "the table ip filter filters", "the table ip6 filter filters"} {
		if !strings.Contains(said, want) {
			t.Errorf("apply does not say %q: %s", want, said)
		}
	}
}

// TestApplyMissingInterface warns of a name that no interface has, and prints a folder with a blank for the shell.
func TestApplyMissingInterface(t *testing.T) {
	t.Parallel()
	a := newAdmin(t, NewLab(t), targets()[0], "openrc")
	a.dir = filepath.Join(a.dir, "it's here")
	if err := os.Mkdir(a.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	a.governs = []string{"lo", "eht0"}
	a.write(t, "2222")
	said := a.confirmed(t)
	if !strings.Contains(said, "no interface is named eht0;") || strings.Contains(said, "named lo;") {
		t.Errorf("apply says %s", said)
	}
	if !strings.Contains(said, `it'\''s here/apply.sh' confirm`) {
		t.Errorf("apply says %s", said)
	}
}

// TestApplyOldest holds that check changes nothing and says whether the host can load the script, and that what is older than
// the scripts are made for is refused.
func TestApplyOldest(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for _, x := range targets() {
		a := newAdmin(t, l, x, "openrc")
		a.write(t, "2222")
		before := a.ruleset(t)
		if out, err := a.check(); err != nil || !strings.Contains(out, " loads on this host; nothing is changed") {
			t.Errorf("%s: check: %v: %s", x.tool, err, out)
		}
		program, version := "iptables", "iptables v1.8.%d (legacy)"
		if x.tool == Nftables {
			program, version = "nft", "nftables v0.9.%d (Capital Idea #2)"
		}
		for last, refused := range map[int]bool{2: true, 3: x.tool != Nftables, 4: false, 10: false} {
			old := *a
			old.add(t, program, fmt.Sprintf("[ \"$1\" != --version ] || { echo '"+version+"'; exit; }\nPATH=${PATH#*:}\nexec %s \"$@\"", last, program))
			out, err := old.check()
			if isRefused := err != nil && strings.Contains(out, fmt.Sprintf(".%d is older than ", last)); isRefused != refused || !refused && err != nil {
				t.Errorf("%s .%d: refused %t, %v: %s", x.tool, last, isRefused, err, out)
			}
		}
		if after := a.ruleset(t); after != before {
			t.Errorf("%s: check changed the rules:\n%s", x.tool, after)
		}
	}
}

// check runs apply.sh with the word check, which takes no login.
func (a *admin) check() (string, error) {
	return a.Run("", a.shell, filepath.Join(a.dir, "apply.sh"), "check")
}
