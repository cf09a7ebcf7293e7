package advfirewall

import "sync"

// memo caches results. Several goroutines may use it. A nil memo caches nothing.
type memo[K comparable, V any] struct {
	room  int // room for results; when it is full, all are dropped
	mu    sync.Mutex
	known map[K]V
}

// memoRoom is enough for the rules of a large catalog, each in several places. A result takes about a kilobyte.
const memoRoom = 2_000

func newMemo[K comparable, V any](room int) *memo[K, V] {
	return &memo[K, V]{room: room, known: map[K]V{}}
}

// of returns the result of work for the key, from the cache if it is there. Two goroutines may do the same work at
// the same time, which costs less than waiting.
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
