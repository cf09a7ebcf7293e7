//go:build !linux

package netspace

import (
	"errors"
	"os"
)

var errNoNamespaces = errors.New("only Linux has network namespaces")

// newNamespace fails. The tests that need a namespace call Need first, which skips them.
func newNamespace() (*os.File, error) { return nil, errNoNamespaces }

func inNamespace(*os.File, func() error) error { return errNoNamespaces }
