package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// writeSBOM writes the bill of materials in CycloneDX: the program, its binaries with their checksums, and the modules they
// are linked with, as go version -m lists them.
func (s *source) writeSBOM(out string, binaries []binary, modules []module) error {
	bom := cdx.NewBOM()
	program := cdx.Component{
		BOMRef: "rolewall", Type: cdx.ComponentTypeApplication, Name: "rolewall", Version: s.version,
		PackageURL: "pkg:golang/rolewall@" + s.version, Licenses: licensed("Apache-2.0"),
	}
	serial := sha256.New()
	var files []cdx.Component
	for _, b := range binaries {
		data, err := os.ReadFile(b.path)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(data)
		serial.Write(sum[:])
		files = append(files, cdx.Component{
			BOMRef: b.os + "_" + b.arch, Type: cdx.ComponentTypeFile, Name: b.os + "_" + b.arch + "/" + b.exe(), Hashes: hashes(sum[:]),
		})
	}
	program.Components = &files
	var components []cdx.Component
	var refs []string
	for _, m := range modules {
		c, err := m.component()
		if err != nil {
			return err
		}
		components = append(components, c)
		refs = append(refs, c.BOMRef)
	}
	bom.SerialNumber = uuid(serial.Sum(nil))
	bom.Metadata = &cdx.Metadata{Timestamp: s.date.Format(time.RFC3339), Component: &program}
	bom.Components = &components
	bom.Dependencies = &[]cdx.Dependency{{Ref: program.BOMRef, Dependencies: &refs}}
	return create(filepath.Join(out, "rolewall_"+s.number()+".cdx.json"), func(w io.Writer) error {
		return cdx.NewBOMEncoder(w, cdx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(bom, cdx.SpecVersion1_6)
	})
}

// component describes a module. The checksum in go.sum is a SHA-256 over the checksums of the module's files.
func (m module) component() (cdx.Component, error) {
	url := "pkg:golang/" + strings.ReplaceAll(m.path, "+", "%2B") + "@" + strings.ReplaceAll(m.version, "+", "%2B")
	c := cdx.Component{BOMRef: url, Type: cdx.ComponentTypeLibrary, Name: m.path, Version: m.version, PackageURL: url, Licenses: licensed(m.license)}
	if m.sum != "" {
		sum, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(m.sum, "h1:"))
		if err != nil {
			return c, fmt.Errorf("the checksum of %s: %w", m.path, err)
		}
		c.Hashes = hashes(sum)
	}
	return c, nil
}

func hashes(sha256 []byte) *[]cdx.Hash {
	return &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sha256)}}
}

func licensed(spdx string) *cdx.Licenses {
	return &cdx.Licenses{{License: &cdx.License{ID: spdx}}}
}

// uuid makes the serial number of a document out of a checksum, so that equal releases have equal ones.
func uuid(sum []byte) string {
	b := sum[:16:16]
	b[6] = b[6]&0x0f | 0x80 // version 8: what the bits mean is ours
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
