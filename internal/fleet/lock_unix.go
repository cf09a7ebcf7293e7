//go:build unix && !aix && !solaris

package fleet

import (
	"errors"
	"os"
	"syscall"
)

// lock keeps other runs away from a file or folder until it is closed. With shared it keeps away only runs that do
// not share. It returns false if another run has the lock. On a file system without locks it does nothing.
func lock(f *os.File, shared bool) bool {
	how := syscall.LOCK_EX
	if shared {
		how = syscall.LOCK_SH
	}
	return !errors.Is(syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}
