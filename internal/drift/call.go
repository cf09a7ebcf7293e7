package drift

import (
	"strings"

	"rolewall/internal/workspace"
)

// generateCall returns the call that writes the files that a check compares, quoted for a POSIX shell.
func generateCall(dir, policyName string, sel workspace.Selection, policyFlags []string) string {
	words := []string{"rolewall", "generate", "-o", shellWord(dir)}
	for _, t := range sel.Targets {
		words = append(words, "-t", t)
	}
	for _, h := range sel.Hosts {
		words = append(words, "--host", shellWord(string(h)))
	}
	for _, f := range policyFlags {
		words = append(words, shellWord(f))
	}
	return strings.Join(append(words, shellWord(policyName)), " ")
}

// shellWord quotes a word for a POSIX shell where it needs it.
func shellWord(s string) string {
	isPlain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/+:@%", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !isPlain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
