//go:build unix

package regular

import (
	"io/fs"
	"syscall"
)

// openAtOnce keeps the opening of a pipe from waiting for its other end.
const openAtOnce = syscall.O_NONBLOCK

// HasOtherNames reports whether a file has more names than one: what is written to it appears under all of them.
func HasOtherNames(info fs.FileInfo) bool {
	s, ok := info.Sys().(*syscall.Stat_t)
	return ok && s.Nlink > 1
}
