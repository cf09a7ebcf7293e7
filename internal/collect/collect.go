// Package collect holds the scripts by which an administrator captures what a host allows. They run on the host, change nothing on
// it, and write a folder HOST.capture with the output of each command, and capture.json, which says how each command ended.
package collect

import (
	"bytes"

	"rolewall/templates"
)

// Systems are the systems for which there is a script, sorted.
func Systems() []string { return []string{"linux", "windows"} }

// Script returns the script for a system, of Systems. It reports false for any other word.
func Script(system string) ([]byte, bool) {
	switch system {
	case "linux":
		return bytes.Clone(templates.CaptureLinux), true
	case "windows":
		return bytes.Clone(templates.CaptureWindows), true
	}
	return nil, false
}
