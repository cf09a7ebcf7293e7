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

// Overlay returns a copy of c with the entries of a site. An entry may replace one of c; its Replaces is then set.
// It reports a name that two files define.
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

// Digest returns the SHA-256, in hex, of the files that the catalog was read from: the embedded ones and those of
// overlays. It does not cover roles and services that a policy defines.
func (c *Catalog) Digest() string {
	sum := sha256.New()
	for _, src := range c.files {
		fmt.Fprintf(sum, "%d\n%s", len(src), src)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// owns reports whether a service or role was added to c, not embedded.
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

// replaced returns the location of an entry that an overlay replaces, for messages.
func replaced(at tomldoc.Location) string { return "built in, " + at.File() }
