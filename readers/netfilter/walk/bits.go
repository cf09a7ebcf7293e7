package walk

// Bits is a set of small numbers.
type Bits []uint64

// NewBits returns an empty set of numbers below n.
func NewBits(n int) Bits { return make(Bits, (n+63)/64) }

// Has reports whether n is in the set.
func (b Bits) Has(n int) bool { return b[n>>6]>>(n&63)&1 != 0 }

// Set puts n in.
func (b Bits) Set(n int) { b[n>>6] |= 1 << (n & 63) }

// Clear takes n out.
func (b Bits) Clear(n int) { b[n>>6] &^= 1 << (n & 63) }
