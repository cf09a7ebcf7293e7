package generators

import (
	"bytes"
	"strings"
	"testing"

	"rolewall/generators/target"
	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

// TestRenderShared compares the file that a host gets for itself with the one of a rendering that hosts share, and looks
// for the host's name: it appears there once.
func TestRenderShared(t *testing.T) {
	smb := targettest.WindowsRule(ruleset.TCP, "445", "SMB", "LanmanServer", ruleset.Listener{Program: "System"}, targettest.Network("office", "10.20.0.0/16"))
	compared := 0
	for _, g := range All() {
		for _, rs := range []*ruleset.RuleSet{targettest.LinuxSample(), targettest.WindowsSet(ruleset.Windows2003, smb), targettest.WindowsSet(ruleset.Windows2022, smb)} {
			if len(Check(g, rs, All())) > 0 {
				continue
			}
			rs.Host = "the-name-in-the-rule-set"
			shared, err := RenderShared(g, rs)
			if err != nil {
				t.Fatal(err)
			}
			for _, host := range []string{"fileserver-7", "@HOST@", "a-much-longer-name.example"} {
				file, err := Render(g, rs, host)
				if err != nil || !bytes.Equal(file, shared.For(host)) {
					t.Errorf("%s on %s: the file of %s differs from the shared one (%v)", g.Info().Name, rs.OS, host, err)
				}
				if n := strings.Count(string(file), host); n != 1 || bytes.Contains(file, []byte(rs.Host)) {
					t.Errorf("%s on %s: the name %s stands there %d times", g.Info().Name, rs.OS, host, n)
				}
				if !strings.HasSuffix(string(file), "\n") || g.Info().CRLF != strings.Contains(string(file), "\r\n") || strings.Contains(strings.ReplaceAll(string(file), "\r\n", ""), "\r") {
					t.Errorf("%s on %s: line ends are not those of the target", g.Info().Name, rs.OS)
				}
				compared++
			}
		}
	}
	if compared < 3*len(All()) {
		t.Errorf("%d scripts compared, some targets made none", compared)
	}
}

// nameless is a target whose script has no header.
type nameless struct{ perHost bool }

func (n nameless) Info() target.Info { return target.Info{Name: "nameless", PerHost: n.perHost} }

func (nameless) Script(rs *ruleset.RuleSet) (target.Script, error) {
	return target.Script{Body: []byte("of " + rs.Host + "\n")}, nil
}

func TestRenderWithoutHeader(t *testing.T) {
	rs := targettest.LinuxSample()
	if file, err := Render(nameless{}, rs, "web1"); err == nil {
		t.Errorf("a script without a host is rendered: %q", file)
	}
	if file, err := Render(nameless{perHost: true}, rs, "web1"); err != nil || string(file) != "of web1\n" {
		t.Errorf("a script for each host: %q, %v", file, err)
	}
	if _, err := RenderShared(nameless{perHost: true}, rs); err == nil {
		t.Error("hosts share a script that names one of them")
	}
}

// curious is a target that writes the name of the host wherever it can.
type curious struct{ nameless }

func (curious) Script(rs *ruleset.RuleSet) (target.Script, error) {
	return target.Script{Header: []string{"of <" + rs.Host + ">"}, Body: []byte("of <" + rs.Host + ">\n")}, nil
}

// TestRenderHidesHost: a target that writes one script for all hosts of a rule set does not learn the name of any.
func TestRenderHidesHost(t *testing.T) {
	rs := targettest.LinuxSample()
	file, err := Render(curious{}, rs, "web1")
	if err != nil || string(file) != "web1: of <>\nof <>\n" {
		t.Errorf("got %q, %v", file, err)
	}
}
