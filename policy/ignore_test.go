package policy

import (
	"strings"
	"testing"
)

// TestIgnore holds what a difference that drift ignores must say.
func TestIgnore(t *testing.T) {
	p := files{"p.toml": `
roles = ["file-server"]
ignore = [{ tcp = [7000, 7001], udp = 7000, from = ["any"], hosts = ["p"], reason = "old agent", owner = "ops", expires = 2027-01-31 }]`}.good(t)
	if len(p.Ignores) != 2 || p.Ignores[0].Traffic.String() != "tcp/7000-7001" || p.Ignores[1].Traffic.String() != "udp/7000" {
		t.Fatalf("got %+v", p.Ignores)
	}
	i := p.Ignores[1]
	if i.Reason != "old agent" || i.Owner != "ops" || !i.From.List.Has("any") || i.Hosts[0].Value != "p" || i.Location.Pos().Line != 3 {
		t.Errorf("got %+v", i)
	}
	if i.Ended("2027-01-31") || !i.Ended("2027-02-01") {
		t.Error("it holds on its last day, and not on the day after")
	}
}

func TestIgnoreMistakes(t *testing.T) {
	for text, want := range map[string]string{
		`tcp = 1, expires = 2027-01-01`:                               "a difference that is ignored needs a reason",
		`tcp = 1, reason = " ", expires = 2027-01-01`:                 "a difference that is ignored needs a reason",
		`tcp = 1, reason = "r"`:                                       "a difference that is ignored needs a last day",
		`tcp = 1, reason = "r", expires = 2027-01-01, from = []`:      "from is empty",
		`tcp = 1, reason = "r", expires = 2027-01-01, hosts = ["q"]`:  `unknown host "q"`,
		`tcp = 1, reason = "r", expires = 2027-01-01, from = ["lab"]`: `unknown network "lab"`,
		`tcp = 1, reason = "r", expires = 2027-01-01, port = 1`:       `unknown key "port"`,
	} {
		got := files{"p.toml": "roles = ['file-server']\nignore = [{ " + text + " }]"}.mistakes(t)
		if !strings.Contains(got, want) || !strings.HasPrefix(got, "2:") {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
