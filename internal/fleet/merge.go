package main

import (
	"iter"
	"os"

	"rolewall/internal/workspace"
)

// manifestMerge walks the entries of earlier manifests beside the hosts of a run, both in the order of names, and says
// what the next manifest lists: the hosts of the run, and what their selection leaves alone.
type manifestMerge struct {
	sel    workspace.Selection
	next   func() (manifestEntry, error, bool)
	stop   func()
	old    manifestEntry // not yet dealt with
	hasOld bool
	list   func(host string, h manifestHost) // receives the entries of the next manifest, in order
	// gone receives the files of a host that are listed and asked for no more, by name, with their sums; left is how
	// many other files of the host stay listed.
	gone func(host string, files map[string]string, left int) error
}

// start reads the first entry. Call stop in the end.
func (m *manifestMerge) start(root *os.Root, manifests []string) error {
	m.next, m.stop = iter.Pull2(readManifests(root, manifests))
	return m.advance()
}

func (m *manifestMerge) advance() error {
	e, err, more := m.next()
	m.old, m.hasOld = e, more
	return err
}

// add takes the entry of the run's next host.
func (m *manifestMerge) add(host string, entry manifestHost) error {
	for m.hasOld && m.old.host < host {
		if err := m.pass(); err != nil {
			return err
		}
	}
	if m.hasOld && m.old.host == host {
		if err := m.keep(entry.Files); err != nil {
			return err
		}
		if err := m.advance(); err != nil {
			return err
		}
	}
	m.list(host, entry)
	return nil
}

// finish deals with what is listed behind the run's last host.
func (m *manifestMerge) finish() error {
	for m.hasOld {
		if err := m.pass(); err != nil {
			return err
		}
	}
	return nil
}

// pass deals with a listed host that is none of the run's.
func (m *manifestMerge) pass() error {
	kept := manifestHost{OS: m.old.OS, Roles: m.old.Roles, Files: map[string]string{}}
	if err := m.keep(kept.Files); err != nil {
		return err
	}
	if len(kept.Files) > 0 {
		m.list(m.old.host, kept)
	}
	return m.advance()
}

// keep adds to files what the old entry lists and the selection leaves alone.
func (m *manifestMerge) keep(files map[string]string) error {
	gone := map[string]string{}
	for name, sum := range m.old.Files {
		if _, wanted := files[name]; wanted {
			continue
		}
		if m.sel.Has(m.old.host, name) {
			gone[name] = sum
		} else {
			files[name] = sum
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return m.gone(m.old.host, gone, len(files))
}
