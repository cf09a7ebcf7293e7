package ruleset

import "testing"

func TestOSCalled(t *testing.T) {
	for word, want := range map[string]OS{
		"Windows Server 2022": Windows2022, "windows server 2012 R2": Windows2012R2, "Windows-2025": Windows2025, "win2019": Windows2019,
		"WS2016": Windows2016, "w2k3": Windows2003, "w2k8r2": Windows2008R2, "win2k16": Windows2016, "2019": Windows2019, "Server 2008": Windows2008,
		"Microsoft Windows Server 2022 Datacenter": Windows2022, "windows_2000": Windows2000, "Windows 2003 R2": Windows2003, "windows server 2008 R2": Windows2008R2,
		"ubuntu": Linux, "Ubuntu 24.04": Linux, "debian-12": Linux, "RHEL9": Linux, "Red Hat Enterprise Linux": Linux, "Linux": Linux, "AlmaLinux 9": Linux,
		"Oracle Linux": Linux, "openSUSE": Linux, "archlinux": Linux,
		"Windows": "", "windows-11": "", "macos": "", "freebsd": "", "": "", "windows-2002": "", "zzz": "",
	} {
		got, known := OSCalled(word)
		if !known {
			got = ""
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", word, got, want)
		}
	}
}
