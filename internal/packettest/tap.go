//go:build linux

package packettest

import (
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
	"unsafe"

	"rolewall/internal/netspace"

	"golang.org/x/sys/unix"
)

// tap is a network card of the server whose cable this program holds: a frame that is sent has gone through the
// server's filters when the call returns. Probes take this way; connections take the wire to the client.
type tap struct {
	space *netspace.Space
	file  int
	index int // of the card
}

const tapLink = "probe0"

// newTap puts the card into the namespace. It has the server's link addresses, and needs no others.
func newTap(t testing.TB, s *netspace.Space) *tap {
	t.Helper()
	x := &tap{space: s}
	err := s.Do(func() error {
		var err error
		if x.file, err = unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC, 0); err != nil {
			return fmt.Errorf("open /dev/net/tun: %w", err)
		}
		request, err := unix.NewIfreq(tapLink)
		if err != nil {
			return err
		}
		request.SetUint16(unix.IFF_TAP | unix.IFF_NO_PI)
		if err := unix.IoctlIfreq(x.file, unix.TUNSETIFF, request); err != nil {
			return fmt.Errorf("make the card: %w", err)
		}
		card, err := net.InterfaceByName(tapLink)
		if err != nil {
			return err
		}
		x.index = card.Index
		return openTo(tapLink)
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(x.file) })
	server := serverEnd()
	batch := []string{
		fmt.Sprintf("link set %s address %s up", tapLink, server.mac),
		fmt.Sprintf("addr add %s/64 dev %s nodad", server.linkLocal, tapLink),
	}
	if _, err := s.Run(strings.Join(batch, "\n"), "ip", "-batch", "-"); err != nil {
		t.Fatal(err)
	}
	return x
}

// openTo lets every sender in on the link, before the filters: without looking whether an answer would take the same
// way back, and without waiting for duplicate address detection.
func openTo(link string) error {
	for key, value := range map[string]string{
		"ipv4/conf/all/rp_filter": "0", "ipv4/conf/" + link + "/rp_filter": "0",
		"ipv6/conf/" + link + "/accept_dad": "0", "ipv6/conf/" + link + "/addr_gen_mode": "1",
	} {
		if err := os.WriteFile("/proc/sys/net/"+key, []byte(value), 0); err != nil {
			return err
		}
	}
	return nil
}

// send sends frames in order.
func (x *tap) send(frames [][]byte) error {
	for _, f := range frames {
		_, _, errno := unix.Syscall(unix.SYS_WRITE, uintptr(x.file), uintptr(unsafe.Pointer(&f[0])), uintptr(len(f)))
		if errno != 0 {
			return fmt.Errorf("send a frame: %w", errno)
		}
	}
	return nil
}
