package fleet

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
)

// CatalogRecord says in a manifest with which catalog the files were made. The zero value is not known: manifests of earlier versions
// do not say it, and neither do those of a run that left files of another catalog alone.
type CatalogRecord struct {
	Digest  string `json:"digest"`  // SHA-256 in hex of the catalog that is built in and of the folder that adds to it
	Program string `json:"program"` // version of rolewall
}

var digestForm = regexp.MustCompile(`^[0-9a-f]{64}$`)

// catalog returns the record of the run's own catalog.
func (p *Plan) catalog() CatalogRecord {
	return CatalogRecord{Digest: p.Workspace.Policy.Catalog.Digest(), Program: p.Program}
}

// ReadCatalog returns the record that all of the manifests have; the zero one where one has another or none.
func ReadCatalog(root *os.Root, manifests []string) (CatalogRecord, error) {
	var all []CatalogRecord
	for _, name := range manifests {
		var record CatalogRecord
		for _, err := range readManifestInto(root, name, &record) {
			if err != nil {
				return CatalogRecord{}, err
			}
		}
		all = append(all, record)
	}
	if all = slices.Compact(all); len(all) != 1 {
		return CatalogRecord{}, nil
	}
	return all[0], nil
}

// decode reads the record behind its key.
func (r *CatalogRecord) decode(dec *json.Decoder) error {
	if err := dec.Decode(r); err != nil || !digestForm.MatchString(r.Digest) {
		return errors.New("its catalog is broken")
	}
	return nil
}

// writeCatalog writes the record, where it is known.
func (m *ManifestWriter) writeCatalog() {
	if m.Catalog != (CatalogRecord{}) {
		text, err := json.MarshalIndent(m.Catalog, "  ", "  ")
		if err != nil {
			panic("manifest: " + err.Error()) // strings alone are encoded
		}
		fmt.Fprintf(m.w, ",\n  \"catalog\": %s", text)
	}
}
