package fleet

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"rolewall/generators/rulesetjson"
	"rolewall/ruleset"
)

// errDigest: what the file opens is not what it was written to open. A hand may have changed the rule set and not the
// scripts beside it, and a comparison would take that for what is in force.
var errDigest = errors.New("its digest is that of other rules: it was edited, or another version of rolewall wrote it")

// digestIn is the digest that the text of a rule set gives; empty where it gives none.
func digestIn(data []byte) string {
	var v struct{ Digest string }
	if json.Unmarshal(data, &v) != nil {
		return ""
	}
	return v.Digest
}

// setReader reads rule sets. Files that differ in the name of the host alone are read once.
type setReader struct {
	mu    sync.Mutex
	known map[string]*ruleset.RuleSet // by the text without the name
}

func (m *setReader) read(host string, data []byte) (*ruleset.RuleSet, error) {
	line := []byte(`"host": "` + host + `",`)
	before, after, found := bytes.Cut(data, line)
	key := fmt.Sprintf("%d %s%s", len(before), before, after)
	if found {
		m.mu.Lock()
		set := m.known[key]
		m.mu.Unlock()
		if set != nil {
			return set, nil
		}
	}
	set, err := rulesetjson.Read(data)
	if err != nil {
		return nil, err
	}
	if set.Host != host {
		return nil, fmt.Errorf("it is the rule set of %q", set.Host)
	}
	if digestIn(data) != set.Digest() {
		return nil, errDigest
	}
	if found {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.known[key] = set
	}
	return set, nil
}
