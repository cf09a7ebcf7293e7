package gpo

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"text/template"

	"rolewall/generators/target"
	"rolewall/ruleset"
	"rolewall/templates"
)

// The names of files in the folder of a backup.
const (
	lgpoFile     = "lgpo.txt"
	registryFile = "DomainSysvol/GPO/Machine/registry.pol"
	gptFile      = "DomainSysvol/GPO/GPT.INI"
)

// object is one Group Policy object and its hosts.
type object struct {
	Name     string
	GUID     string // of the object, in braces
	BackupID string // of the backup, in braces; the name of the folder
	Digest   string // 32 hex digits, a hash of Registry.pol
	Rules    int
	Hosts    []string

	set      *ruleset.RuleSet
	registry []byte
}

// Machine returns the version of the computer half of the object: 1 to 65535, derived from the content. Windows
// never reads an object of version 0. Import-GPO itself raises the version of the object that it writes.
func (o *object) Machine() int {
	sum := sha256.Sum256(o.registry)
	return 1 + int(binary.BigEndian.Uint16(sum[:]))%0xffff
}

// BackupVersion returns the version for Backup.xml. Its upper half is the version in the directory, its lower half
// the one in the folder.
func (o *object) BackupVersion() int { return o.Machine()<<16 | o.Machine() }

// Bundle returns the backups of all objects, the list that the console shows, the table of hosts, and the import
// script.
func (t Target) Bundle(groups []target.Group) ([]target.File, error) {
	objects := objectsOf(groups)
	var out []target.File
	for _, o := range objects {
		files, err := t.backup(o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.Name, err)
		}
		out = append(out, files...)
	}
	for _, p := range []struct{ name, template string }{{"manifest.xml", "gpo-manifest.xml.tmpl"}, {"import.ps1", "gpo-import.ps1.tmpl"}} {
		page, err := render(p.template, objects)
		if err != nil {
			return nil, err
		}
		out = append(out, target.File{Name: p.name, Data: page})
	}
	return append(out, target.File{Name: "hosts.csv", Data: hostTable(objects)}), nil
}

// backup returns the folder of one object.
func (t Target) backup(o *object) ([]target.File, error) {
	script, err := t.Script(o.set)
	if err != nil {
		return nil, err
	}
	files := []target.File{
		{Name: lgpoFile, Data: withCRLF(script.For(o.Name, comment))},
		{Name: registryFile, Data: o.registry},
		{Name: gptFile, Data: fmt.Appendf(nil, "[General]\r\nVersion=%d\r\n", o.Machine())},
	}
	for _, p := range []struct{ name, template string }{{"Backup.xml", "gpo-backup.xml.tmpl"}, {"bkupInfo.xml", "gpo-info.xml.tmpl"}} {
		page, err := render(p.template, o)
		if err != nil {
			return nil, err
		}
		files = append(files, target.File{Name: p.name, Data: page})
	}
	for i := range files {
		files[i].Name = path.Join(o.BackupID, files[i].Name)
	}
	return files, nil
}

// pages returns the templates of the files beside Registry.pol and the LGPO text.
var pages = sync.OnceValues(func() (*template.Template, error) {
	return template.New("gpo").Funcs(template.FuncMap{"quote": quote}).ParseFS(templates.FS, "gpo-*.tmpl")
})

// render fills a template and ends its lines with CR LF.
func render(name string, data any) ([]byte, error) {
	t, err := pages()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, name, data); err != nil {
		return nil, err
	}
	return withCRLF(b.Bytes()), nil
}

// quote writes a text for PowerShell.
func quote(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }

func withCRLF(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")) }

// objectsOf returns the objects of the groups, sorted by name. Groups with equal label and equal values share an
// object. Hosts of another edition or with other roles get an object of their own, even if the values are equal.
// So a new edition in the fleet does not rename an object that is linked.
func objectsOf(groups []target.Group) []*object {
	var out []*object
	byValues := map[string]*object{}
	byLabel := map[string]int{}
	for _, g := range groups {
		values := entries(g.Set)
		registry := registryPol(values)
		key := strings.ToLower(label(g.Set)) + "\n" + string(registry)
		o, known := byValues[key]
		if !known {
			sum := sha256.Sum256(registry)
			o = &object{Digest: hex.EncodeToString(sum[:16]), set: g.Set, registry: registry, Name: label(g.Set)}
			for _, e := range values {
				if e.key == rulesKey {
					o.Rules++
				}
			}
			byValues[key] = o
			byLabel[strings.ToLower(o.Name)]++
			out = append(out, o)
		}
		o.Hosts = append(o.Hosts, g.Hosts...)
	}
	for _, o := range out {
		slices.Sort(o.Hosts)
		if byLabel[strings.ToLower(o.Name)] > 1 {
			o.Name += " (" + o.Hosts[0] + ")"
		}
		o.GUID, o.BackupID = guid("object "+o.Name), guid("backup "+o.Name)
	}
	slices.SortFunc(out, func(a, b *object) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// labelLimit keeps the names of objects short enough for the console.
const labelLimit = 120

// label returns the name of an object: edition, roles and features. It does not depend on the rules, so an object
// keeps its name, and its links, when the policy changes.
func label(rs *ruleset.RuleSet) string {
	words := slices.Concat([]string{string(rs.OS)}, rs.Roles, rs.Features)
	text := "rolewall " + strings.Join(words, " ")
	return strings.TrimRight(strings.Map(labelRune, text[:min(len(text), labelLimit)]), " ")
}

// labelRune replaces characters that names of roles do not have. What remains has no meaning in XML, CSV or
// PowerShell.
func labelRune(r rune) rune {
	if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(" ._-", r) {
		return r
	}
	return '-'
}

// space is the namespace of the GUIDs of this package.
var space = [16]byte{0x9d, 0x1c, 0x52, 0xb0, 0x6e, 0x0f, 0x4b, 0x7a, 0x8f, 0x5e, 0x0b, 0x6d, 0x2a, 0x41, 0x7c, 0x33}

// guid derives a GUID from a name: a UUID of version 5, in capitals and braces.
func guid(name string) string {
	sum := sha1.Sum(append(space[:], name...))
	sum[6], sum[8] = sum[6]&0x0f|0x50, sum[8]&0x3f|0x80
	return fmt.Sprintf("{%X-%X-%X-%X-%X}", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// hostTable returns a table of hosts and their objects. No field needs quotation marks: names have no special
// characters, and labels no comma.
func hostTable(objects []*object) []byte {
	type row struct{ host, text string }
	var rows []row
	for _, o := range objects {
		for _, h := range o.Hosts {
			rows = append(rows, row{h, fmt.Sprintf("%s,%s,%s,%s", h, o.Name, o.BackupID, o.Digest)})
		}
	}
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(a.host, b.host) })
	out := []byte("Host,GPO,BackupId,Digest\r\n")
	for _, r := range rows {
		out = append(append(out, r.text...), "\r\n"...)
	}
	return out
}
