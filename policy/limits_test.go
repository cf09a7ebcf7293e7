package policy

import (
	"fmt"
	"strings"
	"testing"

	"rolewall/tomldoc"
)

// TestMaxHosts holds that a policy with one host too many is refused at that host, before any is read.
func TestMaxHosts(t *testing.T) {
	var b strings.Builder
	for i := range maxHosts {
		fmt.Fprintf(&b, "[hosts.h%06d]\nx = 1\n", i)
	}
	one, most := "[hosts.more]\nx = 1\n", b.String()
	message := fmt.Sprintf("8: a policy has at most %d hosts", maxHosts)
	for name, c := range map[string]struct {
		files files
		want  string
	}{
		"in one file":        {files{"p.toml": most + one}, fmt.Sprintf("%d:%s", 2*maxHosts+1, message)},
		"in an included one": {files{"p.toml": "include = [\"*.inc\"]\n", "a.inc": most, "b.inc": one}, "b.inc:1:" + message},
	} {
		if got := c.files.mistakes(t); got != c.want {
			t.Errorf("%s: got %.300s\nwant %s", name, got, c.want)
		}
	}
}

// TestMaxValues holds that files with too many values together are refused before any of them is decoded: the mistake of the
// first is not told.
func TestMaxValues(t *testing.T) {
	f := files{"p.toml": "include = [\"*.inc\"]\n[audience]\nclients = [\"unknown\"]\n"}
	many := "x = [" + strings.Repeat("1,", tomldoc.MaxValues-10) + "]\n"
	for i := range maxValues/tomldoc.MaxValues + 1 {
		f[fmt.Sprintf("%d.inc", i)] = many
	}
	want := "the files of this run have more values together than a run may have"
	if got := f.mistakes(t); !strings.HasSuffix(got, want) || strings.Count(got, "\n") > 0 {
		t.Errorf("got %.300s\nwant only: %s", got, want)
	}
}
