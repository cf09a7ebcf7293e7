package ruleset

import (
	"regexp"
	"slices"
	"strings"
)

// distributions are the Linux distributions whose names OSCalled knows.
var distributions = []string{
	"linux", "ubuntu", "debian", "rhel", "redhat", "centos", "rocky", "alma", "fedora", "suse", "sles", "arch", "alpine", "gentoo", "nixos",
	"oraclelinux", "proxmox", "raspbian", "mint", "kali", "amzn", "photon", "devuan", "opensuse", "slackware",
}

// windowsYear finds the year of an edition of Windows Server and an R2 behind it, as in "2012 R2", "2k8r2" or
// "w2k16".
var windowsYear = regexp.MustCompile(`(20|2k)(\d\d?)(r2)?`)

// OSCalled returns the edition that people mean by a word that is not its name: "Windows Server 2022", "win2019", "w2k8 r2",
// "ubuntu-24.04".
func OSCalled(word string) (OS, bool) {
	word = strings.NewReplacer(" ", "", "-", "", "_", "", ".", "").Replace(strings.ToLower(word))
	isWindows := strings.HasPrefix(word, "w") || strings.HasPrefix(word, "mswin") || strings.HasPrefix(word, "microsoft") || strings.HasPrefix(word, "server") || strings.HasPrefix(word, "2")
	if !isWindows {
		return Linux, slices.ContainsFunc(distributions, func(d string) bool { return strings.HasPrefix(word, d) || d == "linux" && strings.HasSuffix(word, d) })
	}
	m := windowsYear.FindStringSubmatch(word)
	if m == nil {
		return "", false
	}
	year := m[2]
	if len(year) == 1 {
		year = "0" + year
	}
	if os, known := ParseOS("windows-20" + year + m[3]); known {
		return os, true
	}
	return ParseOS("windows-20" + year) // 2003 R2 is an edition of 2003
}
