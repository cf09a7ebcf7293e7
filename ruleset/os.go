package ruleset

import "slices"

// OS names an operating system edition as policies and the catalog write it, for example "windows-2022".
type OS string

// The editions, oldest first. Linux is outside the order: it takes the newest rows of the catalog.
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

// AllOS lists every edition, oldest first, linux last.
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

// rank is the edition's place in time; linux is beside the newest Windows.
func (o OS) rank() int {
	if o == Linux {
		o = Windows2025
	}
	return slices.Index(allOS[:], o)
}

// IsWindows reports whether o is an edition of Windows.
func (o OS) IsWindows() bool { return o != Linux }

// Before reports whether o is older than x; nothing is older than no edition.
func (o OS) Before(x OS) bool { return o.rank() < x.rank() }

// Within reports whether o lies between since and until, both included; an empty bound is open.
func (o OS) Within(since, until OS) bool {
	return (since == "" || !o.Before(since)) && (until == "" || !until.Before(o))
}

// DynamicRange is the range from which the edition takes RPC and other ephemeral ports by default:
// 1025-5000 up to Windows 2003, 49152-65535 from Windows 2008 on (KB929851).
func (o OS) DynamicRange() PortRange {
	if o.Before(Windows2008) {
		return PortRange{1025, 5000}
	}
	return PortRange{49152, 65535}
}

// OtherDynamicRange is the range of the other generation, for networks and servers that mix both.
func (o OS) OtherDynamicRange() PortRange {
	if o.Before(Windows2008) {
		return Windows2025.DynamicRange()
	}
	return Windows2003.DynamicRange()
}

// Families are the address families an edition speaks by default: Windows 2000 and 2003 IPv4 alone.
func (o OS) Families() Families {
	return Families{IPv4: true, IPv6: !o.Before(Windows2008)}
}
