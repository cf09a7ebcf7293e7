package main

import (
	"os"
	"path/filepath"
	"runtime"
)

// binary is the program for one system.
type binary struct{ os, arch, path string }

// platforms lists the systems that a release is for.
var platforms = []binary{
	{os: "linux", arch: "amd64"}, {os: "linux", arch: "arm64"},
	{os: "darwin", arch: "amd64"}, {os: "darwin", arch: "arm64"},
	{os: "windows", arch: "amd64"}, {os: "windows", arch: "arm64"},
}

// exe returns the name of the program's file.
func (b binary) exe() string {
	if b.os == "windows" {
		return "rolewall.exe"
	}
	return "rolewall"
}

// build compiles the program for each platform below the folder stage.
func (s *source) build(stage string, platforms []binary) ([]binary, error) {
	var out []binary
	for _, b := range platforms {
		b.path = filepath.Join(stage, b.os+"_"+b.arch, b.exe())
		if err := s.compile(b); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// compile makes a static binary whose bytes depend on the source, the version and the toolchain alone. So it sets all that
// the environment could change. The linker ignores a name that does not exist; writeDocuments checks what the program prints.
func (s *source) compile(b binary) error {
	_, err := s.run([]string{
		"GOOS=" + b.os, "GOARCH=" + b.arch, "GOAMD64=v1", "GOARM64=v8.0",
		"CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOEXPERIMENT=", "GOWORK=off",
	}, "go", "build", "-trimpath", "-buildvcs=false", "-tags", "urfave_cli_no_docs",
		"-ldflags", "-s -w -X rolewall/internal/cli.release="+s.version, "-o", b.path, "./cmd/rolewall")
	return err
}

// runnable returns a binary of the release for this machine. It compiles one when the release has none.
func (s *source) runnable(stage string) (binary, error) {
	b := binary{os: runtime.GOOS, arch: runtime.GOARCH}
	b.path = filepath.Join(stage, b.os+"_"+b.arch, b.exe())
	if _, err := os.Stat(b.path); err == nil {
		return b, nil
	}
	return b, s.compile(b)
}
