//go:build linux

package packettest

import (
	"encoding/binary"

	"golang.org/x/sys/unix"
)

// nextPort is a program for the kernel's virtual machine. It writes the next destination port into the frame, and the
// checksum that goes with it: the one's complement of the sum over the rest of the segment, which the map holds beside
// the port, and the port.
func nextPort(counter int, f form) []byte {
	const ( // registers
		result  = 0
		end     = 1 // the context on entry
		state   = 2
		port    = 3
		scratch = 4
		sum     = 5
		data    = 7
		limit   = 8
	)
	const (
		load32  = unix.BPF_LDX | unix.BPF_MEM | unix.BPF_W
		store32 = unix.BPF_STX | unix.BPF_MEM | unix.BPF_W
		store16 = unix.BPF_STX | unix.BPF_MEM | unix.BPF_H
		move    = unix.BPF_ALU64 | unix.BPF_MOV | unix.BPF_X
		set     = unix.BPF_ALU64 | unix.BPF_MOV | unix.BPF_K
		add     = unix.BPF_ALU64 | unix.BPF_ADD | unix.BPF_X
		addN    = unix.BPF_ALU64 | unix.BPF_ADD | unix.BPF_K
		and     = unix.BPF_ALU64 | unix.BPF_AND | unix.BPF_K
		xor     = unix.BPF_ALU64 | unix.BPF_XOR | unix.BPF_K
		shift   = unix.BPF_ALU64 | unix.BPF_RSH | unix.BPF_K
		network = unix.BPF_ALU | unix.BPF_END | unix.BPF_TO_BE
		exit    = unix.BPF_JMP | unix.BPF_EXIT
		ifNot   = unix.BPF_JMP | unix.BPF_JNE | unix.BPF_K
		ifMore  = unix.BPF_JMP | unix.BPF_JGT | unix.BPF_X
		address = unix.BPF_LD | unix.BPF_IMM | unix.BPF_DW

		drop, pass = 1, 2 // XDP_DROP, XDP_PASS
	)
	var p program
	p.add(load32, data, end, 0, 0)
	p.add(load32, limit, end, 4, 0)
	p.add(move, end, data, 0, 0) // the verifier wants to see that the frame is as long as it is
	p.add(addN, end, 0, 0, f.length)
	p.add(set, result, 0, 0, drop)
	tooShort := p.add(ifMore, end, limit, 0, 0)
	p.add(address, state, unix.BPF_PSEUDO_MAP_VALUE, 0, counter)
	p.add(0, 0, 0, 0, 0) // the second half of the address
	p.add(load32, port, state, 0, 0)
	p.add(move, scratch, port, 0, 0)
	p.add(addN, scratch, 0, 0, f.step)
	p.add(store32, state, scratch, 0, 0)
	p.add(and, port, 0, 0, 0xffff)
	p.add(load32, sum, state, 4, 0)
	p.add(add, sum, port, 0, 0)
	for range 2 { // fold the carry in, and the carry of that
		p.add(move, scratch, sum, 0, 0)
		p.add(shift, scratch, 0, 0, 16)
		p.add(and, sum, 0, 0, 0xffff)
		p.add(add, sum, scratch, 0, 0)
	}
	p.add(xor, sum, 0, 0, 0xffff)
	p.add(ifNot, sum, 0, 1, 0)
	p.add(set, sum, 0, 0, 0xffff) // zero would say "no checksum"; in one's complement both are the same
	p.add(network, port, 0, 0, 16)
	p.add(network, sum, 0, 0, 16)
	p.add(store16, data, port, f.transport+2, 0)
	p.add(store16, data, sum, f.checksum, 0)
	p.add(set, result, 0, 0, pass)
	p.jump(tooShort, p.add(exit, 0, 0, 0, 0))
	return p.code
}

// program is machine code under construction, 8 bytes an instruction.
type program struct{ code []byte }

// add appends an instruction and returns its number.
func (p *program) add(operation, to, from, offset, value int) int {
	var b [8]byte
	b[0], b[1] = byte(operation), byte(to|from<<4)
	binary.NativeEndian.PutUint16(b[2:], uint16(offset))
	binary.NativeEndian.PutUint32(b[4:], uint32(value))
	p.code = append(p.code, b[:]...)
	return len(p.code)/8 - 1
}

// jump lets an earlier jump lead to an instruction.
func (p *program) jump(from, to int) {
	binary.NativeEndian.PutUint16(p.code[from*8+2:], uint16(to-from-1))
}
