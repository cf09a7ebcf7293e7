package advfirewall

import (
	"fmt"
	"regexp"
	"strings"

	"rolewall/generators/winscript"
	"rolewall/ruleset"
)

// fullPath is what `program=` takes beside System: a path from its root, which may be a variable.
var fullPath = regexp.MustCompile(`^([A-Za-z]:\\|%[A-Za-z][A-Za-z0-9_()]*%)[^/*?"<>|%]+$`)

// serviceName is the short name of a service. Windows allows more; a name that needs it is refused.
var serviceName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._$-]*$`)

// listenerTags binds a rule to the program and the service that own the socket. Variables reach netsh unexpanded: the
// firewall expands them, as in the rules that come with Windows.
func listenerTags(os ruleset.OS, r *ruleset.Rule) (tags, notes []string, err error) {
	l := r.Listener
	if l.Program == "System" || fullPath.MatchString(l.Program) {
		program, err := winscript.Value(l.Program)
		if err != nil {
			return nil, nil, err
		}
		tags = append(tags, "program="+program)
	} else if l.Program != "" {
		notes = append(notes, fmt.Sprintf("the folder of %s on %s is not known: the rule is bound to no program", winscript.Text(l.Program, 60), os))
	}
	if l.Service != "" {
		service, err := winscript.Value(l.Service)
		if err != nil {
			return nil, nil, err
		}
		tags = append(tags, "service="+service)
	}
	return tags, notes, nil
}

// badListener says what is wrong with a listener that netsh cannot be told; empty where nothing is.
func badListener(l ruleset.Listener) string {
	if strings.Contains(l.Program, `\`) && (!fullPath.MatchString(l.Program) || len(l.Program) > 259) {
		return fmt.Sprintf("name the program %q", l.Program)
	}
	if l.Service != "" && (!serviceName.MatchString(l.Service) || len(l.Service) > 256 || strings.EqualFold(l.Service, "any")) {
		return fmt.Sprintf("name the service %q", l.Service)
	}
	for _, text := range []string{l.Program, l.Service} {
		if _, err := winscript.Value(text); err != nil {
			return fmt.Sprintf("name the listener %q", text)
		}
	}
	return ""
}

// listenerName is the listener in one word, for names of rules.
func listenerName(l ruleset.Listener) string {
	if l.Service != "" {
		return l.Service
	}
	return l.Program[strings.LastIndex(l.Program, `\`)+1:]
}
