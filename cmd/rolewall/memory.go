package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// frugal is how much memory a run may take before it is made to save, in bytes.
const frugal = 120 << 20

// collectLate lets garbage grow to several times the live memory, since runs are short, but not above frugal. Where
// GOGC or GOMEMLIMIT is set, nothing is done.
func collectLate() {
	if !saidByUser() {
		debug.SetGCPercent(300)
		debug.SetMemoryLimit(frugal)
	}
}

func saidByUser() bool { return os.Getenv("GOGC") != "" || os.Getenv("GOMEMLIMIT") != "" }

// allowFile raises the limit by the size of a file, and allowPolicy for a large policy and what was made of it: memory
// that is in use cannot be saved, and a limit near it means collecting without end.
func allowFile(size int) { allow(frugal + int64(size)) }

func allowPolicy() {
	var m runtime.MemStats
	if runtime.ReadMemStats(&m); m.HeapAlloc > frugal/2 {
		runtime.GC()
		runtime.ReadMemStats(&m)
		allow(int64(m.HeapAlloc) * 5 / 3)
	}
}

func allow(limit int64) {
	if !saidByUser() && limit > debug.SetMemoryLimit(-1) {
		debug.SetMemoryLimit(limit)
	}
}
