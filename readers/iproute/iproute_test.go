package iproute_test

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/readers/iproute"
	"rolewall/readers/netfilter"
)

func TestRead(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{`[{"ifname":"eth0","addr_info":[{"family":"inet","local":"10.1.0.10","prefixlen":24,"broadcast":"10.1.0.255"},{"family":"inet6","local":"fe80::1","prefixlen":64}]}]`,
			"[{eth0 10.1.0.10/24 10.1.0.255} {eth0 fe80::1/64 invalid IP}] []"},
		{`[{"dst":"default","gateway":"10.1.0.1","dev":"eth0"},{"dst":"10.1.0.0/24","dev":"eth0","metric":100},{"dst":"10.9.9.9","dev":"eth1"},{"type":"blackhole","dst":"10.8.0.0/16"}]`,
			"[] [{0.0.0.0/0 [eth0] 0} {10.1.0.0/24 [eth0] 100} {10.9.9.9/32 [eth1] 0}]"},
		{`[{"dst":"default","dev":"eth0","pref":"medium"},{"dst":"fe80::/64","dev":"eth0","table":"other"},{"dst":"default","nexthops":[{"dev":"a"},{"dev":"b"}]}]`,
			"[] [{::/0 [eth0] 0} {::/0 [a b] 0}]"},
	} {
		var st netfilter.State
		var errs diag.List
		if !iproute.Detect([]byte(c.src)) {
			t.Errorf("%s is not recognised", c.src)
		}
		iproute.Read("f", []byte(c.src), &st, &errs)
		if got := fmt.Sprint(st.Network.Addresses, st.Network.Routes); got != c.want || errs.Err() != nil {
			t.Errorf("%s:\n got %s (%v)\nwant %s", c.src, got, errs.Err(), c.want)
		}
	}
}

func TestBadInput(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"[{\"ifname\":\n", "f:2:1: the file is not a list of addresses or routes of ip -j"},
		{`[{"ifname":"eth0","addr_info":[{"local":"10.1.0.300","prefixlen":24}]}]`, "is not an address"},
		{`[{"dst":"10.1.0.0/99","dev":"eth0"}]`, "is not an address"},
		{`{"dst":1}`, "holds a"},
	} {
		var st netfilter.State
		var errs diag.List
		iproute.Read("f", []byte(c.src), &st, &errs)
		if err := errs.Err(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.src, err, c.want)
		}
	}
}

// FuzzRead never panics.
func FuzzRead(f *testing.F) {
	f.Add(`[{"ifname":"eth0","addr_info":[{"local":"10.1.0.10","prefixlen":24}]}]`)
	f.Add(`[{"dst":"default","gateway":"fe80::1","dev":"eth0","metric":5}]`)
	f.Fuzz(func(t *testing.T, src string) {
		var st netfilter.State
		var errs diag.List
		iproute.Detect([]byte(src))
		iproute.Read("f", []byte(src), &st, &errs)
	})
}
