package fleet

import (
	"path"
	"strings"
)

// tempName is the name of a file or folder until it is whole. The token is that of the run: nobody can plant something under
// such a name, and the journal leads the next run to what a killed one left.
func tempName(token, name string) string {
	parent, base := path.Split(name)
	return parent + Unfinished + token + "-" + base
}

// IsTempOf reports whether a name is one that a run with one of the tokens gives to what is not whole.
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
