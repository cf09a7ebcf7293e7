package lint

import (
	"slices"
	"strings"
	"testing"

	"rolewall/diag"
)

// TestSwitch holds what [lint] does to the one finding of a host, RW003.
func TestSwitch(t *testing.T) {
	const locked = "roles = [\"iis-web\"]\n" + people
	for _, c := range []struct {
		name, lint string
		want       []string // code and level
	}{
		{"as it is", "", []string{"RW003 warning"}},
		{"off", `RW003 = { level = "off", reason = "r" }`, nil},
		{"heavier", `RW003 = { level = "error", reason = "r" }`, []string{"RW003 error"}},
		{"lighter", `RW003 = { level = "note", reason = "r" }`, []string{"RW003 note"}},
		{"this host", `RW003 = { level = "off", hosts = ["h?st"], reason = "r" }`, nil},
		{"this role", `RW003 = { level = "off", hosts = ["@iis-web"], reason = "r" }`, nil},
		{"other hosts", `RW003 = { level = "off", hosts = ["web*"], reason = "r" }`, []string{"RW003 warning", "RW027 note"}},
		{"the first that fits", `RW003 = [{ level = "off", hosts = ["web*"], reason = "r" }, { level = "note", reason = "r" }]`, []string{"RW003 note", "RW027 note"}},
		{"to today", `RW003 = { level = "off", reason = "r", expires = 2027-03-15 }`, nil},
		{"to yesterday", `RW003 = { level = "off", reason = "r", expires = 2027-03-14 }`, []string{"RW003 warning", "RW027 note"}},
		{"another code", `RW011 = { level = "off", reason = "r" }`, []string{"RW003 warning", "RW027 note"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range lintText(t, locked+"[lint]\n"+c.lint+"\n") {
				got = append(got, f.Code+" "+string(f.Level))
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) {
				t.Errorf("found %v, not %v", got, c.want)
			}
		})
	}
}

// TestBadSwitch holds the mistakes that only lint can see.
func TestBadSwitch(t *testing.T) {
	for lint, want := range map[string]string{
		`RW999 = { level = "off", reason = "r" }`:  "there is no lint code RW999",
		`RW026 = { level = "off", reason = "r" }`:  "RW026, what the site forbids or requires, keeps its level\n  hint: change the [[deny]] or [[require]] itself",
		`RW037 = { level = "note", reason = "r" }`: "RW037, what the site forbids or requires, keeps its level",
	} {
		errs := &diag.List{}
		load(t, files+people+"[lint]\n"+lint+"\n", errs)
		if err := errs.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", lint, err)
		}
	}
}
