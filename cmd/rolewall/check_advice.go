package main

import "strings"

// advice says how the folder is brought up to date.
func (k *checker) advice() string { return k.generateCall() + " makes the files anew" }

// generateCall is the call that writes the files that this one checks.
func (k *checker) generateCall() string {
	words := []string{"rolewall", "generate", "-o", shellWord(k.dir)}
	for _, t := range k.sel.targets {
		words = append(words, "-t", t)
	}
	for _, h := range k.sel.hosts {
		words = append(words, "--host", shellWord(h))
	}
	for _, f := range k.policyFlags {
		words = append(words, shellWord(f))
	}
	return strings.Join(append(words, shellWord(k.policyName)), " ")
}

// generateHelps reports whether a run of generate would set the fault right.
func (f fault) generateHelps() bool { return f.Kind != unlisted }

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
