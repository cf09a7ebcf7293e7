package regular

import (
	"io/fs"
	"syscall"
)

// Identity is a file's inode, which changes when it is replaced by one of the same size and time, and the time of the
// latest change of bytes, mode or name, which nobody can set.
func Identity(info fs.FileInfo) (number uint64, changed int64) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Ino, s.Ctim.Nano()
	}
	return 0, 0
}
