package winscript

import (
	"rolewall/generators/targettest"
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	for _, text := range targettest.Hostile {
		clean := Text(text, 200)
		if len(clean) > 200 || strings.ContainsAny(clean, "\"%^&|<>!\\\r\n`") || strings.Contains(clean, "/?") {
			t.Errorf("Text(%q) = %q", text, clean)
		}
	}
	if got := Text(strings.Repeat("word ", 10), 20); got != "word word word wo..." {
		t.Errorf("cut text is %q", got)
	}
}

func TestValue(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`System`, `System`},
		{`%SystemRoot%\System32\dns.exe`, `"%%SystemRoot%%\System32\dns.exe"`},
		{`C:\Program Files (x86)\a b\c.exe`, `"C:\Program Files (x86)\a b\c.exe"`},
		{`MSSQL$UDDI`, `MSSQL$UDDI`},
		{`a&b`, `"a&b"`},
	} {
		if got, err := Value(c.in); err != nil || got != c.want {
			t.Errorf("Value(%q) = %q, %v; want %q", c.in, got, err, c.want)
		}
	}
	for _, bad := range []string{`a"b`, "a\nb", `C:\x\`, "Ж"} {
		if got, err := Value(bad); err == nil {
			t.Errorf("Value(%q) = %q, want an error", bad, got)
		}
	}
}
