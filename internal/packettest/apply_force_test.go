//go:build linux

package packettest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/internal/netspace"
	"rolewall/ruleset"
)

// status runs apply.sh status as a timer does. It returns the exit code and what was said.
func (a *admin) status(t *testing.T) (int, string) {
	t.Helper()
	out, err := a.Run("", a.shell, filepath.Join(a.dir, "apply.sh"), "status")
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0, out
	case errors.As(err, &exit):
		return exit.ExitCode(), out
	}
	t.Fatal(err)
	return 0, ""
}

// expectStatus fails the test unless status ends with the code and says the words.
func (a *admin) expectStatus(t *testing.T, when string, code int, words string) {
	t.Helper()
	if got, said := a.status(t); got != code || !strings.Contains(said, words) {
		t.Errorf("%s, %s: status ends with %d, not %d, and says %s", a.tool.tool, when, got, code, said)
	}
}

// confirmedVersion writes the scripts for a port, applies and confirms them.
func (a *admin) confirmedVersion(t *testing.T, port string) {
	t.Helper()
	a.write(t, port)
	a.confirmed(t)
}

// TestApplyStatus compares what is in force with what was confirmed, whatever has been done to it since.
func TestApplyStatus(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for _, x := range targets() {
		a := newAdmin(t, l, x, "systemd")
		a.write(t, "21")
		a.expectStatus(t, "nothing confirmed", 1, "0 scripts are confirmed")
		if err := l.Load(a.write(t, "2223")); err != nil { // an earlier version, which status must not see in the next
			t.Fatal(err)
		}
		a.confirmedVersion(t, "21")
		a.expectStatus(t, "confirmed", 0, "are in force")
		for _, damage := range damages(x.tool) {
			a.Must(t, "sh", "-ec", damage.command)
			a.expectStatus(t, damage.command, 1, damage.words)
			a.Must(t, "sh", "-c", a.loadKept())
			a.Must(t, "sh", "-c", damage.mend)
			a.expectStatus(t, "loaded again after "+damage.command, 0, "are in force")
		}
		a.add(t, "unshare", "exit 1") // a container that may not make namespaces
		a.expectStatus(t, "without namespaces", 0, "are in force")
		a.Must(t, "rm", "/etc/rolewall/listing")
		a.expectStatus(t, "without namespaces and listing", 3, "cannot tell")
	}
}

// TestApplyStatusAfterRollback expects the confirmed rules in force again: nft writes a set whose ranges it has joined in other words then.
func TestApplyStatusAfterRollback(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for _, x := range targets() {
		a := newAdmin(t, l, x, "systemd")
		a.writeRules(t, ruleSet(request(ruleset.TCP, "3012-3030", ruleset.Anyone()), request(ruleset.TCP, "3031-3048", ruleset.Anyone()))) // nft makes them one
		a.confirmed(t)
		a.write(t, "2223")
		w := a.applied(t)
		if out, err := a.say("rollback"); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if w.Wait() == nil {
			t.Errorf("apply ends well: %s", w.said.String())
		}
		a.expectStatus(t, "rolled back", 0, "are in force")
	}
}

func (a *admin) loadKept() string {
	if a.tool.tool == Nftables {
		return "nft -f /etc/rolewall/nftables.nft"
	}
	return "sh /etc/rolewall/iptables.sh"
}

// damage is what others do to the rules, and what status says then.
type damage struct{ command, words, mend string }

func damages(tool Tool) []damage {
	if tool == Nftables {
		return []damage{
			{"nft delete table inet rolewall; nft delete table inet rolewall-ftp", "they are gone", "true"},
			{"nft flush table inet rolewall", "other rules are in force", "true"},
			{"nft insert rule inet rolewall input accept", "other rules are in force", "true"},
			{"nft delete table inet rolewall-ftp", "other rules are in force", "true"},
			{"nft add chain inet rolewall late '{ type filter hook input priority 9; policy drop; }'", "other rules are in force", "nft delete chain inet rolewall late"},
		}
	}
	return []damage{
		{"iptables -F INPUT; ip6tables -F INPUT; iptables -F ROLEWALL-IN; ip6tables -F ROLEWALL-IN; iptables -t raw -F; ip6tables -t raw -F", "they are gone", "true"},
		{"ip6tables -D INPUT -j ROLEWALL-IN", "other rules are in force", "true"},
		{"iptables -I ROLEWALL-IN -j ACCEPT", "other rules are in force", "true"},
		{"iptables -D ROLEWALL-IN 1", "other rules are in force", "true"},
		{"ip6tables -t raw -F PREROUTING", "other rules are in force", "true"},
		{"iptables -I INPUT -s 192.0.2.9 -j ACCEPT", "what stands before them accepts", "iptables -D INPUT 1"},
		{"iptables -P INPUT DROP; iptables -A INPUT -j ACCEPT; ip6tables -D INPUT -j ROLEWALL-IN", "other rules are in force", "iptables -P INPUT ACCEPT; iptables -D INPUT 2"},
	}
}

// TestApplyConfirmsWhatIsInForce refuses to confirm rules that were replaced while they were on trial, and leaves the way
// back armed.
func TestApplyConfirmsWhatIsInForce(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for _, x := range targets() {
		a := newAdmin(t, l, x, "systemd")
		a.confirmedVersion(t, "2222")
		want := a.listing(t)
		a.write(t, "2223")
		w := a.applied(t, "--confirm-within", "600")
		a.expectStatus(t, "on trial", 1, "on trial")
		a.Must(t, "sh", "-c", a.loadKept()) // as a restart of the unit does
		out, err := a.say("confirm")
		if err == nil || !strings.Contains(out, "Nothing is confirmed") {
			t.Errorf("%s: the old rules are in force, and confirm says %v, %s", x.tool, err, out)
		}
		if kept := a.Must(t, "sh", "-c", "cat /etc/rolewall/*"); strings.Contains(kept, "2223") {
			t.Errorf("%s: the new rules are kept", x.tool)
		}
		if out, err := a.say("rollback"); err != nil {
			t.Errorf("%s: %v, %s", x.tool, err, out)
		}
		w.Wait()
		if got := a.listing(t); got != want {
			t.Errorf("%s: rolled back to\n%s\nnot\n%s", x.tool, got, want)
		}
		a.expectStatus(t, "rolled back", 0, "are in force")
	}
}

// TestApplyDropIns runs the commands that the drop-ins add to services that empty all tables, and reads them with systemd.
func TestApplyDropIns(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for _, x := range targets()[:2] {
		a := newAdmin(t, l, x, "systemd")
		a.confirmedVersion(t, "2222")
		want := a.listing(t)
		for _, service := range []string{"nftables", "netfilter-persistent", "iptables", "ip6tables"} {
			text := a.Must(t, "cat", "/etc/systemd/system/"+service+".service.d/rolewall.conf")
			keys := []string{"ExecStartPost", "ExecStopPost", "ExecReload"}
			if service == "netfilter-persistent" { // it has no reload of its own, and must not get one that loads nothing of its own
				keys = keys[:2]
			}
			if got := strings.Count(text, "Exec"); got != len(keys) {
				t.Errorf("%s has %d commands, not %d", service, got, len(keys))
			}
			for _, key := range keys {
				_, command, found := strings.Cut(text, "\n"+key+"=")
				if command, _, _ = strings.Cut(command, "\n"); !found || command == "" {
					t.Fatalf("%s: no %s in\n%s", service, key, text)
				}
				if err := l.reset(); err != nil {
					t.Fatal(err)
				}
				a.Must(t, strings.Fields(command)...)
				if got := a.listing(t); got != want {
					t.Errorf("%s, %s of %s loads\n%s", x.tool, key, service, got)
				}
			}
			if !netspace.Has(t, "systemd-analyze") {
				continue
			}
			unit := "/etc/systemd/system/" + service + ".service"
			a.Must(t, "sh", "-c", "printf '[Service]\\nType=oneshot\\nRemainAfterExit=yes\\nExecStart=/bin/true\\n' >"+unit)
			if out, err := a.Run("", "systemd-analyze", "verify", unit); err != nil || strings.Contains(out, "rolewall.conf") {
				t.Errorf("systemd reads the drop-in of %s: %v\n%s", service, err, out)
			}
		}
		if out, err := a.say("remove"); err != nil {
			t.Errorf("%v, %s", err, out)
		}
		if left := a.Must(t, "sh", "-c", "find /etc -name '*rolewall*'; ls -d /etc/systemd/system/*.d 2>/dev/null || :"); left != "" {
			t.Errorf("remove leaves %s", left)
		}
	}
}

// TestApplyRefusesBeside refuses the iptables target beside software that takes its rules away, and names the other target.
func TestApplyRefusesBeside(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for _, c := range []struct{ name, init, command, words string }{
		{"active", "systemd", ": >/run/firewalld-is-active", "firewalld is active"},
		{"enabled", "systemd", ": >/run/firewalld-is-enabled", "firewalld is active or starts with the host"},
		{"running without systemd", "openrc", "", "firewalld is active"},
		{"ufw", "openrc", "mkdir /etc/ufw /etc/default; echo 'ENABLED=yes' >/etc/ufw/ufw.conf; echo 'MANAGE_BUILTINS=\"yes\"' >/etc/default/ufw", "ufw is enabled with MANAGE_BUILTINS=yes"},
	} {
		a := newAdmin(t, l, targets()[1], c.init)
		before := a.listing(t)
		a.write(t, "2222")
		if a.Must(t, "sh", "-ec", c.command); c.command == "" {
			a.add(t, "firewall-cmd", `[ "$*" = --state ]`)
		}
		out, err := a.Run("", a.shell, filepath.Join(a.dir, "apply.sh"))
		if err == nil || !strings.Contains(out, c.words) || !strings.Contains(out, "use the target nftables") {
			t.Errorf("%s: %v, %s", c.name, err, out)
		}
		if after := a.listing(t); after != before {
			t.Errorf("%s: the rules are now\n%s", c.name, after)
		}
		nft := a.other(t, targets()[0])
		nft.write(t, "2222")
		nft.confirmed(t)
	}
	for name, text := range map[string]string{"no builtins": "MANAGE_BUILTINS=no", "disabled": "MANAGE_BUILTINS=yes"} {
		a := newAdmin(t, l, targets()[1], "openrc")
		a.Must(t, "sh", "-ec", "mkdir /etc/ufw /etc/default; echo 'ENABLED="+map[bool]string{true: "yes", false: "no"}[name == "no builtins"]+"' >/etc/ufw/ufw.conf; echo '"+text+"' >/etc/default/ufw")
		a.write(t, "2222")
		a.confirmed(t)
	}
}

// full is a command that leaves no room in a folder.
func full(folder string) string {
	return "mount -o remount,size=$(df -k --output=used " + folder + " | tail -n 1 | tr -d ' ')k " + folder
}

// TestApplyFullDisk has no room where the rules are kept, or none where the way back lies. What was kept before stays whole.
func TestApplyFullDisk(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for _, x := range targets()[:2] {
		a := newAdmin(t, l, x, "systemd")
		a.confirmedVersion(t, "2222")
		whole := a.Must(t, "sh", "-c", "find /etc -name '*rolewall*' -type f -exec cat {} +; cat /etc/rolewall/*")
		a.write(t, "2223")
		a.Must(t, "sh", "-c", full("/etc"))
		w := a.applied(t, "--confirm-within", "600")
		out, err := a.say("confirm")
		if err == nil || !strings.Contains(out, "the host will start with the rules that were confirmed before") {
			t.Errorf("%s: confirmed on a full disk: %v, %s", x.tool, err, out)
		}
		w.Wait()
		if now := a.Must(t, "sh", "-c", "find /etc -name '*rolewall*' -type f -exec cat {} +; cat /etc/rolewall/*"); now != whole {
			t.Errorf("%s: a full disk leaves\n%s\nnot\n%s", x.tool, now, whole)
		}
		a.expectStatus(t, "not kept", 1, "NOT in force")
		a.Must(t, "mount", "-o", "remount,size=1g", "/etc")

		before := a.listing(t)
		a.write(t, "2224")
		a.Must(t, "sh", "-c", full("/run"))
		if out, err := a.Run("", a.shell, filepath.Join(a.dir, "apply.sh")); err == nil {
			t.Errorf("%s: applied without room for the way back: %s", x.tool, out)
		}
		if after := a.listing(t); after != before {
			t.Errorf("%s: without room for the way back\n%s", x.tool, after)
		}
		if left := a.Must(t, "find", "/run", "-path", "/run/rolewall*"); left != "" {
			t.Errorf("%s: this is left: %s", x.tool, left)
		}
	}
}

// TestApplyTwoAtOnce starts two applications at the same time. One goes on, the other changes nothing.
func TestApplyTwoAtOnce(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for _, x := range targets()[:2] {
		a := newAdmin(t, l, x, "openrc")
		before := a.listing(t)
		a.write(t, "2222")
		both := []*waiting{a.apply(t, "--confirm-within", "600"), a.apply(t, "--confirm-within", "600")}
		ended := make(chan error)
		for _, w := range both {
			go func() { ended <- w.Wait() }()
		}
		refused, back := 0, 0
		for i := range both {
			if <-ended == nil {
				t.Errorf("%s: one ends well without a confirmation", x.tool)
			}
			if i == 0 { // one is refused, and the other waits or will
				if err := a.there("/run/rolewall/loaded"); err != nil {
					t.Fatal(err)
				}
				if out, err := a.say("rollback"); err != nil {
					t.Fatalf("%s: %v, %s", x.tool, err, out)
				}
			}
		}
		for _, w := range both {
			refused += strings.Count(w.said.String(), "wait to be confirmed or rolled back")
			back += strings.Count(w.said.String(), "rolled back: the old rules")
		}
		if refused != 1 || back != 1 {
			t.Errorf("%s: %d refused, %d rolled back: %s%s", x.tool, refused, back, both[0].said.String(), both[1].said.String())
		}
		if after := a.listing(t); after != before {
			t.Errorf("%s: two at once leave\n%s", x.tool, after)
		}
	}
}

// TestApplyShells runs the way of the scripts in other shells, busybox with its own tools too.
func TestApplyShells(t *testing.T) {
	t.Parallel()
	netspace.Need(t, "busybox", "bash")
	l := NewLab(t)
	for _, shell := range []string{"bash", "busybox"} {
		for _, x := range targets()[:2] {
			a := newAdmin(t, l, x, "openrc")
			dir := t.TempDir()
			if shell == "busybox" {
				a.Must(t, "busybox", "--install", "-s", dir)
				for _, name := range []string{"ip", "mount", "env"} { // the test's own
					os.Remove(filepath.Join(dir, name))
				}
			} else {
				real, err := exec.LookPath("bash")
				if err != nil {
					t.Fatal(err)
				}
				if err := os.Symlink(real, filepath.Join(dir, "sh")); err != nil {
					t.Fatal(err)
				}
			}
			a.Prefer(dir)
			a.shell = "sh"
			a.confirmedVersion(t, "21")
			want := a.listing(t)
			a.expectStatus(t, shell, 0, "are in force")
			a.write(t, "2223")
			w := a.apply(t, "--confirm-within", "1")
			if w.Wait(); !strings.Contains(w.said.String(), "rolled back") {
				t.Errorf("%s, %s: %s", shell, x.tool, w.said.String())
			}
			if got := a.listing(t); got != want {
				t.Errorf("%s, %s: rolled back to\n%s", shell, x.tool, got)
			}
			a.expectStatus(t, shell+", rolled back", 0, "are in force")
			if out, err := a.say("remove"); err != nil || strings.Contains(strings.ToLower(a.listing(t)), "rolewall") {
				t.Errorf("%s, %s: remove: %v, %s", shell, x.tool, err, out)
			}
		}
	}
}
