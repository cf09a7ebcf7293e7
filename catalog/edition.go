package catalog

import (
	"cmp"
	"fmt"
	"strings"

	"rolewall/diag"
	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Editions are the systems on which an entry exists.
type Editions struct {
	Since, Until ruleset.OS // inclusive; empty means no limit
	Platform     string     // "linux" or "windows": on that system alone; empty: on all, where linux counts as the newest edition
}

// Has reports whether the entry exists on os.
func (e Editions) Has(os ruleset.OS) bool {
	switch e.Platform {
	case "linux":
		return os == ruleset.Linux
	case "windows":
		return os != ruleset.Linux && os.Within(e.Since, e.Until)
	}
	return os.Within(e.Since, e.Until)
}

// List names the editions, oldest first.
func (e Editions) List() []ruleset.OS {
	var out []ruleset.OS
	for _, os := range ruleset.AllOS() {
		if e.Has(os) {
			out = append(out, os)
		}
	}
	return out
}

// OSNames joins the editions for messages.
func OSNames(list []ruleset.OS) string {
	names := make([]string, len(list))
	for i, os := range list {
		names[i] = string(os)
	}
	return strings.Join(names, ", ")
}

func readEditions(t *tomldoc.Table) Editions {
	e := Editions{Since: readOS(t, "since"), Until: readOS(t, "until"), Platform: t.String("platform")}
	if e.Platform != "" && e.Platform != "linux" && e.Platform != "windows" {
		t.Fail("platform", "linux or windows", "unknown platform %q", e.Platform)
	}
	if e.Since != "" && e.Until != "" && e.Until.Before(e.Since) {
		t.Fail("until", "", "until %s is before since %s", e.Until, e.Since)
	}
	return e
}

func readOS(t *tomldoc.Table, key string) ruleset.OS {
	text := t.String(key)
	if text == "" {
		return ""
	}
	os, ok := ruleset.ParseOS(text)
	if !ok || os == ruleset.Linux {
		t.Fail(key, SuggestOS(text), "%s must be an edition of Windows, not %q", key, text)
	}
	return os
}

// SuggestOS returns a hint for a word that names no edition: the edition that people mean by it, or a list of all
// editions.
func SuggestOS(word string) string {
	if os, known := ruleset.OSCalled(word); known {
		return fmt.Sprintf("write %q", os)
	}
	names := strings.Split(OSNames(ruleset.AllOS()), ", ")
	return cmp.Or(diag.Suggest(word, names), strings.Join(names, ", "))
}
