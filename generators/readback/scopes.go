package readback

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	paramBlock   = regexp.MustCompile(`(?s)\r\nparam\(\r\n(.*?)\r\n\)\r\n`)
	functionHead = regexp.MustCompile(`\r\nfunction ([A-Za-z-]+)\(([^)]*)\)`)
	variable     = regexp.MustCompile(`\$([A-Za-z]+)`)
	assigned     = regexp.MustCompile(`(?m)^\s*(?:foreach \()?\$([A-Za-z]+) (?:=|in) `)
)

// automatic holds variables of PowerShell that a script must not use for itself.
var automatic = []string{"args", "error", "event", "executioncontext", "false", "foreach", "home", "host", "input", "iscoreclr", "islinux", "ismacos", "iswindows",
	"matches", "myinvocation", "nestedpromptlevel", "null", "pid", "profile", "psboundparameters", "pscmdlet", "pscommandpath", "psculture", "psscriptroot", "pwd",
	"sender", "shellid", "stacktrace", "switch", "this", "true"}

// Shadowed returns variables of a script that hide another one. PowerShell ignores case: in a function with a
// parameter $name, $Name is that parameter and not the variable of the script.
func Shadowed(script string) []string {
	parameters := map[string]bool{}
	if m := paramBlock.FindStringSubmatch(script); m != nil {
		for line := range strings.SplitSeq(m[1], "\r\n") { // a default may name other variables
			if v := variable.FindStringSubmatch(line); v != nil {
				parameters[strings.ToLower(v[1])] = true
			}
		}
	}
	var out []string
	for _, f := range functionHead.FindAllStringSubmatch(script, -1) {
		for _, v := range variable.FindAllStringSubmatch(f[2], -1) {
			if parameters[strings.ToLower(v[1])] {
				out = append(out, fmt.Sprintf("$%s in %s", v[1], f[1]))
			}
		}
	}
	for _, v := range assigned.FindAllStringSubmatch(script, -1) {
		for _, name := range automatic {
			if strings.EqualFold(v[1], name) && name != "null" {
				out = append(out, "$"+v[1])
			}
		}
	}
	return out
}
