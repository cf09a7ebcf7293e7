package packettest

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// wire sends whole frames from one end of the cable.
type wire struct {
	space  *Space
	link   string
	socket int
}

// newWire opens a packet socket that only sends.
func newWire(t testing.TB, s *Space, link string) *wire {
	t.Helper()
	w := &wire{space: s, link: link}
	err := s.Do(func() error {
		device, err := net.InterfaceByName(link)
		if err != nil {
			return err
		}
		w.socket, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("open a packet socket: %w", err)
		}
		if err := unix.SetsockoptInt(w.socket, unix.SOL_PACKET, unix.PACKET_QDISC_BYPASS, 1); err != nil {
			return err
		}
		return unix.Bind(w.socket, &unix.SockaddrLinklayer{Ifindex: device.Index})
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(w.socket) })
	return w
}

// mmsghdr is the kernel's struct of that name.
type mmsghdr struct {
	header unix.Msghdr
	length uint32
	_      [4]byte
}

// send sends frames in order. They all travel on one processor, where the server's end takes them from a queue: what
// was sent first has gone through the server's filter first.
func (w *wire) send(frames [][]byte) error {
	return w.space.Do(func() error {
		if err := pinThread(); err != nil {
			return err
		}
		dropped, err := linkDrops(w.link)
		if err != nil {
			return err
		}
		const batch = 256
		for start := 0; start < len(frames); start += batch {
			if err := w.sendBatch(frames[start:min(start+batch, len(frames))]); err != nil {
				return err
			}
		}
		after, err := linkDrops(w.link)
		if err == nil && after != dropped {
			err = fmt.Errorf("the wire lost %d of %d frames", after-dropped, len(frames))
		}
		return err
	})
}

func (w *wire) sendBatch(frames [][]byte) error {
	vectors := make([]unix.Iovec, len(frames))
	messages := make([]mmsghdr, len(frames))
	for i, f := range frames {
		vectors[i].Base = &f[0]
		vectors[i].SetLen(len(f))
		messages[i].header.Iov = &vectors[i]
		messages[i].header.SetIovlen(1)
	}
	for sent := 0; sent < len(messages); {
		n, _, errno := unix.Syscall6(unix.SYS_SENDMMSG, uintptr(w.socket),
			uintptr(unsafe.Pointer(&messages[sent])), uintptr(len(messages)-sent), 0, 0, 0)
		switch errno {
		case 0:
			sent += int(n)
		case unix.EINTR:
		default:
			return fmt.Errorf("send frames: %w", errno)
		}
	}
	runtime.KeepAlive(frames)
	return nil
}

// pinThread keeps the thread on the processor it runs on.
func pinThread() error {
	var cpu uint32
	if _, _, errno := unix.RawSyscall(unix.SYS_GETCPU, uintptr(unsafe.Pointer(&cpu)), 0, 0); errno != 0 {
		return fmt.Errorf("getcpu: %w", errno)
	}
	var only unix.CPUSet
	only.Set(int(cpu))
	return unix.SchedSetaffinity(0, &only)
}

// linkDrops reads how many frames the link of this namespace failed to hand over.
func linkDrops(link string) (uint64, error) {
	text, err := os.ReadFile("/proc/thread-self/net/dev")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if name, counters, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == link {
			var n uint64
			_, err := fmt.Sscan(strings.Fields(counters)[11], &n)
			return n, err
		}
	}
	return 0, fmt.Errorf("no link %s in /proc/net/dev", link)
}
