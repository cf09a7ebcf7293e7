package term

import (
	"strings"
	"testing"
)

func TestHostsText(t *testing.T) {
	for _, c := range []struct{ hosts, want string }{
		{"dc1", "dc1"},
		{"dc1 web1", "2 hosts: dc1, web1"},
		{"dc01 dc02", "2 hosts: dc01, dc02"},
		{"dc01 dc02 dc03", "3 hosts: dc01 ... dc03"},
		{"dc10 dc11 dc8 dc9", "4 hosts: dc8 ... dc11"},
		{"dc098 dc099 dc100", "3 hosts: dc098 ... dc100"},
		{"dc98 dc99 dc100 dc099", "4 hosts: dc98, dc099, dc99, dc100"},
		{"a.example b.example", "2 hosts: a.example, b.example"},
		{"dc1.b dc2.b dc3.b dc1.a dc2.a", "5 hosts: dc1.a, dc2.a, dc1.b ... dc3.b"},
		{"dc01 dc02 dc04 dc05 dc06 web", "6 hosts: dc01, dc02, dc04 ... dc06, web"},
		{"a b c d e f", "6 hosts: a, b, c, d, e, f"},
		{"a b c d e f g h", "8 hosts: a, b, c, d, e, f and 2 more"},
		{"a b c d e f z1 z2 z3", "9 hosts: a, b, c, d, e, f and 3 more"},
		{"n99999999999999999999 n1", "2 hosts: n1, n99999999999999999999"},
	} {
		if got := Hosts(strings.Fields(c.hosts)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.hosts, got, c.want)
		}
	}
}
