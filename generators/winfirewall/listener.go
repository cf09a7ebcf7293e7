package winfirewall

import (
	"fmt"
	"regexp"
	"strings"

	"rolewall/generators/target"
	"rolewall/ruleset"
)

// fullPath matches a program that a rule can name, except System: a full path, which may begin with a variable.
// Variables reach the firewall unexpanded, as in the rules that come with Windows.
var fullPath = regexp.MustCompile(`^([A-Za-z]:\\|%[A-Za-z][A-Za-z0-9_()]*%)[^/*?"<>|%]+$`)

// serviceName matches the short name of a service. Windows allows more characters, which are rejected here.
var serviceName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._$-]*$`)

// bound returns the program and the service to which a rule can be bound on the edition. These own the socket.
func bound(os ruleset.OS, l ruleset.Listener) (ruleset.Listener, []string) {
	if l.Program == "" || l.Program == "System" || fullPath.MatchString(l.Program) {
		return l, nil
	}
	note := fmt.Sprintf("the folder of %s on %s is not known: the rule is bound to no program", target.ASCII(l.Program, 60), os)
	return ruleset.Listener{Service: l.Service}, []string{note}
}

// BadListener returns why a rule cannot name a listener, or "" if it can.
func BadListener(l ruleset.Listener) string {
	if strings.Contains(l.Program, `\`) && (!fullPath.MatchString(l.Program) || len(l.Program) > 259) {
		return fmt.Sprintf("name the program %q", l.Program)
	}
	if l.Service != "" && (!serviceName.MatchString(l.Service) || len(l.Service) > 256 || strings.EqualFold(l.Service, "any")) {
		return fmt.Sprintf("name the service %q", l.Service)
	}
	for _, text := range []string{l.Program, l.Service} {
		if strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' || r == '"' }) || strings.HasSuffix(text, `\`) {
			return fmt.Sprintf("name the listener %q", text)
		}
	}
	return ""
}

// listenerName returns the listener as one word, for names of rules.
func listenerName(l ruleset.Listener) string {
	if l.Service != "" {
		return l.Service
	}
	return l.Program[strings.LastIndex(l.Program, `\`)+1:]
}
