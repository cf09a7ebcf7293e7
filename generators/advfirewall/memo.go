package advfirewall

import "sync"

// memo keeps what was worked out for others who ask for the same, from whatever goroutine. The nil memo keeps nothing.
type memo[K comparable, V any] struct {
	room  int // for answers; when it is used up, all are forgotten
	mu    sync.Mutex
	known map[K]V
}

// memoRoom is for the rules of a large catalog, each in several places. An answer takes about a kilobyte.
const memoRoom = 2_000

func newMemo[K comparable, V any](room int) *memo[K, V] {
	return &memo[K, V]{room: room, known: map[K]V{}}
}

// of is the answer that work gives for the key. Two goroutines may do the same work at the same time, which costs less than
// waiting for each other.
func (m *memo[K, V]) of(key K, work func() V) V {
	if m == nil {
		return work()
	}
	m.mu.Lock()
	v, known := m.known[key]
	m.mu.Unlock()
	if known {
		return v
	}
	v = work()
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.known) >= m.room {
		clear(m.known)
	}
	m.known[key] = v
	return v
}
