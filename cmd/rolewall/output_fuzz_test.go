package main

import (
	"strings"
	"testing"
	"unicode"

	"rolewall/internal/lookup"
	"rolewall/internal/term"
)

// FuzzExplainOutput writes answers full of hostile text: nothing but line ends of our own controls a terminal.
func FuzzExplainOutput(f *testing.F) {
	f.Add("\x1b[2J", "\u202e\u2028\x00\xff", "a\r\nb")
	f.Fuzz(func(t *testing.T, reason, file, title string) {
		at := place{file, 1, 2}
		road := roadView{Roles: []step{{Name: "intranet", Title: title, By: "hosts.a", At: &at}}, Service: &step{Name: "Own", Title: title}, Endpoint: &rowView{
			Port: "tcp/1", App: title, Audience: "clients", Feature: "ldaps", By: "file", At: &at, Sources: []string{"policy"}, Note: reason,
		}}
		papers := roadView{Exception: &exception{reason, title, "2027-01-01", "file", at}}
		a := answer{
			Port: "tcp/1", Verdict: verdictOpen, Rules: []explainRule{{
				ID: "01234567", Opens: "tcp/1", Listener: title, From: []namedBy{{"office", []string{"10.0.0.0/8"}, []saying{{"clients", &at}}}},
				Reasons: []roadView{road, papers}, Scripts: []scriptHit{{Target: "nftables", File: "a/nftables.nft", Lines: []int{1}, Text: reason}},
			}},
			Closed:   []closedReason{{Kind: "exception", What: reason, Would: title, At: &at, Roads: []roadView{papers}}},
			Baseline: []targetBaseline{{"own", []string{reason}}},
			Sources:  []lookup.Source{{Tag: "KB", Title: title}},
		}
		var b strings.Builder
		writeAnswer(&b, term.Paint{}, explainHost{Host: "a", OS: "linux", At: at, From: reason}, a)
		writeRows(&b, []explainRow{{ID: "01234567", Opens: "tcp/1", App: []string{title}, From: []string{"office"}, Because: []string{reason}}}, false, false)
		noControls(t, b.String())
	})
}

// noControls fails for characters that move a cursor, hide text or turn its direction.
func noControls(t *testing.T, text string) {
	t.Helper()
	for _, line := range strings.Split(text, "\n") {
		for _, r := range line {
			if !unicode.IsPrint(r) {
				t.Fatalf("%U in %q", r, line)
			}
		}
	}
}
