package collect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/internal/netspace"
	"rolewall/readers"
)

// TestLinuxIsRead reads a captured folder back: what the script writes is what the readers take.
func TestLinuxIsRead(t *testing.T) {
	netspace.Need(t, "nft", "ip")
	space := netspace.New(t)
	space.Must(t, "nft", "add table inet seen; add chain inet seen input { type filter hook input priority 0; policy drop; }; add rule inet seen input tcp dport 22 ip saddr 10.0.0.0/8 accept")
	for _, command := range []string{"link add eth0 type veth peer name eth1", "addr add 10.1.0.10/24 dev eth0", "link set eth0 up", "link set eth1 up"} {
		space.Must(t, append([]string{"ip"}, strings.Fields(command)...)...)
	}
	folder := filepath.Join(t.TempDir(), "x.capture")
	space.Must(t, "sh", script(t), folder)
	var files []readers.File
	found, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		src, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, readers.File{Name: f.Name(), Data: src})
	}
	errs := &diag.List{}
	all := readers.Read(files, errs)
	if err := errs.Err(); err != nil || len(all) != 1 {
		t.Fatal(err, len(all))
	}
	if c := all[0]; len(c.Openings) != 1 || c.Openings[0].Rule.Traffic.String() != "tcp/22" || c.Openings[0].Rule.Remote.Key() != "10.0.0.0/8" || len(c.Unmapped) > 0 || c.Host == "" || c.When == "" {
		t.Errorf("%+v", c)
	}
}

// TestWindowsIsRead reads a folder as the script for Windows writes it on a host without policy, on which the firewall's service is
// disabled.
func TestWindowsIsRead(t *testing.T) {
	const key = `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\`
	files := []readers.File{
		{Name: "capture.json", Data: []byte(`{"version": 1, "host": "DC1", "os": "windows 10.0.20348", "when": "2026-11-30T12:00:00Z", "root": true, "files": [
			{"name": "local.reg", "command": "reg export", "rc": 0, "stderr": "", "sha256": ""}, {"name": "activestore.json", "command": "Get-NetFirewallRule", "rc": 127, "stderr": "the module NetSecurity is not installed", "sha256": ""}]}`)},
		{Name: "local.reg", Data: []byte("Windows Registry Editor Version 5.00\r\n\r\n[" + key + "SharedAccess\\Parameters\\FirewallPolicy\\DomainProfile]\r\n\"EnableFirewall\"=dword:00000001\r\n\r\n[" + key +
			"SharedAccess\\Parameters\\FirewallPolicy\\FirewallRules]\r\n\"a\"=\"v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=445|App=System|Name=SMB|Platform=2:6:2|Platform2=GTEQ|\"\r\n\r\n")},
		{Name: "policy.reg", Data: []byte("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft\\WindowsFirewall]\r\n\r\n")},
		{Name: "mpssvc.txt", Data: []byte("\r\n" + key + "MpsSvc\r\n    Start    REG_DWORD    0x4\r\n\r\n")},
		{Name: "bfe.txt", Data: []byte("\r\n" + key + "BFE\r\n    Start    REG_DWORD    0x2\r\n\r\n")},
	}
	errs := &diag.List{}
	all := readers.Read(files, errs)
	if err := errs.Err(); err != nil || len(all) != 1 {
		t.Fatal(err, len(all))
	}
	c := all[0]
	var unsafe []string
	for _, f := range c.Facts {
		if f.Unsafe {
			unsafe = append(unsafe, f.Code)
		}
	}
	if c.Host != "DC1" || c.OS != "windows-2022" || len(c.Openings) != 1 || len(c.Openings[0].Conditions) > 0 || strings.Join(unsafe, " ") != "service-stopped" {
		t.Errorf("%+v, %v", c, unsafe)
	}
}
