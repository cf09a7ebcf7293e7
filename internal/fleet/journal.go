package fleet

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"rolewall/diag"
	"rolewall/internal/workspace"
)

// JournalName begins the names of journals. No host that is being written has such a name.
const JournalName = ".rolewall-journal"

// journal is a log of the bytes that a run is about to give to files. Until the manifest is in place, files differ from
// what it lists. When the run is stopped there, the next one learns from the journal that these files are ours. A line is
// the sum and the quoted "HOST/FILE", with a tab between them. The journal stays where a run ends early.
type journal struct {
	root   *os.Root
	name   string
	file   *os.File
	others []string            // journals that parts left, for a run of the whole
	began  bool                // another run left it
	wrote  atomic.Bool         // this run has recorded something
	left   map[string][]string // sums by path that earlier runs recorded and this one has not dealt with
}

// openJournal opens the journal of a part or of the whole. A run of the whole takes over the journals of parts.
func openJournal(t *Folder, s workspace.Shard) (*journal, error) {
	root := t.Root
	j := &journal{root: root, name: journalNameOf(s), left: map[string][]string{}}
	if s.Of == 0 {
		var err error
		if j.others, err = t.matching(j.name + ".*"); err != nil {
			return nil, err
		}
	}
	for _, name := range append([]string{j.name}, j.others...) {
		if err := j.read(name); err != nil {
			return nil, err
		}
	}
	for range 3 { // the run that had it may remove it between opening and locking
		f, err := root.OpenFile(j.name, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t.Dir, err)
		}
		if !lock(f, false) {
			return nil, errors.Join(errBusy(), f.Close())
		}
		opened, err1 := f.Stat()
		named, err2 := root.Lstat(j.name)
		if err1 == nil && err2 == nil && os.SameFile(opened, named) {
			j.file = f
			_, err := f.WriteString("\n") // ends a line that was cut off
			return j, err
		}
		f.Close()
	}
	return nil, errBusy()
}

func errBusy() error {
	return diag.Errorf("wait for it, or give each run a folder of its own", "another run is writing to this folder")
}

// read adds what a stopped run recorded. A line that was cut off counts for nothing: its files had not changed yet.
func (j *journal) read(name string) error {
	info, err := j.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no regular file", name)
	}
	if err != nil {
		return err
	}
	f, err := j.root.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	j.began = true
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		sum, quoted, _ := strings.Cut(lines.Text(), "\t")
		path, err := strconv.Unquote(quoted)
		if host, file, ok := strings.Cut(path, "/"); err == nil && ok && (HostEntry{host, Entry{Files: map[string]string{file: sum}}}).foreign() == "" {
			j.left[path] = append(j.left[path], sum)
		}
	}
	if err := lines.Err(); !errors.Is(err, bufio.ErrTooLong) { // which is no line of ours
		return err
	}
	return nil
}

// announce records what the files of a host are about to be. It may be called from several goroutines.
func (j *journal) announce(host string, sums map[string]string) error {
	var b []byte
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		b = fmt.Appendf(b, "%s\t%q\n", sums[name], host+"/"+name)
	}
	j.wrote.Store(true)
	_, err := j.file.Write(b)
	return err
}

// unfinished lists the hosts that stopped runs had begun with.
func (j *journal) unfinished() []string {
	var hosts []string
	for path := range j.left {
		host, _, _ := strings.Cut(path, "/")
		hosts = append(hosts, host)
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// finish removes the journals, but for what the selection of this run leaves alone.
func (j *journal) finish() error {
	err := j.file.Close()
	for _, name := range j.others {
		err = errors.Join(err, drop(j.root, name))
	}
	if len(j.left) == 0 {
		return errors.Join(err, drop(j.root, j.name))
	}
	var b []byte
	for _, path := range slices.Sorted(maps.Keys(j.left)) {
		for _, sum := range j.left[path] {
			b = fmt.Appendf(b, "%s\t%q\n", sum, path)
		}
	}
	return errors.Join(err, j.root.WriteFile(j.name, b, 0o644))
}

// abandon leaves the journal to the next run, unless there is nothing in it.
func (j *journal) abandon() error {
	err := j.file.Close()
	if !j.wrote.Load() && !j.began {
		err = errors.Join(err, drop(j.root, j.name))
	}
	return err
}

// sweep removes the files that stopped runs had not finished.
func (t *Folder) sweep(j *journal) error {
	for _, host := range j.unfinished() {
		if err := t.Root.RemoveAll(Unfinished + host); err != nil {
			return err
		}
	}
	for path := range j.left {
		host, name, _ := strings.Cut(path, "/")
		if err := drop(t.Root, host+"/"+Unfinished+name); err != nil {
			return err
		}
	}
	return nil
}
