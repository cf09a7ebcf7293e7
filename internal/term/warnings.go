package term

import (
	"fmt"
	"strings"
)

// Warnings gathers warnings about hosts. Hosts with the same warning share a line. The lines keep the order in which
// their first host came.
type Warnings struct {
	texts []string
	hosts map[string]*hostList
}

// hostList names the first hosts and counts the others. A host that comes several times in a row counts once.
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

// Add notes the warnings of a host.
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

// Lines returns a line for each warning, shortened by Limit where there are many.
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

// kindOfWarning returns the beginning of a warning, up to the first word that may be a name or a number. Warnings of one
// kind differ in these words alone.
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
