// Package templates holds the pages of the built-in targets. They lay out; what they print is decided in Go.
package templates

import "embed"

// FS holds one NAME.tmpl a target.
//
//go:embed *.tmpl
var FS embed.FS
