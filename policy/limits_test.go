package policy

import (
	"fmt"
	"strings"
	"testing"
)

// TestMaxHosts holds that a policy with one host too many is refused at that host, before any is read.
func TestMaxHosts(t *testing.T) {
	var b strings.Builder
	for i := range maxHosts + 1 {
		fmt.Fprintf(&b, "[hosts.h%06d]\nx = 1\n", i)
	}
	want := fmt.Sprintf("%d:8: a policy has at most %d hosts", 2*maxHosts+1, maxHosts)
	if got := (files{"p.toml": b.String()}).mistakes(t); got != want {
		t.Errorf("got %.300s\nwant %s", got, want)
	}
}
