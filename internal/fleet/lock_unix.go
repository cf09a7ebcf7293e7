//go:build unix && !aix && !solaris

package fleet

import (
	"errors"
	"os"
	"syscall"
)

// lock keeps other runs away from a file or folder until it is closed, however the run ends; with shared it keeps only
// those away that do not share. It reports false where another run has it. A file system without locks keeps nobody away.
func lock(f *os.File, shared bool) bool {
	how := syscall.LOCK_EX
	if shared {
		how = syscall.LOCK_SH
	}
	return !errors.Is(syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}
