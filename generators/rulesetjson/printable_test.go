package rulesetjson_test

import (
	"bytes"
	"testing"

	"rolewall/generators"
	"rolewall/generators/rulesetjson"
	"rolewall/generators/targettest"
	"rolewall/ruleset"
)

// TestPrintable holds that free text moves no cursor where the file is shown, and is read back as it was.
func TestPrintable(t *testing.T) {
	const reason = "\u202e\u009b31m\x1b[2J ##[error] é"
	rule := targettest.LinuxRule(ruleset.TCP, "22", "ssh", "sshd", ruleset.Anyone())
	rule.Reasons = []ruleset.Reason{{At: "file", Allow: &ruleset.Allow{Reason: reason}}}
	text, err := generators.Render(rulesetjson.Target{}, targettest.LinuxSet(rule), "h")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"\u202e", "\u009b", "\x1b", "##["} {
		if bytes.Contains(text, []byte(bad)) {
			t.Errorf("%q is printed raw", bad)
		}
	}
	again, err := rulesetjson.Read(text)
	if err != nil || again.Inbound[0].Reasons[0].Allow.Reason != reason {
		t.Errorf("%v, %q", err, text)
	}
}
