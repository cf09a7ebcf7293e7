// Package templates holds the templates of the built-in targets. They lay out text; Go decides what they print.
package templates

import "embed"

// FS holds one NAME.tmpl a target.
//
//go:embed *.tmpl
var FS embed.FS
