package target

import (
	"strings"
	"testing"
)

func TestRemark(t *testing.T) {
	for _, c := range []struct {
		text  string
		limit int
		want  string
	}{
		{"vulnerability scanner", 100, "vulnerability scanner"},
		{"сканер уязвимостей", 100, "сканер уязвимостей"},
		{"one\ntwo\r\nthree\ttabs", 100, "one two  three tabs"},
		{"line\u2028separator\u0085next", 100, "line separator next"},
		{`ends in a backslash \`, 100, "ends in a backslash ?"},
		{"turned \u202eround", 100, "turned ?round"},
		{"bell\x07 and \xff", 100, "bell? and ?"},
		{strings.Repeat("a", 20), 20, strings.Repeat("a", 20)},
		{strings.Repeat("a", 21), 20, strings.Repeat("a", 17) + "..."},
		{strings.Repeat("а", 11), 20, strings.Repeat("а", 8) + "..."}, // two bytes each
		{"cut at a blank here", 12, "cut at a..."},
	} {
		if got := Remark(c.text, c.limit); got != c.want || len(got) > c.limit {
			t.Errorf("%q, %d: %q, want %q", c.text, c.limit, got, c.want)
		}
	}
}
