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

// errDigest means that the content of a file does not match its digest. Somebody may have edited the rule set and
// not the scripts, so a comparison would be misleading.
var errDigest = errors.New("its digest is that of other rules: it was edited, or another version of rolewall wrote it")

// digestIn returns the digest in the text of a rule set, or "".
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
	known map[string]*ruleset.RuleSet // by the text without the host's name
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
