package netfilter

// bits is a set of small numbers.
type bits []uint64

func newBits(n int) bits { return make(bits, (n+63)/64) }

func (b bits) has(n int) bool { return b[n>>6]>>(n&63)&1 != 0 }

func (b bits) set(n int) { b[n>>6] |= 1 << (n & 63) }

func (b bits) clear(n int) { b[n>>6] &^= 1 << (n & 63) }
