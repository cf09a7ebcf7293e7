package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/internal/fleet"
)

// hostsFile writes a policy of the hosts, each with an exception for the word.
func hostsFile(t *testing.T, name, word string, hosts ...string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("os = \"linux\"\ntargets = [\"nftables\", \"json\"]\n")
	for _, h := range hosts {
		b.WriteString("[hosts." + h + "]\nroles = [\"ssh-managed\"]\nallow = [{ tcp = \"9000\", from = [\"any\"], reason = \"" + word + "\" }]\n")
	}
	if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// must runs a call that must end with the code.
func must(t *testing.T, want int, args ...string) (stderr string) {
	t.Helper()
	code, _, stderr := call(t, args...)
	if code != want {
		t.Fatalf("%v ends with %d, want %d\n%s", args, code, want, stderr)
	}
	return stderr
}

// What a stopped run wrote is ours, though no manifest lists it: the next run takes away what the policy asks for no more.
func TestStoppedRunHeals(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	first := hostsFile(t, at("first.toml"), "one", "a", "b", "c")
	second := hostsFile(t, at("second.toml"), "two", "a", "b", "c", "d", "z")
	third := hostsFile(t, at("third.toml"), "two", "a")
	out := at("out")
	must(t, 0, "generate", "-o", out, first)

	// A file has the name of z's folder, so the run ends before the manifest is in its place.
	write := func(name, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(out, "z"), "in the way")
	must(t, 2, "generate", "-o", out, second)
	const token = "abcdefghijklmnopqrstuvwxyz"
	write(filepath.Join(out, ".new-"+token+"-b", "nftables.nft"), "half") // as a kill leaves it
	write(filepath.Join(out, "c", ".new-"+token+"-nftables.nft"), "half") //
	write(filepath.Join(out, fleet.JournalName), string(mustRead(t, filepath.Join(out, fleet.JournalName)))+"run\t"+token+"\n")
	write(filepath.Join(out, "c", "ruleset.json"), "edited by hand") // not ours any more
	if text := must(t, 1, "check", "-o", out, second); strings.Contains(text, "remove it") {
		t.Errorf("check says %s", text)
	}

	// A run for other hosts leaves all of that to the run that is for them.
	must(t, 0, "generate", "-o", out, "--host", "a", third)
	if _, err := os.Stat(filepath.Join(out, "b", "nftables.nft")); err != nil {
		t.Fatal(err)
	}
	must(t, 0, "generate", "-o", out, third)
	for _, gone := range []string{"b", "d", ".new-" + token + "-b", "c/.new-" + token + "-nftables.nft", "c/nftables.nft", fleet.JournalName} {
		if _, err := os.Lstat(filepath.Join(out, gone)); err == nil {
			t.Errorf("%s is left", gone)
		}
	}
	if text := string(mustRead(t, filepath.Join(out, "c", "ruleset.json"))); text != "edited by hand" {
		t.Errorf("what was edited by hand is %q", text)
	}
}

// Hosts may be called like files of ours.
func TestHostsCalledLikeOurFiles(t *testing.T) {
	dir := t.TempDir()
	policy, out := hostsFile(t, filepath.Join(dir, "p.toml"), "one", "journal", "journal-2", "rolewall-cache"), filepath.Join(dir, "out")
	for range 2 {
		must(t, 0, "generate", "--force", "-o", out, policy)
		must(t, 0, "check", "-o", out, policy)
	}
}

// A journal that another program wrote proves nothing, however long its lines are: the run stops, and check says so.
func TestForeignJournal(t *testing.T) {
	dir := t.TempDir()
	policy, out := hostsFile(t, filepath.Join(dir, "p.toml"), "one", "a"), filepath.Join(dir, "out")
	must(t, 0, "generate", "-o", out, policy)
	if err := os.WriteFile(filepath.Join(out, fleet.JournalName), []byte(strings.Repeat("x", 2<<20)+"\n0\t\"a/../../x\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	must(t, 1, "check", "-o", out, policy)
	if text := must(t, 2, "generate", "--force", "-o", out, policy); !strings.Contains(text, ".rolewall-journal is not a journal of rolewall\n  hint: ") {
		t.Error(text)
	}
	if err := os.Remove(filepath.Join(out, fleet.JournalName)); err != nil {
		t.Fatal(err)
	}
	must(t, 0, "generate", "--force", "-o", out, policy)
	must(t, 0, "check", "-o", out, policy)
}

// Parts that are written side by side are whole.
func TestPartsSideBySide(t *testing.T) {
	dir := t.TempDir()
	policy, out := filepath.Join(dir, "p.toml"), filepath.Join(dir, "out")
	writeFleet(t, policy, 200, "x")
	var runs []*exec.Cmd
	exe := binary(t).Path
	for _, part := range []string{"1/3", "2/3", "3/3"} {
		cmd := exec.Command(exe, "generate", "-o", out, "--shard", part, policy)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		runs = append(runs, cmd)
	}
	for _, cmd := range runs {
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %v", cmd.Args, err)
		}
	}
	must(t, 0, "check", "-o", out, policy)
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
