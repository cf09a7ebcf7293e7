package wintest_test

import (
	"strings"
	"testing"

	"rolewall/generators/winscript"
)

// TestNamesDoNotCollide: whoever writes a policy had found two versions whose rules had one label and one form of 24 bits. A
// host that runs the second after the first has the second alone; so has one where the first left names in the old form.
func TestNamesDoNotCollide(t *testing.T) {
	c := defaultCatalog(t)
	v1 := resolve(t, folder{}, "../../testdata/attack/name-collision-v1.toml", c)[0]
	v2 := resolve(t, folder{}, "../../testdata/attack/name-collision-v2.toml", c)[0]
	fresh := ran(t, "advfirewall", v2)
	updated := ran(t, "advfirewall", v1)
	const old24bits = "rolewall: tcp 9999 [893fd961] eykd4" // the label, and the first 25 bits of the form
	if !strings.Contains(oursIn(updated), old24bits) || !strings.Contains(oursIn(fresh), old24bits) {
		t.Fatalf("the pair no longer shares label and 24 bits of form, find another: %s\n%s", oursIn(updated), oursIn(fresh))
	}
	run(t, updated, script(t, "advfirewall", v2))
	if got, want := effect("advfirewall", updated), effect("advfirewall", fresh); got != want {
		t.Errorf("version 1 leaves something: %s", difference(got, want))
	}
	old := ran(t, "advfirewall", v1)
	for i, r := range old.Firewall.Rules {
		if strings.HasPrefix(r.Name, winscript.Owner) {
			old.Firewall.Rules[i].Name = r.Name[:strings.LastIndex(r.Name, "] ")+2] + "c6f1b2"
		}
	}
	run(t, old, script(t, "advfirewall", v2))
	if got, want := effect("advfirewall", old), effect("advfirewall", fresh); got != want {
		t.Errorf("names of an older version leave something: %s", difference(got, want))
	}
}
