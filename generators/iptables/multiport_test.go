package iptables

import (
	"strings"
	"testing"

	"rolewall/ruleset"
)

func TestMultiport(t *testing.T) {
	for _, c := range []struct{ ports, want string }{
		{"445", "--dport 445"},
		{"100-200", "--dport 100:200"},
		{"1,3,5", "-m multiport --dports 1,3,5"},
		{"1,3,5,7,9,11,13,15,17,19,21,23,25,27,29", "-m multiport --dports 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29"},
		{"1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31", "-m multiport --dports 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29|--dport 31"},
		{"1-2,4-5,7-8,10-11,13-14,16-17,19-20,30", "-m multiport --dports 1:2,4:5,7:8,10:11,13:14,16:17,19:20,30"},
		{"1-2,4-5,7-8,10-11,13-14,16-17,19-20,30-31", "-m multiport --dports 1:2,4:5,7:8,10:11,13:14,16:17,19:20|--dport 30:31"},
	} {
		ports, err := ruleset.ParsePorts(c.ports)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(multiport(ports), "|"); got != c.want {
			t.Errorf("%s: %s, want %s", c.ports, got, c.want)
		}
	}
}
