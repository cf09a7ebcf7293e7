// Package sides reads the two inputs of diff. Each is a policy, a folder that generate wrote, or captures of
// hosts. The package makes them comparable and compares them.
package sides

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"

	"rolewall/compare"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/internal/capturefiles"
	"rolewall/internal/fleet"
	"rolewall/internal/fleet/manifest"
	"rolewall/internal/workspace"
)

// Options says how to read the sides of a comparison.
type Options struct {
	Files   *workspace.Files
	Stdin   io.Reader
	Policy  workspace.Options
	As      string // the host of which captures are, whatever their files say; empty: they tell
	Program string // version of the program, for the catalog that a policy uses
}

// Side is one of the two inputs.
type Side struct {
	hosts    []compare.Host
	networks map[string][]netip.Prefix // of a policy: its networks
	targets  generators.Targets        // of a policy: the targets that it may name
	files    *fleet.Scripts            // of a folder

	isCapture bool // hosts as they were captured

	catalog              manifest.Catalog           // zero if unknown
	written, definitions map[string]compare.Written // of a policy
}

func (s *Side) forCompare() compare.Side {
	return compare.Side{
		Hosts: s.hosts, Networks: s.networks, Written: s.written, Definitions: s.definitions,
		Catalog: compare.Catalog{Digest: s.catalog.Digest, Program: s.catalog.Program},
	}
}

// finder finds rules in the scripts of a folder. It is nil for a policy.
func (s *Side) finder() compare.Finder {
	if s.files == nil {
		return nil
	}
	return s.files.Find
}

// addBeside adds to the hosts what their scripts allow besides their rules.
func (s *Side) addBeside(other *Side) {
	all := s.targets
	if all == nil {
		all = other.targets
	}
	if all == nil {
		all = generators.All()
	}
	addBeside(s.hosts, other.hosts, all)
}

// Close closes the files of a side.
func (s *Side) Close() {
	if s.files != nil {
		s.files.Close()
	}
}

// Read reads both sides. It reads policies first, since their templates say which files of a folder rolewall
// wrote. Close both afterwards.
func Read(ctx context.Context, names [2]string, o Options) (before, after *Side, err error) {
	targets, err := workspace.Targets(o.Files, o.Policy.Templates, nil)
	if err != nil {
		return nil, nil, err
	}
	var sides [2]*Side
	var errs [2]error
	var folders []int
	captures := false
	for i, name := range names {
		if capturefiles.IsCapture(name) {
			captures = true
			sides[i], errs[i] = readCaptures(name, o.As, o.Stdin)
		} else if isFolder(name) {
			folders = append(folders, i)
		} else if sides[i], errs[i] = readPolicy(ctx, name, o); errs[i] == nil {
			targets = append(targets, sides[i].targets...)
		}
	}
	for _, i := range folders {
		var files *fleet.Scripts
		if files, errs[i] = fleet.OpenScripts(ctx, names[i], targets); errs[i] == nil {
			sides[i] = &Side{hosts: files.Hosts, files: files, catalog: files.Catalog}
		}
	}
	if o.As != "" && !captures {
		return nil, nil, diag.Errorf("leave it out", "--as names the host of a capture, and neither side is one")
	}
	if err := errors.Join(errs[:]...); err != nil {
		for i := range sides {
			if errs[i] == nil {
				sides[i].Close()
			}
		}
		return nil, nil, err
	}
	nameStdin(names, sides)
	return sides[0], sides[1], nil
}

// Compare compares two sides that were read together. The error says that a host has too many differences.
func Compare(before, after *Side) (*compare.Report, error) {
	captured := before.isCapture || after.isCapture
	if captured {
		compareWithCaptures(before, after)
	} else {
		before.addBeside(after)
		after.addBeside(before)
	}
	r, err := compare.Sides(before.forCompare(), after.forCompare())
	if err != nil {
		return nil, diag.Errorf("unite rules that overlap in ports, or compare the other hosts with --host", "%v", err)
	}
	if captured {
		r.ForgetReasons()
	}
	r.Locate(before.finder(), after.finder())
	return r, nil
}

// Choose keeps only the hosts that match a pattern, on both sides. A pattern that matches no host is a mistake.
func Choose(patterns []string, sides ...*Side) error {
	if len(patterns) == 0 {
		return nil
	}
	var names []string
	for _, s := range sides {
		for _, h := range s.hosts {
			names = append(names, h.Name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	var chosen workspace.Selection
	for _, pattern := range patterns {
		x, err := workspace.HostPattern(pattern, names)
		if err != nil {
			return err
		}
		_, isRole := x.Role()
		if _, isSystem := x.System(); isRole || isSystem {
			return diag.Errorf("name the hosts", "diff cannot choose hosts by role or system, as %q does", pattern)
		}
		chosen.Hosts = append(chosen.Hosts, x)
	}
	for _, s := range sides {
		s.hosts = slices.DeleteFunc(s.hosts, func(h compare.Host) bool { return !chosen.HasHost(h.Name) })
	}
	return nil
}

// nameStdin names the host of a one-host policy on stdin, which has no file name, like the only host on the other
// side: git show old:web1.toml | rolewall diff - web1.toml.
func nameStdin(names [2]string, sides [2]*Side) {
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

// readPolicy resolves the hosts of a policy. The null device stands for no policy: its side has no hosts.
func readPolicy(ctx context.Context, name string, o Options) (*Side, error) {
	if name == os.DevNull {
		return &Side{}, nil
	}
	w, err := workspace.Open(ctx, o.Files, name, o.Policy)
	if err != nil {
		return nil, err
	}
	sets, err := w.ResolveAll(ctx)
	if err != nil {
		return nil, err
	}
	return &Side{
		hosts: sets, networks: w.Policy.Networks, targets: w.Targets, written: writtenNetworks(w.Policy), definitions: definitions(w.Policy),
		catalog: manifest.Catalog{Digest: w.Policy.Catalog.Digest(), Program: o.Program},
	}, nil
}
