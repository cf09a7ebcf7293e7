//go:build linux

package packettest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"rolewall/internal/netspace"
	"rolewall/ruleset"
)

// TestFTP opens a passive data connection as FTP announces it: it gets in by the helper and by nothing else.
func TestFTP(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	control := request(ruleset.TCP, "21", ruleset.Anyone())
	control.Reasons[0].App = "FTP control"
	passive := request(ruleset.TCP, "40000-40100", ruleset.Anyone())
	passive.Reasons[0].App = "FTP passive data"
	without := ruleSet(control)
	without.Settings.Linux.NoFTPHelper = true
	for _, c := range []struct {
		name string
		rs   *ruleset.RuleSet
		want bool
	}{
		{"helper", ruleSet(control), true},
		{"no helper", without, false},
		{"a passive range instead", ruleSet(control, passive), false},
	} {
		c.rs.Settings.Linux.Reject = true // so that what is shut says so at once
		for _, x := range targets() {
			l.load(t, x.script(t, c.rs))
			for _, at := range []netip.Addr{serverEnd().ipv4, serverEnd().ipv6} {
				announced, silent, err := l.passiveFTP(at)
				if err != nil {
					t.Fatal(err)
				}
				if announced != c.want || silent {
					t.Errorf("%s, %s, %s: an announced data connection gets in: %v; one that is not announced: %v", c.name, x.tool, at, announced, silent)
				}
			}
		}
	}
}

// passiveFTP plays a server and its client, as far as the helper listens. It reports whether the client reached the
// data port that the server announced, and one that it did not.
func (l *Lab) passiveFTP(at netip.Addr) (announced, silent bool, err error) {
	var control, data, other net.Listener
	err = l.Server.Do(func() error {
		for port, x := range map[uint16]*net.Listener{21: &control, 50021: &data, 50022: &other} {
			if *x, err = net.Listen("tcp", netip.AddrPortFrom(at, port).String()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, false, err
	}
	defer netspace.Closers{control, data, other}.Close()
	answer := fmt.Sprintf("227 Entering Passive Mode (%s,%d,%d).", strings.ReplaceAll(at.String(), ".", ","), 50021>>8, 50021&0xff)
	if !at.Is4() {
		answer = "229 Entering Extended Passive Mode (|||50021|)"
	}
	go serveControl(control, answer)
	c, err := l.Client.Dial("tcp", netip.Addr{}, netip.AddrPortFrom(at, 21))
	if err != nil {
		return false, false, err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(netspace.Patience))
	lines := bufio.NewReader(c)
	if _, err = lines.ReadString('\n'); err != nil {
		return false, false, err
	}
	if _, err = io.WriteString(c, "PASV\r\n"); err != nil {
		return false, false, err
	}
	if _, err = lines.ReadString('\n'); err != nil {
		return false, false, err
	}
	return l.connects(netip.AddrPortFrom(at, 50021)), l.connects(netip.AddrPortFrom(at, 50022)), nil
}

// serveControl greets, and gives one answer.
func serveControl(l net.Listener, answer string) {
	c, err := l.Accept()
	if err != nil {
		return
	}
	defer c.Close()
	io.WriteString(c, "220 ready\r\n")
	lines := bufio.NewReader(c)
	lines.ReadString('\n')
	io.WriteString(c, answer+"\r\n")
	lines.ReadString('\n') // until the client hangs up
}

// connects reports whether the client connects to a port that says so when it is closed.
func (l *Lab) connects(to netip.AddrPort) bool {
	c, err := l.Client.Dial("tcp", netip.Addr{}, to)
	if err == nil {
		c.Close()
	}
	return err == nil
}

// reaches reports whether the client connects at once. It may say no of an open port on a machine that is busy.
func (l *Lab) reaches(to netip.AddrPort) bool {
	reached := false
	l.Client.Do(func() error {
		c, err := (&net.Dialer{Timeout: 300 * time.Millisecond}).Dial("tcp", to.String())
		if err == nil {
			reached = true
			c.Close()
		}
		return nil
	})
	return reached
}

// TestTFTP answers from a port of the server's own, to which the client goes on sending: a stateful host needs
// nothing beyond port 69.
func TestTFTP(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	rs := ruleSet(request(ruleset.UDP, "69", ruleset.Anyone()))
	for _, x := range targets() {
		l.load(t, x.script(t, rs))
		for _, at := range []netip.Addr{serverEnd().ipv4, serverEnd().ipv6} {
			if err := l.transferTFTP(at); err != nil {
				t.Errorf("%s, %s: %v", x.tool, at, err)
			}
		}
	}
}

func (l *Lab) transferTFTP(at netip.Addr) error {
	var wellKnown, session, client net.PacketConn
	if err := l.Server.Do(func() (err error) {
		if wellKnown, err = net.ListenPacket("udp", netip.AddrPortFrom(at, 69).String()); err != nil {
			return err
		}
		session, err = net.ListenPacket("udp", netip.AddrPortFrom(at, 0).String())
		return err
	}); err != nil {
		return err
	}
	defer netspace.Closers{wellKnown, session}.Close()
	if err := l.Client.Do(func() (err error) {
		client, err = net.ListenPacket("udp", ":0")
		return err
	}); err != nil {
		return err
	}
	defer client.Close()
	for _, c := range []net.PacketConn{wellKnown, session, client} {
		c.SetDeadline(time.Now().Add(netspace.Patience))
	}
	b := make([]byte, 512)
	if _, err := client.WriteTo([]byte("read request"), wellKnown.LocalAddr()); err != nil {
		return err
	}
	_, peer, err := wellKnown.ReadFrom(b)
	if err != nil {
		return fmt.Errorf("the request is lost: %w", err)
	}
	if _, err := session.WriteTo([]byte("data"), peer); err != nil {
		return err
	}
	_, peer, err = client.ReadFrom(b)
	if err != nil {
		return fmt.Errorf("the data is lost: %w", err)
	}
	if _, err := client.WriteTo([]byte("acknowledgement"), peer); err != nil {
		return err
	}
	if _, _, err := session.ReadFrom(b); err != nil {
		return fmt.Errorf("the acknowledgement is lost: %w", err)
	}
	return nil
}

// TestOwnGroup lets a host hear what it says to a group itself, as discovery services do.
func TestOwnGroup(t *testing.T) {
	t.Parallel()
	l := NewLab(t)
	rs := ruleSet(request(ruleset.UDP, "5353", ruleset.Anyone()))
	for _, x := range targets() {
		l.load(t, x.script(t, rs))
		for _, group := range []string{"224.0.0.251:5353", "[ff02::fb]:5353"} {
			if err := l.hearsItself(net.UDPAddrFromAddrPort(netip.MustParseAddrPort(group))); err != nil {
				t.Errorf("%s, %s: %v", x.tool, group, err)
			}
		}
	}
}

func (l *Lab) hearsItself(group *net.UDPAddr) error {
	return l.Server.Do(func() error {
		card, err := net.InterfaceByName(serverEnd().link)
		if err != nil {
			return err
		}
		listener, err := net.ListenMulticastUDP("udp", card, group)
		if err != nil {
			return err
		}
		defer listener.Close()
		to := *group
		if group.IP.To4() == nil {
			to.Zone = card.Name
		}
		speaker, err := net.DialUDP("udp", nil, &to)
		if err != nil {
			return err
		}
		defer speaker.Close()
		if _, err := speaker.Write([]byte("here I am")); err != nil {
			return err
		}
		listener.SetDeadline(time.Now().Add(netspace.Patience))
		_, _, err = listener.ReadFromUDP(make([]byte, 64))
		return err
	})
}
