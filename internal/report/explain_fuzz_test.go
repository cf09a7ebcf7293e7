package report

import (
	"bytes"
	"testing"

	"rolewall/internal/explain"
	"rolewall/internal/lookup"
)

// FuzzExplainOutput writes answers full of hostile text. No control character but the line ends of the program reaches a
// terminal.
func FuzzExplainOutput(f *testing.F) {
	f.Add("\x1b[2J", "\u202e\u2028\x00\xff", "a\r\nb")
	f.Fuzz(func(t *testing.T, reason, file, title string) {
		at := explain.Location{File: file, Line: 1, Column: 2}
		path := explain.Path{
			Roles: []explain.Step{{Name: "intranet", Title: title, By: "hosts.a", At: &at}}, Service: &explain.Step{Name: "Own", Title: title},
			Endpoint: &explain.Endpoint{
				Port: "tcp/1", App: title, Audience: "clients", Feature: "ldaps", By: "file", At: &at, Sources: []string{"policy"}, Note: reason,
			},
		}
		exception := explain.Path{Exception: &explain.Exception{Reason: reason, Owner: title, Expires: "2027-01-01", By: "file", At: at}}
		host := explain.Subject{Host: "a", OS: "linux", At: at, From: reason}
		answer := explain.Answer{
			Port: "tcp/1", Verdict: explain.Open,
			Rules: []explain.Rule{{
				ID: "01234567", Opens: "tcp/1", Listener: title,
				From:    []explain.Source{{Name: "office", Prefixes: []string{"10.0.0.0/8"}, Because: []explain.Origin{{What: "clients", At: &at}}}},
				Reasons: []explain.Path{path, exception},
				Scripts: []explain.ScriptLines{{Target: "nftables", File: "a/nftables.nft", Lines: []int{1}, Text: reason}},
			}},
			Closed:   []explain.Reason{{Kind: "exception", What: reason, Would: title, At: &at, Paths: []explain.Path{exception}}},
			Baseline: []explain.Baseline{{Target: "own", Allows: []string{reason}}},
			Sources:  []lookup.Source{{Tag: "KB", Title: title}},
		}
		rows := []explain.Row{{ID: "01234567", Opens: "tcp/1", App: []string{title}, From: []string{"office"}, Because: []string{reason}}}
		var b bytes.Buffer
		for _, err := range []error{
			Answers().Write(&b, "text", &explain.Answers{Subject: host, Answers: []explain.Answer{answer}}),
			Rules().Write(&b, "text", &explain.Table{Subject: host, Rules: rows}),
			Who().Write(&b, "text", &explain.Who{From: reason, Open: rows}),
			Entries().Write(&b, "text", []lookup.Entry{{
				Kind: "role", Name: title, Title: title, Family: reason, Note: reason, Conflicts: []string{reason}, Pins: []lookup.Pin{{Title: title, Setting: file}},
				Rows:    []lookup.Row{{Port: "tcp/1", App: title, Service: file, Note: reason, Listener: title}},
				Sources: []lookup.Source{{Tag: "KB", Title: title, Where: file}},
			}}),
			List().Write(&b, "text", lookup.List{Kind: lookup.Roles, Entries: []lookup.ListEntry{{Name: title, Title: reason}}}),
			List().Write(&b, "text", lookup.List{Kind: lookup.Targets, Entries: []lookup.ListEntry{{Name: title, Title: reason, File: file}}}),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		noControls(t, b.String())
	})
}
