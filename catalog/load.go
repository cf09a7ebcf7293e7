package catalog

import (
	"bytes"
	"embed"
	"io/fs"
	"strings"
	"sync"

	"rolewall/diag"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

//go:embed data/*.toml
var embedded embed.FS

// Default returns the embedded catalog. It only cuts the files at their table headers and parses each piece on
// first use, so start-up takes microseconds. Tests check that the pieces and the files say the same.
func Default() (*Catalog, error) {
	c := newCatalog()
	err := eachFile(embedded, "data", func(name string, src []byte) {
		c.files = append(c.files, src)
		for _, piece := range cut(src) {
			c.index(name, piece)
		}
	})
	return c, err
}

// Load reads all *.toml files of a folder as one catalog, at once, and checks it.
func Load(folder fs.FS) (*Catalog, error) {
	c, errs := newCatalog(), &diag.List{}
	err := eachFile(folder, ".", func(name string, src []byte) {
		c.files = append(c.files, src)
		if t := tomldoc.Parse(name, src, errs); t != nil {
			c.read(t, errs)
		}
	})
	if err != nil {
		return nil, err
	}
	c.check(errs)
	return c, errs.Err()
}

func eachFile(folder fs.FS, dir string, do func(name string, src []byte)) error {
	names, err := fs.Glob(folder, strings.TrimPrefix(dir+"/*.toml", "./"))
	if err != nil {
		return err
	}
	for _, name := range names {
		src, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		do(name, src)
	}
	return nil
}

// cut splits a file before every line that begins an entry: "[kind.name]" or "[[kind]]". A line
// "[[kind.name.list]]" continues an entry.
func cut(src []byte) [][]byte {
	var out [][]byte
	from, at := 0, 0
	for {
		next := bytes.Index(src[at:], []byte("\n["))
		if next < 0 {
			return append(out, src[from:])
		}
		at += next + 1
		header, _, _ := bytes.Cut(src[at:], []byte("\n"))
		if bytes.HasPrefix(header, []byte("[[")) && bytes.Contains(header, []byte(".")) {
			continue
		}
		out = append(out, src[from:at])
		from = at
	}
}

// index records a piece of a file under the name in its header.
func (c *Catalog) index(file string, piece []byte) {
	header, _, _ := bytes.Cut(piece, []byte("\n"))
	parse := func() *tomldoc.Table {
		errs := &diag.List{}
		t := tomldoc.Parse(file, piece, errs)
		if t == nil {
			panic("catalog: " + errs.Err().Error()) // a test loads every file
		}
		return t
	}
	kind, name, _ := strings.Cut(strings.Trim(string(header), "[] \r"), ".")
	name = strings.Trim(name, `"`)
	if kind == "services" || kind == "roles" {
		c.unread[unreadKey(kind, name)] = piece
	}
	entry := func() *tomldoc.Table { return parse().Table(kind).Table(name) }
	switch kind {
	case "services":
		c.services.add(name, func() *Service { return ReadService(name, entry(), "") })
	case "roles":
		c.roles.add(name, func() *Role { return ReadRole(name, entry()) })
	case "features":
		c.features.add(name, func() string { return entry().String("title") })
	case "listeners":
		c.listeners.add(name, func() []Owner { return readOwners(entry()) })
	case "sources":
		c.sources.add(name, func() Source { return readSource(entry()) })
	case "conflicts":
		c.conflicts = append(c.conflicts, sync.OnceValue(func() Conflict { return readConflict(parse().Tables(kind)[0]) }))
	case "evidence":
		c.evidence = append(c.evidence, sync.OnceValue(func() Evidence { return readEvidence(parse().Tables(kind)[0]) }))
	}
}

// read adds a whole file.
func (c *Catalog) read(t *tomldoc.Table, errs *diag.List) {
	for _, kind := range []string{"services", "roles", "features", "listeners", "sources"} {
		checkNames(kind, t, errs)
	}
	each(t, "services", func(name string, t *tomldoc.Table) { c.AddService(ReadService(name, t, ""), errs) })
	each(t, "roles", func(name string, t *tomldoc.Table) {
		c.AddRole(ReadRole(name, t), errs)
		t.RejectUnknownKeys()
	})
	base := c.base
	if base == nil {
		base = newCatalog()
	}
	each(t, "features", func(name string, t *tomldoc.Table) { add(c.features, base.features, name, t, t.String("title"), errs) })
	each(t, "listeners", func(name string, t *tomldoc.Table) { add(c.listeners, base.listeners, name, t, readOwners(t), errs) })
	each(t, "sources", func(name string, t *tomldoc.Table) { add(c.sources, base.sources, name, t, readSource(t), errs) })
	for _, row := range t.Tables("conflicts") {
		conflict := readConflict(row)
		row.RejectUnknownKeys()
		c.conflicts = append(c.conflicts, func() Conflict { return conflict })
	}
	for _, row := range t.Tables("evidence") {
		e := readEvidence(row)
		row.RejectUnknownKeys()
		c.evidence = append(c.evidence, func() Evidence { return e })
	}
	t.RejectUnknownKeys()
}

// checkNames checks the names of one kind by the same rules as those of policies, since they become part of
// scripts and terminal output.
func checkNames(kind string, t *tomldoc.Table, errs *diag.List) {
	group := t.Table(kind)
	if group == nil {
		return
	}
	for _, name := range group.Keys() {
		if bad := ruleset.BadName(name, kind == "services" || kind == "listeners"); bad != "" {
			errs.Add(group.LocationOf(name).Pos(), ruleset.NameHint, "%s name %q %s", strings.TrimSuffix(kind, "s"), name, bad)
		}
	}
}

// each walks the named tables of one kind.
func each(t *tomldoc.Table, kind string, do func(string, *tomldoc.Table)) {
	group := t.Table(kind)
	for _, name := range group.Keys() {
		if entry := group.Table(name); entry != nil {
			do(name, entry)
		}
	}
}

// add adds a value that is already decoded. A name may exist in base, but not in to.
func add[T any](to, base table[T], name string, t *tomldoc.Table, value T, errs *diag.List) {
	t.RejectUnknownKeys()
	if to.has(name) && !base.has(name) {
		errs.Add(t.Location().Pos(), "", "%s is already defined in another file", name)
	}
	to.add(name, func() T { return value })
}

func readSource(t *tomldoc.Table) Source { return Source{t.String("title"), t.String("where")} }

func readConflict(t *tomldoc.Table) Conflict {
	return Conflict{t.String("port"), t.Strings("services"), t.String("note"), t.String("source")}
}
