package explain

import (
	"rolewall/diag"
	"rolewall/internal/lookup"
	"rolewall/tomldoc"
)

// "rolewall explain --format json" prints these results. docs/explain.schema.json describes them. Fields are added
// and never changed.

// Subject is the host that a question is about.
type Subject struct {
	Version int      `json:"version"` // of the format: 1
	Host    string   `json:"host"`
	OS      string   `json:"os"`
	Roles   []string `json:"roles"`
	At      Location `json:"at"`
	From    string   `json:"from,omitempty"` // the source of the question, as the call names it
	Others  Others   `json:"others,omitempty"`
}

// Table lists the rules of a host.
type Table struct {
	Subject
	Baseline []Baseline `json:"baseline"`
	Rules    []Row      `json:"rules"`
}

// Who lists the hosts on which a port is open, with a row for each rule.
type Who struct {
	Version int    `json:"version"` // of the format: 1
	Port    string `json:"port"`
	From    string `json:"from,omitempty"`
	Hosts   int    `json:"hosts"` // number of hosts that were checked
	Open    []Row  `json:"open"`

	Beside []BesideRow `json:"beside"` // what scripts allow besides their rules; a host may be in both lists

	OthersStay []string `json:"others_stay"` // hosts that keep rules of others, which may open the port, too
}

// Fleet lists what the hosts of a policy allow. Equal rules of several hosts are one row.
type Fleet struct {
	Version int         `json:"version"` // of the format: 1
	From    string      `json:"from,omitempty"`
	Hosts   []FleetHost `json:"hosts"`
	Rules   []FleetRow  `json:"rules"`
}

// FleetHost is a host of a fleet, with the number of its rules that allow the source or a part of it.
type FleetHost struct {
	Host   string   `json:"host"`
	OS     string   `json:"os"`
	Roles  []string `json:"roles"`
	Rules  int      `json:"rules"`
	Anyone int      `json:"from_anyone"` // number of rules that allow anyone
	Others Others   `json:"others,omitempty"`
}

// FleetRow is a rule of several hosts.
type FleetRow struct {
	Hosts []string `json:"hosts"`
	Row
}

// BesideRow is an opening of a host besides its rules.
type BesideRow struct {
	Host   string `json:"host"`
	Target string `json:"target"`
	Opening
}

// Row is a rule in a table.
type Row struct {
	Host    string   `json:"host,omitempty"` // set if the table is about several hosts
	ID      string   `json:"id"`
	Opens   string   `json:"opens"`          // tcp/445
	Only    string   `json:"only,omitempty"` // qualifiers of the rule: only on virbr*, at most 10/minute
	App     []string `json:"app"`
	From    []string `json:"from"`             // names of address sets; empty is anyone
	Because []string `json:"because"`          // "role (services)", or the exception
	Share   Share    `json:"admits,omitempty"` // how much of the source of the question
}

// Baseline is what the script of a target allows besides the rules.
type Baseline struct {
	Target string   `json:"target"`
	Allows []string `json:"lets_in"` // in words, each once

	Openings []Opening `json:"openings"`
}

// Opening is one thing that a script allows besides its rules.
type Opening struct {
	Cause    string   `json:"cause"` // baseline, interfaces, mirror, helper, wider; others: rules of other owners may allow anything
	Text     string   `json:"text"`
	Opens    string   `json:"opens,omitempty"` // traffic; empty if only the text describes it
	From     []string `json:"from"`            // names of address sets; empty is anyone
	Families []string `json:"families"`        // of the packets
	Share    Share    `json:"admits,omitempty"`
	Would    string   `json:"would_close,omitempty"`
}

// Answers holds the answers to a question about a port of a host: one for each protocol.
type Answers struct {
	Subject
	Answers []Answer `json:"answers"`
}

// Answer is the answer for one kind of traffic.
type Answer struct {
	Port     string          `json:"port"`
	Verdict  Verdict         `json:"verdict"`
	Means    string          `json:"means"`  // the meaning of the verdict, in a sentence
	Rules    []Rule          `json:"rules"`  // rules that match the traffic, even if they do not allow the source of the question
	Closed   []Reason        `json:"closed"` // the nearest first; empty if the verdict is Open
	Baseline []Baseline      `json:"baseline"`
	Sources  []lookup.Source `json:"sources"` // documents that the endpoints come from
}

// Verdict says whether traffic is allowed.
type Verdict string

// The verdicts.
const (
	Open        Verdict = "open"
	PartlyOpen  Verdict = "partly open"      // to a part of the source of the question
	Closed      Verdict = "closed"           //
	BesideRules Verdict = "beside the rules" // no rule allows it, but what a script allows besides its rules may
)

// Share is how much of a source a rule allows. It is empty if the question names no source.
type Share string

// The shares.
const (
	All  Share = "all"
	Part Share = "part"
	None Share = "none"
)

// Rule is a rule with its provenance and its lines in the scripts.
type Rule struct {
	ID       string        `json:"id"`
	Opens    string        `json:"opens"`
	Only     string        `json:"only,omitempty"` // qualifiers of the rule
	RPC      string        `json:"rpc,omitempty"`
	Listener string        `json:"listener,omitempty"`
	Anyone   bool          `json:"anyone"`
	From     []Source      `json:"from"`
	Share    Share         `json:"admits,omitempty"`
	Reasons  []Path        `json:"reasons"`
	Scripts  []ScriptLines `json:"scripts"`
}

// Source is an address set that a rule allows, and what names it in the policy.
type Source struct {
	Name     string   `json:"name"`
	Prefixes []string `json:"prefixes"`
	Because  []Origin `json:"because"`
}

// Origin is what names a source: an audience or an exception, and its location.
type Origin struct {
	What string    `json:"what"`
	At   *Location `json:"at,omitempty"`
}

// Location is a location in a file. Line 0 means the whole file.
type Location struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

func newLocation(at tomldoc.Location) *Location {
	pos := at.Pos()
	return &Location{pos.File, pos.Line, pos.Column}
}

// String returns "file:line:column", or the file alone.
func (l Location) String() string {
	return diag.Pos{File: l.File, Line: l.Line, Column: l.Column}.String()
}

// Path is the provenance of an endpoint: from the host through roles to a service. An exception has no further
// steps.
type Path struct {
	Roles     []Step     `json:"roles"` // the role that the host names, then the roles that lead to the service
	Service   *Step      `json:"service,omitempty"`
	Endpoint  *Endpoint  `json:"endpoint,omitempty"`
	Exception *Exception `json:"exception,omitempty"`
}

// Step is a role or a service on a path.
type Step struct {
	Name  string    `json:"name"`
	Title string    `json:"title,omitempty"`
	By    string    `json:"by,omitempty"` // the level of the policy that names it: file, groups.web, hosts.dc1
	At    *Location `json:"at,omitempty"`
}

// Endpoint is an endpoint of a service of the catalog or of the policy.
type Endpoint struct {
	Port     string    `json:"port"`
	App      string    `json:"app"`
	Audience string    `json:"audience"`
	Reach    string    `json:"reach,omitempty"`
	Feature  string    `json:"feature,omitempty"`
	By       string    `json:"feature_by,omitempty"` // what switches the feature on
	At       *Location `json:"feature_at,omitempty"`
	Sources  []string  `json:"sources"` // tags of documents
	Note     string    `json:"note,omitempty"`
}

// Exception is an exception of the policy.
type Exception struct {
	Reason  string   `json:"reason"`
	Owner   string   `json:"owner,omitempty"`
	Expires string   `json:"expires,omitempty"`
	By      string   `json:"by"` // the level of the policy that holds it
	At      Location `json:"at"`
}

// ScriptLines says where the script of a target names a rule.
type ScriptLines struct {
	Target  string   `json:"target"`
	File    string   `json:"file"`
	Lines   []int    `json:"lines"`             // from 1
	Text    string   `json:"text,omitempty"`    // of the first line
	Refused []string `json:"refused,omitempty"` // why there is no script
}

// Reason is a reason why traffic is closed, with what would open it.
type Reason struct {
	Kind  string    `json:"kind"` // sender, code, ports, nobody, family, feature, without, rpc, exception, service, role, knowledge, edition, unknown
	What  string    `json:"what"`
	Would string    `json:"would,omitempty"` // what would open it
	At    *Location `json:"at,omitempty"`
	Paths []Path    `json:"roads"` // to the endpoints that this reason closes
}
