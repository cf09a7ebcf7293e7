package cli

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"

	"rolewall/compare"
	"rolewall/generators"
	"rolewall/internal/fleet"
	"rolewall/internal/fleet/manifest"
	"rolewall/internal/workspace"

	"github.com/urfave/cli/v2"
)

// side is one of the two things that diff compares.
type side struct {
	hosts    []compare.Host
	networks map[string][]netip.Prefix // where the side is a policy: its networks
	targets  generators.Targets        // where the side is a policy: those that it may ask for
	files    *fleet.Scripts            // where the side is a folder

	isCapture bool // hosts as they were captured

	catalog              manifest.Catalog           // zero where it is not known
	written, definitions map[string]compare.Written // where the side is a policy
}

func (s *side) forCompare() compare.Side {
	return compare.Side{
		Hosts: s.hosts, Networks: s.networks, Written: s.written, Definitions: s.definitions,
		Catalog: compare.Catalog{Digest: s.catalog.Digest, Program: s.catalog.Program},
	}
}

// finder finds rules in the scripts of a folder; nil where the side is a policy.
func (s *side) finder() compare.Finder {
	if s.files == nil {
		return nil
	}
	return s.files.Find
}

// addBeside completes the hosts with what their scripts allow beside their rules.
func (s *side) addBeside(other *side) {
	all := s.targets
	if all == nil {
		all = other.targets
	}
	if all == nil {
		all = generators.All()
	}
	workspace.AddBeside(s.hosts, other.hosts, all)
}

func (s *side) close() {
	if s.files != nil {
		s.files.Close()
	}
}

// readSides reads both: policies first, since their templates say which files of a folder are ours.
func (env *environment) readSides(c *cli.Context) (before, after *side, err error) {
	targets, err := workspace.Targets(env.files, c.String("templates"), nil)
	if err != nil {
		return nil, nil, err
	}
	var sides [2]*side
	var errs [2]error
	var folders []int
	for i := range sides {
		name := c.Args().Get(i)
		if isCapture(name) {
			sides[i], errs[i] = env.readCaptures(name)
		} else if isFolder(name) {
			folders = append(folders, i)
		} else if sides[i], errs[i] = env.readPolicy(c, name); errs[i] == nil {
			targets = append(targets, sides[i].targets...)
		}
	}
	for _, i := range folders {
		var files *fleet.Scripts
		if files, errs[i] = fleet.OpenScripts(c.Context, c.Args().Get(i), targets); errs[i] == nil {
			sides[i] = &side{hosts: files.Hosts, files: files, catalog: files.Catalog}
		}
	}
	if err := errors.Join(errs[:]...); err != nil {
		for i := range sides {
			if errs[i] == nil {
				sides[i].close()
			}
		}
		return nil, nil, err
	}
	nameStdin(c.Args().Slice(), sides)
	return sides[0], sides[1], nil
}

// nameStdin gives the host of a one-host policy on stdin, which no file names, the name of the only host on the other
// side: git show old:web1.toml | rolewall diff - web1.toml.
func nameStdin(names []string, sides [2]*side) {
	for i, s := range sides {
		other := sides[1-i].hosts
		if names[i] == "-" && len(s.hosts) == 1 && s.hosts[0].Name == "stdin" && len(other) == 1 {
			s.hosts[0].Name = other[0].Name
		}
	}
}

func isFolder(name string) bool {
	info, err := os.Stat(filepath.FromSlash(name))
	return name != "-" && err == nil && info.IsDir()
}

// readPolicy resolves the hosts of a policy. No file at all is a side with no hosts: what a policy opens that is new.
func (env *environment) readPolicy(c *cli.Context, name string) (*side, error) {
	if name == os.DevNull {
		return &side{}, nil
	}
	w, err := env.openPolicy(c, name)
	if err != nil {
		return nil, err
	}
	sets, err := w.ResolveAll(c.Context)
	if err != nil {
		return nil, err
	}
	return &side{
		hosts: sets, networks: w.Policy.Networks, targets: w.Targets, written: writtenNetworks(w.Policy), definitions: definitions(w.Policy),
		catalog: manifest.Catalog{Digest: w.Policy.Catalog.Digest(), Program: version()},
	}, nil
}
