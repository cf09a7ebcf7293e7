package check

import (
	"strings"

	"rolewall/internal/workspace"
)

// generateCall returns the command that writes the files that check compares, quoted for a POSIX shell.
func generateCall(dir, policyName string, sel workspace.Selection, policyFlags []string) string {
	words := []string{"rolewall", "generate", "-o", pathWord(dir)}
	for _, t := range sel.Targets {
		words = append(words, "-t", t)
	}
	for _, h := range sel.Hosts {
		words = append(words, "--host", shellWord(string(h)))
	}
	for _, f := range policyFlags {
		words = append(words, shellWord(f))
	}
	policy := pathWord(policyName)
	if strings.HasPrefix(policyName, "/dev/fd/") || strings.HasPrefix(policyName, "/proc/self/fd/") { // <(command), which does not exist any more
		policy = "POLICY"
	}
	return strings.Join(append(words, policy), " ")
}

// pathWord quotes a path and makes sure that it does not look like a flag. A single "-" is stdin.
func pathWord(path string) string {
	if strings.HasPrefix(path, "-") && path != "-" {
		path = "./" + path
	}
	return shellWord(path)
}

// shellWord quotes a word for a POSIX shell, if necessary.
func shellWord(s string) string {
	isPlain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-/+:@%", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !isPlain(r) }) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
