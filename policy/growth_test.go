package policy

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkGrowth reads policies of which one has four times the networks of the other: times differ by about as much.
func BenchmarkGrowth(b *testing.B) {
	for _, n := range []int{2_500, 10_000} {
		var text strings.Builder
		text.WriteString("os = \"linux\"\n[networks]\n")
		for i := range n {
			fmt.Fprintf(&text, "n%d = [\"10.%d.%d.0/24\", \"fd00:%x::/64\"]\n", i, i>>8&255, i&255, i)
		}
		text.WriteString("[hosts.h]\nroles = [\"linux-web\"]\n")
		b.Run(fmt.Sprintf("%d networks", n), func(b *testing.B) {
			for b.Loop() {
				files{"p.toml": text.String()}.good(b)
			}
		})
	}
}
