package sarif

import "testing"

// TestFileURI holds how names of files become URIs.
func TestFileURI(t *testing.T) {
	for name, want := range map[string]string{
		"servers.toml": "servers.toml", "a b/ä#?.toml": "a%20b/%C3%A4%23%3F.toml", "c:x.toml": "./c:x.toml", "./hosts//dc.toml": "hosts/dc.toml",
		"/etc/rolewall.toml": "file:///etc/rolewall.toml", "../x.toml": "../x.toml", "-": "-", "100%.toml": "100%25.toml",
	} {
		if got := fileURI(name); got != want {
			t.Errorf("%q becomes %q, not %q", name, got, want)
		}
	}
}
