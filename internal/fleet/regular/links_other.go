//go:build !unix

package regular

import "io/fs"

const openAtOnce = 0

// HasOtherNames returns false on this system, where it is unknown.
func HasOtherNames(fs.FileInfo) bool { return false }
