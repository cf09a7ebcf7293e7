package captures

import (
	"bytes"
	"fmt"
	"strings"

	"rolewall/internal/drift"
	"rolewall/internal/term"
)

// SeenText writes what a captured host allows, for a terminal.
func SeenText(out *bytes.Buffer, p term.Paint, s *drift.Seen) error {
	fmt.Fprintln(out, p.In(term.Bold, term.Printable(seenTitle(s))))
	for _, f := range s.Facts {
		fmt.Fprintf(out, "note: %s\n", term.Printable(f))
	}
	for _, o := range s.Open {
		seenOpening(out, p.In(term.Red, "open"), o)
	}
	for _, o := range s.Depends {
		seenOpening(out, p.In(term.Yellow, "depends"), o)
	}
	for _, u := range s.Unknown {
		fmt.Fprintf(out, "%s  %s\n", p.In(term.Yellow, "unknown"), term.Printable(u.Reason))
		fmt.Fprintf(out, "    %s\n", term.Printable(seenPlace(u)))
	}
	return nil
}

// seenTitle returns the first line: the verdict, or what is listed.
func seenTitle(s *drift.Seen) string {
	what := s.Question
	if s.From != "" {
		what += " from " + s.From
	}
	what = strings.TrimSpace(what)
	switch s.Verdict {
	case drift.VerdictOpen:
		return fmt.Sprintf("%s: %s is open, as the capture shows", s.Host, what)
	case drift.VerdictDepends:
		return fmt.Sprintf("%s: whether %s is open depends on what the capture does not tell", s.Host, what)
	case drift.VerdictUnknown:
		return fmt.Sprintf("%s: the capture opens %s to nobody, and it does not tell all", s.Host, what)
	case drift.VerdictClosed:
		return fmt.Sprintf("%s: %s is closed, as the capture shows", s.Host, what)
	}
	text := fmt.Sprintf("%s allows, as the capture shows: %s", s.Host, term.Count(len(s.Open), "opening"))
	if len(s.Depends) > 0 {
		text += fmt.Sprintf(", and %d that depend", len(s.Depends))
	}
	if len(s.Unknown) > 0 {
		text += fmt.Sprintf(", and %s that cannot be told", term.Count(len(s.Unknown), "rule"))
	}
	return text
}

func seenOpening(out *bytes.Buffer, word string, o drift.SeenOpening) {
	from := anyone
	if len(o.From) > 0 {
		from = strings.NewReplacer("0.0.0.0/0", anyone+" over IPv4", "::/0", anyone+" over IPv6").Replace(term.Few(o.From, 8))
	}
	parts := []string{o.Opens + " from " + from}
	for _, more := range []struct{ before, text string }{
		{"", o.Where}, {"passed on to ", o.Forwarded}, {"in profile ", strings.Join(o.Profiles, ", ")}, {"by ", o.Owner}, {"group ", o.Group},
	} {
		if more.text != "" {
			parts = append(parts, more.before+more.text)
		}
	}
	fmt.Fprintf(out, "%s  %s\n", word, term.Printable(strings.Join(parts, "; ")))
	for _, c := range o.Conditions {
		fmt.Fprintf(out, "    %s\n", term.Printable(c))
	}
	for i, r := range o.Rules {
		if i == mostRules {
			fmt.Fprintf(out, "    and %s\n", term.Count(len(o.Rules)-i, "more rule"))
			break
		}
		fmt.Fprintf(out, "    %s\n", term.Printable(seenPlace(r)))
	}
}

func seenPlace(r drift.SeenPlace) string {
	text := r.File
	if r.Line > 0 {
		text = fmt.Sprintf("%s:%d", r.File, r.Line)
	}
	for _, more := range []string{r.Rule, r.Text} {
		if more != "" {
			text += ": " + more
		}
	}
	return text
}
