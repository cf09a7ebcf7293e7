// Package readers reads the files of a captured host, whatever firewall wrote them.
//
// The files of a host are read together, since each tells a part: rules of nft and of iptables filter side by side, addresses
// decide what is for the host, and Group Policy can make local rules void. What a file is follows from its content.
package readers

import (
	"bytes"
	"path"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/iproute"
	"rolewall/readers/ipset"
	"rolewall/readers/iptsave"
	"rolewall/readers/netfilter"
	"rolewall/readers/netsh"
	"rolewall/readers/nftjson"
	"rolewall/readers/nmap"
	"rolewall/readers/winjson"
	"rolewall/readers/winrules"
	"rolewall/readers/winstore"
)

// File is a captured file.
type File struct {
	Name string // with the folder, for messages
	Data []byte
}

// Form is a kind of file that can be read.
type Form struct {
	Name   string
	Title  string // the command that makes one
	detect func(head []byte) bool
	read   func(h *host, f File, errs *diag.List)
}

// host collects what the files of one host tell.
type host struct {
	linux   netfilter.State
	windows winstore.State
	onLinux bool // a file of Linux was read
	onNT    bool // a file of Windows was read
}

func linuxForm(name, title string, detect func([]byte) bool, read func(string, []byte, *netfilter.State, *diag.List)) Form {
	return Form{name, title, detect, func(h *host, f File, errs *diag.List) {
		h.onLinux = true
		read(f.Name, f.Data, &h.linux, errs)
	}}
}

func windowsForm(name, title string, detect func([]byte) bool, read func(string, []byte, *winstore.State, *diag.List)) Form {
	return Form{name, title, detect, func(h *host, f File, errs *diag.List) {
		h.onNT = true
		read(f.Name, f.Data, &h.windows, errs)
	}}
}

// Forms lists what can be read.
func Forms() []Form {
	return []Form{
		linuxForm("nft", "nft -j list ruleset", nftjson.Detect, nftjson.Read),
		linuxForm("iptables-save", "iptables-save -c, ip6tables-save -c", iptsave.Detect, iptsave.Read),
		linuxForm("ipset", "ipset save", ipset.Detect, ipset.Read),
		linuxForm("ip", "ip -j addr, ip -j route", iproute.Detect, iproute.Read),
		windowsForm("reg", "reg export, reg query /s", winrules.Detect, winrules.Read),
		windowsForm("pol", "Registry.pol of a GPO", winrules.DetectPolicy, winrules.ReadPolicy),
		windowsForm("json", "the ActiveStore as JSON, as rolewall capture windows writes it", winjson.Detect, winjson.Read),
		windowsForm("netsh", "netsh advfirewall firewall show rule name=all verbose", netsh.Detect, netsh.Read),
	}
}

// HeadSize is how much of a file decides what it is, in bytes.
const HeadSize = 4096

// detect returns the form of a file.
func detect(f File) (Form, bool) {
	head := f.Data[:min(len(f.Data), HeadSize)]
	for _, form := range Forms() {
		if form.detect(head) {
			return form, true
		}
	}
	return Form{}, false
}

// Known reports whether a file begins like one that can be read.
func Known(head []byte) bool {
	_, ok := detect(File{Data: head})
	return ok || isManifest(head) || nmap.Detect(head)
}

// Read reads the files of one host, or one scan of several, and works out what they let in. It returns nil after a mistake: a
// file that is cut off, one that no reader knows, files of two systems.
func Read(files []File, errs *diag.List) []*capture.Capture {
	if len(files) == 1 && nmap.Detect(files[0].Data[:min(len(files[0].Data), HeadSize)]) {
		return nmap.Read(files[0].Name, files[0].Data, errs)
	}
	if c := readHost(files, errs); c != nil {
		return []*capture.Capture{c}
	}
	return nil
}

// readHost reads the files of one host.
func readHost(files []File, errs *diag.List) *capture.Capture {
	before := errs.Len()
	m, files := takeManifest(files, errs)
	h := &host{}
	for _, f := range files {
		if m.isForPeople(f) || len(bytes.TrimSpace(f.Data)) == 0 && m != nil {
			continue
		}
		form, ok := detect(f)
		if !ok {
			errs.Add(diag.Pos{File: f.Name}, hintForms(), "no reader knows this file; it begins with %q", f.Data[:min(len(f.Data), 40)])
			continue
		}
		form.read(h, f, errs)
	}
	if errs.Len() > before {
		return nil
	}
	if m != nil {
		m.tell(h, files)
	}
	var c *capture.Capture
	switch {
	case h.onLinux && h.onNT:
		errs.Add(diag.Pos{File: files[0].Name}, "name the captures one by one", "the files are of two hosts: one runs Windows, the other Linux")
		return nil
	case h.onNT:
		c = winstore.Evaluate(&h.windows)
	case h.onLinux:
		c = netfilter.Evaluate(&h.linux, errs)
	default:
		errs.Add(diag.Pos{File: nameOf(m, files)}, "capture it again, as root or as an administrator", "the capture holds no rules: no command that was asked answered")
		return nil
	}
	if errs.Len() > before {
		return nil
	}
	if m != nil {
		c.Host, c.When = m.Host, m.When
		c.Facts = append(m.facts, c.Facts...)
	}
	return c
}

func nameOf(m *manifest, files []File) string {
	if m != nil {
		return m.file
	}
	if len(files) > 0 {
		return files[0].Name
	}
	return ""
}

func hintForms() string {
	var titles []string
	for _, f := range Forms() {
		titles = append(titles, f.Title)
	}
	return "what is read: " + strings.Join(titles, "; ") + "; nmap -oX"
}

// isForPeople reports whether a file of a capture is there for people to read, or is read with the manifest.
func (m *manifest) isForPeople(f File) bool {
	if m == nil {
		return false
	}
	switch path.Base(f.Name) {
	case "nft.txt", "sysctl.txt", "ip-rule.json", "ip-6-rule.json", "ip_tables_names.txt", "ip6_tables_names.txt":
		return true
	}
	return m.failed(path.Base(f.Name))
}
