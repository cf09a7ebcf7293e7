package term

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
)

// FuzzWriteJSON: JSON holds the same text, and nothing that a terminal or a CI system acts on.
func FuzzWriteJSON(f *testing.F) {
	for _, s := range []string{"plain", "\x1b[31m", "\u009b31m", "\u202e", "##[error]x", "a\n::error::x", "\U000e0001", "\u2028", "\xff", "é\u00a0日", "<&>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var b bytes.Buffer
		if err := WriteJSON(&b, map[string]string{text: text}); err != nil {
			t.Fatal(err)
		}
		var got map[string]string
		want := strings.ToValidUTF8(text, "\ufffd")
		if err := json.Unmarshal(b.Bytes(), &got); err != nil || len(got) != 1 {
			t.Fatalf("%q is written %s: %v", text, b.String(), err)
		}
		for key, value := range got {
			if strings.ToValidUTF8(key, "") != key || strings.ReplaceAll(key, "\ufffd", "") != strings.ReplaceAll(want, "\ufffd", "") || key != value {
				t.Errorf("%q is read as %q", text, value)
			}
		}
		for line := range strings.Lines(b.String()) {
			if line = strings.TrimSuffix(line, "\n"); strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.Contains(line, "##[") || strings.HasPrefix(strings.TrimLeft(line, " "), "::") {
				t.Errorf("%q is written %q", text, line)
			}
		}
	})
}
