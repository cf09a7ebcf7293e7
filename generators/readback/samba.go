package readback

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// python is Debian's Python: others do not see the modules of packages.
const python = "/usr/bin/python3"

// NeedSamba skips a test where Samba's parsers are not installed. In CI that is a failure: .ci/tools installs them.
func NeedSamba(t testing.TB) {
	t.Helper()
	if err := exec.Command(python, "-c", "import samba.dcerpc.preg, samba.gp_parse.gp_pol").Run(); err != nil {
		SkipMissing(t, "python3-samba")
	}
}

// SkipMissing skips a test that needs a program, and fails in CI.
func SkipMissing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is missing: .ci/tools installs it", what)
	}
	t.Skipf("%s is missing: make tools installs it", what)
}

// RepackScript reads files in the form of Registry.pol with Samba's parser and writes them again. The comparison
// then finds what the parser tolerates.
const RepackScript = `
import sys
from samba.ndr import ndr_unpack, ndr_pack
from samba.dcerpc import preg
for name in sys.argv[1:]:
    data = open(name, 'rb').read()
    f = ndr_unpack(preg.file, data)
    assert f.header.signature == 'PReg' and f.header.version == 1, name
    assert ndr_pack(f) == data, name
    print(len(f.entries))
`

// Repack fails the test if Samba reads a file differently.
func Repack(t testing.TB, files ...[]byte) {
	t.Helper()
	dir := t.TempDir()
	args := []string{"-c", RepackScript}
	for i, data := range files {
		name := filepath.Join(dir, strconv.Itoa(i))
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	if out, err := exec.Command(python, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
