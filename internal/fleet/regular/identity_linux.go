package regular

import (
	"io/fs"
	"syscall"
)

// Identity returns a file's inode and its time of change. The inode differs after the file is replaced by one of
// equal size and time. The time is that of the last change of bytes, mode or name, which nobody can set.
func Identity(info fs.FileInfo) (number uint64, changed int64) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return s.Ino, s.Ctim.Nano()
	}
	return 0, 0
}
