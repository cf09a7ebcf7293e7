// Package readers reads the files of a captured host, of any firewall.
//
// The files of a host are read together, since each tells a part. Rules of nft and of iptables filter side by
// side. Addresses decide what is for the host. Group Policy can disable local rules. The content of a file shows
// what it is.
package readers

import (
	"bytes"
	"net/netip"
	"path"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/installed"
	"rolewall/readers/iproute"
	"rolewall/readers/ipset"
	"rolewall/readers/iptsave"
	"rolewall/readers/netfilter"
	"rolewall/readers/netfilter/evaluation"
	"rolewall/readers/netsh"
	"rolewall/readers/nftjson"
	"rolewall/readers/nmap"
	"rolewall/readers/sockets"
	"rolewall/readers/winjson"
	"rolewall/readers/winrules"
	"rolewall/readers/winstore"
	"rolewall/ruleset"
)

// File is a captured file.
type File struct {
	Name string // with the folder, for messages
	Data []byte
}

// Form is a kind of file that can be read.
type Form struct {
	Name   string
	Title  string // the command that writes such a file
	detect func(head []byte) bool
	read   func(h *host, f File, errs *diag.List)
}

// host collects what is in the files of one host.
type host struct {
	linux   netfilter.State
	windows winstore.State
	onLinux bool // a file of a Linux host was read
	onNT    bool // a file of a Windows host was read
	cmdlets bool // sockets came from cmdlets, which exist only on Windows

	sockets   sockets.State
	installed installed.State
	rules     bool // a file with rules was read
}

func linuxForm(name, title string, detect func([]byte) bool, read func(string, []byte, *netfilter.State, *diag.List)) Form {
	return Form{name, title, detect, func(h *host, f File, errs *diag.List) {
		h.onLinux, h.rules = true, h.rules || name != "ip"
		read(f.Name, f.Data, &h.linux, errs)
	}}
}

func windowsForm(name, title string, detect func([]byte) bool, read func(string, []byte, *winstore.State, *diag.List)) Form {
	return Form{name, title, detect, func(h *host, f File, errs *diag.List) {
		h.onNT, h.rules = true, true
		read(f.Name, f.Data, &h.windows, errs)
	}}
}

func socketForm(name, title string, detect func([]byte) bool, read func(string, []byte, *sockets.State, *diag.List)) Form {
	return Form{name, title, detect, func(h *host, f File, errs *diag.List) { read(f.Name, f.Data, &h.sockets, errs) }}
}

func installedForm(name, title string, detect func([]byte) bool, read func(string, []byte, *installed.State, *diag.List)) Form {
	return Form{name, title, detect, func(h *host, f File, errs *diag.List) { read(f.Name, f.Data, &h.installed, errs) }}
}

// Forms returns the kinds of files that can be read.
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
		socketForm("ss", "ss -H -tulpne", sockets.DetectSS, sockets.ReadSS),
		socketForm("netstat", "netstat -anob, netstat -tulpn", sockets.DetectNetstat, sockets.ReadNetstat),
		{"connections", "Get-NetTCPConnection and Get-NetUDPEndpoint as JSON", sockets.DetectJSON, func(h *host, f File, errs *diag.List) {
			h.cmdlets = true
			sockets.ReadJSON(f.Name, f.Data, &h.sockets, errs)
		}},
		socketForm("tasklist", "tasklist /svc /fo csv", sockets.DetectTasklist, sockets.ReadTasklist),
		installedForm("features", "Get-WindowsFeature as JSON or CSV", installed.DetectFeatures, installed.ReadFeatures),
		installedForm("units", "systemctl list-units --plain --no-legend", installed.DetectUnits, installed.ReadUnits),
		installedForm("packages", "dpkg-query -W, rpm -qa", installed.DetectPackages, installed.ReadPackages),
	}
}

// HeadSize is how many bytes at the beginning of a file show what it is.
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

// Read reads the files of one host, or one scan of several hosts, and computes what they allow. It returns nil
// after a mistake: a file that is cut off or unknown, or files of two systems.
func Read(files []File, errs *diag.List) []*capture.Capture {
	if len(files) == 1 && nmap.Detect(files[0].Data[:min(len(files[0].Data), HeadSize)]) {
		return nmap.Read(files[0].Name, files[0].Data, errs)
	}
	if c := readHost(files, errs); c != nil {
		return []*capture.Capture{c}
	}
	return nil
}

// readHost reads the files of one host. One of them must have rules.
func readHost(files []File, errs *diag.List) *capture.Capture {
	h := ReadHost(files, errs)
	switch {
	case h == nil:
		return nil
	case h.Capture == nil:
		errs.Add(diag.Pos{File: h.file}, "capture it again, as root or as an administrator", "the capture holds no rules: no command that was asked answered")
		return nil
	}
	return h.Capture
}

// Host is everything that the files of one host tell.
type Host struct {
	Name      string           // empty if unknown
	When      string           // RFC 3339, from the collector; empty if unknown
	Windows   bool             // the files are from Windows
	Linux     bool             // the files are from Linux; if Windows is false, too, the system is unknown
	OS        ruleset.OS       // the edition of Windows; empty if unknown
	Capture   *capture.Capture // what it allows; nil if no file has rules
	Sockets   sockets.State    // of all files together
	Installed installed.State
	Addresses []netip.Addr // the host's own, sorted, without loopback and link-local addresses

	file string // for messages
}

// ReadHost reads the files of one host. It returns nil after a mistake: a file that is cut off or unknown, or
// files of two systems.
func ReadHost(files []File, errs *diag.List) *Host {
	before := errs.Len()
	m, files := takeManifest(files, errs)
	h := &host{}
	for _, f := range files {
		if m.isForPeople(f) || m != nil && isEmpty(f.Data) {
			continue
		}
		form, ok := detect(f)
		if !ok {
			errs.Add(diag.Pos{File: f.Name}, hintFor(f.Data), "no reader knows this file; it begins with %q", f.Data[:min(len(f.Data), 40)])
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
	if h.onLinux && h.onNT {
		errs.Add(diag.Pos{File: files[0].Name}, "name the captures one by one", "the files are of two hosts: one runs Windows, the other Linux")
		return nil
	}
	out := h.tell(errs)
	out.file = nameOf(m, files)
	if errs.Len() > before {
		return nil
	}
	if m != nil {
		out.Name, out.When = m.Host, m.When
		out.Linux = out.Linux || !out.Windows && !m.isWindows()
		out.Windows = out.Windows || m.isWindows()
		if out.Capture != nil {
			out.Capture.Host, out.Capture.When = m.Host, m.When
			out.Capture.Facts = append(m.facts, out.Capture.Facts...)
		}
	}
	return out
}

// isEmpty reports whether a command printed nothing, or an empty list of JSON: a host without routes of IPv6 has none.
func isEmpty(data []byte) bool {
	text := bytes.TrimSpace(data)
	return len(text) == 0 || len(text) < 10 && string(bytes.Join(bytes.Fields(text), nil)) == "[]"
}

// tell makes a Host of what was read.
func (h *host) tell(errs *diag.List) *Host {
	h.sockets.Join()
	out := &Host{Windows: h.onNT, Linux: h.onLinux, OS: h.windows.OS, Sockets: h.sockets, Installed: h.installed}
	switch {
	case h.onNT:
		out.Capture = winstore.Evaluate(&h.windows)
	case h.onLinux && h.rules:
		out.Capture = evaluation.Evaluate(&h.linux, errs)
	}
	out.Windows = out.Windows || h.cmdlets || h.installed.Features != nil || h.sockets.Processes != nil
	out.Linux = out.Linux || h.installed.Packages != nil || h.installed.Units != nil
	for _, a := range h.linux.Network.Addresses {
		out.own(a.Prefix.Addr())
	}
	for i := range h.sockets.Sockets {
		out.own(h.sockets.Sockets[i].Addr)
	}
	slices.SortFunc(out.Addresses, netip.Addr.Compare)
	out.Addresses = slices.Compact(out.Addresses)
	return out
}

// own adds an address of the host that other hosts can use.
func (h *Host) own(a netip.Addr) {
	if a.IsGlobalUnicast() {
		h.Addresses = append(h.Addresses, a)
	}
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

// hintFor returns which file to capture instead of an unknown one.
func hintFor(data []byte) string {
	head := bytes.TrimSpace(data[:min(len(data), HeadSize)])
	switch {
	case bytes.HasPrefix(head, []byte("table ")) && bytes.ContainsRune(head, '{'):
		return "nft -j list ruleset writes the same rules as JSON, which is read"
	case bytes.HasPrefix(head, []byte("Chain ")):
		return "iptables-save -c writes the same rules whole, and is read"
	}
	return hintForms()
}

func hintForms() string {
	var titles []string
	for _, f := range Forms() {
		titles = append(titles, f.Title)
	}
	return "what is read: " + strings.Join(titles, "; ") + "; nmap -oX"
}

// isForPeople reports whether a file of a capture is only for people to read, or is read with the manifest.
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
