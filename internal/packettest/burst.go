//go:build linux

package packettest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// burst sends a frame to many destination ports, at half the price of as many calls: the
// kernel makes the frames itself, by running a small program over copies of the first and taking them for received.
type burst struct {
	tap      *tap
	counter  int          // file of the map through which the programs know the next port and the checksum
	programs map[form]int // files of the programs
}

// newBurst returns nil where the kernel cannot do it (Linux 5.18 and later can).
func newBurst(t testing.TB, x *tap) *burst {
	t.Helper()
	counter, err := bpf(unix.BPF_MAP_CREATE, 72, func(a attr) {
		a.u32(0, unix.BPF_MAP_TYPE_ARRAY)
		a.u32(4, 4)  // size of a key
		a.u32(8, 8)  // size of a value
		a.u32(12, 1) // entries
	})
	if err != nil {
		t.Logf("sweeps are slow, the kernel has no BPF: %v", err)
		return nil
	}
	b := &burst{tap: x, counter: counter, programs: map[form]int{}}
	t.Cleanup(func() {
		unix.Close(counter)
		for _, file := range b.programs {
			unix.Close(file)
		}
	})
	return b
}

// form is what a program is made for: the length of the frame, where in it the transport header and its checksum are, and
// the distance from one port to the next.
type form struct{ length, transport, checksum, step int }

// send sends the first frame, whose destination port is below step, and those to every step-th port after it. Its checksum
// is that of port 0.
func (b *burst) send(first []byte, transport, checksum, step int) error {
	program, err := b.program(form{len(first), transport, checksum, step})
	if err != nil {
		return err
	}
	// A signal to this thread ends the run early, and the run-time sends some to share out its work. All ports are then
	// sent again: the same packet twice is the same finding.
	for {
		err := b.sendOnce(program, first, transport, checksum, 65536/step)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// sendOnce sets the first port and runs the program as many times.
func (b *burst) sendOnce(program int, first []byte, transport, checksum, times int) error {
	key, value := make([]byte, 4), make([]byte, 8)
	binary.NativeEndian.PutUint32(value, uint32(binary.BigEndian.Uint16(first[transport+2:])))
	binary.NativeEndian.PutUint32(value[4:], uint32(^binary.BigEndian.Uint16(first[checksum:])))
	_, err := bpf(unix.BPF_MAP_UPDATE_ELEM, 32, func(a attr) {
		a.u32(0, uint32(b.counter))
		a.pointer(8, key)
		a.pointer(16, value)
	})
	if err != nil {
		return fmt.Errorf("set the first port: %w", err)
	}
	context := make([]byte, 24) // struct xdp_md
	binary.NativeEndian.PutUint32(context[4:], uint32(len(first)))
	binary.NativeEndian.PutUint32(context[12:], uint32(b.tap.index))
	return b.tap.space.Do(func() error {
		// A signal would end the run early, and the Go runtime sends them to its threads. This one ends with the run.
		var all unix.Sigset_t
		for i := range all.Val {
			all.Val[i] = ^all.Val[i]
		}
		if err := unix.PthreadSigmask(unix.SIG_SETMASK, &all, nil); err != nil {
			return err
		}
		_, err := bpf(unix.BPF_PROG_TEST_RUN, 80, func(a attr) {
			a.u32(0, uint32(program))
			a.u32(8, uint32(len(first)))
			a.pointer(16, first)
			a.u32(32, uint32(times))
			a.u32(40, uint32(len(context)))
			a.pointer(48, context)
			a.u32(64, unix.BPF_F_TEST_XDP_LIVE_FRAMES)
			a.u32(72, 64) // frames handed over together
		})
		if err != nil {
			return fmt.Errorf("send all ports: %w", err)
		}
		return nil
	})
}

// program loads the program for frames of this form, once.
func (b *burst) program(f form) (int, error) {
	if file, loaded := b.programs[f]; loaded {
		return file, nil
	}
	code, license, log := nextPort(b.counter, f), []byte("GPL\x00"), make([]byte, 64<<10)
	file, err := bpf(unix.BPF_PROG_LOAD, 128, func(a attr) {
		a.u32(0, unix.BPF_PROG_TYPE_XDP)
		a.u32(4, uint32(len(code)/8))
		a.pointer(8, code)
		a.pointer(16, license)
		a.u32(24, 1) // log level
		a.u32(28, uint32(len(log)))
		a.pointer(32, log)
	})
	if err != nil {
		return 0, fmt.Errorf("load the program: %w\n%s", err, log[:max(0, min(len(log), 2000))])
	}
	b.programs[f] = file
	return file, nil
}

// attr is the argument of a bpf call, a union of structs in linux/bpf.h.
type attr struct {
	bytes []byte
	pins  *runtime.Pinner
}

func (a attr) u32(at int, v uint32) { binary.NativeEndian.PutUint32(a.bytes[at:], v) }

// pointer stores the address of the bytes, which stay in place until the call is over.
func (a attr) pointer(at int, to []byte) {
	a.pins.Pin(&to[0])
	binary.NativeEndian.PutUint64(a.bytes[at:], uint64(uintptr(unsafe.Pointer(&to[0]))))
}

// bpf makes the call. It tries again where the kernel asks for it.
func bpf(command, size int, fill func(attr)) (int, error) {
	var pins runtime.Pinner
	defer pins.Unpin()
	a := attr{make([]byte, size), &pins}
	fill(a)
	for {
		n, _, errno := unix.Syscall(unix.SYS_BPF, uintptr(command), uintptr(unsafe.Pointer(&a.bytes[0])), uintptr(size))
		if errno == 0 {
			return int(n), nil
		}
		if !errors.Is(errno, unix.EAGAIN) {
			return 0, errno
		}
	}
}
