package fleet

import (
	"path"
	"strings"
)

// tempName returns the name of a file or folder until it is complete. It contains the token of the run, so nobody
// can create it first. The journal has the token, so the next run finds what a killed run left.
func tempName(token, name string) string {
	parent, base := path.Split(name)
	return parent + Unfinished + token + "-" + base
}

// IsTempOf reports whether a name is a temporary name of a run with one of the tokens.
func IsTempOf(tokens []string, name string) bool {
	rest, is := strings.CutPrefix(name, Unfinished)
	token, _, found := strings.Cut(rest, "-")
	if !is || !found {
		return false
	}
	for _, t := range tokens {
		if t == token {
			return true
		}
	}
	return false
}
