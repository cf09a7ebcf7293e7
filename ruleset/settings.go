package ruleset

// Settings are the options of single targets, resolved file < group < host. The zero value is every default.
type Settings struct {
	Advfirewall AdvfirewallSettings `json:"advfirewall,omitzero"`
	GPO         GPOSettings         `json:"gpo,omitzero"`
	IPsec       IPsecSettings       `json:"ipsec,omitzero"`
	Linux       LinuxSettings       `json:"linux,omitzero"`
}

// AdvfirewallSettings is the policy's [advfirewall].
type AdvfirewallSettings struct {
	Profile    []string `json:"profile,omitempty"`     // of domain, private, public; empty is any
	Outbound   string   `json:"outbound,omitempty"`    // allow or block; empty: allow, but stop where the host has outbound blocked
	LogDropped bool     `json:"log_dropped,omitempty"` // write dropped packets to the firewall's log
	OtherRules string   `json:"other_rules,omitempty"` // keep (default, empty) or disable
}

// GPOSettings is the policy's [gpo].
type GPOSettings struct {
	Profiles string `json:"profiles,omitempty"` // set (default, empty), or keep: another GPO sets the profiles
	LogSize  int    `json:"log_size,omitempty"` // kilobytes of the firewall's log; 0 leaves the host's value
}

// IPsecSettings is the policy's [ipsec]; its outbound permits are RuleSet.Outbound.
type IPsecSettings struct {
	ICMP          string `json:"icmp,omitempty"`           // all-types where an echo may be said as all of ICMP, since the filter knows no types
	DefaultExempt *int   `json:"default_exempt,omitempty"` // NoDefaultExempt, 0 to 3; nil leaves the host's value
}

// LinuxSettings is the policy's [linux], for nftables and iptables.
type LinuxSettings struct {
	Log        bool     `json:"log,omitempty"`        // log dropped packets, limited
	Reject     bool     `json:"reject,omitempty"`     // answer instead of dropping silently
	Interfaces []string `json:"interfaces,omitempty"` // the interfaces governed; all others pass untouched; empty is all
	NoPing     bool     `json:"no_ping,omitempty"`    // take the baseline's echo away
	Counters   bool     `json:"counters,omitempty"`   // count packets per rule
	Invalid    string   `json:"invalid,omitempty"`    // pass: rules decide on TCP and UDP packets that are invalid to connection tracking; empty: they are dropped

	NoFTPHelper bool `json:"no_ftp_helper,omitempty"` // leave passive FTP to a range that the policy opens
}
