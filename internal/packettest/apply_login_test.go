//go:build linux

package packettest

import (
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
)

// loggedIn runs a command as sudo does for somebody who is logged in over the connection: in a session of its own,
// without what sshd told the login.
func (a *admin) loggedIn(connection string, command ...string) (string, error) {
	sudo := []string{"env", "SSH_CONNECTION=" + connection, "dash", "-c", `env -u SSH_CONNECTION setsid --wait "$@"; exit $?`, "login"}
	return a.Run("", append(sudo, command...)...)
}

// connect opens a connection to the server's port. It returns what sshd would say of it there.
func (a *admin) connect(t *testing.T, port uint16) string {
	t.Helper()
	c, err := a.lab.Client.Dial("tcp", netip.Addr{}, netip.AddrPortFrom(serverEnd().ipv4, port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := a.lab.Client.Echoes(c); err != nil {
		t.Fatal(err)
	}
	from := netip.MustParseAddrPort(c.LocalAddr().String())
	return fmt.Sprintf("%s %d %s %d", from.Addr(), from.Port(), serverEnd().ipv4, port)
}

// TestApplyOldConnection refuses a confirmation from the login that applied, from another one that was there before,
// and from where no login is. It takes one from a new login.
func TestApplyOldConnection(t *testing.T) {
	t.Parallel()
	a := newAdmin(t, NewLab(t), targets()[0], "openrc")
	echo, err := a.lab.Server.Echo(netip.AddrPortFrom(serverEnd().ipv4, 2222))
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close()
	a.write(t, "2222")
	script := filepath.Join(a.dir, "apply.sh")
	mine, other := a.connect(t, 2222), a.connect(t, 2222)
	ended := make(chan error)
	go func() {
		_, err := a.loggedIn("192.0.2.9 40000 192.0.2.1 22", "dash", script, "--confirm-within", "600")
		ended <- err
	}()
	if err := a.there("/run/rolewall/loaded"); err != nil {
		t.Fatal(err)
	}
	for name, refused := range map[string]func() (string, error){
		"this connection was here": func() (string, error) { return a.loggedIn("192.0.2.9 40000 192.0.2.1 22", "dash", script, "confirm") },
		"this connection was":      func() (string, error) { return a.loggedIn(mine, "dash", script, "confirm") },
		"this connection":          func() (string, error) { return a.loggedIn(other, "dash", script, "confirm") },
		"is over":                  func() (string, error) { return a.loggedIn("192.0.2.9 40009 192.0.2.1 22", "dash", script, "confirm") },
		"from elsewhere":           func() (string, error) { return a.loggedIn("::1 40009 ::1 22", "dash", script, "confirm") },
		"no SSH login leads here": func() (string, error) {
			return a.Run("", "unshare", "--pid", "--fork", "--mount-proc", "env", "-u", "SSH_CONNECTION", "dash", script, "confirm")
		},
	} {
		if out, err := refused(); err == nil || !strings.Contains(out, name) {
			t.Errorf("%s: %v, %s", name, err, out)
		}
	}
	if out, err := a.loggedIn(a.connect(t, 2222), "dash", script, "confirm"); err != nil {
		t.Errorf("a new login is refused: %v, %s", err, out)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestApplyNeedsRoot says so before it says anything of what it cannot see.
func TestApplyNeedsRoot(t *testing.T) {
	t.Parallel()
	a := newAdmin(t, NewLab(t), targets()[0], "openrc")
	a.write(t, "2222")
	for _, word := range []string{"", "confirm", "rollback", "remove"} {
		out, err := a.Run("", "sh", "-c", `setpriv --reuid 65534 --regid 65534 --clear-groups dash -s $1 <"$0"`, filepath.Join(a.dir, "apply.sh"), word)
		if err == nil || !strings.HasPrefix(out, "apply.sh: only root") {
			t.Errorf("%q: %v, %s", word, err, out)
		}
	}
}
