package ruleset

// Settings are the options of single targets. A host's value replaces its group's, and that replaces the file's.
// The zero value means every default.
type Settings struct {
	Advfirewall AdvfirewallSettings `json:"advfirewall,omitzero"`
	GPO         GPOSettings         `json:"gpo,omitzero"`
	IPsec       IPsecSettings       `json:"ipsec,omitzero"`
	Linux       LinuxSettings       `json:"linux,omitzero"`
}

// AdvfirewallSettings is the table [advfirewall] of a policy.
type AdvfirewallSettings struct {
	Profile    []string `json:"profile,omitempty"`     // domain, private or public; empty is any
	Outbound   string   `json:"outbound,omitempty"`    // allow or block; empty allows, but stops if the host blocks outbound traffic
	LogDropped bool     `json:"log_dropped,omitempty"` // log dropped packets
	OtherRules string   `json:"other_rules,omitempty"` // keep (the default, empty) or disable
}

// GPOSettings is the table [gpo] of a policy.
type GPOSettings struct {
	Profiles string `json:"profiles,omitempty"` // set (the default, empty), or keep if another GPO sets the profiles
	LogSize  int    `json:"log_size,omitempty"` // size of the firewall's log in kilobytes; 0 keeps the host's value
}

// IPsecSettings is the table [ipsec] of a policy. Its outbound permits are in RuleSet.Outbound.
type IPsecSettings struct {
	ICMP          string `json:"icmp,omitempty"`           // all-types opens all of ICMP for an echo request, since the filter cannot tell types apart
	DefaultExempt *int   `json:"default_exempt,omitempty"` // NoDefaultExempt, 0 to 3; nil keeps the host's value
}

// LinuxSettings is the table [linux] of a policy, for nftables and iptables.
type LinuxSettings struct {
	Log        bool     `json:"log,omitempty"`        // log dropped packets, with a limit
	Reject     bool     `json:"reject,omitempty"`     // answer denied packets instead of dropping them
	Interfaces []string `json:"interfaces,omitempty"` // the filtered interfaces; all others are left open; empty is all
	NoPing     bool     `json:"no_ping,omitempty"`    // do not allow echo requests in the baseline
	Counters   bool     `json:"counters,omitempty"`   // count packets for each rule
	Invalid    string   `json:"invalid,omitempty"`    // pass: rules decide on TCP and UDP packets that connection tracking calls invalid; empty: they are dropped

	NoFTPHelper bool `json:"no_ftp_helper,omitempty"` // do not track FTP: the policy opens a range for passive FTP instead
}
