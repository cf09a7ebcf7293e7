package main

import (
	"io"
	"io/fs"
	"path/filepath"

	"github.com/goreleaser/nfpm/v2"
	"github.com/goreleaser/nfpm/v2/deb"
	"github.com/goreleaser/nfpm/v2/files"
	"github.com/goreleaser/nfpm/v2/rpm"
)

// installed lists what a package installs beside the program: a file below the stage, its path on the system, and the package
// format, or "" for both.
var installed = []struct{ source, path, format string }{
	{"package/rolewall.1.gz", "/usr/share/man/man1/rolewall.1.gz", ""},
	{"documents/completions/rolewall.bash", "/usr/share/bash-completion/completions/rolewall", ""},
	{"documents/completions/rolewall.fish", "/usr/share/fish/vendor_completions.d/rolewall.fish", ""},
	{"documents/completions/_rolewall", "/usr/share/zsh/vendor-completions/_rolewall", "deb"},
	{"documents/completions/_rolewall", "/usr/share/zsh/site-functions/_rolewall", "rpm"},
	{"documents/README.md", "/usr/share/doc/rolewall/README.md", ""},
	{"documents/THIRD_PARTY_NOTICES", "/usr/share/doc/rolewall/THIRD_PARTY_NOTICES", ""},
	{"package/changelog.gz", "/usr/share/doc/rolewall/changelog.gz", "deb"},
	{"package/changelog.Debian.gz", "/usr/share/doc/rolewall/changelog.Debian.gz", "deb"},
	{"package/overrides", "/usr/share/lintian/overrides/rolewall", "deb"},
	{"package/copyright", "/usr/share/doc/rolewall/copyright", "deb"},
	{"documents/CHANGELOG.md", "/usr/share/doc/rolewall/CHANGELOG.md", "rpm"},
	{"documents/LICENSE", "/usr/share/licenses/rolewall/LICENSE", "rpm"},
}

const (
	packageRelease = "1" // of the same version, packed anew
	maintainer     = "The rolewall maintainers <maintainers@rolewall.invalid>"
	description    = `host firewall scripts from server roles
rolewall turns a TOML list of server roles into host firewall scripts for
Windows (netsh advfirewall, IPsec) and Linux (nftables, iptables), and tells
why a port is open or closed.`
)

// writePackages writes the Debian and the RPM package of a Linux binary.
func (s *source) writePackages(out, stage string, b binary) error {
	for format, packager := range map[string]nfpm.Packager{"deb": deb.Default, "rpm": rpm.DefaultRPM} {
		info := s.packageInfo(stage, b, format)
		path := filepath.Join(out, packager.ConventionalFileName(info))
		if err := create(path, func(w io.Writer) error { return packager.Package(info, w) }); err != nil {
			return err
		}
	}
	return nil
}

// packageInfo describes the package to nFPM.
func (s *source) packageInfo(stage string, b binary, format string) *nfpm.Info {
	// content describes a file with all that nFPM would else take from the disk.
	content := func(source, path string, mode fs.FileMode) *files.Content {
		return &files.Content{Source: source, Destination: path,
			FileInfo: &files.ContentFileInfo{Owner: "root", Group: "root", Mode: mode, MTime: s.date}}
	}

	contents := files.Contents{content(b.path, "/usr/bin/rolewall", 0o755)}
	for _, f := range installed {
		if f.format == "" || f.format == format {
			contents = append(contents, content(filepath.Join(stage, filepath.FromSlash(f.source)), f.path, 0o644))
		}
	}
	info := nfpm.WithDefaults(&nfpm.Info{
		Name: "rolewall", Version: s.version, Release: packageRelease, Arch: b.arch, Platform: b.os,
		Section: "admin", Priority: "optional",
		Maintainer: maintainer, Description: description,
		MTime:           s.date,
		DisableGlobbing: true,
		Overridables: nfpm.Overridables{
			Contents: contents,
			Umask:    0o022,
			RPM:      nfpm.RPM{BuildHost: "localhost", Group: "Applications/System", Summary: "host firewall scripts from server roles"},
		},
	})
	if format == "rpm" { // Debian has no such field
		info.License = "Apache-2.0"
	}
	return info
}
