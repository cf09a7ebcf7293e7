package ruleset

import (
	"slices"
	"testing"
)

func TestParseOS(t *testing.T) {
	for _, os := range AllOS() {
		if got, known := ParseOS(string(os)); got != os || !known {
			t.Errorf("%s is read as %q", os, got)
		}
	}
	for _, s := range []string{"", "windows", "Windows-2022", "windows-2022 ", "windows-2023", "Linux"} {
		if got, known := ParseOS(s); known || got != "" {
			t.Errorf("%q is read as %q", s, got)
		}
	}
	if _, known := ParseOS(string(DefaultOS)); !known || len(AllOS()) != 11 {
		t.Error("the list of editions is not whole")
	}
}

func TestBefore(t *testing.T) {
	windows := AllOS()[:10]
	for i, a := range windows {
		for j, b := range windows {
			if a.Before(b) != (i < j) {
				t.Errorf("%s before %s: %t", a, b, a.Before(b))
			}
		}
		if Linux.Before(a) || a.Before(Linux) != (a != Windows2025) {
			t.Errorf("linux does not stand with the newest edition beside %s", a)
		}
		if a.Before("") {
			t.Errorf("%s is older than no edition", a)
		}
		if !a.IsWindows() {
			t.Errorf("%s is no Windows", a)
		}
	}
	if Linux.IsWindows() || Linux.Before(Linux) {
		t.Error("linux is Windows, or older than itself")
	}
}

func TestWithin(t *testing.T) {
	for _, c := range []struct {
		since, until OS
		first, last  OS // of those inside, of AllOS
	}{
		{"", "", Windows2000, Linux},
		{Windows2008, "", Windows2008, Linux},
		{Windows2025, "", Windows2025, Linux},
		{"", Windows2003, Windows2000, Windows2003},
		{"", Windows2022, Windows2000, Windows2022},
		{Windows2012, Windows2012R2, Windows2012, Windows2012R2},
		{Windows2016, Windows2016, Windows2016, Windows2016},
		{Windows2012, Windows2025, Windows2012, Linux},
	} {
		all := AllOS()
		want := all[slices.Index(all, c.first) : slices.Index(all, c.last)+1]
		var got []OS
		for _, os := range all {
			if os.Within(c.since, c.until) {
				got = append(got, os)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("from %q to %q: got %v, want %v", c.since, c.until, got, want)
		}
	}
}

func TestGenerations(t *testing.T) {
	old := []OS{Windows2000, Windows2003}
	for _, os := range AllOS() {
		range1, range2 := PortRange{49152, 65535}, PortRange{1025, 5000}
		if slices.Contains(old, os) {
			range1, range2 = range2, range1
		}
		if os.DynamicRange() != range1 || os.OtherDynamicRange() != range2 {
			t.Errorf("%s: %s, and %s is the other range", os, os.DynamicRange(), os.OtherDynamicRange())
		}
		if want := (Families{IPv4: true, IPv6: !slices.Contains(old, os)}); os.Families() != want {
			t.Errorf("%s speaks %v", os, os.Families().Names())
		}
	}
}
