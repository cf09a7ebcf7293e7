package ruleset

import "slices"

// OS names an operating system edition as policies and the catalog write it, for example "windows-2022".
type OS string

// The editions, oldest first. Linux has no place in this order. For the catalog it counts as the newest edition.
const (
	Windows2000   OS = "windows-2000"
	Windows2003   OS = "windows-2003"
	Windows2008   OS = "windows-2008"
	Windows2008R2 OS = "windows-2008r2"
	Windows2012   OS = "windows-2012"
	Windows2012R2 OS = "windows-2012r2"
	Windows2016   OS = "windows-2016"
	Windows2019   OS = "windows-2019"
	Windows2022   OS = "windows-2022"
	Windows2025   OS = "windows-2025"
	Linux         OS = "linux"
)

// DefaultOS is the edition of a host that names none.
const DefaultOS = Windows2022

// AllOS returns every edition, oldest first, with linux at the end.
func AllOS() []OS { return slices.Clone(allOS[:]) }

var allOS = [...]OS{
	Windows2000, Windows2003, Windows2008, Windows2008R2, Windows2012,
	Windows2012R2, Windows2016, Windows2019, Windows2022, Windows2025, Linux,
}

// ParseOS returns the edition that s names, or false.
func ParseOS(s string) (OS, bool) {
	for _, o := range AllOS() {
		if string(o) == s {
			return o, true
		}
	}
	return "", false
}

// rank returns the place of the edition in the order of time. Linux has the place of the newest Windows.
func (o OS) rank() int {
	if o == Linux {
		o = Windows2025
	}
	return slices.Index(allOS[:], o)
}

// IsWindows reports whether o is an edition of Windows.
func (o OS) IsWindows() bool { return o != Linux }

// Before reports whether o is older than x. No edition is older than the empty one.
func (o OS) Before(x OS) bool { return o.rank() < x.rank() }

// Within reports whether o is between since and until, both included. An empty since or until sets no limit.
func (o OS) Within(since, until OS) bool {
	return (since == "" || !o.Before(since)) && (until == "" || !until.Before(o))
}

// DynamicRange returns the ports that the edition uses by default for RPC and for outgoing connections: 1025-5000
// up to Windows 2003, 49152-65535 from Windows 2008 on (KB929851).
func (o OS) DynamicRange() PortRange {
	if o.Before(Windows2008) {
		return PortRange{1025, 5000}
	}
	return PortRange{49152, 65535}
}

// OtherDynamicRange returns the dynamic range of the other generation of Windows, for networks that have both.
func (o OS) OtherDynamicRange() PortRange {
	if o.Before(Windows2008) {
		return Windows2025.DynamicRange()
	}
	return Windows2003.DynamicRange()
}

// Families returns the address families that the edition has by default: IPv4 alone for Windows 2000 and 2003,
// both for all others.
func (o OS) Families() Families {
	return Families{IPv4: true, IPv6: !o.Before(Windows2008)}
}
