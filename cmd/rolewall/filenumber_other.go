//go:build !unix

package main

import "io/fs"

// fileNumber is not known here; size and time must do.
func fileNumber(fs.FileInfo) uint64 { return 0 }
