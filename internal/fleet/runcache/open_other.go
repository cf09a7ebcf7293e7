//go:build !unix

package runcache

const openAtOnce = 0
