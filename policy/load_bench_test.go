package policy

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkLoad reads 10,000 hosts from one file and from a hundred.
func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprintf("10000 hosts, files=%d", n), func(b *testing.B) {
			f := files{"p.toml": "include = [\"h*.toml\"]\n[networks]\noffice = [\"10.20.0.0/16\"]\n"}
			for i := range n {
				var text strings.Builder
				for h := i * 10000 / n; h < (i+1)*10000/n; h++ {
					fmt.Fprintf(&text, "[hosts.h%05d]\naddresses = [\"10.%d.%d.1\"]\nroles = [\"file-server\", \"member-baseline\"]\n", h, h>>8, h&255)
				}
				f[fmt.Sprintf("h%02d.toml", i)] = text.String()
			}
			for b.Loop() {
				if _, err := f.load(b, "p.toml"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
