//go:build unix

package regular

import (
	"io/fs"
	"syscall"
)

// openAtOnce keeps open from waiting for the other end of a pipe.
const openAtOnce = syscall.O_NONBLOCK

// HasOtherNames reports whether a file has several names. What is written to it appears under all of them.
func HasOtherNames(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && s.Nlink > 1
}
