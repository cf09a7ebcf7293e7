package resolver

import (
	"hash/maphash"
	"sync"
)

// keeper decides what is held for other hosts. It counts rules and decisions: a few hundred bytes each, and as much again
// for what is made of them.
type keeper struct {
	askers  func() map[uint64]int // how many hosts ask for a key, by its hash: two keys of one hash cost memory and no more
	seed    maphash.Seed
	room    int // for each of the following
	shares  int
	answers int // parts and accounts
}

// Most fleets need far less than mostRoom. Hosts take memory, too: where they are very many, there is leastRoom.
const (
	mostRoom   = 60_000
	leastRoom  = 10_000
	roomAlone  = 6_000 // for what one host alone asks for: commands check a policy before they use it
	roomMerged = 4_000 // for requests of several roles that are united
)

func newKeeper(r *Resolver) *keeper {
	k := &keeper{seed: maphash.MakeSeed(), room: roomFor(len(r.p.Hosts))}
	k.askers = sync.OnceValue(func() map[uint64]int {
		out := map[uint64]int{}
		for _, h := range r.p.Hosts {
			context := r.context(h)
			out[k.hash(context)]++
			out[k.hash(context+rolesKey(h))]++
		}
		return out
	})
	return k
}

func roomFor(hosts int) int { return max(leastRoom, mostRoom-hosts/2) }

func (k *keeper) hash(key string) uint64 { return maphash.String(k.seed, key) }

// isShared reports whether several hosts ask for the key.
func (k *keeper) isShared(key string) bool { return k.askers()[k.hash(key)] > 1 }

// take reports whether there is room for what is to be held under the key, and takes it. used is one of the counters.
func (k *keeper) take(used *int, key string, size int) bool {
	if *used >= k.room || *used >= roomAlone && !k.isShared(key) {
		return false
	}
	*used += size
	return true
}
