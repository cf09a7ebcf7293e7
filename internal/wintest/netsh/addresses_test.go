package netsh

import (
	"fmt"
	"testing"
)

func TestAddressRanges(t *testing.T) {
	for text, want := range map[string]string{
		"10.0.0.3-10.0.0.9": "[10.0.0.3/32 10.0.0.4/30 10.0.0.8/31]", "10.0.0.0/8": "[10.0.0.0/8]", "fd00::1": "[fd00::1/128]",
		"0.0.0.0-255.255.255.255": "[0.0.0.0/0]", "255.255.255.254-255.255.255.255": "[255.255.255.254/31]", "10.0.0.0/255.255.0.0": "[10.0.0.0/16]",
	} {
		r, ok := parseAddress(text)
		if got := fmt.Sprint(r.Prefixes()); !ok || got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}
