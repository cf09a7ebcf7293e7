//go:build !unix

package regular

import "io/fs"

const openAtOnce = 0

// HasOtherNames is not known here.
func HasOtherNames(fs.FileInfo) bool { return false }
