//go:build linux

package packettest

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"rolewall/internal/netspace"
	"rolewall/ruleset"
)

// release is a Debian release whose nftables and iptables stand unpacked in a folder (.ci/releases).
type release struct {
	name          string
	bin, legacy   string // folders with the programs; legacy has iptables of the legacy back end
	nft, iptables string // versions
}

// releases lists what the scripts promise to load on. The release of this machine is the one of all other tests.
func releases(t *testing.T) []release {
	t.Helper()
	netspace.Need(t, "dash", "apt-get", "dpkg-deb")
	if runtime.GOARCH != "amd64" {
		t.Skip("the packages are those of amd64")
	}
	out, err := exec.Command("../../.ci/releases").Output()
	if err != nil {
		t.Fatal(err)
	}
	folder := strings.TrimSpace(string(out))
	list := []release{{name: "bullseye", nft: "v0.9.8", iptables: "v1.8.7"}, {name: "trixie", nft: "v1.1.3", iptables: "v1.8.11"}}
	for i := range list {
		if _, err := os.Stat(filepath.Join(folder, list[i].name)); err != nil {
			t.Skipf("%s is not unpacked: make tools", list[i].name)
		}
		list[i].bin, list[i].legacy = filepath.Join(folder, list[i].name, "bin"), filepath.Join(folder, list[i].name, "legacy")
	}
	return list
}

// spaceWith makes a namespace in which the programs of the folder come first.
func spaceWith(t *testing.T, folder string) *netspace.Space {
	s := netspace.New(t)
	s.Prefer(folder)
	return s
}

// TestReleases holds that every script of every policy and role passes the check of old and new releases: nft, and iptables
// with both back ends. What the check takes, the release loads: TestReleasesLoad shows it with packets.
func TestReleases(t *testing.T) {
	t.Parallel()
	scripts := everyScript(t)
	for _, r := range releases(t) {
		for _, x := range []struct {
			folder, version string
			file            string
			check           []string
		}{
			{r.bin, r.nft, "nftables", []string{"nft", "-c", "-f"}},
			{r.bin, r.iptables, "iptables", []string{"dash"}},
			{r.legacy, r.iptables, "iptables", []string{"dash"}},
		} {
			t.Run(r.name+"/"+filepath.Base(x.folder)+"/"+x.file, func(t *testing.T) {
				t.Parallel()
				s := spaceWith(t, x.folder)
				if got := s.Must(t, x.file[:3]+map[string]string{"ipt": "ables"}[x.file[:3]], "--version"); !strings.Contains(got, x.version+" ") {
					t.Errorf("the version is %s, not %s", strings.TrimSpace(got), x.version)
				}
				dir := t.TempDir()
				for name, text := range scripts[x.file] {
					file := filepath.Join(dir, "script")
					if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
						t.Fatal(err)
					}
					command := append(append([]string{}, x.check...), file)
					if x.file == "iptables" {
						command = append(command, "check")
					}
					if _, err := s.Run("", command...); err != nil {
						t.Errorf("%s: %.400v", name, err)
					}
				}
			})
		}
	}
}

// TestReleasesLoad sweeps a sample of hosts with the programs of each release, with a share of the ports.
func TestReleasesLoad(t *testing.T) {
	t.Parallel()
	var sample []*ruleset.RuleSet
	for _, policy := range []string{"linux", "families"} {
		sample = append(sample, resolve(t, disk{}, "../../testdata/policies/"+policy+".toml")...)
	}
	for _, r := range releases(t) {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			l := NewLab(t)
			l.Server.Prefer(r.bin)
			l.legacy.Prefer(r.legacy)
			for i, rs := range sample {
				l.share = shareOf(i)
				for _, x := range targets() {
					Report(t, l.Sweep(t, x.script(t, rs), rs))
				}
			}
		})
	}
}

// everyScript returns the scripts of every policy and role, equal ones once, by target and by host.
func everyScript(t *testing.T) map[string]map[string]string {
	t.Helper()
	files, err := filepath.Glob("../../testdata/policies/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no policies: %v", err)
	}
	all := resolve(t, everyRole(t), "roles.toml")
	for _, file := range files {
		all = append(all, resolve(t, disk{}, file)...)
	}
	out := map[string]map[string]string{"nftables": {}, "iptables": {}}
	var wait sync.WaitGroup
	var mu sync.Mutex
	for _, x := range []target{{"nftables", Nftables}, {"iptables", Iptables}} {
		for _, rs := range all {
			wait.Go(func() {
				text := x.script(t, rs).Text
				mu.Lock()
				defer mu.Unlock()
				out[x.name][rs.Host+" "+strings.Join(rs.Roles, ",")] = text
			})
		}
	}
	wait.Wait()
	return out
}
