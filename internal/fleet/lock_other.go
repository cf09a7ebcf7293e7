//go:build !unix || aix || solaris

package fleet

import "os"

// lock keeps nobody away here: two runs must not write to one folder at once.
func lock(*os.File, bool) bool { return true }
