package check

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rolewall/compare"
	"rolewall/internal/fleet"
	"rolewall/internal/workspace"
)

// webPolicy is a policy of three hosts with an exception that ends on the last day of March.
const webPolicy = `
os      = "linux"
targets = ["nftables", "json"]
[audience]
clients    = ["10.20.0.0/16"]
management = ["10.3.0.0/24"]
peers      = ["none"]
[hosts.lone]
roles = ["ssh-managed"]
[hosts.web1]
roles = ["linux-web", "ssh-managed"]
[[hosts.web1.allow]]
tcp     = "8834"
from    = ["10.3.9.9"]
reason  = "scanner"
owner   = "secops"
expires = 2027-03-31
`

// watcher notes what an observer is told.
type watcher struct {
	warnings []string
	progress []int
	stop     func() // called when the first host is finished
}

func (w *watcher) Warn(text string) { w.warnings = append(w.warnings, text) }
func (w *watcher) Progress(done, _ int) {
	w.progress = append(w.progress, done)
	if done == 1 && w.stop != nil {
		w.stop()
	}
}

// planOf makes the plan of a policy on a day.
func planOf(t *testing.T, text, day string) *fleet.Plan {
	t.Helper()
	name := filepath.Join(t.TempDir(), "p.toml")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	w, err := workspace.Open(context.Background(), workspace.NewFiles(nil), name, workspace.Options{AsOf: day})
	if err != nil {
		t.Fatal(err)
	}
	all, err := w.Select(nil, nil, workspace.Shard{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := fleet.NewPlan(context.Background(), w, all, &watcher{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// written writes a plan into a new folder.
func written(t *testing.T, p *fleet.Plan) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	if err := p.Write(context.Background(), dir, fleet.Cache{}, &watcher{}); err != nil {
		t.Fatal(err)
	}
	return dir
}

// checked compares a folder with a plan.
func checked(t *testing.T, p *fleet.Plan, dir string) *Report {
	t.Helper()
	r, err := Directory(context.Background(), p, dir, Options{Diff: true, Policy: "p.toml", Flags: []string{"--catalog", "own"}}, &watcher{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestDirectory: a folder that was just written is as it should be, and a host of it that changed is not.
func TestDirectory(t *testing.T) {
	p := planOf(t, webPolicy, "2027-03-31")
	dir := written(t, p)
	r := checked(t, p, dir)
	if want := []string{"lone/nftables.nft", "lone/ruleset.json", "web1/nftables.nft", "web1/ruleset.json", "manifest.json"}; !r.None() || !slices.Equal(r.Passed, want) || r.Hosts != 2 {
		t.Errorf("%+v", r)
	}
	if want := "rolewall generate -o " + dir + " --catalog own p.toml"; r.Generate != want {
		t.Errorf("the call is %s, not %s", r.Generate, want)
	}
	edit(t, dir+"/lone/nftables.nft", "tcp dport", "tcp sport")
	if err := os.Remove(dir + "/web1/ruleset.json"); err != nil {
		t.Fatal(err)
	}
	r = checked(t, p, dir)
	if len(r.Findings) != 2 || r.Findings[1].Kind != Missing || r.Findings[1].File != "web1/ruleset.json" {
		t.Fatalf("%+v", r.Findings)
	}
	f := r.Findings[0]
	if f.Kind != Stale || f.Host != "lone" || f.Line < 2 || len(f.Causes) != 1 || f.Causes[0].Code != Edited || f.Diff == nil || f.Diff.Meaning != nil || !f.Diff.HasIDs || len(f.Diff.Rules) > 0 {
		t.Errorf("%+v, %+v", f, f.Diff)
	}
}

// TestEndedException: after its last day an exception is the cause, and the old rule set is known from that day.
func TestEndedException(t *testing.T) {
	dir := written(t, planOf(t, webPolicy, "2027-03-31"))
	r := checked(t, planOf(t, webPolicy, "2027-04-01"), dir)
	var files []string
	for _, f := range r.Findings {
		files = append(files, f.File)
		if f.Host == "" {
			continue
		}
		if len(f.Causes) != 1 || f.Causes[0].Code != ExceptionEnded || f.Diff == nil || f.Diff.Basis != "since 2027-03-31" {
			t.Fatalf("%s: %+v, %+v", f.File, f.Causes, f.Diff)
		}
		changes := f.Diff.Meaning.Changes
		if len(changes) != 1 || changes[0].Kind != compare.Closed || changes[0].Traffic.String() != "tcp/8834" || changes[0].At == nil || !strings.HasSuffix(changes[0].At.File, f.File) {
			t.Errorf("%s: %+v", f.File, changes)
		}
	}
	if want := []string{"web1/nftables.nft", "web1/ruleset.json", "manifest.json"}; !slices.Equal(files, want) {
		t.Errorf("findings on %v", files)
	}
}

// TestOtherPolicy: files of a policy that changed since are outdated and not edited, and hosts that are gone are orphaned.
func TestOtherPolicy(t *testing.T) {
	dir := written(t, planOf(t, webPolicy, "2027-01-01"))
	wide, _, _ := strings.Cut(strings.Replace(webPolicy, "10.20.0.0/16", "10.0.0.0/8", 1), "[hosts.lone]")
	r := checked(t, planOf(t, wide+"[hosts.web1]\nroles = [\"linux-web\", \"ssh-managed\"]\n", "2027-01-01"), dir)
	kinds := map[Kind]int{}
	for _, f := range r.Findings {
		kinds[f.Kind]++
		if f.Host == "web1" && (len(f.Causes) != 1 || f.Causes[0].Code != Outdated || f.Diff.Meaning == nil || f.Diff.Basis != "by ruleset.json") {
			t.Errorf("%s: %+v", f.File, f)
		}
	}
	if kinds[Stale] != 3 || kinds[Orphaned] != 2 || len(r.Findings) != 5 {
		t.Errorf("%v", kinds)
	}
}

// TestStopped: a comparison that is stopped has no report.
func TestStopped(t *testing.T) {
	p := planOf(t, webPolicy, "2027-03-31")
	dir := written(t, p)
	ctx, stop := context.WithCancel(context.Background())
	w := &watcher{stop: stop}
	if r, err := Directory(ctx, p, dir, Options{}, w); !errors.Is(err, context.Canceled) || r != nil {
		t.Errorf("%+v, %v", r, err)
	}
	w = &watcher{}
	if _, err := Directory(context.Background(), p, dir, Options{}, w); err != nil || !slices.Equal(w.progress, []int{0, 1, 2}) {
		t.Errorf("progress %v, %v", w.progress, err)
	}
	if _, err := Directory(context.Background(), p, dir+"/nowhere", Options{Policy: "p.toml"}, w); err == nil || !strings.Contains(err.Error(), "nowhere does not exist") {
		t.Errorf("a folder that does not exist: %v", err)
	}
	if _, err := Directory(context.Background(), p, dir+"/manifest.json", Options{}, w); err == nil {
		t.Error("a file is taken for a folder")
	}
}

// edit replaces a text in a file.
func edit(t *testing.T, name, old, new string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(data), old, new, 1)), 0o755); err != nil {
		t.Fatal(err)
	}
}

// TestEditedAndEnded: of a file that was edited, an exception is a cause where its end takes a rule away, and not where
// another rule opens the port still.
func TestEditedAndEnded(t *testing.T) {
	policy := webPolicy + `
[[hosts.web1.allow]]
tcp     = "22"
from    = ["10.3.0.0/24"]
reason  = "as the role does"
expires = 2027-03-31
[[hosts.web1.allow]]
tcp     = "9"
from    = ["10.3.9.9"]
reason  = "without an owner"
expires = 2027-03-30
[[hosts.web1.allow]]
tcp     = "10"
from    = ["10.3.9.9"]
reason  = "in force"
expires = 2027-04-01
`
	dir := written(t, planOf(t, policy, "2027-03-30"))
	edit(t, dir+"/web1/nftables.nft", "tcp dport", "tcp sport")
	for _, f := range checked(t, planOf(t, policy, "2027-04-01"), dir).Findings {
		if f.File != "web1/nftables.nft" {
			continue
		}
		var got []string
		for _, c := range f.Causes {
			got = append(got, string(c.Code)+": "+c.Text)
		}
		want := []string{
			"exception-ended: the exception for tcp/8834 at hosts.web1 (scanner, owner secops) ended on 2027-03-31",
			"exception-ended: the exception for tcp/9 at hosts.web1 (without an owner) ended on 2027-03-30",
			"edited: it was changed after it was written: the manifest lists another sum",
		}
		if !slices.Equal(got, want) {
			t.Errorf("the causes are\n%s", strings.Join(got, "\n"))
		}
		return
	}
	t.Error("nothing is found")
}

// TestOrphaned: what the manifest lists and the policy does not ask for is told from what was edited or removed.
func TestOrphaned(t *testing.T) {
	dir := written(t, planOf(t, webPolicy, "2027-03-31"))
	edit(t, dir+"/lone/nftables.nft", "tcp dport", "tcp sport")
	if err := os.Remove(dir + "/lone/ruleset.json"); err != nil {
		t.Fatal(err)
	}
	r := checked(t, planOf(t, strings.Replace(webPolicy, "[hosts.lone]", "[hosts.other]", 1), "2027-03-31"), dir)
	for file, word := range map[string]string{"lone/nftables.nft": "changed by hand", "lone/ruleset.json": "it is gone"} {
		i := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.File == file })
		if i < 0 || r.Findings[i].Kind != Orphaned || !strings.Contains(r.Findings[i].What, word) {
			t.Errorf("%s is not %q in %+v", file, word, r.Findings)
		}
	}
	if last := r.Findings[len(r.Findings)-1]; last.File != "manifest.json" || last.Kind != Stale || last.Diff != nil || !strings.HasPrefix(last.What, "it lists other") {
		t.Errorf("the manifest: %+v", last)
	}
}
