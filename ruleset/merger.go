package ruleset

import (
	"slices"
	"sync"
)

// Merger is Merge for many hosts. Where several ask for the same, in part, they get the same rules of it. It may be used
// from several goroutines.
type Merger struct {
	room  int // for requests that it remembers; when it is used up, all are forgotten
	mu    sync.Mutex
	used  int
	known folds
}

// NewMerger makes a Merger. Each request that it remembers takes about a kilobyte.
func NewMerger(room int) *Merger { return &Merger{room: room} }

// folds is what became of requests that were united, found by walking from request to request.
type folds struct {
	rules []*Rule
	next  map[*Rule]*folds
}

// Merge is the function of that name, for requests that have IDs.
func (m *Merger) Merge(requests ...[]*Rule) []*Rule {
	return merge(slices.Concat(requests...), m.fold)
}

func (m *Merger) fold(same []*Rule) []*Rule {
	if len(same) == 1 {
		return fold(same)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.used >= m.room {
		m.used, m.known = 0, folds{}
	}
	at := &m.known
	for _, r := range same {
		next := at.next[r]
		if next == nil {
			m.used++
			next = &folds{}
			if at.next == nil {
				at.next = map[*Rule]*folds{}
			}
			at.next[r] = next
		}
		at = next
	}
	if at.rules == nil {
		at.rules = fold(same)
	}
	return at.rules
}
