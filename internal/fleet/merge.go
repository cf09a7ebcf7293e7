package fleet

import (
	"iter"
	"os"

	"rolewall/internal/fleet/manifest"
	"rolewall/internal/workspace"
)

// Merge goes through the entries of earlier manifests and the hosts of a run, both in the order of names. It finds
// what the next manifest lists: the hosts of the run, and entries that the selection does not cover.
type Merge struct {
	Selection workspace.Selection
	// List is called with the entries of the next manifest, in order.
	List func(host string, e manifest.Entry)
	// Orphaned is called with the files of a host that are listed and no longer wanted, by name, with their sums.
	// left is how many other files of the host stay listed.
	Orphaned func(host string, files map[string]string, left int) error
	Stop     func() // ends the reading; set by Start
	Kept     bool   // files of earlier runs stay listed

	next   func() (manifest.HostEntry, error, bool)
	old    manifest.HostEntry // the next entry to handle
	hasOld bool
}

// Start reads the first entry. Call Stop at the end.
func (m *Merge) Start(root *os.Root, manifests []string) error {
	m.next, m.Stop = iter.Pull2(manifest.ReadAll(root, manifests))
	return m.advance()
}

func (m *Merge) advance() error {
	e, err, more := m.next()
	m.old, m.hasOld = e, more
	return err
}

// Add handles the next host or bundle of the run. Bundles follow the hosts. An entry without files is not listed.
func (m *Merge) Add(host string, entry manifest.Entry) error {
	next := manifest.HostEntry{Host: host, Entry: entry}
	for m.hasOld && m.old.Compare(next) < 0 {
		if err := m.pass(); err != nil {
			return err
		}
	}
	if m.hasOld && m.old.Compare(next) == 0 {
		if err := m.keep(entry.Files); err != nil {
			return err
		}
		if err := m.advance(); err != nil {
			return err
		}
	}
	if len(entry.Files) > 0 {
		m.List(host, entry)
	}
	return nil
}

// Finish handles the entries after the run's last host.
func (m *Merge) Finish() error {
	for m.hasOld {
		if err := m.pass(); err != nil {
			return err
		}
	}
	return nil
}

// pass handles a listed host that is not in the run.
func (m *Merge) pass() error {
	kept := manifest.Entry{OS: m.old.OS, Roles: m.old.Roles, Files: map[string]string{}, Bundle: m.old.Bundle}
	if err := m.keep(kept.Files); err != nil {
		return err
	}
	if len(kept.Files) > 0 {
		m.List(m.old.Host, kept)
	}
	return m.advance()
}

// keep adds files of the old entry that the selection does not cover.
func (m *Merge) keep(files map[string]string) error {
	orphaned := map[string]string{}
	for name, sum := range m.old.Files {
		if _, wanted := files[name]; wanted {
			continue
		}
		if m.Selection.Has(m.old.Host, name) {
			orphaned[name] = sum
		} else {
			files[name] = sum
			m.Kept = true
		}
	}
	if len(orphaned) == 0 {
		return nil
	}
	return m.Orphaned(m.old.Host, orphaned, len(files))
}
