package generators

import (
	"bytes"
	"testing"

	"rolewall/ruleset"
)

// TestScriptIsPage: what one host gets for itself is what it gets of a page that hosts share.
func TestScriptIsPage(t *testing.T) {
	smb := windowsRule(ruleset.TCP, "445", "SMB", "LanmanServer", ruleset.Listener{Program: "System"}, linuxSources("office", "10.20.0.0/16"))
	made := 0
	for _, g := range All() {
		for _, rs := range []*ruleset.RuleSet{linuxSample(), windowsSet(ruleset.Windows2003, smb), windowsSet(ruleset.Windows2022, smb)} {
			if len(Check(g, rs)) > 0 {
				continue
			}
			page, err := Render(g, rs)
			if err != nil {
				t.Fatal(err)
			}
			for _, host := range []string{"dc1", "@HOST@", "a-much-longer-name.example"} {
				script, err := Script(g, rs, host)
				if err != nil || !bytes.Equal(script, page.For(host)) {
					t.Errorf("%s on %s: the script of %s is not its page (%v)", g.Info().Name, rs.OS, host, err)
				}
				made++
			}
		}
	}
	if made < 3*len(All()) {
		t.Errorf("%d scripts compared, some targets made none", made)
	}
}
