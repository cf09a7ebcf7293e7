package catalog

import (
	"errors"
	"testing"

	"rolewall/diag"
	"rolewall/ruleset"
)

// FuzzOverlay: a site's file is a catalog whose names may appear in scripts, or a list of mistakes with places.
func FuzzOverlay(f *testing.F) {
	for _, s := range []string{
		"", "[services.S]\ntitle = 't'\nendpoints = [{ app = 'x', tcp = '99', audience = 'clients', source = 'S1' }]\n[sources.S1]\ntitle = 't'\nwhere = 'w'\n",
		"[roles.r]\ntitle = 't'\nincludes = ['r']\nservices = ['S']\n", "[roles.\"\\u001b\"]\n", "[features.\"a b\"]\ntitle = 1\n", "[listeners.x]\nowners = [{ program = 'a|b', service = 'c' }]\n",
		"services = 1\nroles = []\nfeatures = 'x'\n", "[services.S]\npins = [{ kind = 1 }]\nendpoints = [{ tcp = 1, udp = {} }]\n", "[[conflicts]]\nport = 1\n",
	} {
		f.Add(s)
	}
	own, err := Default()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		errs := &diag.List{}
		c := own.Overlay([]File{{"x.toml", []byte(text)}}, errs)
		if err := errs.Err(); err != nil {
			list, ok := err.(interface{ Unwrap() []error })
			if !ok {
				t.Fatalf("not a list of mistakes: %v", err)
			}
			for _, x := range list.Unwrap() {
				if m, ok := errors.AsType[*diag.Diagnostic](x); !ok || m.Pos.File == "" {
					t.Fatalf("a mistake without a place: %v", x)
				}
			}
			return
		}
		for _, name := range c.ServiceNames() {
			if bad := ruleset.BadName(name, true); bad != "" {
				t.Errorf("service %q %s", name, bad)
			}
		}
		for _, name := range append(c.RoleNames(), c.FeatureNames()...) {
			if bad := ruleset.BadName(name, false); bad != "" {
				t.Errorf("%q %s", name, bad)
			}
		}
	})
}
