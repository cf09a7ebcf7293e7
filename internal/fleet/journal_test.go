package fleet

import (
	"os"
	"strings"
	"testing"

	"rolewall/internal/workspace"
)

// TestCutOffByFullDisk records hosts while the disk is full for a moment: one line is cut off, others follow it. The next run
// reads those.
func TestCutOffByFullDisk(t *testing.T) {
	folder, err := openFolder(t.TempDir(), workspace.Shard{})
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	j, err := openJournal(folder, workspace.Shard{})
	if err != nil {
		t.Fatal(err)
	}
	sum := strings.Repeat("0123456789abcdef", 4)
	whole := j.file
	if _, err := whole.WriteString(sum + "\t\"cut/nft"); err != nil { // what a write leaves that finds no room for the rest
		t.Fatal(err)
	}
	if j.file, err = os.Open(os.DevNull); err != nil {
		t.Fatal(err)
	}
	defer j.file.Close()
	if j.announce("cut", map[string]string{"nftables.nft": sum}) == nil {
		t.Fatal("a file that is open for reading alone was written")
	}
	j.file = whole
	for _, host := range []string{"a", "b"} {
		if err := j.announce(host, map[string]string{"nftables.nft": sum}); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.abandon(); err != nil {
		t.Fatal(err)
	}
	next, err := openJournal(folder, workspace.Shard{})
	if err != nil {
		t.Fatal(err)
	}
	defer next.file.Close()
	if got := strings.Join(next.unfinished(), " "); got != "a b" {
		t.Errorf("unfinished: %s", got)
	}
}
