package main

import (
	"bytes"
	"context"
	"io"
	"testing"
)

// BenchmarkOneHost is a whole run for one host, start of the process aside.
func BenchmarkOneHost(b *testing.B) {
	for _, target := range []string{"json", "nftables"} {
		b.Run(target, func(b *testing.B) {
			for b.Loop() {
				args := []string{"rolewall", "generate", "-t", target, "../../testdata/policies/domain-controller.toml"}
				if run(context.Background(), args, &bytes.Buffer{}, io.Discard, io.Discard) != 0 {
					b.Fatal("it failed")
				}
			}
		})
	}
}
