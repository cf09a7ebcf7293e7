package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
)

// Catalog is the record in a manifest of the catalog that the files were made with. The zero value means unknown:
// manifests of earlier versions do not have it, nor those of a run that kept files of another catalog.
type Catalog struct {
	Digest  string `json:"digest"`  // SHA-256 in hex of the embedded catalog and of the folder that adds to it
	Program string `json:"program"` // version of rolewall
}

var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ReadCatalog returns the record if all manifests have the same one. Otherwise it returns the zero value.
func ReadCatalog(root *os.Root, manifests []string) (Catalog, error) {
	var out Catalog
	for i, name := range manifests {
		var record Catalog
		for _, err := range readInto(root, name, &record) {
			if err != nil {
				return Catalog{}, err
			}
		}
		if i == 0 {
			out = record
		}
		if record.Digest != out.Digest {
			return Catalog{}, nil
		}
	}
	return out, nil
}

// read reads the value of the record.
func (r *Catalog) read(dec *json.Decoder) error {
	if err := dec.Decode(r); err != nil || !digestForm.MatchString(r.Digest) {
		return errors.New("its catalog is broken")
	}
	return nil
}

// writeCatalog writes the record, if known.
func (m *Writer) writeCatalog() {
	if m.Catalog != (Catalog{}) {
		text, err := json.MarshalIndent(m.Catalog, "  ", "  ")
		if err != nil {
			panic("manifest: " + err.Error()) // strings alone are encoded
		}
		fmt.Fprintf(m.w, ",\n  \"catalog\": %s", text)
	}
}
