// Package templates holds the templates of the built-in targets, which lay out text while Go decides what they print, and the
// scripts that capture what a host allows.
package templates

import "embed"

// FS holds one NAME.tmpl a target.
//
//go:embed *.tmpl
var FS embed.FS

// CaptureLinux is a script for a POSIX shell, CaptureWindows one for PowerShell 5.1 and later. They are printed as they are.
var (
	//go:embed capture.sh
	CaptureLinux []byte
	//go:embed capture.ps1
	CaptureWindows []byte
)
