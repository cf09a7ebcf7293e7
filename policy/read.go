package policy

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/policy/fields"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// readSettings reads the settings of a file, group or host, and those in its tables.
func (l *loader) readSettings(t *tomldoc.Table, level *Level) {
	l.readFields(t, "", level)
	rejectMisplacedAudience(t)
	for _, table := range settingTables {
		inner := t.Table(table)
		l.readFields(inner, table, level)
		if table == "audience" {
			l.readRoleAudiences(inner.Table("roles"), level)
		}
		inner.RejectUnknownKeys()
	}
}

// rejectMisplacedAudience reports lists of an audience that are next to the table [audience] instead of in it, and
// a list in place of that table.
func rejectMisplacedAudience(t *tomldoc.Table) {
	for _, key := range []string{"clients", "management", "peers"} {
		if t.Has(key) {
			t.MarkKnown(key)
			t.Fail(key, fmt.Sprintf(`write audience = { %s = ["office"] }`, key), "unknown key %q", key)
		}
	}
	if t.Has("audience") && !t.IsTable("audience") {
		t.FailType("audience", "a table", `write audience = { clients = ["office"] }`)
	}
}

// readFields reads the settings of one table.
func (l *loader) readFields(t *tomldoc.Table, table string, level *Level) {
	if t == nil {
		return
	}
	for _, x := range settingFields {
		if x.Table == table {
			x.read(l, t, x.Field, &level.Settings)
		}
	}
}

func readOS(_ *loader, t *tomldoc.Table, f *fields.Field) (ruleset.OS, bool) {
	text := t.Text(f.Key)
	if !t.Has(f.Key) {
		return "", false
	}
	os, known := ruleset.ParseOS(text.Value)
	if !known {
		t.Fail(f.Key, catalog.SuggestOS(text.Value), "unknown os %q", text.Value)
	}
	return os, known
}

// readList reads a list of words that is a single value: a nearer level replaces the whole list.
func readList(l *loader, t *tomldoc.Table, f *fields.Field) (*tomldoc.List, bool) {
	list := t.List(f.Key)
	if !t.Has(f.Key) {
		return nil, false
	}
	if list == nil {
		t.Fail(f.Key, "leave the key out for the default", "%s is empty", f.Key)
		return nil, false
	}
	for x := range list.All() {
		if f.Words != nil && !slices.Contains(f.Words, x.Value) {
			l.errs.Add(x.Location.Pos(), diag.Suggest(x.Value, f.Words), "%s cannot hold %q", f.Key, x.Value)
		}
	}
	return list, true
}

func readAccess(_ *loader, t *tomldoc.Table, f *fields.Field) (string, bool) {
	access := t.String(f.Key)
	if !t.Has(f.Key) {
		return "", false
	}
	if !slices.Contains(f.Words, access) {
		t.Fail(f.Key, `"console": nobody needs to reach the host over the network to administer it; "network" is the default`, "unknown access %q", access)
	}
	return access, true
}

func readRPCSetting(l *loader, t *tomldoc.Table, f *fields.Field) (*RPC, bool) {
	rpc := t.Table(f.Key)
	if !t.Has(f.Key) {
		return nil, false
	}
	return l.readRPC(rpc), true
}

func readSources(l *loader, t *tomldoc.Table, f *fields.Field) (SourceList, bool) {
	return l.readSources(t, f.Key)
}

func readFlag(_ *loader, t *tomldoc.Table, f *fields.Field) (bool, bool) { return t.Bool(f.Key) }

func readDate(_ *loader, t *tomldoc.Table, f *fields.Field) (string, bool) {
	day := t.Date(f.Key)
	return day, day != ""
}

func readNumber(_ *loader, t *tomldoc.Table, f *fields.Field) (int, bool) {
	return t.Int(f.Key, f.Low, f.High)
}

func readWord(_ *loader, t *tomldoc.Table, f *fields.Field) (string, bool) {
	word := t.String(f.Key)
	if !t.Has(f.Key) {
		return "", false
	}
	if !slices.Contains(f.Words, word) {
		t.Fail(f.Key, strings.Join(f.Words, ", "), "%s cannot be %q", f.Key, word)
	}
	return word, true
}

func readWords(_ *loader, t *tomldoc.Table, f *fields.Field) ([]string, bool) {
	return readEach(t, f, func(word string) {
		if !slices.Contains(f.Words, word) {
			t.Fail(f.Key, strings.Join(f.Words, ", "), "%s cannot hold %q", f.Key, word)
		}
	})
}

// readInterfaces reads names of network interfaces. They are checked since scripts contain them.
func readInterfaces(_ *loader, t *tomldoc.Table, f *fields.Field) ([]string, bool) {
	return readEach(t, f, func(name string) {
		if why := badPlainName(strings.TrimSuffix(name, "*")); why != "" || len(name) > 15 {
			t.Fail(f.Key, "an interface name has at most 15 letters, digits, dots, underscores and hyphens", "%q is not the name of an interface", name)
		}
	})
}

// readEach reads a list of texts whose order has no meaning, and checks each text.
func readEach(t *tomldoc.Table, f *fields.Field, check func(string)) ([]string, bool) {
	out := t.Strings(f.Key)
	for _, text := range out {
		check(text)
	}
	if t.Has(f.Key) && len(out) == 0 {
		t.Fail(f.Key, "leave the key out for the default", "%s is empty", f.Key)
	}
	slices.Sort(out)
	return out, len(out) > 0
}
