//go:build linux

package packettest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"rolewall/internal/netspace"
)

// edit changes the script that lies beside the lab.
func (a *admin) edit(t *testing.T, old, new string) {
	t.Helper()
	file := filepath.Join(a.dir, "apply.sh")
	text, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(text), old) {
		t.Fatalf("nothing to edit: %q, %v", old, err)
	}
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(string(text), old, new)), 0o755); err != nil {
		t.Fatal(err)
	}
}

// gate is a named pipe at which a tool waits, the first time that it comes there.
type gate struct {
	wait string // the shell command that waits
	pipe string
	file *os.File
}

func (a *admin) gate(t *testing.T) *gate {
	t.Helper()
	pipe := filepath.Join(a.dir, "gate")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	return &gate{wait: fmt.Sprintf("{ ! mkdir %s.seen 2>/dev/null || cat %s; }", pipe, pipe), pipe: pipe}
}

// reached returns when the tool waits.
func (g *gate) reached(t *testing.T, a *admin) {
	t.Helper()
	err := a.Eventually(func() (err error) {
		g.file, err = os.OpenFile(g.pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0) // fails while nobody reads
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// open lets the tool go on.
func (g *gate) open() { g.file.Close() }

// TestApplyCannotSave lets the listing of the rules that are there fail, and expects them to stay.
func TestApplyCannotSave(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for x, fault := range map[target]struct{ tool, script string }{
		targets()[0]: {"nft", `case $* in "-s list table"*rolewall) exit 1 ;; esac; exec $REAL "$@"`},
		targets()[1]: {"iptables", `[ "$*" != "-w 5 -S" ] || exit 4; exec $REAL "$@"`},
		targets()[2]: {"ip6tables", `[ "$*" != "-w 5 -S" ] || exit 4; exec $REAL "$@"`},
	} {
		a := newAdmin(t, l, x, "openrc")
		if err := l.Load(a.write(t, "2222")); err != nil {
			t.Fatal(err)
		}
		before := a.listing(t)
		a.write(t, "2223")
		a.Replace(t, fault.tool, fault.script)
		out, err := a.Run("", "dash", filepath.Join(a.dir, "apply.sh"), "--confirm-within", "1")
		if err == nil || !strings.Contains(out, "nothing is changed") {
			t.Errorf("%s: %v, %s", x.tool, err, out)
		}
		if after := a.listing(t); after != before {
			t.Errorf("%s: before\n%s\nafter\n%s", x.tool, before, after)
		}
		if a.Exists("/run/rolewall") {
			t.Errorf("%s: a folder is left", x.tool)
		}
	}
}

// TestApplyHangs rolls back though a tool that loads never ends, and stops it.
func TestApplyHangs(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for x, tool := range map[target]string{targets()[0]: "nft", targets()[1]: "ip6tables-restore"} {
		a := newAdmin(t, l, x, "openrc")
		if err := l.Load(a.write(t, "2222")); err != nil {
			t.Fatal(err)
		}
		before := a.listing(t)
		a.write(t, "2223")
		a.edit(t, "+ 30)", "+ 2)")
		hung := filepath.Join(a.dir, "hung")
		a.Replace(t, tool, `case $* in "-f /run/rolewall/nftables.nft" | "-w 5 --noflush")
			[ ! -e /run/rolewall/pid ] || [ -e `+hung+` ] || { "$REAL" "$@"; echo $$ >`+hung+`; exec sleep 1000; } ;; esac; exec $REAL "$@"`)
		w := a.apply(t, "--confirm-within", "1")
		done := make(chan error, 1)
		go func() { done <- w.Wait() }()
		select {
		case err := <-done:
			if err == nil || !strings.Contains(w.said.String(), "rolled back") {
				t.Errorf("%s: %v, %s", x.tool, err, w.said.String())
			}
		case <-time.After(2 * netspace.Patience):
			syscall.Kill(-w.Process.Pid, syscall.SIGKILL)
			t.Fatalf("%s: no rollback", x.tool)
		}
		if after := a.listing(t); after != before {
			t.Errorf("%s: before\n%s\nafter\n%s", x.tool, before, after)
		}
		if out, err := a.Run("", "sh", "-c", `! grep 'State:.[RSD]' "/proc/$(cat "$0")/status" 2>/dev/null`, hung); err != nil {
			t.Errorf("%s: what hung goes on: %s", x.tool, out)
		}
	}
}

// TestApplyTriesAgain finds the tools busy at the first try to go back, and keeps what was saved until it works.
func TestApplyTriesAgain(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for x, tool := range map[target]string{targets()[0]: "nft", targets()[1]: "iptables-restore"} {
		for _, tries := range []string{"12", "1"} {
			a := newAdmin(t, l, x, "openrc")
			if err := l.Load(a.write(t, "2222")); err != nil {
				t.Fatal(err)
			}
			before := a.listing(t)
			a.write(t, "2223")
			a.edit(t, "tries=12", "tries="+tries)
			a.edit(t, "sleep 5", "sleep 0.1")
			busy := filepath.Join(a.dir, "busy")
			a.Replace(t, tool, `if [ -e /run/rolewall/decided ] && [ ! -e `+busy+` ]; then : >`+busy+`; exit 4; fi; exec $REAL "$@"`)
			w := a.apply(t, "--console", "--confirm-within", "1")
			w.Wait()
			if tries == "1" {
				if !strings.Contains(w.said.String(), "to try again: sh /run/rolewall/apply.sh rollback") {
					t.Errorf("%s: %s", x.tool, w.said.String())
				}
				if out, err := a.Run("", "dash", "/run/rolewall/apply.sh", "rollback"); err != nil {
					t.Errorf("%s: %v, %s", x.tool, err, out)
				}
			}
			if after := a.listing(t); after != before {
				t.Errorf("%s: before\n%s\nafter\n%s\n%s", x.tool, before, after, w.said.String())
			}
			if a.Exists("/run/rolewall") {
				t.Errorf("%s: something is left in /run/rolewall", x.tool)
			}
		}
	}
}

// TestApplyStopped stops the application itself while it loads: the way back does not wait for it.
func TestApplyStopped(t *testing.T) {
	t.Parallel()
	a := newAdmin(t, NewLab(t), targets()[0], "openrc")
	before := a.listing(t)
	a.write(t, "2223")
	gate := a.gate(t)
	a.Replace(t, "nft", `$REAL "$@"; r=$?; case $* in "-f /run/rolewall/nftables.nft") `+gate.wait+` ;; esac; exit $r`)
	w := a.apply(t, "--confirm-within", "600")
	gate.reached(t, a)
	syscall.Kill(w.Process.Pid, syscall.SIGSTOP)
	gate.open()
	a.timeUp(t, "openrc")
	if err := a.gone("/run/rolewall"); err != nil {
		t.Error(err)
	}
	if after := a.listing(t); after != before {
		t.Errorf("after the time is up there is\n%s", after)
	}
	syscall.Kill(w.Process.Pid, syscall.SIGCONT)
	if w.Wait(); !strings.Contains(w.said.String(), "rolled back") {
		t.Errorf("apply says %s", w.said.String())
	}
	if after := a.listing(t); after != before {
		t.Errorf("after it goes on there is\n%s", after)
	}
}

// TestApplyInterrupted ends the application before it loads, and expects nothing of it to be left.
func TestApplyInterrupted(t *testing.T) {
	t.Parallel()
	a := newAdmin(t, NewLab(t), targets()[0], "openrc")
	before := a.listing(t)
	a.write(t, "2223")
	gate := a.gate(t)
	a.Replace(t, "nft", `case $* in *"list tables"*) [ ! -d /run/rolewall ] || `+gate.wait+` ;; esac; exec $REAL "$@"`)
	w := a.apply(t)
	gate.reached(t, a)
	syscall.Kill(w.Process.Pid, syscall.SIGTERM)
	gate.open()
	if err := w.Wait(); err == nil {
		t.Error("apply ends well")
	}
	if left := a.Must(t, "find", "/run", "-name", "*rolewall*"); left != "" || a.listing(t) != before {
		t.Errorf("this is left: %s\n%s", left, a.listing(t))
	}
	// Without setsid nothing would take the rules back.
	a.edit(t, "command -v setsid", "command -v no-such-tool")
	if out, err := a.Run("", "dash", filepath.Join(a.dir, "apply.sh")); err == nil || !strings.Contains(out, "no setsid") {
		t.Errorf("without setsid: %v, %s", err, out)
	}
}
