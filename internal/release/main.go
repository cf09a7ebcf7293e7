// Command release builds what a user of rolewall downloads: archives for Linux, macOS and Windows, Debian and RPM packages, a
// bill of materials and checksums. `make release` calls it.
//
// The same commit, version and Go toolchain give the same bytes, wherever the source lies.
//
// It is a module of its own, so that the program does not depend on what packs it.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	root := flag.String("root", "../..", "the `folder` with the source of rolewall")
	out := flag.String("out", "", "the `folder` to write; it must be empty or missing")
	version := flag.String("version", "", "the version, such as v1.2.3; default is the tag of the commit")
	flag.Parse()
	if flag.NArg() > 0 || *out == "" {
		log.Fatal("usage: release -out DIR [-version v1.2.3] [-root DIR]")
	}
	if err := run(*root, *out, *version); err != nil {
		log.Fatalf("release: %v", err)
	}
}

// run builds the release of the source below root and writes its files to the folder out.
func run(root, out, version string) error {
	src, err := openSource(root, version)
	if err != nil {
		return err
	}
	if err := makeEmpty(out); err != nil {
		return err
	}
	stage, err := os.MkdirTemp("", "rolewall-release-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(stage)

	binaries, err := src.build(stage, platforms)
	if err != nil {
		return err
	}
	modules, err := src.modules(binaries)
	if err != nil {
		return err
	}
	if err := src.writeDocuments(stage, modules); err != nil {
		return err
	}
	for _, b := range binaries {
		if err := src.writeArchive(out, stage, b); err != nil {
			return err
		}
		if b.os == "linux" {
			if err := src.writePackages(out, stage, b); err != nil {
				return err
			}
		}
	}
	if err := src.writeSBOM(out, binaries, modules); err != nil {
		return err
	}
	return writeSums(out)
}

// makeEmpty makes the folder, or fails when it holds something.
func makeEmpty(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("%s is not empty", filepath.Clean(dir))
	}
	return err
}
