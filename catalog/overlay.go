package catalog

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"rolewall/diag"
	"rolewall/tomldoc"
)

// File is a file of an overlay.
type File struct {
	Name string
	Src  []byte
}

// Overlay is a copy of c with a site's own entries. An entry of c may be replaced, and then says so in Replaces; a name
// that two of the files give is a mistake.
func (c *Catalog) Overlay(files []File, errs *diag.List) *Catalog {
	over := c.Clone()
	over.base = c
	for _, f := range files {
		over.files = append(slices.Clip(over.files), f.Src)
		if t := tomldoc.Parse(f.Name, f.Src, errs); t != nil {
			over.read(t, errs)
		}
	}
	over.base = nil
	over.check(errs)
	return over
}

// Digest is the SHA-256 in hex of the files that the catalog was read from: those built in and those of overlays. Roles and services
// of a policy's own are not part of it.
func (c *Catalog) Digest() string {
	sum := sha256.New()
	for _, src := range c.files {
		fmt.Fprintf(sum, "%d\n%s", len(src), src)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// owns reports whether a service or role is one of c's own.
func (c *Catalog) owns(x any) bool {
	if c == nil {
		return false
	}
	switch x := x.(type) {
	case *Service:
		own, _ := c.Service(x.Name)
		return own == x
	case *Role:
		own, _ := c.Role(x.Name)
		return own == x
	}
	return false
}

// replaced is the place of an entry that an overlay replaces.
func replaced(at tomldoc.Location) string { return "built in, " + at.File() }
