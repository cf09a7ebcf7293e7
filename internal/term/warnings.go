package main

import (
	"fmt"
	"strings"
)

// notes gathers warnings, each with the hosts it is about, in the order of the first.
type notes struct {
	texts []string
	hosts map[string]*hostList
}

// hostList names the first hosts and counts the others; a host that comes several times in a row is one.
type hostList struct {
	names []string
	last  string
	more  int
}

func (l *hostList) add(name string) {
	if name == l.last {
		return
	}
	l.last = name
	if len(l.names) < 5 {
		l.names = append(l.names, name)
	} else {
		l.more++
	}
}

func (l *hostList) String() string {
	text := strings.Join(l.names, ", ")
	if l.more > 0 {
		text += fmt.Sprintf(" and %d more hosts", l.more)
	}
	return text
}

func (n *notes) add(host string, texts []string) {
	for _, text := range texts {
		if n.hosts[text] == nil {
			if n.hosts == nil {
				n.hosts = map[string]*hostList{}
			}
			n.texts = append(n.texts, text)
			n.hosts[text] = &hostList{}
		}
		n.hosts[text].add(host)
	}
}

// lines are the warnings, one for all hosts that share a text, and few where there are many.
func (n *notes) lines() []string {
	var list []message
	for _, text := range n.texts {
		list = append(list, message{kind: kindOfWarning(text), text: n.hosts[text].String() + ": " + text})
	}
	var out []string
	for _, m := range limit(list) {
		out = append(out, m.text)
	}
	return out
}

// warn prints warnings.
func (env *environment) warn(lines []string) {
	for _, line := range lines {
		env.tell("warning: "+line, "")
	}
}

// kindOfWarning is a warning's beginning, up to the first word that may be a name or a number: those alone differ
// between warnings of one kind.
func kindOfWarning(text string) string {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	words := strings.Fields(text)
	for i, w := range words {
		if strings.Trim(w, letters) != "" {
			return strings.Join(words[:i], " ")
		}
	}
	return text
}
