package wintest

import (
	"cmp"
	"fmt"
	"strings"

	"rolewall/internal/wintest/rulestore"
	"rolewall/ruleset"
)

// Host is a model of a Windows host that runs scripts: its two rule stores, its files, its registry.
type Host struct {
	OS       ruleset.OS
	Build    string // CurrentBuildNumber of the registry
	Elevated bool
	Language rulestore.Language
	Firewall *rulestore.Firewall
	IPsec    *rulestore.IPsec
	Registry map[string]string // data by lower-case `key\value`
	Services map[string]bool   // whether a service runs, by lower-case name
	Files    map[string]string // by lower-case path
	Folders  map[string]bool   // by lower-case path
	Missing  map[string]bool   // programs that are not installed, by lower-case name
	Tasks    map[string]Task   // scheduled tasks, by lower-case name
	Listens  map[uint16]bool   // TCP ports that are listened on
	Logon    string            // identifier of the session's logon, S-1-5-5-0-1234; empty for the system account

	CalledAs string               // the script's own name as the caller wrote it; empty for its full path
	Fail     int                  // number of the external command that fails, counted from 1 in the next run; 0 for none
	Each     func(command string) // called before every external command, if set
	Ran      []string             // external commands of the latest run
	Out      string               // what the latest run printed, both streams

	saved map[string]*rulestore.Firewall // exported stores, by lower-case path
}

// NewHost is an elevated session on a host as Windows sets it up.
func NewHost(os ruleset.OS, build string) *Host {
	return &Host{
		OS: os, Build: build, Elevated: true, Language: rulestore.English(), Firewall: rulestore.NewFirewall(), IPsec: rulestore.NewIPsec(),
		Registry: map[string]string{}, Services: map[string]bool{"policyagent": true, "mpssvc": true},
		Files: map[string]string{}, Folders: map[string]bool{`c:\windows`: true}, Missing: map[string]bool{}, saved: map[string]*rulestore.Firewall{},
		Tasks: map[string]Task{}, Listens: map[uint16]bool{135: true, 445: true}, Logon: "S-1-5-5-0-1001",
	}
}

// Clone copies the host with all it holds.
func (h *Host) Clone() *Host {
	c := *h
	c.Firewall, c.IPsec = h.Firewall.Clone(), h.IPsec.Clone()
	c.Registry, c.Services, c.Files, c.Folders = copyMap(h.Registry), copyMap(h.Services), copyMap(h.Files), copyMap(h.Folders)
	c.saved, c.Missing, c.Tasks, c.Listens = copyMap(h.saved), copyMap(h.Missing), copyMap(h.Tasks), copyMap(h.Listens)
	return &c
}

func copyMap[K comparable, V any](m map[K]V) map[K]V {
	out := make(map[K]V, len(m))
	for k, v := range m {
		out[k] = v
	}
	return out
}

// scriptPath is where the model keeps the script that it runs.
const scriptPath = `C:\scripts\rolewall.cmd`

// maxSteps stops a script that does not end.
const maxSteps = 20000

// Run runs a script with arguments and returns its exit code. An error is something that the model does not know or
// that cmd.exe would not survive; a command that fails is not an error.
func (h *Host) Run(s *Script, args ...string) (int, error) {
	h.Ran, h.Out = nil, ""
	h.Files[strings.ToLower(scriptPath)] = strings.Join(s.lines, "\r\n") + "\r\n"
	return h.start(s, append([]string{cmp.Or(h.CalledAs, scriptPath)}, args...))
}

// start runs a script in a cmd.exe of its own; the first argument is the script's name.
func (h *Host) start(s *Script, args []string) (int, error) {
	r := &run{
		host: h, script: s, known: map[string]bool{},
		vars: map[string]string{"SYSTEMROOT": `C:\Windows`, "PROGRAMDATA": `C:\ProgramData`, "PATH": `C:\Windows\System32`},
	}
	for name := range r.vars {
		r.known[name] = true
	}
	_, err := r.frame(0, args)
	if err != nil {
		return 0, fmt.Errorf("%w\n%s", err, h.Out)
	}
	return r.status, nil
}

// external counts a command outside cmd.exe and reports whether this is the one that fails.
func (h *Host) external(c *command) (fails bool) {
	h.Ran = append(h.Ran, c.name+string(c.tail.Runes))
	if h.Each != nil {
		h.Each(h.Ran[len(h.Ran)-1])
	}
	return h.Fail > 0 && len(h.Ran) == h.Fail
}
