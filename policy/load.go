package policy

import (
	"net/netip"
	"path"
	"slices"
	"strings"

	"rolewall/catalog"
	"rolewall/diag"
	"rolewall/policy/folders"
	"rolewall/tomldoc"
)

// Limits of a policy. A policy over a limit is rejected at the place that exceeds it.
const (
	maxIncludes = 16        // depth of files that include files
	maxNetworks = 32        // depth of networks that name networks
	maxValues   = 3_000_000 // in all files of a run
	maxHosts    = 200_000   // in a run
	maxPrefixes = 2_000_000 // in all networks together, after names inside them are expanded
	maxGroups   = 100       // groups of one host
)

// Files reads policies and the files that belong to them.
type Files = folders.Files

// loader builds a policy from files.
type loader struct {
	files    Files
	errs     *diag.List
	p        *Policy
	networks map[string]*network
	byName   map[string]*Host             // hosts by name in lower case, set after all are read
	places   map[string]tomldoc.Location  // where names and keys are defined that may be given only once, by "kind name"
	open     []string                     // files being read, outermost first
	counted  map[string]*tomldoc.Document // files that are not decoded yet; nil for one that cannot be read
	values   int                          // number of values in the files counted so far
	hosts    int                          // number of tables [hosts.NAME] in the files counted so far
	isOver   bool                         // the files hold more values or hosts than a run may have
	read     map[string]bool
	roles    []*catalog.Role    // defined by the policy itself
	services []*catalog.Service // defined by the policy itself

	audienceRoles []audienceRole
	ownGroups     map[*Host]*tomldoc.List // groups that hosts name
	givenBy       map[*Level][]setting    // settings that groups give
	crowded       map[*Host]bool          // hosts in too many groups, which were reported
}

// Load reads the policy file called name and everything that it includes, and checks every name in it against cat.
// The error holds all mistakes, each a *diag.Diagnostic.
func Load(files Files, name string, cat *catalog.Catalog) (*Policy, error) {
	l := &loader{
		files: files, errs: &diag.List{}, networks: map[string]*network{}, byName: map[string]*Host{},
		places: map[string]tomldoc.Location{}, read: map[string]bool{}, counted: map[string]*tomldoc.Document{}, ownGroups: map[*Host]*tomldoc.List{}, crowded: map[*Host]bool{}, givenBy: map[*Level][]setting{},
		p: &Policy{
			Catalog: cat.Clone(), Networks: map[string][]netip.Prefix{}, Roles: map[string]*Level{}, Groups: map[string]*Group{},
			File: &Level{Name: "file"},
		},
	}
	l.file(name, tomldoc.FixedLocation(diag.Pos{File: name}))
	if !l.isOver {
		l.finish(name)
	}
	if err := l.errs.Err(); err != nil {
		return nil, err
	}
	return l.p, nil
}

// file reads one file. at is the include that names the file.
func (l *loader) file(name string, at tomldoc.Location) {
	if slices.Contains(l.open, name) {
		l.errs.Add(at.Pos(), "", "%s includes itself: %s", name, strings.Join(append(l.open, name), " > "))
		return
	}
	if len(l.open) >= maxIncludes {
		l.errs.Add(at.Pos(), "", "files include each other more than %d deep", maxIncludes)
		return
	}
	if l.read[name] {
		return
	}
	l.read[name] = true
	l.count(name, at)
	doc := l.counted[name]
	delete(l.counted, name)
	if doc == nil {
		return
	}
	t := doc.RootLazily("hosts")
	if t == nil {
		return
	}
	l.open = append(l.open, name)
	l.top(t, name)
	l.open = l.open[:len(l.open)-1]
}

// count reads a file and counts its values.
func (l *loader) count(name string, at tomldoc.Location) {
	if _, done := l.counted[name]; done {
		return
	}
	l.counted[name] = nil
	src, err := l.files.ReadFile(name)
	if err != nil {
		if at.File() == name { // it is the first file, which no include names
			l.errs.Add(at.Pos(), "", "cannot be read: %s", folders.Reason(err))
		} else {
			l.errs.Add(at.Pos(), "", "cannot read %s: %s", name, folders.Reason(err))
		}
		return
	}
	left := maxValues - l.values
	doc := tomldoc.Open(name, src, left, l.errs)
	if doc == nil {
		l.isOver = left < tomldoc.MaxValues
		return
	}
	l.values += doc.Values()
	hosts := doc.Subtables("hosts")
	if l.isOver = l.tooManyHosts(hosts, l.hosts); l.isOver {
		return
	}
	l.hosts += len(hosts.Keys())
	l.counted[name] = doc
}

// top reads the tables and keys of one file.
func (l *loader) top(t *tomldoc.Table, name string) {
	l.readCatalog(t, name)
	l.readTemplates(t, name)
	for _, pattern := range t.Texts("include") {
		l.include(path.Dir(name), pattern)
	}
	if l.isOver {
		return
	}
	l.readNetworks(t.Table("networks"))
	isShort := false
	for _, key := range []string{"roles", "services"} {
		if t.Has(key) && !t.IsTable(key) {
			isShort = true
		}
	}
	if !isShort {
		l.readRoles(t.Table("roles"))
		l.readServices(t.Table("services"))
	}
	l.readOwn(t.Table("own"))
	level, isHost := l.p.File, isShort || t.Has("addresses")
	if isHost {
		if h := l.shortHost(t, name); len(l.open) > 1 { // an included file without [hosts] describes that host only
			level = &h.Level
		}
	}
	l.level(t, level, isShort && level == l.p.File)
	if !t.Has("groups") || t.IsTable("groups") || !isHost {
		l.readGroups(t.Table("groups"))
	}
	l.readHosts(t.Table("hosts"))
	l.readLint(t)
	l.readIgnores(t)
	t.RejectUnknownKeys()
}

// shortHost reads a file without [hosts] as one host, named after the file.
func (l *loader) shortHost(t *tomldoc.Table, name string) *Host {
	host := strings.TrimSuffix(path.Base(name), ".toml")
	if name == "-" {
		host = "stdin"
	}
	key := "roles"
	if !t.Has(key) {
		key = "services"
	}
	if !t.Has(key) {
		key = "addresses"
	}
	h := &Host{Name: host, Location: t.LocationOf(key), Level: Level{Name: "hosts." + host}}
	h.Addresses = l.readAddresses(t)
	if t.Has("groups") && !t.IsTable("groups") {
		l.readOwnGroups(t, h)
	}
	h.Roles, h.Services = t.List("roles"), t.List("services")
	if why := badHostName(host); why != "" {
		l.errs.Add(t.LocationOf(key).Pos(), "write [hosts.NAME] and the keys of the host below it", "the file's name is to be the host's name, but %q %s", host, why)
		return h
	}
	if t.Has("hosts") {
		t.Fail(key, "move it into a table [hosts.NAME]", "%s makes a host of the file, but the file has hosts of its own", key)
		return h
	}
	l.addHost(h)
	return h
}

func (l *loader) include(dir string, pattern tomldoc.Text) {
	full := path.Join(dir, pattern.Value)
	if path.IsAbs(pattern.Value) {
		full = pattern.Value
	}
	names, err := l.files.Glob(full)
	if err != nil {
		l.errs.Add(pattern.Location.Pos(), "", "include %q: %s", pattern.Value, folders.Reason(err))
		return
	}
	if len(names) == 0 {
		l.errs.Add(pattern.Location.Pos(), "paths are relative to the file that includes", "include %q matches no file", pattern.Value)
	}
	for _, name := range names { // all are counted before one is decoded, so that files over a limit cost little
		if !l.read[name] && !slices.Contains(l.open, name) {
			l.count(name, pattern.Location)
		}
	}
	for _, name := range names {
		if l.isOver {
			return
		}
		l.file(name, pattern.Location)
	}
}

// once reports whether a name of a kind is new. If it is already defined, it adds a mistake.
func (l *loader) once(kind, name string, at tomldoc.Location) bool {
	key := kind + " " + name
	if old, taken := l.places[key]; taken {
		l.errs.Add(at.Pos(), "", "%s is already defined at %s", strings.TrimSpace(key), old.Pos())
		return false
	}
	l.places[key] = at
	return true
}

// readOwn reads [own]: roles and services that the site defines, in a file whose keys roles and services belong to
// a host.
func (l *loader) readOwn(t *tomldoc.Table) {
	l.readRoles(t.Table("roles"))
	l.readServices(t.Table("services"))
	t.RejectUnknownKeys()
}

func (l *loader) readRoles(t *tomldoc.Table) {
	for _, name := range t.Keys() {
		role := t.Table(name)
		if name == "same" {
			l.errs.Add(t.LocationOf(name).Pos(), "choose another name", "%q is a reserved word: @same", name)
			continue
		}
		if role == nil || !l.once("role", name, t.LocationOf(name)) {
			continue
		}
		if audience := role.Table("audience"); audience != nil {
			l.readAudience(audience, l.roleAudience(l.p.File, name))
		}
		if _, known := l.p.Catalog.Role(name); known {
			for _, key := range role.Keys() {
				if key != "audience" {
					role.Fail(key, "give your own role another name and include this one", "the catalog's role %s may be given an audience and nothing else", name)
				}
			}
			continue
		}
		if l.checkName("role", name, t.LocationOf(name), badPlainName) {
			r := catalog.ReadRole(name, role)
			role.RejectUnknownKeys()
			l.p.Catalog.AddRole(r, l.errs)
			l.roles = append(l.roles, r)
		}
	}
}

func (l *loader) readServices(t *tomldoc.Table) {
	for _, name := range t.Keys() {
		row := t.Table(name)
		if row == nil || !l.checkName("service", name, t.LocationOf(name), badServiceName) || !l.once("service", strings.ToLower(name), t.LocationOf(name)) {
			continue
		}
		if old, taken := l.p.Catalog.Service(name); taken {
			l.errs.Add(t.LocationOf(name).Pos(), "give your own service another name", "the catalog has a service %s already", old.Name)
			row.Keys()
			continue
		}
		s := catalog.ReadService(name, row, "policy")
		l.p.Catalog.AddService(s, l.errs)
		l.services = append(l.services, s)
	}
}

func (l *loader) readGroups(t *tomldoc.Table) {
	for _, name := range t.Keys() {
		row := t.Table(name)
		if row == nil || !l.checkName("group", name, t.LocationOf(name), badPlainName) || !l.once("group", name, t.LocationOf(name)) {
			continue
		}
		g := &Group{Level: Level{Name: "groups." + name}, Hosts: row.Texts("hosts")}
		l.level(row, &g.Level, true)
		row.RejectUnknownKeys()
		l.p.Groups[name] = g
	}
}

func (l *loader) readHosts(t *tomldoc.Table) {
	if l.tooManyHosts(t, len(l.p.Hosts)) {
		return
	}
	for _, name := range t.Keys() {
		row := t.Table(name)
		if row == nil || !l.checkName("host", name, t.LocationOf(name), badHostName) {
			continue
		}
		h := &Host{Name: name, Location: t.LocationOf(name), Level: Level{Name: "hosts." + name}}
		h.Addresses = l.readAddresses(row)
		l.readOwnGroups(row, h)
		l.level(row, &h.Level, true)
		row.RejectUnknownKeys()
		l.addHost(h)
	}
}

// tooManyHosts reports hosts that are more than a policy may have beside those that are known.
func (l *loader) tooManyHosts(t *tomldoc.Table, known int) bool {
	names := t.Keys()
	room := maxHosts - known
	if len(names) <= room {
		return false
	}
	l.errs.AddInstead(t.LocationOf(names[room]).Pos(), "divide the fleet into policies", "a policy has at most %d hosts", maxHosts)
	return true
}

// readOwnGroups reads the groups that a host names.
func (l *loader) readOwnGroups(t *tomldoc.Table, h *Host) {
	if list := t.List("groups"); list != nil {
		l.ownGroups[h] = list
	}
}

// addHost adds a host. Names are compared without case, since they become folders on Windows, too.
func (l *loader) addHost(h *Host) {
	if l.once("host", strings.ToLower(h.Name), h.Location) {
		l.p.Hosts = append(l.p.Hosts, h)
	}
}

// finish checks what depends on several files, after all are read.
func (l *loader) finish(name string) {
	slices.SortFunc(l.p.Hosts, func(a, b *Host) int { return strings.Compare(a.Name, b.Name) })
	l.flattenNetworks()
	for _, s := range l.services {
		l.p.Catalog.CheckService(s, l.errs)
	}
	l.p.Catalog.CheckRoles(l.roles, l.errs)
	l.joinGroups()
	l.checkAudienceRoles()
	l.checkLevels()
	l.finishLint()
	l.finishIgnores()
	if len(l.p.Hosts) == 0 && l.errs.Len() == 0 {
		l.errs.Add(diag.Pos{File: name, Line: 1, Column: 1}, `the shortest policy is roles = ["file-server"]`, "the policy has no host")
	}
}
