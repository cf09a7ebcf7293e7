package term

import (
	"fmt"
	"strings"
)

// Warnings collects warnings about hosts. Hosts with the same warning share a line. The lines are in the order of
// their first hosts.
type Warnings struct {
	texts []string
	hosts map[string]*hostList
}

// hostList holds the names of the first hosts and the number of the others. A host that is added several times in
// a row counts once.
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

// Add adds the warnings of a host.
func (w *Warnings) Add(host string, texts []string) {
	for _, text := range texts {
		if w.hosts[text] == nil {
			if w.hosts == nil {
				w.hosts = map[string]*hostList{}
			}
			w.texts = append(w.texts, text)
			w.hosts[text] = &hostList{}
		}
		w.hosts[text].add(host)
	}
}

// Lines returns a line for each warning. If there are many, it shortens them with Limit.
func (w *Warnings) Lines() []string {
	var list []Message
	for _, text := range w.texts {
		list = append(list, Message{Kind: kindOfWarning(text), Text: w.hosts[text].String() + ": " + text})
	}
	var out []string
	for _, m := range Limit(list) {
		out = append(out, m.Text)
	}
	return out
}

// kindOfWarning returns the beginning of a warning, up to the first word that may be a name or a number. Warnings
// of one kind differ only in these words.
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
