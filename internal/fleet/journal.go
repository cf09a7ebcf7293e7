package fleet

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"rolewall/diag"
	"rolewall/internal/fleet/manifest"
	"rolewall/internal/fleet/regular"
	"rolewall/internal/workspace"
)

// JournalName is the beginning of the names of journals. No host can have such a name.
const JournalName = ".rolewall-journal"

// journal records the bytes that a run is about to write. Until the manifest is in place, the files differ from
// what it lists. If the run stops before that, the next run learns from the journal that these files are ours. A
// run that ends early leaves its journal. Its lines have tabs between fields:
//
//	run TOKEN            a run began; its temporary names hold the token
//	SUM "HOST/FILE"      what a file is about to be
type journal struct {
	root   *os.Root
	name   string
	file   *os.File
	token  string              // random, of this run
	others []string            // journals of parts, for a run of the whole
	tokens []string            // of the runs that were stopped
	began  bool                // another run left the journal
	wrote  atomic.Bool         // this run has recorded something
	left   map[string][]string // sums by path that earlier runs recorded and this run has not handled yet

	writing sync.Mutex
	cut     bool // the last line may be cut off, after a full disk
}

// openJournal opens the journal of a part or of the whole. A run of the whole takes over the journals of parts.
func openJournal(t *Folder, s workspace.Shard) (*journal, error) {
	j := &journal{root: t.Root, name: journalNameOf(s), token: strings.ToLower(rand.Text()), left: map[string][]string{}}
	if s.Of == 0 {
		var err error
		if j.others, err = t.matching(j.name + ".*"); err != nil {
			return nil, err
		}
	}
	for _, name := range j.others {
		f, _, err := regular.Open(j.root, name, os.O_RDONLY)
		if err == nil {
			err = errors.Join(j.read(f), f.Close())
		}
		if err != nil {
			return nil, err
		}
	}
	for range 3 { // the run that had it may remove it between opening and locking
		f, err := j.open()
		if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, diag.Prefix(t.Dir+": ", err)
		}
		if !lock(f, false) {
			return nil, errors.Join(errBusy(), f.Close())
		}
		opened, err1 := f.Stat()
		named, err2 := t.Root.Lstat(j.name)
		if err1 != nil || err2 != nil || !os.SameFile(opened, named) {
			f.Close()
			continue
		}
		j.file = f
		err = j.read(f)
		if err == nil {
			_, err = fmt.Fprintf(f, "\nrun\t%s\n", j.token) // the first line end ends a line that was cut off
		}
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
		return j, nil
	}
	return nil, errBusy()
}

// StoppedRuns returns the tokens of stopped runs from the journals in the folder. A journal that would stop a run
// is an error.
func (t *Folder) StoppedRuns() ([]string, error) {
	names, err := t.matching(JournalName, JournalName+".*")
	var tokens []string
	for _, name := range names {
		j := &journal{root: t.Root, name: name, left: map[string][]string{}}
		if err := j.check(); err != nil {
			return nil, err
		}
		tokens = append(tokens, j.tokens...)
	}
	return tokens, err
}

// CheckJournal returns why a journal would stop a run, or nil.
func (t *Folder) CheckJournal(name string) error {
	return (&journal{root: t.Root, name: name, left: map[string][]string{}}).check()
}

// check reads a journal without taking it over.
func (j *journal) check() error {
	f, info, err := regular.Open(j.root, j.name, os.O_RDONLY)
	if err != nil {
		return err
	}
	defer f.Close()
	if regular.HasOtherNames(info) {
		return errHardLink(j.name)
	}
	return j.read(f)
}

func errHardLink(name string) error {
	return diag.Errorf("remove it: rolewall makes none with a second name", "%s is a hard link", name)
}

// open opens the journal, or creates it. A file with a second name is not ours: whatever a run adds would also
// appear under that name.
func (j *journal) open() (*os.File, error) {
	f, info, err := regular.Open(j.root, j.name, os.O_RDWR|os.O_APPEND)
	if errors.Is(err, fs.ErrNotExist) {
		return j.root.OpenFile(j.name, os.O_RDWR|os.O_APPEND|os.O_CREATE|os.O_EXCL, 0o644)
	}
	if err != nil {
		return nil, err
	}
	if regular.HasOtherNames(info) {
		return nil, errors.Join(errHardLink(j.name), f.Close())
	}
	j.began = true
	return f, nil
}

func errBusy() error {
	return diag.Errorf("wait for it, or give each run a folder of its own", "another run is writing to this folder")
}

// The lines of a journal, and the last line of a run that was stopped while it wrote.
var (
	journalLine = regexp.MustCompile(`^(?:run\t[a-z2-7]{26}|[0-9a-f]{64}\t".*")?$`)
	cutOffLine  = regexp.MustCompile(`^(?:r|ru|run|run\t[a-z2-7]{0,26}|[0-9a-f]{0,64}|[0-9a-f]{64}\t.*)$`)
)

const journalHint = "a stopped run leaves such a file; this one is of another hand: remove it, and look at what rolewall check reports"

// read adds what stopped runs recorded. It ignores a line that was cut off, since its files have not changed yet.
// A file with any other content is no journal and proves nothing.
func (j *journal) read(f *os.File) error {
	foreign := diag.Errorf(journalHint, "%s is not a journal of rolewall", filepath.Base(f.Name()))
	lines := bufio.NewReader(f)
	for {
		text, err := lines.ReadSlice('\n')
		if err == io.EOF && cutOffLine.Match(text) {
			return nil
		}
		if err == io.EOF || errors.Is(err, bufio.ErrBufferFull) {
			return foreign
		}
		if err != nil {
			return err
		}
		if !j.note(strings.TrimSuffix(string(text), "\n")) {
			return foreign
		}
	}
}

// note adds a line. It returns false for a line that no run wrote.
func (j *journal) note(line string) bool {
	if !journalLine.MatchString(line) && !cutOffLine.MatchString(line) { // the next run ends a line that was cut off
		return false
	}
	sum, quoted, _ := strings.Cut(line, "\t")
	if sum == "run" && len(quoted) == 26 {
		j.tokens = append(j.tokens, quoted)
		return true
	}
	name, err := strconv.Unquote(quoted)
	if err != nil || len(sum) != 64 {
		return true
	}
	host, file, _ := strings.Cut(name, "/")
	if (manifest.HostEntry{Host: host, Entry: manifest.Entry{Files: map[string]string{file: sum}, Bundle: strings.Contains(file, "/")}}).Foreign() != "" {
		return false
	}
	j.left[name] = append(j.left[name], sum)
	return true
}

// announce records what the files of a host are about to be. Several goroutines may call it.
func (j *journal) announce(host string, sums map[string]string) error {
	var b []byte
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		b = fmt.Appendf(b, "%s\t%q\n", sums[name], host+"/"+name)
	}
	j.wrote.Store(true)
	j.writing.Lock()
	defer j.writing.Unlock()
	if j.cut {
		b = append([]byte("\n"), b...)
	}
	_, err := j.file.Write(b)
	j.cut = err != nil
	return err
}

// unfinished returns the hosts that stopped runs had begun.
func (j *journal) unfinished() []string {
	var hosts []string
	for path := range j.left {
		host, _, _ := strings.Cut(path, "/")
		hosts = append(hosts, host)
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// finish removes the journals, except for entries that the selection of this run does not cover.
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
	temp := tempName(j.token, j.name)
	f, made := j.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if made != nil {
		return errors.Join(err, made)
	}
	_, wrote := f.Write(b)
	if wrote = errors.Join(wrote, f.Close()); wrote == nil {
		wrote = j.root.Rename(temp, j.name)
	}
	return errors.Join(err, wrote)
}

// abandon leaves the journal for the next run, unless it is empty.
func (j *journal) abandon() error {
	err := j.file.Close()
	if !j.wrote.Load() && !j.began {
		err = errors.Join(err, drop(j.root, j.name))
	}
	return err
}

// sweep removes the unfinished files and folders of stopped runs. Their names contain the token of such a run.
func (t *Folder) sweep(j *journal) error {
	if len(j.tokens) == 0 {
		return nil
	}
	names, err := t.matching(Unfinished + "*")
	if err != nil {
		return err
	}
	for _, name := range names {
		if IsTempOf(j.tokens, name) {
			if err := t.Root.RemoveAll(name); err != nil {
				return err
			}
		}
	}
	for _, host := range j.unfinished() {
		if err := t.sweepHost(host, j.tokens); err != nil {
			return err
		}
	}
	return t.sweepNested(j)
}

// sweepNested does the same in the folders below that of a bundle.
func (t *Folder) sweepNested(j *journal) error {
	for name := range j.left {
		if strings.Count(name, "/") < 2 || !regular.IsRealPath(t.Root, path.Dir(name)) {
			continue
		}
		for _, token := range j.tokens {
			if err := drop(t.Root, tempName(token, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// sweepHost does the same in the folder of a host.
func (t *Folder) sweepHost(host string, tokens []string) error {
	seen, err := t.Root.Lstat(host)
	if err != nil || !seen.IsDir() {
		return nil // nothing was begun there
	}
	dir, err := regular.OpenFolder(t.Root, host, seen)
	if err != nil {
		return err
	}
	defer dir.Close()
	names, err := (&Folder{Root: dir}).matching(Unfinished + "*")
	for _, name := range names {
		if err == nil && IsTempOf(tokens, name) {
			err = drop(dir, name)
		}
	}
	return err
}
