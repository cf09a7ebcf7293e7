// Package manifest reads and writes manifest.json, which lists the files in a folder that rolewall wrote, and the
// catalog that they were made with. When it is read, it is untrusted input.
package manifest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/internal/fleet/regular"
	"rolewall/policy"
)

// Name is the file that lists the files in a folder that rolewall wrote:
//
//	{"version": 1, "hosts": {"dc1": {"os": "...", "roles": [...], "files": {"nftables.nft": "SHA-256"}}},
//	 "bundles": {"gpo": {"files": {"hosts.csv": "SHA-256"}}}, "catalog": {"digest": "SHA-256", "program": "v1.2.3"}}
//
// Bundles are the folders of targets that write for the whole fleet. Without any, the key is absent. The catalog
// is absent if unknown. Hosts and bundles are sorted, so manifests of any size are read and written host by host.
// manifest.json is the whole manifest, manifest.I-of-N.json are the parts of N runners.
const Name = "manifest.json"

// Entry is what a manifest lists for one host.
type Entry struct {
	OS    string            `json:"os"`
	Roles []string          `json:"roles"`
	Files map[string]string `json:"files"` // SHA-256 in hex by name

	Bundle bool `json:"-"` // of a target that writes for the whole fleet
}

// Writer writes entries in the order of host names, bundles last.
type Writer struct {
	w       *bufio.Writer
	count   int // number of hosts, or of bundles
	bundles bool

	Catalog Catalog // written by Close
}

// NewWriter starts a manifest.
func NewWriter(w io.Writer) *Writer {
	m := &Writer{w: bufio.NewWriter(w)}
	m.w.WriteString("{\n  \"version\": 1,\n  \"hosts\": {")
	return m
}

// Add writes the entry of a host or of a bundle. Write all hosts before the bundles.
func (m *Writer) Add(host string, h Entry) {
	if h.Bundle && !m.bundles {
		m.endList()
		m.w.WriteString(",\n  \"bundles\": {")
		m.count, m.bundles = 0, true
	}
	if m.count++; m.count > 1 {
		m.w.WriteByte(',')
	}
	if h.Roles == nil {
		h.Roles = []string{}
	}
	name, _ := json.Marshal(host)
	var v any = h
	if h.Bundle {
		v = bundleEntry{h.Files}
	}
	text, err := json.MarshalIndent(v, "    ", "  ")
	if err != nil {
		panic("manifest: " + err.Error()) // strings alone are encoded
	}
	fmt.Fprintf(m.w, "\n    %s: %s", name, text)
}

// bundleEntry is the entry of a bundle.
type bundleEntry struct {
	Files map[string]string `json:"files"`
}

// endList ends the list of hosts or of bundles.
func (m *Writer) endList() {
	if m.count > 0 {
		m.w.WriteString("\n  ")
	}
	m.w.WriteString("}")
}

// Close ends the text. It returns the first error of all writes.
func (m *Writer) Close() error {
	m.endList()
	m.writeCatalog()
	m.w.WriteString("\n}\n")
	return m.w.Flush()
}

const restoreHint = "it says which files are ours; restore it, or remove it and the files by hand"

const conflictHint = "take one side (git checkout --ours manifest.json), run rolewall generate --force, and commit what it writes: docs/ci.md"

// hasConflict reports whether git left the conflict marks of a merge in a file.
func hasConflict(f io.ReadSeeker) bool {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return false
	}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "<<<<<<< ") {
			return true
		}
	}
	return false
}

// read yields the entries of one manifest in the order of host names, or none if the file does not exist.
func read(root *os.Root, name string) iter.Seq2[HostEntry, error] {
	return readInto(root, name, &Catalog{})
}

// readInto does what read does, and sets record after the last entry.
func readInto(root *os.Root, name string, record *Catalog) iter.Seq2[HostEntry, error] {
	return func(yield func(HostEntry, error) bool) {
		f, _, err := regular.Open(root, name, os.O_RDONLY)
		if errors.Is(err, fs.ErrNotExist) {
			return
		}
		if err != nil {
			yield(HostEntry{}, err)
			return
		}
		defer f.Close()
		if err := decode(f, record, func(e HostEntry) bool { return yield(e, nil) }); err != nil {
			hint := restoreHint
			if hasConflict(f) {
				hint, err = conflictHint, errors.New("it has the conflict markers of a merge")
			}
			yield(HostEntry{}, diag.Errorf(hint, "%s is not readable: %s", name, err))
		}
	}
}

// HostEntry is an entry with the name of its host.
type HostEntry struct {
	Host string
	Entry
}

func decode(r io.Reader, record *Catalog, yield func(HostEntry) bool) error {
	dec := json.NewDecoder(bufio.NewReader(r))
	dec.DisallowUnknownFields()
	for _, want := range []any{json.Delim('{'), "version", float64(1), "hosts", json.Delim('{')} {
		if got, err := dec.Token(); err != nil || got != want {
			return errors.New("it does not begin as a manifest does")
		}
	}
	more, err := decodeEntries(dec, false, yield)
	if err != nil || !more {
		return err
	}
	end, err := dec.Token()
	if err == nil && end == "bundles" {
		if open, err := dec.Token(); err != nil || open != json.Delim('{') {
			return errors.New("its bundles are no table")
		}
		if more, err = decodeEntries(dec, true, yield); err != nil || !more {
			return err
		}
		end, err = dec.Token()
	}
	if err == nil && end == "catalog" {
		if err := record.read(dec); err != nil {
			return err
		}
		end, err = dec.Token()
	}
	if err != nil || end != json.Delim('}') {
		return errors.New("it is cut off")
	}
	return nil
}

// decodeEntries reads a table of entries to its end. It returns false if yield does.
func decodeEntries(dec *json.Decoder, bundles bool, yield func(HostEntry) bool) (bool, error) {
	last := ""
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return false, err
		}
		e := HostEntry{Host: name.(string)}
		if bundles {
			var b bundleEntry
			err = dec.Decode(&b)
			e.Entry = Entry{Files: b.Files, Bundle: true}
		} else {
			err = dec.Decode(&e.Entry)
		}
		if err != nil {
			return false, fmt.Errorf("the entry of %q is broken", e.Host)
		}
		if e.Host <= last {
			return false, fmt.Errorf("%q is out of order", e.Host)
		}
		last = e.Host
		if bad := e.Foreign(); bad != "" {
			return false, fmt.Errorf("it names %q, which cannot be ours", bad)
		}
		if !yield(e) {
			return false, nil
		}
	}
	if end, err := dec.Token(); err != nil || end != json.Delim('}') {
		return false, errors.New("it is cut off")
	}
	return true, nil
}

// Compare orders entries: hosts by name, then bundles.
func (e HostEntry) Compare(f HostEntry) int {
	if e.Bundle != f.Bundle {
		if f.Bundle {
			return -1
		}
		return 1
	}
	return strings.Compare(e.Host, f.Host)
}

// Foreign returns a file of the entry that rolewall would never write, or "". Only files of bundles can be in
// subfolders.
func (e HostEntry) Foreign() string {
	for _, file := range slices.Sorted(maps.Keys(e.Files)) {
		if !policy.IsHostName(e.Host) || !isOurPath(file) || !e.Bundle && strings.Contains(file, "/") {
			return e.Host + "/" + file
		}
	}
	return ""
}

// isOurPath reports whether a run may write to a path below the folder of a host or bundle.
func isOurPath(file string) bool {
	for part := range strings.SplitSeq(file, "/") {
		if part == "" || strings.HasPrefix(part, ".") || strings.ContainsAny(part, `\:`) {
			return false
		}
	}
	return true
}

// PartName matches the names of manifests of parts.
var PartName = regexp.MustCompile(`^manifest\.(\d+)-of-(\d+)\.json$`)

// ReadAll yields the entries of several manifests in the order of host names.
func ReadAll(root *os.Root, names []string) iter.Seq2[HostEntry, error] {
	return func(yield func(HostEntry, error) bool) {
		type head struct {
			e    HostEntry
			next func() (HostEntry, error, bool)
		}
		var heads []head
		for _, name := range names {
			next, stop := iter.Pull2(read(root, name))
			defer stop()
			heads = append(heads, head{next: next})
		}
		advance := func(i int) error {
			e, err, more := heads[i].next()
			if !more {
				heads = slices.Delete(heads, i, i+1)
				return nil
			}
			heads[i].e = e
			return err
		}
		for i := len(heads) - 1; i >= 0; i-- {
			if err := advance(i); err != nil {
				yield(HostEntry{}, err)
				return
			}
		}
		for len(heads) > 0 {
			first := 0
			for i := range heads {
				if heads[i].e.Compare(heads[first].e) < 0 {
					first = i
				}
			}
			if !yield(heads[first].e, nil) {
				return
			}
			if err := advance(first); err != nil {
				yield(HostEntry{}, err)
				return
			}
		}
	}
}
