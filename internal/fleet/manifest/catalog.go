package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
)

// Catalog says in a manifest with which catalog the files were made. The zero value is not known: manifests of earlier versions
// do not say it, and neither do those of a run that left files of another catalog alone.
type Catalog struct {
	Digest  string `json:"digest"`  // SHA-256 in hex of the catalog that is built in and of the folder that adds to it
	Program string `json:"program"` // version of rolewall
}

var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ReadCatalog returns the record of the first manifest where all of them have the same catalog, and the zero one where one has another
// or none.
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

// read reads the record behind its key.
func (r *Catalog) read(dec *json.Decoder) error {
	if err := dec.Decode(r); err != nil || !digestForm.MatchString(r.Digest) {
		return errors.New("its catalog is broken")
	}
	return nil
}

// writeCatalog writes the record, where it is known.
func (m *Writer) writeCatalog() {
	if m.Catalog != (Catalog{}) {
		text, err := json.MarshalIndent(m.Catalog, "  ", "  ")
		if err != nil {
			panic("manifest: " + err.Error()) // strings alone are encoded
		}
		fmt.Fprintf(m.w, ",\n  \"catalog\": %s", text)
	}
}
