package wintest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"rolewall/internal/wintest/netsh"
)

// path is a file name as the model keeps it.
func path(name string) string {
	return strings.TrimSuffix(strings.ToLower(strings.Trim(name, `"`)), `\`)
}

// Exists reports whether the host has a file, an exported store or a folder of this name.
func (h *Host) Exists(name string) bool {
	_, file := h.Files[path(name)]
	_, saved := h.saved[path(name)]
	return file || saved || h.Folders[path(name)]
}

// program runs a program or a command that touches files. Each may be the one that is to fail.
func (r *run) program(c *command, s streams) error {
	h := r.host
	if h.external(c) {
		r.status = 1
		if c.is("findstr") {
			r.status = 2 // 1 means that nothing was found
		}
		s.say(c, "the model lets this command fail: IPsec [00000]\r\n", r.status)
		return nil
	}
	var out string
	var err error
	args := c.args()
	switch strings.TrimSuffix(c.name, ".exe") {
	case "netsh":
		out, r.status, err = h.netsh(args)
	case "findstr":
		out, r.status, err = h.findstr(args, s.in)
	case "reg":
		out, r.status, err = h.reg(args)
	case "sc":
		out, r.status, err = h.sc(args)
	case "powershell":
		out, r.status, err = h.powershell(c)
	case "schtasks":
		out, r.status, err = h.schtasks(args)
	case "whoami":
		out, r.status, err = h.whoami(args)
	case "netstat":
		out, r.status, err = h.netstat(args)
	case "where":
		out, r.status, err = h.where(args)
	case "dfsrdiag", "winmgmt":
		out, r.status, err = h.tool(c.name, args)
	case "mkdir", "del", "copy", "move", "type":
		out, r.status, err = h.file(c.name, args)
	default:
		err = fmt.Errorf("%s is not known to the model", c.name)
	}
	s.say(c, out, r.status)
	return err
}

// say prints what a program says. netsh complains on standard output, all others on standard error.
func (s streams) say(c *command, text string, code int) {
	if code == 0 || c.is("netsh") {
		s.out(text)
		return
	}
	s.err(text)
}

func (h *Host) netsh(args []netsh.Arg) (string, int, error) {
	st, err := netsh.Parse(args, h.OS)
	if err != nil {
		return "", 0, err
	}
	if !h.Elevated {
		return "The requested operation requires elevation (Run as administrator).\r\n", 1, nil
	}
	switch x := st.(type) {
	case netsh.SaveStore, netsh.LoadStore, netsh.AddRule, netsh.DeleteRule, netsh.EnableRule, netsh.ShowRules, netsh.SetProfile, netsh.ShowProfiles:
		out, code := h.Firewall.Run(st, h.saved, h.Language)
		return out, code, nil
	case netsh.SaveIPsec:
		h.Files[path(x.File)] = "exported"
		return "", 0, nil
	}
	out, code := h.IPsec.Run(st)
	return out, code, nil
}

// file runs the commands of cmd.exe that touch files. del says success whatever happens.
func (h *Host) file(name string, args []netsh.Arg) (string, int, error) {
	if len(args) > 0 && strings.EqualFold(args[0].Value, "/y") {
		args = args[1:]
	}
	if len(args) == 0 {
		return "", 0, fmt.Errorf("%s needs a file", name)
	}
	first := path(args[0].Value)
	text, known := h.Files[first]
	saved := h.saved[first]
	switch {
	case name == "mkdir":
		h.Folders[first] = true
		return "", 0, nil
	case name == "type":
		return text, pickCode(known), nil
	case !known && saved == nil:
		return "", pickCode(name == "del"), nil
	}
	if name == "copy" || name == "move" {
		if len(args) != 2 {
			return "", 0, fmt.Errorf("%s needs two files", name)
		}
		if saved != nil {
			h.saved[path(args[1].Value)] = saved
		} else {
			h.Files[path(args[1].Value)] = text
		}
	}
	if name == "del" || name == "move" {
		delete(h.Files, first)
		delete(h.saved, first)
	}
	return "", 0, nil
}

func pickCode(ok bool) int {
	if ok {
		return 0
	}
	return 1
}

// findstr finds lines. Its exit code is 0 where it found some, 1 where not or where a file cannot be opened, 2 where it
// cannot work at all.
func (h *Host) findstr(args []netsh.Arg, in string) (string, int, error) {
	options := map[string]bool{}
	var pattern string
	var files []string
	for _, a := range args {
		switch low := strings.ToLower(a.Value); {
		case pattern == "" && strings.HasPrefix(low, "/c:"):
			pattern = a.Value[3:]
		case pattern == "" && slices.Contains([]string{"/l", "/r", "/x", "/e", "/i"}, low):
			options[low] = true
		case pattern == "":
			pattern = a.Value
			if strings.ContainsAny(pattern, `.*[]\^$ `) {
				return "", 0, fmt.Errorf("findstr %q: say /c: and /l or /r", pattern)
			}
		default:
			files = append(files, a.Value)
		}
	}
	if pattern == "" || len(pattern) > 254 {
		return "", 0, fmt.Errorf("findstr needs a string of at most 254 characters")
	}
	for _, f := range files {
		text, ok := h.Files[path(f)]
		if !ok {
			return "FINDSTR: Cannot open " + f + "\r\n", 1, nil
		}
		in += text
	}
	return search(in, pattern, options)
}

func search(in, pattern string, options map[string]bool) (string, int, error) {
	found, err := matcher(pattern, options)
	if err != nil {
		return "", 0, err
	}
	var b strings.Builder
	for line := range strings.SplitSeq(strings.TrimSuffix(in, "\r\n"), "\r\n") {
		if in != "" && found(line) {
			b.WriteString(line + "\r\n")
		}
	}
	return b.String(), pickCode(b.Len() > 0), nil
}

// matcher is the test that findstr applies to each line.
func matcher(pattern string, options map[string]bool) (func(string) bool, error) {
	if options["/r"] {
		if options["/i"] {
			pattern = "(?i)" + pattern
		}
		re, err := regexp.Compile(pattern)
		if err != nil || options["/x"] || options["/e"] {
			return nil, fmt.Errorf("findstr /r %q is not known here: %v", pattern, err)
		}
		return re.MatchString, nil
	}
	test := strings.Contains
	switch {
	case options["/x"]:
		test = func(line, p string) bool { return line == p }
	case options["/e"]:
		test = strings.HasSuffix
	}
	if options["/i"] {
		return func(line string) bool { return test(strings.ToLower(line), strings.ToLower(pattern)) }, nil
	}
	return func(line string) bool { return test(line, pattern) }, nil
}
