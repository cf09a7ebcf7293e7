// Package bits holds sets of small numbers as sets of bits. The packages that evaluate Linux rules number what
// they compare.
package bits

import "math/bits"

// Set is a set of small numbers.
type Set []uint64

// New returns an empty set of numbers below n.
func New(n int) Set { return make(Set, (n+63)/64) }

// Has reports whether n is in the set.
func (b Set) Has(n int) bool { return b[n>>6]>>(n&63)&1 != 0 }

// Next returns the first number of the set that is not below n, or -1.
func (b Set) Next(n int) int {
	for i := n >> 6; i < len(b); i++ {
		w := b[i]
		if i == n>>6 {
			w = w >> (n & 63) << (n & 63)
		}
		if w != 0 {
			return i<<6 + bits.TrailingZeros64(w)
		}
	}
	return -1
}

// Add adds n to the set.
func (b Set) Add(n int) { b[n>>6] |= 1 << (n & 63) }

// Clear removes n from the set.
func (b Set) Clear(n int) { b[n>>6] &^= 1 << (n & 63) }
