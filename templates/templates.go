// Package templates holds the templates of the built-in targets and the scripts that capture a host. A template
// only lays out text. Go code decides what it prints.
package templates

import "embed"

// FS holds one NAME.tmpl for each target.
//
//go:embed *.tmpl
var FS embed.FS

// CaptureLinux is a script for a POSIX shell, CaptureWindows one for PowerShell 5.1 and later. Both are printed
// unchanged.
var (
	//go:embed capture.sh
	CaptureLinux []byte
	//go:embed capture.ps1
	CaptureWindows []byte
)
