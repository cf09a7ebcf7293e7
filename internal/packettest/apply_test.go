//go:build linux

package packettest

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"rolewall/generators"
	"rolewall/internal/netspace"
	"rolewall/ruleset"
)

// admin is somebody who applies rules on the lab's server, whose folders hold nothing of the machine's.
type admin struct {
	*netspace.Space
	lab  *Lab
	tool target
	dir  string // where the scripts lie
	log  string // what the init system was asked for

	shell string // what runs apply.sh

	governs []string // the interfaces that the policy governs; none is all
}

// fakes stand in for the init system that a container lacks: they note what is asked of them, and keep the time.
func fakes(log string) map[string]string {
	return map[string]string{
		"systemctl": `echo "systemctl $*" >>` + log + `
			case $* in *firewalld*) [ -e /run/firewalld-$2 ]; exit ;; "stop rolewall-rollback.timer") kill -- "-$(cat /run/fake-timer)" ;; esac`,
		"systemd-run": `for a; do case $a in --on-active=*) seconds=${a#*=} ;; --*) ;; *) break ;; esac; shift; done
			echo "systemd-run $seconds $*" >>` + log + `
			setsid sh -c 'echo $$ >/run/fake-timer; sleep "$1"; shift; exec "$@"' sh "$seconds" "$@" </dev/null >/dev/null 2>&1 &
			while [ ! -s /run/fake-timer ]; do sleep 0.01; done`,
		"rc-update": `echo "rc-update $*" >>` + log,
	}
}

// newAdmin makes one for a host with the init system, systemd or openrc.
func newAdmin(t *testing.T, l *Lab, tool target, initSystem string) *admin {
	t.Helper()
	if err := l.reset(); err != nil {
		t.Fatal(err)
	}
	own := *l.space(tool.tool)
	a := &admin{Space: &own, lab: l, tool: tool, dir: t.TempDir(), shell: "dash"}
	a.log = filepath.Join(a.dir, "log")
	a.HideFolders(t, "/run", "/etc")
	a.Must(t, "mkdir", "-p", "/etc/systemd/system", "/etc/init.d")
	// Debian's iptables is a link through this folder.
	a.Must(t, "cp", "-a", fmt.Sprintf("/proc/%d/root/etc/alternatives", os.Getpid()), "/etc/")
	if initSystem == "systemd" {
		a.Must(t, "mkdir", "-p", "/run/systemd/system")
	}
	for name, script := range fakes(a.log) {
		if systemd := strings.HasPrefix(name, "system"); systemd == (initSystem == "systemd") {
			a.add(t, name, script)
		}
	}
	return a
}

// add puts a tool where there may be none.
func (a *admin) add(t *testing.T, name, script string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	a.Prefer(dir)
}

// write lays down what rolewall generates for a host with one open port. Port 21 is FTP's, which brings the helper.
func (a *admin) write(t *testing.T, port string) Script {
	t.Helper()
	opened := request(ruleset.TCP, port, ruleset.Anyone())
	if port == "21" {
		opened.Reasons[0].App = "FTP control"
	}
	return a.writeRules(t, ruleSet(opened))
}

// writeRules writes the scripts for a rule set.
func (a *admin) writeRules(t *testing.T, rs *ruleset.RuleSet) Script {
	t.Helper()
	rs.Settings.Linux.Interfaces = a.governs
	s := a.tool.script(t, rs)
	wrapper, _ := generators.All().Lookup("apply")
	page, err := generators.Render(wrapper, rs, "host")
	if err != nil {
		t.Fatal(err)
	}
	file := "iptables.sh"
	if a.tool.tool == Nftables {
		file = "nftables.nft"
	}
	for name, text := range map[string]string{file: s.Text, "apply.sh": string(page)} {
		if err := os.WriteFile(filepath.Join(a.dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// waiting is an application that waits for its confirmation.
type waiting struct {
	*exec.Cmd
	said bytes.Buffer
}

// apply starts apply.sh in a session of its own.
func (a *admin) apply(t *testing.T, args ...string) *waiting {
	t.Helper()
	w := &waiting{Cmd: a.Command(append([]string{a.shell, filepath.Join(a.dir, "apply.sh")}, args...)...)}
	w.Stdout, w.Stderr = &w.said, &w.said
	w.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := a.Start(w.Cmd); err != nil {
		t.Fatal(err)
	}
	return w
}

// applied applies, and waits until the rules are loaded.
func (a *admin) applied(t *testing.T, args ...string) *waiting {
	t.Helper()
	w := a.apply(t, args...)
	if err := a.there("/run/rolewall/loaded"); err != nil {
		syscall.Kill(-w.Process.Pid, syscall.SIGKILL)
		w.Wait()
		t.Fatalf("%s: %v; apply says %s", a.tool.tool, err, w.said.String())
	}
	return w
}

// there waits for a file of the server, and gone until it is not there any more.
func (a *admin) there(file string) error {
	return a.Eventually(func() error {
		if !a.Exists(file) {
			return fmt.Errorf("there is no %s", file)
		}
		return nil
	})
}

func (a *admin) gone(file string) error {
	return a.Eventually(func() error {
		if a.Exists(file) {
			return fmt.Errorf("%s stays", file)
		}
		return nil
	})
}

// timeUp lets the time of an application be over: the timer that sleeps goes on.
func (a *admin) timeUp(t *testing.T, initSystem string) {
	t.Helper()
	timer := a.timer(t, initSystem)
	asleep := func() error {
		children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", timer, timer))
		if err != nil {
			return err
		}
		child, err := strconv.Atoi(strings.TrimSpace(string(children)))
		if err != nil {
			return fmt.Errorf("the timer has %q for children", children)
		}
		name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", child))
		if err != nil || strings.TrimSpace(string(name)) != "sleep" {
			return fmt.Errorf("the timer runs %q: %v", name, err)
		}
		return syscall.Kill(child, syscall.SIGKILL)
	}
	if err := a.Eventually(asleep); err != nil {
		t.Fatal(err)
	}
}

// say runs apply.sh with a word, in a login over SSH that nobody had before. The connection is the server's with itself, and
// said to be another's, since not every rule set here lets logins in.
func (a *admin) say(word string) (string, error) {
	at := netip.MustParseAddrPort("127.0.0.1:22")
	sshd, err := a.lab.Server.Echo(at)
	if err != nil {
		return "", err
	}
	defer sshd.Close()
	login, err := a.lab.Server.Dial("tcp", netip.Addr{}, at)
	if err != nil {
		return "", err
	}
	defer login.Close()
	port := netip.MustParseAddrPort(login.LocalAddr().String()).Port()
	setsid, err := exec.LookPath("setsid") // that of busybox does not wait
	if err != nil {
		return "", err
	}
	return a.Run("", "env", fmt.Sprintf("SSH_CONNECTION=192.0.2.9 %d 192.0.2.1 22", port), setsid, "--wait", a.shell, filepath.Join(a.dir, "apply.sh"), word)
}

func (a *admin) listing(t *testing.T) string {
	t.Helper()
	text, err := a.lab.Listing(a.tool.tool)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// until waits for a port to open to the client, or to shut.
func (a *admin) until(t *testing.T, port uint16, open bool) {
	t.Helper()
	to := netip.AddrPortFrom(serverEnd().ipv4, port)
	err := a.Eventually(func() error {
		if a.lab.reaches(to) != open {
			return fmt.Errorf("%s: port %d does not become open: %v", a.tool.tool, port, open)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestApplyRollsBack locks the client out, hangs up the terminal, and expects the old rules to come back by themselves.
func TestApplyRollsBack(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	nft, ipt, legacy := targets()[0], targets()[1], targets()[2]
	for _, c := range []struct {
		tool       target
		initSystem string
		earlier    bool // rules of an earlier version are there
	}{{nft, "systemd", true}, {nft, "openrc", false}, {ipt, "openrc", true}, {ipt, "systemd", false}, {legacy, "systemd", true}} {
		a := newAdmin(t, l, c.tool, c.initSystem)
		echo, err := l.Server.Echo(netip.AddrPortFrom(serverEnd().ipv4, 2222))
		if err != nil {
			t.Fatal(err)
		}
		if s := a.write(t, "2222"); c.earlier {
			if err := l.Load(s); err != nil {
				t.Fatal(err)
			}
		}
		before := a.listing(t)
		a.until(t, 2222, true)
		a.write(t, "2223")
		w := a.applied(t, "--confirm-within", "600")
		a.until(t, 2222, false)
		syscall.Kill(-w.Process.Pid, syscall.SIGHUP)
		a.timeUp(t, c.initSystem)
		w.Wait()
		a.until(t, 2222, true)
		if err := a.gone("/run/rolewall"); err != nil {
			t.Errorf("%s, %s: the rollback leaves its folder", c.tool.tool, c.initSystem)
		}
		if after := a.listing(t); after != before {
			t.Errorf("%s, %s: before\n%s\nafter the rollback\n%s", c.tool.tool, c.initSystem, before, after)
		}
		echo.Close()
	}
}

// TestApplyConfirmed confirms over a new session, and expects the rules to stay, and to come when the host starts.
func TestApplyConfirmed(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for _, initSystem := range []string{"systemd", "openrc"} {
		for _, x := range targets() {
			a := newAdmin(t, l, x, initSystem)
			s := a.write(t, "2222")
			if err := l.Load(s); err != nil {
				t.Fatal(err)
			}
			want := a.listing(t)
			if err := l.reset(); err != nil {
				t.Fatal(err)
			}
			w := a.applied(t, "--confirm-within", "600")
			if out, err := a.Run("", "dash", filepath.Join(a.dir, "apply.sh")); err == nil || !strings.Contains(out, "wait to be confirmed") {
				t.Errorf("%s: a second application beside the first: %v %s", x.tool, err, out)
			}
			timer := a.timer(t, initSystem)
			if _, err := a.say("confirm"); err != nil {
				t.Fatal(err)
			}
			if err := a.Eventually(func() error { return alive(timer) }); err != nil {
				t.Errorf("%s: confirmed, and the timer goes on: %v", x.tool, err)
			}
			if err := w.Wait(); err != nil || !strings.Contains(w.said.String(), "confirmed") {
				t.Errorf("%s: apply ends with %v and says %s", x.tool, err, w.said.String())
			}
			if got := a.listing(t); got != want {
				t.Errorf("%s: confirmed, the rules are\n%s\nnot\n%s", x.tool, got, want)
			}
			if out, err := a.say("rollback"); err == nil {
				t.Errorf("%s: rolled back after the confirmation: %s", x.tool, out)
			}
			a.restart(t, initSystem, want)
			a.say("remove")
			if left := a.Must(t, "find", "/etc", "-name", "*rolewall*"); left != "" || strings.Contains(strings.ToLower(a.listing(t)), "rolewall") {
				t.Errorf("%s: remove leaves %s and\n%s", x.tool, left, a.listing(t))
			}
		}
	}
}

// timer is the process that would roll back.
func (a *admin) timer(t *testing.T, initSystem string) int {
	t.Helper()
	file := "/run/rolewall/timer"
	if initSystem == "systemd" {
		file = "/run/fake-timer"
	}
	pid, err := strconv.Atoi(strings.TrimSpace(a.Must(t, "cat", file)))
	if err != nil || alive(pid) == nil {
		t.Fatalf("no timer runs: %v", err)
	}
	return pid
}

// alive is an error while the process is there.
func alive(pid int) error {
	if syscall.Kill(pid, 0) != nil {
		return nil
	}
	return fmt.Errorf("process %d is there", pid)
}

// restart empties the filters and does what the host does when it starts.
func (a *admin) restart(t *testing.T, initSystem, want string) {
	t.Helper()
	if err := a.lab.reset(); err != nil {
		t.Fatal(err)
	}
	log, err := os.ReadFile(a.log)
	if err != nil {
		t.Fatal(err)
	}
	command, asked := ". /etc/init.d/rolewall; start", "rc-update add rolewall boot"
	if initSystem == "systemd" {
		command, asked = `$(sed -n s/ExecStart=//p /etc/systemd/system/rolewall.service)`, "systemctl --quiet reenable rolewall.service"
		a.verifyUnit(t)
	}
	if !strings.Contains(string(log), asked) || initSystem == "systemd" && !strings.Contains(string(log), "systemctl start rolewall.service") {
		t.Errorf("%s: the init system was asked for\n%s", a.tool.tool, log)
	}
	a.Must(t, "dash", "-ec", "ebegin() { :; }; eend() { return $1; }; "+command)
	if got := a.listing(t); got != want {
		t.Errorf("%s: after a restart under %s the rules are\n%s\nnot\n%s", a.tool.tool, initSystem, got, want)
	}
}

// verifyUnit lets systemd read the unit, where it is installed.
func (a *admin) verifyUnit(t *testing.T) {
	t.Helper()
	unit := a.Must(t, "cat", "/etc/systemd/system/rolewall.service")
	for _, key := range []string{"After=local-fs.target", "WantedBy=sysinit.target", "ExecReload="} {
		if !strings.Contains(unit, "\n"+key) {
			t.Errorf("the unit lacks %s", key)
		}
	}
	if !netspace.Has(t, "systemd-analyze") {
		return
	}
	if out, err := a.Run("", "systemd-analyze", "verify", "/etc/systemd/system/rolewall.service"); err != nil || strings.Contains(out, "rolewall.service:") {
		t.Errorf("systemd reads the unit: %v\n%s", err, out)
	}
}

// TestApplyFault leaves everything as it is when the script does not load.
func TestApplyFault(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	for _, x := range targets() {
		a := newAdmin(t, l, x, "openrc")
		if err := l.Load(a.write(t, "2222")); err != nil {
			t.Fatal(err)
		}
		before := a.listing(t)
		broken := a.write(t, "2223")
		name := "iptables.sh"
		if x.tool == Nftables {
			name = "nftables.nft"
		}
		text := strings.Replace(broken.Text, "2223", "no-such-port", -1)
		if err := os.WriteFile(filepath.Join(a.dir, name), []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
		out, err := a.Run("", "dash", filepath.Join(a.dir, "apply.sh"))
		if err == nil || !strings.Contains(out, "nothing is changed") {
			t.Errorf("%s: %v: %s", x.tool, err, out)
		}
		if after := a.listing(t); after != before {
			t.Errorf("%s: a fault leaves\n%s", x.tool, after)
		}
		if a.Exists("/run/rolewall") {
			t.Errorf("%s: a fault leaves a rollback armed", x.tool)
		}
	}
}
