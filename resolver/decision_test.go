package resolver

import (
	"strings"
	"testing"

	"rolewall/diag"
)

// apps lists what is open, by the names of the rows.
func apps(w *world, host string) string {
	var out []string
	for _, r := range w.set(host).Inbound {
		for _, x := range r.Reasons {
			out = append(out, x.App)
		}
	}
	return strings.Join(out, " ")
}

// TestFeatures holds which features open which rows: a role's for the endpoints it brings, a host's for all; without
// wins.
func TestFeatures(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"off", `services = ["Opt", "Also"]`, "Plain"},
		{"the host's, for all services", "services = ['Opt', 'Also']\nfeatures = ['extra']", "Plain Extra AlsoExtra"},
		{"a role's own", `roles = ["opt"]`, "Plain Extra"},
		{"not for a service beside the role", "roles = ['opt']\nservices = ['Also']", "Plain Extra"},
		{"not for another role", `roles = ["opt", "opt-plain"]`, "Plain Plain Extra"},
		{"not for a role beside it in a third", `roles = ["siblings"]`, "Plain Extra"},
		{"for what the role includes", `roles = ["both"]`, "Plain Extra AlsoExtra"},
		{"the host's, for roles", "roles = ['opt']\nfeatures = ['more']", "Plain Extra More"},
		{"without, against a role", "roles = ['opt']\nwithout = ['extra']", "Plain"},
		{"without, against the host", "services = ['Opt']\nfeatures = ['extra', 'more']\nwithout = ['extra']", "Plain More"},
		{"the rows a role names, whatever their feature", `roles = ["only"]`, "Extra"},
		{"and no other", "roles = ['only']\nfeatures = ['more']", "Extra"},
		{"without, against the rows a role names", "roles = ['only']\nwithout = ['extra']", ""},
		{"rows kept as knowledge", "services = ['Pub']\nfeatures = ['extra']", "Listed ListedExtra OldExtra"},
		{"as published", "services = ['Pub']\nfeatures = ['as-published']", "Listed ListedExtra Outbound"},
		{"as published in 2004", "services = ['Pub']\nfeatures = ['as-published']\nos = 'windows-2003'", "Listed OldExtra"},
		{"without, against as published", "services = ['Pub']\nfeatures = ['as-published']\nwithout = ['extra']", "Listed Outbound"},
		{"without as published", "services = ['Pub']\nfeatures = ['as-published']\nwithout = ['as-published']", "Listed"},
	} {
		want(t, c.name, apps(resolve(t, c.src), "p"), c.want)
	}
}

// TestFeatureLevels holds that the lists of file, groups and host unite, and that without wins from any of them.
func TestFeatureLevels(t *testing.T) {
	w := resolve(t, `
		features = ["extra"]
		[groups.g]
		hosts = ["b", "d"]
		features = ["more"]
		[groups.h]
		hosts = ["c"]
		without = ["extra"]
		[hosts]
		a = { services = ["Opt"] }
		b = { services = ["Opt"] }
		c = { services = ["Opt"], features = ["extra"] }
		d = { services = ["Opt"], without = ["more"] }`)
	for host, text := range map[string]string{"a": "Plain Extra", "b": "Plain Extra More", "c": "Plain", "d": "Plain Extra"} {
		want(t, host, apps(w, host), text)
	}
	want(t, "features that the rule set names", strings.Join(w.set("d").Features, " "), "extra")
	if got := w.set("b").Inbound[1].Reasons[0]; got.Feature != "extra" {
		t.Errorf("the reason is %+v", got)
	}
}

// TestClosed holds that what stays closed says why.
func TestClosed(t *testing.T) {
	w := resolve(t, "services = ['Opt', 'Pub', 'Rows', 'Rpc']\nwithout = ['more']\nrpc = { mode = 'closed' }")
	var errs diag.List
	got := map[string]string{}
	for d := range New(w.p, day).Resolve(w.p.Hosts[0], &errs).Endpoints() {
		if d.Open != (d.Why() == "") || d.Open != (d.Cause == "") {
			t.Errorf("%s is open: %t, because %s", d.Endpoint.App, d.Open, d.Why())
		}
		got[d.Endpoint.App] = strings.TrimSuffix(string(d.Cause)+": "+d.Why(), ": ")
	}
	for app, text := range map[string]string{
		"Plain":     "",
		"Extra":     "feature: the feature extra is off",
		"More":      "without: the policy takes the feature more away",
		"Outbound":  "knowledge: the row is kept as knowledge: outbound",
		"Until2003": "edition: the row holds for other editions (windows-2000, windows-2003)",
		"Since2008": "",
		"Since2025": "edition: the row holds for other editions (windows-2025, linux)",
		"Map":       "rpc: the RPC policy leaves no port for the endpoint mapper to name",
		"Rpc":       "rpc: the RPC policy closes dynamic ports",
	} {
		want(t, app, got[app], text)
	}
	if err := errs.Err(); err != nil {
		t.Error(err)
	}
}

func TestEditions(t *testing.T) {
	for os, text := range map[string]string{
		"windows-2000": "Until2003",
		"windows-2003": "Until2003",
		"windows-2008": "Since2008",
		"windows-2022": "Since2008",
		"windows-2025": "Since2008 Since2025",
		"linux":        "Since2008 Since2025",
	} {
		want(t, os, apps(resolve(t, "services = ['Rows']\nos = '"+os+"'"), "p"), text)
	}
}
