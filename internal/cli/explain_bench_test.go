package cli

import (
	"bytes"
	"context"
	"io"
	"testing"
)

// BenchmarkExplain is a whole run, start of the process aside: a port that is open, one that is not and for which the
// whole catalog is looked through, and a host's table.
func BenchmarkExplain(b *testing.B) {
	for _, port := range []string{"tcp/445", "udp/138", ""} {
		b.Run(port, func(b *testing.B) {
			args := []string{"rolewall", "explain", "../../testdata/policies/company.toml", "dc1"}
			if port != "" {
				args = append(args, port)
			}
			for b.Loop() {
				if run(context.Background(), args, &bytes.Buffer{}, io.Discard, io.Discard) != 0 {
					b.Fatal("it failed")
				}
			}
		})
	}
}
