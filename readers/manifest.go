package readers

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"rolewall/diag"
	"rolewall/readers/capture"
	"rolewall/readers/netfilter"
	"rolewall/readers/winstore"
	"rolewall/ruleset"
)

// manifest is capture.json. It says how each command of the collector ended.
type manifest struct {
	Version int     `json:"version"`
	Host    string  `json:"host"`
	OS      string  `json:"os"`
	When    string  `json:"when"`
	Root    bool    `json:"root"`
	Files   []entry `json:"files"`

	file  string // its name, for messages
	facts []capture.Fact
}

// entry is a command of the collector and its result.
type entry struct {
	Name    string `json:"name"`
	Command string `json:"command"`
	Code    int    `json:"rc"` // 127: not installed
	Stderr  string `json:"stderr"`
	SHA256  string `json:"sha256"`
}

// notInstalled is the exit code for a command that does not exist on the host.
const notInstalled = 127

func isManifest(head []byte) bool {
	return bytes.Contains(head, []byte(`"version"`)) && bytes.Contains(head, []byte(`"files"`)) && bytes.Contains(head, []byte(`"rc"`))
}

// takeManifest reads the manifest of a capture and returns the other files. It returns nil if there is no
// manifest.
func takeManifest(files []File, errs *diag.List) (*manifest, []File) {
	i := slices.IndexFunc(files, func(f File) bool { return path.Base(f.Name) == "capture.json" })
	if i < 0 {
		return nil, files
	}
	m := &manifest{file: files[i].Name}
	rest := slices.Concat(files[:i], files[i+1:])
	d := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(files[i].Data, []byte("\xef\xbb\xbf"))))
	if err := d.Decode(m); err != nil {
		errs.Add(diag.Pos{File: m.file}, "capture the host again", "it is not what the collector writes: %s", jsonProblem(err))
		return m, nil
	}
	if m.Version != 1 {
		errs.Add(diag.Pos{File: m.file}, "use the program of the version that made the collector", "it has version %d, and this program reads version 1", m.Version)
		return m, nil
	}
	if problem := badHost(m.Host); problem != "" {
		errs.Add(diag.Pos{File: m.file}, "", "the name of the host %s", problem)
	}
	m.check(rest, errs)
	return m, rest
}

// badHost returns why a name cannot be the name of a host, or "".
func badHost(name string) string {
	if name == "" || len(name) > 253 || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`/\"<>|*?`, r) }) {
		return "is not the name of a host"
	}
	return ""
}

// jsonProblem returns what is wrong with JSON, without names of Go types.
func jsonProblem(err error) string {
	if e, ok := err.(*json.SyntaxError); ok {
		return fmt.Sprintf("%s at byte %d", e, e.Offset)
	}
	if e, ok := err.(*json.UnmarshalTypeError); ok {
		return fmt.Sprintf("%q holds a value of another kind", e.Field)
	}
	return "it ends too early"
}

// check compares the files with the sums in the manifest, so that a capture that was changed or cut off is
// rejected.
func (m *manifest) check(files []File, errs *diag.List) {
	byName := map[string]File{}
	for _, f := range files {
		byName[path.Base(f.Name)] = f
	}
	for _, e := range m.Files {
		f, here := byName[e.Name]
		if e.Code == notInstalled && !here {
			continue
		}
		sum := sha256.Sum256(f.Data)
		switch {
		case !here && e.SHA256 != "":
			errs.Add(diag.Pos{File: m.file}, "copy the whole folder", "the file %s is not in the capture", e.Name)
		case here && e.SHA256 != "" && e.SHA256 != hex.EncodeToString(sum[:]):
			errs.Add(diag.Pos{File: f.Name}, "copy it again, or capture the host again", "it is not the file that the collector wrote")
		}
	}
}

// failed reports whether the command behind a file ended with an error. What it printed is then no answer.
func (m *manifest) failed(name string) bool {
	i := slices.IndexFunc(m.Files, func(e entry) bool { return e.Name == name })
	return i >= 0 && m.Files[i].Code != 0
}

// tell adds what the manifest says: which commands failed, and whether the host forwards packets.
func (m *manifest) tell(h *host, files []File) {
	if !m.Root {
		m.fact("not-root", "the capture was not made by root or an administrator: rules may be missing")
	}
	for _, e := range m.Files {
		silent := strings.HasPrefix(e.Name, "ip6tables") && !h.linux.Speaks().IPv6 // the host has nothing to filter there
		if e.Code != 0 && e.Code != notInstalled && matters(e.Name) && !silent {
			m.fact("no-answer", fmt.Sprintf("%s ended with code %d: %s", e.Command, e.Code, firstLine(e.Stderr)))
		}
	}
	m.tellLegacy(h, files)
	forwarding(h, string(data(files, "sysctl.txt")))
	h.windows.OS, h.windows.NT = edition(m.OS), winstore.ParseVersion(strings.TrimPrefix(m.OS, "windows "))
}

// tellLegacy compares the kernel's list of legacy tables with the saves that were read.
func (m *manifest) tellLegacy(h *host, files []File) {
	for _, family := range []string{"ip", "ip6"} {
		v6 := family == "ip6"
		name := family + "_tables_names.txt"
		i := slices.IndexFunc(m.Files, func(e entry) bool { return e.Name == name })
		if i < 0 {
			continue
		}
		switch e := m.Files[i]; {
		case strings.TrimSpace(string(data(files, name))) != "":
			if !h.linux.Has(netfilter.IptablesLegacy, v6) {
				m.fact("legacy-unread", "the kernel holds tables of "+family+"tables-legacy, and no file of the capture has them")
			}
		case e.Code == 0 || strings.Contains(e.Stderr, "No such file"): // the module is not loaded
			h.linux.NoLegacy(v6)
		}
	}
}

// builds maps the builds of Windows Server to editions. Source: Microsoft, "Windows Server release information".
var builds = map[string]ruleset.OS{
	"6.0.6003": ruleset.Windows2008, "6.1.7601": ruleset.Windows2008R2, "6.2.9200": ruleset.Windows2012, "6.3.9600": ruleset.Windows2012R2,
	"10.0.14393": ruleset.Windows2016, "10.0.17763": ruleset.Windows2019, "10.0.20348": ruleset.Windows2022, "10.0.26100": ruleset.Windows2025,
}

// edition returns the edition of a text such as "windows 10.0.20348", or "" if it is no server.
func edition(os string) ruleset.OS { return builds[strings.TrimPrefix(os, "windows ")] }

func (m *manifest) isWindows() bool { return strings.HasPrefix(m.OS, "windows") }

// matters reports whether a file holds rules. If such a file is missing, the capture is incomplete.
func matters(name string) bool {
	for _, word := range []string{"nft.json", "-save.txt"} { // readers of Windows files know themselves which stores they have seen, and rules name the sets that they match
		if strings.HasSuffix(name, word) {
			return true
		}
	}
	return false
}

func (m *manifest) fact(code, text string) {
	m.facts = append(m.facts, capture.Fact{Code: code, Text: text, Pos: diag.Pos{File: m.file}, Unsafe: true})
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func data(files []File, name string) []byte {
	i := slices.IndexFunc(files, func(f File) bool { return path.Base(f.Name) == name })
	if i < 0 {
		return nil
	}
	return files[i].Data
}

// forwarding reads the output of sysctl about forwarding.
func forwarding(h *host, text string) {
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		for name, v6 := range map[string]bool{"net.ipv4.ip_forward": false, "net.ipv6.conf.all.forwarding": true} {
			if strings.TrimSpace(key) == name {
				if h.linux.Network.Forward == nil {
					h.linux.Network.Forward = map[bool]bool{}
				}
				h.linux.Network.Forward[v6] = strings.TrimSpace(value) != "0"
			}
		}
	}
}
