// Package bits holds sets of small numbers. The packages for Linux rules number what they compare, and a set of such numbers is
// a set of bits.
package bits

// Set is a set of small numbers.
type Set []uint64

// New returns an empty set of numbers below n.
func New(n int) Set { return make(Set, (n+63)/64) }

// Has reports whether n is in the set.
func (b Set) Has(n int) bool { return b[n>>6]>>(n&63)&1 != 0 }

// Add puts n in.
func (b Set) Add(n int) { b[n>>6] |= 1 << (n & 63) }

// Clear takes n out.
func (b Set) Clear(n int) { b[n>>6] &^= 1 << (n & 63) }
