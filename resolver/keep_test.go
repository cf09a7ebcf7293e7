package resolver

import (
	"fmt"
	"testing"
)

// TestKeeper holds how much is kept: room for what several hosts ask for, less for what one does, and less where hosts
// are very many.
func TestKeeper(t *testing.T) {
	w := resolve(t, `
		[hosts.a]
		roles = ["web"]
		[hosts.b]
		roles = ["web"]
		[hosts.c]
		roles = ["app"]
		audience = { clients = ["any"], peers = ["none"], management = ["none"] }`)
	r := New(w.p, day)
	key := func(host string) string {
		h, _ := w.p.Host(host)
		return r.context(h) + rolesKey(h)
	}
	h, _ := w.p.Host("a")
	if !r.keep.isShared(r.context(h)) || !r.keep.isShared(key("a")) || r.keep.isShared(key("c")) {
		t.Error("a and b ask for the same, and c for something else")
	}
	for _, c := range []struct {
		used, room, size int
		host             string
		want             string
	}{
		{0, 10, 4, "a", "true 4"},
		{9, 10, 4, "a", "true 13"}, // the last may be larger than the room that is left
		{10, 10, 4, "a", "false 10"},
		{roomAlone - 1, 2 * roomAlone, 4, "c", fmt.Sprint(true, roomAlone+3)},
		{roomAlone, 2 * roomAlone, 4, "c", fmt.Sprint(false, roomAlone)},
		{roomAlone, 2 * roomAlone, 4, "a", fmt.Sprint(true, roomAlone+4)},
	} {
		r.keep.room = c.room
		used := c.used
		taken := r.keep.take(&used, key(c.host), c.size)
		want(t, fmt.Sprint(c), fmt.Sprint(taken, used), c.want)
	}
	for hosts, room := range map[int]int{1: mostRoom, 20_000: 50_000, 200_000: leastRoom} {
		if got := roomFor(hosts); got != room {
			t.Errorf("room for %d hosts is %d, want %d", hosts, got, room)
		}
	}
}
