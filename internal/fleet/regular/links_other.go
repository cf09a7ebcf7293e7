//go:build !unix

package fleet

import "io/fs"

const openAtOnce = 0

// hasOtherNames is not known here.
func hasOtherNames(fs.FileInfo) bool { return false }
