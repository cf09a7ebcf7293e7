package term

import "testing"

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 hosts", 1: "1 host", 2: "2 hosts"} {
		if got := Count(n, "host"); got != want {
			t.Errorf("%d is %q, not %q", n, got, want)
		}
	}
}

func TestFew(t *testing.T) {
	list := []string{"a", "b", "c", "d"}
	for n, want := range map[int]string{0: "", 1: "a", 2: "a, b", 3: "a, b, c", 4: "a, b and 2 more"} {
		if got := Few(list[:n], 2); got != want {
			t.Errorf("%d words are %q, not %q", n, got, want)
		}
	}
}

func TestShorten(t *testing.T) {
	for text, want := range map[string]string{"": "", "äöü12": "äöü12", "äöü123": "äö...", "1234567": "12..."} {
		if got := Shorten(text, 5); got != want {
			t.Errorf("%q becomes %q, not %q", text, got, want)
		}
	}
}
