//go:build unix

package main

import (
	"io/fs"
	"syscall"
)

// fileNumber is the file's inode, which changes when a file is replaced by one of the same size and time.
func fileNumber(info fs.FileInfo) uint64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Ino
	}
	return 0
}
