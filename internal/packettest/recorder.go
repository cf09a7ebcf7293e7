//go:build linux

package packettest

import (
	"encoding/binary"
	"fmt"
	"net"
	"testing"

	"rolewall/internal/netspace"

	"golang.org/x/sys/unix"
)

// recorder hears of every probe that passed all filters of the server: a chain at the end of the input hook reports
// it over netlink, and then drops it, so that no probe leaves a connection, an answer or a neighbour behind.
type recorder struct {
	socket int
	buffer []byte // for what one call reads
}

// logGroup is the netlink group the chains speak to.
const logGroup = 5

// probeMAC and markerMAC are source addresses of frames: the first of probes, the second of the frame that ends a series.
func probeMAC() net.HardwareAddr  { return net.HardwareAddr{2, 0, 0, 0, 0, 3} }
func markerMAC() net.HardwareAddr { return net.HardwareAddr{2, 0, 0, 0, 0, 4} }

// recorderTable hears probes last of all in input and forward, and markers first of all, whatever the script says of them.
func recorderTable() string {
	return fmt.Sprintf(`table inet packettest {
	chain arrived {
		type filter hook prerouting priority -500; policy accept;
		meta l4proto %[4]d ether saddr %[1]s log group %[3]d snaplen 40 queue-threshold 1 drop
	}
	chain admitted {
		type filter hook input priority 2000; policy accept;
		ether saddr %[2]s log group %[3]d snaplen 80 queue-threshold 64 drop
	}
	chain passed {
		type filter hook forward priority 1000; policy accept;
		ether saddr %[2]s log group %[3]d snaplen 80 queue-threshold 64 drop
	}
}
`, markerMAC(), probeMAC(), logGroup, markerProtocol)
}

// newRecorder opens the listening end. The table comes with Lab.reset, since scripts are loaded on an empty server.
func newRecorder(t testing.TB, s *netspace.Space) *recorder {
	t.Helper()
	r := &recorder{buffer: make([]byte, 1<<20)}
	err := s.Do(func() error {
		var err error
		r.socket, err = unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_NETFILTER)
		if err != nil {
			return fmt.Errorf("open a netlink socket: %w", err)
		}
		return r.configure()
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(r.socket) })
	return r
}

// configure binds the socket to the group, and makes room for all that one series of probes can report: what does not
// fit is lost, and noticed as ENOBUFS. A series that does not end within the timeout has lost its marker.
func (r *recorder) configure() error {
	if err := unix.SetsockoptInt(r.socket, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 512<<20); err != nil {
		return fmt.Errorf("enlarge the netlink buffer: %w", err)
	}
	if err := unix.SetsockoptTimeval(r.socket, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &unix.Timeval{Sec: 60}); err != nil {
		return err
	}
	const ( // linux/netfilter/nfnetlink_log.h
		command, mode, bufferSize = 1, 2, 3
		bind, copyPacket          = 1, 2
	)
	for _, attributes := range [][]byte{
		attribute(command, []byte{bind}),
		append(attribute(mode, []byte{0, 0, 0, 128, copyPacket, 0}), attribute(bufferSize, []byte{0, 1, 0, 0})...),
	} {
		if err := r.request(attributes); err != nil {
			return fmt.Errorf("listen to netlink group %d: %w", logGroup, err)
		}
	}
	return nil
}

func attribute(kind uint16, value []byte) []byte {
	b := make([]byte, (4+len(value)+3)&^3)
	binary.NativeEndian.PutUint16(b, uint16(4+len(value)))
	binary.NativeEndian.PutUint16(b[2:], kind)
	copy(b[4:], value)
	return b
}

// request sends a configuration message and waits for its acknowledgement.
func (r *recorder) request(attributes []byte) error {
	const configMessage = unix.NFNL_SUBSYS_ULOG<<8 | 1
	message := make([]byte, 20, 20+len(attributes))
	binary.NativeEndian.PutUint32(message, uint32(20+len(attributes)))
	binary.NativeEndian.PutUint16(message[4:], configMessage)
	binary.NativeEndian.PutUint16(message[6:], unix.NLM_F_REQUEST|unix.NLM_F_ACK)
	binary.BigEndian.PutUint16(message[18:], logGroup)
	if err := unix.Sendto(r.socket, append(message, attributes...), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return err
	}
	answer := make([]byte, 4096)
	n, _, err := unix.Recvfrom(r.socket, answer, 0)
	if err != nil {
		return err
	}
	if n < 20 || binary.NativeEndian.Uint16(answer[4:]) != unix.NLMSG_ERROR {
		return fmt.Errorf("no acknowledgement")
	}
	if code := int32(binary.NativeEndian.Uint32(answer[16:])); code != 0 {
		return unix.Errno(-code)
	}
	return nil
}
