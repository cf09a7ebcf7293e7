package main

import "rolewall/internal/lookup"

// What explain answers, as --format json prints it. docs/explain.schema.json describes it; fields are added, never
// changed.

// explainHost is a host about which a question was asked.
type explainHost struct {
	Version int      `json:"version"` // 1
	Host    string   `json:"host"`
	OS      string   `json:"os"`
	Roles   []string `json:"roles"`
	At      place    `json:"at"`
	From    string   `json:"from,omitempty"` // as asked
}

// explainTable is all that a host lets in.
type explainTable struct {
	explainHost
	Baseline []targetBaseline `json:"baseline"`
	Rules    []explainRow     `json:"rules"`
}

// targetBaseline is what the scripts of a target let in beside the rules.
type targetBaseline struct {
	Target string   `json:"target"`
	LetsIn []string `json:"lets_in"`
}

// explainRow is a rule in a table.
type explainRow struct {
	Host    string   `json:"host,omitempty"` // where the table is about several
	ID      string   `json:"id"`
	Opens   string   `json:"opens"` // tcp/445
	App     []string `json:"app"`
	From    []string `json:"from"`             // names of networks; empty is anyone
	Because []string `json:"because"`          // role (services), or the exception
	Admits  share    `json:"admits,omitempty"` // how much of the sender that was asked about
}

// explainAnswers is the answer to a question about a port: one for each protocol.
type explainAnswers struct {
	explainHost
	Answers []answer `json:"answers"`
}

// answer is what happens to some traffic.
type answer struct {
	Port     string           `json:"port"`
	Verdict  string           `json:"verdict"` // open, partly open (not to all of the sender), closed, beside the rules (the baseline has to do with it)
	Rules    []explainRule    `json:"rules"`   // that have to do with it, whether or not they admit the sender
	Closed   []closedReason   `json:"closed"`  // nearest first
	Baseline []targetBaseline `json:"baseline"`
	Sources  []lookup.Source  `json:"sources"`
}

// explainRule is a rule with its road and its place in the scripts.
type explainRule struct {
	ID       string      `json:"id"`
	Opens    string      `json:"opens"`
	RPC      string      `json:"rpc,omitempty"`
	Listener string      `json:"listener,omitempty"`
	Anyone   bool        `json:"anyone"`
	From     []namedBy   `json:"from"`
	Admits   share       `json:"admits,omitempty"`
	Reasons  []roadView  `json:"reasons"`
	Scripts  []scriptHit `json:"scripts"`
}

// namedBy is an address set and what in the policy lets it in.
type namedBy struct {
	Name     string   `json:"name"`
	Prefixes []string `json:"prefixes"`
	Because  []saying `json:"because"`
}

// saying is a place of the policy and what it says there.
type saying struct {
	What string `json:"what"`
	At   *place `json:"at,omitempty"`
}

// place is a place in a file; line 0 is the file as a whole.
type place struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
}

// roadView is how an endpoint came to the host, or an exception.
type roadView struct {
	Roles     []step     `json:"roles"` // the one that the host names, then those it includes
	Service   *step      `json:"service,omitempty"`
	Endpoint  *rowView   `json:"endpoint,omitempty"`
	Exception *exception `json:"exception,omitempty"`
}

// step is a role or a service on the road.
type step struct {
	Name  string `json:"name"`
	Title string `json:"title,omitempty"`
	By    string `json:"by,omitempty"` // level that names it: file, groups.web, hosts.dc1
	At    *place `json:"at,omitempty"`
}

// rowView is a row of the catalog, or of a service of the policy.
type rowView struct {
	Port     string   `json:"port"`
	App      string   `json:"app"`
	Audience string   `json:"audience"`
	Reach    string   `json:"reach,omitempty"`
	Feature  string   `json:"feature,omitempty"`
	By       string   `json:"feature_by,omitempty"` // what turns the feature on
	At       *place   `json:"feature_at,omitempty"`
	Sources  []string `json:"sources"`
	Note     string   `json:"note,omitempty"`
}

type exception struct {
	Reason  string `json:"reason"`
	Owner   string `json:"owner,omitempty"`
	Expires string `json:"expires,omitempty"`
	By      string `json:"by"`
	At      place  `json:"at"`
}

// scriptHit is where a rule stands in the script of a target.
type scriptHit struct {
	Target  string   `json:"target"`
	File    string   `json:"file"`
	Lines   []int    `json:"lines"`
	Text    string   `json:"text,omitempty"`    // the first of them
	Refused []string `json:"refused,omitempty"` // why there is no script
}

// closedReason is one reason for which traffic is not let in, and what would change that.
type closedReason struct {
	Kind  string     `json:"kind"` // sender, nobody, family, feature, without, rpc, exception, service, role, knowledge, edition, unknown
	What  string     `json:"what"`
	Would string     `json:"would,omitempty"` // what would open it
	At    *place     `json:"at,omitempty"`
	Roads []roadView `json:"roads"` // to the endpoints that are closed for this reason
}
