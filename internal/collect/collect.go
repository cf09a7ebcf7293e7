// Package collect holds the scripts that an administrator uses to capture what a host allows. They run on the host
// and change nothing. They write a folder HOST.capture with the output of each command, and capture.json, which
// says how each command ended.
package collect

import (
	"bytes"

	"rolewall/templates"
)

// Systems returns the systems that have a script, sorted.
func Systems() []string { return []string{"linux", "windows"} }

// Script returns the script for one of the Systems. It returns false for any other word.
func Script(system string) ([]byte, bool) {
	switch system {
	case "linux":
		return bytes.Clone(templates.CaptureLinux), true
	case "windows":
		return bytes.Clone(templates.CaptureWindows), true
	}
	return nil, false
}
