package capturefiles

import (
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers"
	"rolewall/readers/flowlog"
)

// Evidence is the evidence of one host: the folder of a capture, or files that are named after the host.
type Evidence struct {
	Name string // for messages
	Host string // the host of the capture, if the files do not name it
	read func() ([]readers.File, error)
}

// Read reads all files of the host. It returns nil after a mistake. as is the name of the host, whatever the files
// say. If it is empty, the files give the name.
func (e Evidence) Read(as string, errs *diag.List) *readers.Host {
	files, err := e.read()
	if err != nil {
		errs.Add(diag.Pos{File: e.Name}, "", "%s", diag.FileProblem(err))
		return nil
	}
	h := readers.ReadHost(files, errs)
	if h == nil {
		return nil
	}
	switch {
	case as != "":
		h.Name = as
	case h.Name == "":
		h.Name = e.Host
	}
	return h
}

// FindEvidence returns the hosts in the paths, in the order of the first path of each, and the paths that are logs
// of traffic. A path is the folder of a capture, a folder of such folders, a folder of files of one host, or a
// single file. Logs may be among them. Files whose names begin alike, such as web1.nft.json and web1.ss.txt,
// belong to one host. With one, all files belong to one host. "-" is a log.
func FindEvidence(paths []string, one bool) (hosts []Evidence, logs []string, err error) {
	single := map[string][]string{} // files by host
	for _, name := range paths {
		if name == "-" {
			logs = append(logs, name)
			continue
		}
		info, err := os.Stat(filepath.FromSlash(name))
		switch {
		case err != nil:
			return nil, nil, diag.Errorf("", "%s: %s", name, diag.FileProblem(err))
		case info.IsDir():
			found, inside, err := evidenceIn(name)
			if err != nil {
				return nil, nil, err
			}
			hosts, logs = append(hosts, found...), append(logs, inside...)
			continue
		case !info.Mode().IsRegular():
			return nil, nil, diag.Errorf("", "%s: it is not a regular file", name)
		}
		isLog, err := isLogFile(name)
		if err != nil {
			return nil, nil, diag.Errorf("", "%s: %s", name, diag.FileProblem(err))
		}
		if isLog {
			logs = append(logs, name)
			continue
		}
		host := ownerOf(name)
		if one {
			host = ""
		}
		if single[host] == nil {
			hosts = append(hosts, Evidence{Name: name, Host: host, read: func() ([]readers.File, error) { return readFiles(single[host]) }})
		}
		single[host] = append(single[host], name)
	}
	if len(hosts) > maxFound {
		return nil, nil, diag.Errorf("name a part of them at a time", "these are more than %d hosts", maxFound)
	}
	return hosts, logs, nil
}

// evidenceIn returns the hosts of a folder, and the logs of traffic in it.
func evidenceIn(name string) (hosts []Evidence, logs []string, err error) {
	one := func(name string) Evidence {
		return Evidence{Name: name, Host: hostOf(name), read: func() ([]readers.File, error) { return readFolder(name, nil) }}
	}
	entries, err := os.ReadDir(filepath.FromSlash(name))
	if err != nil {
		return nil, nil, diag.Errorf("", "%s: %s", name, diag.FileProblem(err))
	}
	if slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == manifest }) {
		return []Evidence{one(name)}, nil, nil
	}
	files := 0
	for _, e := range entries {
		inner := path.Join(filepath.ToSlash(name), e.Name())
		if e.IsDir() {
			if _, err := os.Lstat(filepath.Join(filepath.FromSlash(inner), manifest)); err == nil {
				hosts = append(hosts, one(inner))
			}
			continue
		}
		isLog := false
		if e.Type().IsRegular() {
			if isLog, err = isLogFile(inner); err != nil {
				return nil, nil, diag.Errorf("", "%s: %s", inner, diag.FileProblem(err))
			}
		}
		if isLog {
			logs = append(logs, inner)
		} else {
			files++
		}
	}
	switch {
	case len(hosts) > 0 || files == 0 && len(logs) > 0:
		return hosts, logs, nil
	case files > 0:
		e := one(name)
		e.read = func() ([]readers.File, error) { return readFolder(name, logs) }
		return []Evidence{e}, logs, nil
	}
	return nil, nil, diag.Errorf(noCapture, "%s holds no capture: a capture is a folder with a file %s", name, manifest)
}

// ownerOf returns the host of a file: web1 for web1.ss.txt. If the name is an address, or has more dots, it keeps
// them.
func ownerOf(name string) string {
	base := hostOf(name)
	for _, end := range []string{"ss", "netstat", "connections", "tasklist", "dpkg", "rpm", "packages", "units", "features", "ip-addr", "ip-route", "nft", "iptables-save", "ip6tables-save", "iptables", "ip6tables", "ipset", "csv", "log"} {
		base = strings.TrimSuffix(base, "."+end)
	}
	return hostOf(base)
}

// LogHost returns the host in the name of a log: web1 for web1.pfirewall.log. There may be no such host.
func LogHost(name string) string {
	base, _, _ := strings.Cut(path.Base(filepath.ToSlash(name)), ".")
	return base
}

// isLogFile reports whether a file begins like a log of traffic and not like a file of a capture.
func isLogFile(name string) (bool, error) {
	f, err := os.Open(filepath.FromSlash(name))
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, flowlog.HeadSize)
	n, err := io.ReadFull(f, head)
	if err != nil && n == 0 {
		return false, nil
	}
	head = unpackHead(head[:n])
	if readers.Known(head) {
		return false, nil
	}
	_, known := flowlog.Detect(head)
	return known, nil
}

func readFiles(names []string) ([]readers.File, error) {
	var out []readers.File
	left := maxBytes
	for _, name := range names {
		f, err := os.Open(filepath.FromSlash(name))
		if err != nil {
			return nil, err
		}
		data, err := readAll(f, left)
		_ = f.Close()
		if err != nil {
			return nil, err
		}
		left -= len(data)
		out = append(out, readers.File{Name: name, Data: data})
	}
	return out, nil
}
