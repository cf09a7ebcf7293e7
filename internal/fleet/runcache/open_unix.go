//go:build unix

package runcache

import "syscall"

// openAtOnce keeps open from waiting for the other end of a pipe.
const openAtOnce = syscall.O_NONBLOCK
