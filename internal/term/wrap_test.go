package term

import "testing"

func TestWrap(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"one", "one"},
		{"one two  three\nfour", "one two\nthree\nfour"},
		{"exactly8 x", "exactly8\nx"},
		{"12345678", "12345678"},
		{"1234 678", "1234 678"},
		{"1234 6789", "1234\n6789"},
		{"ääää äää ä", "ääää äää\nä"},
		{"a muchlongerword b", "a\nmuchlongerword\nb"},
	} {
		if got := Wrap(c.text, 8); got != c.want {
			t.Errorf("%q is wrapped as %q, not as %q", c.text, got, c.want)
		}
	}
}
