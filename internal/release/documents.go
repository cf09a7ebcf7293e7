package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// completions lists the completion scripts: the shell and the file's name in an archive.
var completions = []struct{ shell, file string }{
	{"bash", "rolewall.bash"},
	{"zsh", "_rolewall"},
	{"fish", "rolewall.fish"},
	{"powershell", "rolewall.ps1"},
}

// writeDocuments fills the folder stage/documents with what every archive holds beside the program, and stage/package with
// what packages hold in another form. It fails if the program does not tell the version of the release.
func (s *source) writeDocuments(stage string, modules []module) error {
	host, err := s.runnable(stage)
	if err != nil {
		return err
	}
	told, err := s.run(nil, host.path, "--version")
	if err != nil {
		return err
	}
	if told, want := strings.TrimSpace(told), "rolewall version "+s.version; told != want {
		return fmt.Errorf("rolewall --version prints %q, not %q: -X in build.go names the wrong variable", told, want)
	}
	files := map[string][]byte{"documents/THIRD_PARTY_NOTICES": notices(modules)}
	for _, name := range []string{"LICENSE", "README.md", "CHANGELOG.md"} {
		if files["documents/"+name], err = os.ReadFile(filepath.Join(s.root, name)); err != nil {
			return err
		}
	}
	for _, c := range completions {
		script, err := s.run(nil, host.path, "completion", c.shell)
		if err != nil {
			return err
		}
		files["documents/completions/"+c.file] = []byte(script)
	}
	page, err := s.run([]string{fmt.Sprintf("SOURCE_DATE_EPOCH=%d", s.date.Unix())}, "go", "run", "./internal/manpage", host.path)
	if err != nil {
		return err
	}
	files["documents/rolewall.1"] = []byte(page)
	files["package/rolewall.1.gz"] = compress([]byte(page))
	files["package/changelog.gz"] = compress(files["documents/CHANGELOG.md"])
	files["package/changelog.Debian.gz"] = compress([]byte(s.debianChangelog()))
	files["package/copyright"] = fmt.Appendf(nil, copyright, s.date.Year())
	files["package/overrides"] = []byte(overrides)
	for name, data := range files {
		path := filepath.Join(stage, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// compress packs data as Debian wants its documents: without name or time.
func compress(data []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	w.Write(data)                                         // a buffer takes everything
	w.Close()
	return b.Bytes()
}

// copyright is Debian's copyright file. Debian installs the text of the license once for all packages.
const copyright = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: rolewall

Files: *
Copyright: %d, the rolewall maintainers
License: Apache-2.0
Comment: /usr/share/doc/rolewall/THIRD_PARTY_NOTICES has the licenses of the
 modules that the program is linked with.

License: Apache-2.0
 On Debian systems /usr/share/common-licenses/Apache-2.0 has the text.
`

// overrides tells Debian's lintian that the program is static on purpose, as Go programs are.
const overrides = "rolewall: statically-linked-binary\n"

// debianChangelog returns the changelog of the package; the one of the program lies beside it.
func (s *source) debianChangelog() string {
	return fmt.Sprintf("rolewall (%s) unstable; urgency=medium\n\n  * Release %s; changelog.gz has the changes.\n\n -- %s  %s\n",
		strings.Replace(s.number(), "-", "~", 1)+"-"+packageRelease, s.version, maintainer, s.date.Format(time.RFC1123Z))
}
