package workspace

import (
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"rolewall/diag"
	"rolewall/generators/target"
	"rolewall/policy/hostpattern"
)

// Selection is what a call chooses from a policy. The zero value chooses everything.
type Selection struct {
	Targets []string              // names of targets; none means the targets of each host
	Hosts   []hostpattern.Pattern // none means all hosts
	Shard   Shard

	files   []string        // files of the targets
	bundles []string        // folders of the targets that write for the whole fleet, selected or not, unless a host has the name
	chosen  map[string]bool // hosts chosen by "@role" and "os:"
}

// Select returns the selection of targets and hosts. It returns an error for unknown targets and for patterns that
// match no host.
func (w *Workspace) Select(targets, hosts []string, shard Shard) (Selection, error) {
	s := Selection{Targets: targets, Shard: shard, chosen: map[string]bool{}}
	for _, g := range w.Targets {
		x, is := g.(target.Bundler)
		if is && !slices.ContainsFunc(w.HostNames(), func(h string) bool { return strings.EqualFold(h, BundleFolder(x)) }) {
			s.bundles = append(s.bundles, BundleFolder(x))
		}
	}
	for _, name := range targets {
		g, known := w.Targets.Lookup(name)
		if !known {
			return s, diag.Errorf(diag.SuggestOrList(name, w.Targets.Names()), "unknown target %q", name)
		}
		s.files = append(s.files, g.Info().File)
	}
	for _, text := range hosts {
		x, err := HostPattern(text, w.HostNames())
		if _, isRole := x.Role(); isRole {
			err = w.selectRole(x, &s)
		} else if system, isSystem := x.System(); isSystem && err == nil {
			err = w.choose(x, &s, "no host runs "+system)
		}
		if err != nil {
			return s, err
		}
		s.Hosts = append(s.Hosts, x)
	}
	return s, nil
}

// selectRole adds the hosts of a role.
func (w *Workspace) selectRole(x hostpattern.Pattern, s *Selection) error {
	role, _ := x.Role()
	if _, known := w.Policy.Catalog.Role(role); !known {
		return diag.Errorf(w.Policy.Catalog.SuggestRole(role, "@"), "unknown role %q", role)
	}
	return w.choose(x, s, "no host has the role "+role)
}

// choose adds the hosts that a pattern chooses. If there are none, it returns an error with the message none.
func (w *Workspace) choose(x hostpattern.Pattern, s *Selection, none string) error {
	found := false
	for _, h := range w.Policy.Hosts {
		if w.Policy.Matches(x, h) {
			s.chosen[h.Name], found = true, true
		}
	}
	if !found {
		return diag.Errorf("", "%s", none)
	}
	return nil
}

// HostPattern reads a pattern of --host. It must match one of the names, or begin with "@" or "os:".
func HostPattern(text string, names []string) (hostpattern.Pattern, error) {
	x := hostpattern.Pattern(text)
	if err := x.Check(); err != nil {
		return x, diag.Errorf("", "%q is not a pattern", text)
	}
	if hint := x.BadSystem(); hint != "" {
		system, _ := x.System()
		return x, diag.Errorf(hint, "unknown os %q", system)
	}
	_, isRole := x.Role()
	if _, isSystem := x.System(); !isRole && !isSystem && !slices.ContainsFunc(names, x.MatchesName) {
		return x, diag.Errorf(diag.SuggestOrList(text, names), "no host is called %q", text)
	}
	return x, nil
}

// BundleFolder returns the folder of a target that writes for the whole fleet.
func BundleFolder(g target.Bundler) string { return strings.TrimSuffix(g.Info().File, "/") }

// HasBundle reports whether the files in the folder of such a target are selected. They are about all hosts, so a
// call that chooses some hosts does not write them. Only one shard has them.
func (s Selection) HasBundle(folder string) bool {
	return len(s.Hosts) == 0 && s.Shard.Has(folder) && (len(s.Targets) == 0 || slices.Contains(s.files, folder+"/"))
}

// IsBundle reports whether a folder belongs to such a target and is selected.
func (s Selection) IsBundle(folder string) bool {
	return slices.Contains(s.bundles, folder) && s.HasBundle(folder)
}

// Has reports whether a file of a host, or of a target that writes for the whole fleet, is selected.
func (s Selection) Has(host, file string) bool {
	if slices.Contains(s.bundles, host) {
		return s.HasBundle(host)
	}
	return s.HasHost(host) && (len(s.Targets) == 0 || slices.Contains(s.files, file))
}

// HasHost reports whether a host is selected. The host need not be in the policy. A role or a system never chooses
// a host that is not.
func (s Selection) HasHost(name string) bool {
	if !s.Shard.Has(name) {
		return false
	}
	if len(s.Hosts) == 0 {
		return true
	}
	return s.chosen[name] || slices.ContainsFunc(s.Hosts, func(x hostpattern.Pattern) bool { return x.MatchesName(name) })
}

// Shard is one of several parts of the hosts, for runners that work at the same time. The zero value is the whole.
type Shard struct{ Part, Of int }

// ParseShard reads a text such as "2/8". An empty text is the whole.
func ParseShard(text string) (Shard, error) {
	if text == "" {
		return Shard{}, nil
	}
	a, b, _ := strings.Cut(text, "/")
	part, err1 := strconv.Atoi(a)
	of, err2 := strconv.Atoi(b)
	if err1 != nil || err2 != nil || part < 1 || of < part || of > 10000 {
		return Shard{}, diag.Errorf("--shard 2/8 is the second of eight parts", "%q is not a part of a whole", text)
	}
	return Shard{part, of}, nil
}

// Has reports whether a host belongs to the part. This depends only on the name, so a new host does not move
// others.
func (s Shard) Has(host string) bool {
	if s.Of == 0 {
		return true
	}
	h := fnv.New32a()
	h.Write([]byte(host))
	return int(h.Sum32()%uint32(s.Of)) == s.Part-1
}
