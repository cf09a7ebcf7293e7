package report

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"

	"rolewall/internal/term"
	"rolewall/lint/codes"
)

// codeView is a lint code as JSON.
type codeView struct {
	Code    string `json:"code"`
	Level   string `json:"level"`
	Title   string `json:"title"`
	Why     string `json:"why"`
	Fix     string `json:"fix"`
	Example string `json:"example"` // a policy with the problem
}

// codesText writes a table of lint codes, or everything about a single one.
func codesText(out *bytes.Buffer, _ term.Paint, codes []codes.Code) error {
	if len(codes) == 1 {
		out.WriteString(codeText(codes[0]))
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CODE\tLEVEL\tFINDS")
	for _, c := range codes {
		fmt.Fprintf(w, "%s\t%s\t%s\n", c.Name, c.Level, c.Title)
	}
	return w.Flush()
}

// codesJSON writes lint codes as JSON.
func codesJSON(out *bytes.Buffer, _ term.Paint, codes []codes.Code) error {
	views := []codeView{}
	for _, c := range codes {
		views = append(views, codeView{c.Name, string(c.Level), c.Title, c.Why, c.Fix, c.Example()})
	}
	return term.WriteJSON(out, views)
}

// codeText returns everything about a code: what, why, what to do, an example, and how to change its level.
func codeText(c codes.Code) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, %s: %s\n\n%s\n\n%s\n\nA policy that has it:\n\n", c.Name, c.Level, c.Title, term.Wrap(c.Why, 100), term.Wrap("What to do: "+c.Fix, 100))
	for line := range strings.Lines(c.Example()) {
		if strings.TrimSpace(line) == "" {
			b.WriteString("\n")
			continue
		}
		b.WriteString("    " + line)
	}
	b.WriteString("\n" + switchText(c))
	return b.String()
}

// switchText returns how a policy changes the level of a code.
func switchText(c codes.Code) string {
	if c.Pinned {
		return "Its level cannot be changed in [lint].\n"
	}
	return fmt.Sprintf("To live with it, say why in the policy; hosts and expires may be left out:\n\n"+
		"    [lint]\n    %s = { level = \"off\", hosts = [\"web*\"], reason = \"...\", expires = 2027-12-31 }\n", c.Name)
}
