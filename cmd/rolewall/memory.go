package main

import (
	"os"
	"runtime/debug"
	"runtime/metrics"
)

// frugal is how much memory a run may take before it is made to save, in bytes.
const frugal = 128 << 20

// treeSize is about how many times its size a policy file takes while it is read.
const treeSize = 12

// collectLate lets garbage grow to several times the live memory, since runs are short, but not above frugal. What
// GOGC and GOMEMLIMIT say stands.
func collectLate() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(300)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(frugal)
	}
}

// allowFile raises the limit for a large file, and allowPolicy for a large policy: memory that is in use cannot be
// saved, and a limit near it means collecting without end.
func allowFile(size int) { allow(frugal + treeSize*int64(size)) }

func allowPolicy() {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	allow(int64(live[0].Value.Uint64()) * 3 / 2)
}

func allow(limit int64) {
	if os.Getenv("GOMEMLIMIT") == "" && limit > debug.SetMemoryLimit(-1) {
		debug.SetMemoryLimit(limit)
	}
}
