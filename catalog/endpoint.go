package catalog

import (
	"slices"
	"strings"

	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Reach says which sources may reach an endpoint besides its audience.
type Reach string

// The values of Reach.
const (
	ReachAudience Reach = "audience" // no others
	ReachLink     Reach = "link"     // fe80::/10 where the audience has IPv6, 169.254.0.0/16 where it has IPv4
	ReachAny      Reach = "any"      // any source, since the client has no address of its own yet, as in DHCP
)

// Endpoint is one thing a service listens on.
type Endpoint struct {
	App string // application protocol, as people call it
	ruleset.Traffic
	OwnRange   bool             // tcp or udp = "dynamic": Ports is empty, and the ports come from the dynamic range of the host
	RPC        ruleset.RPCKind  // EndpointMapper, Dynamic (with OwnRange), Static, or none
	Audience   ruleset.Audience //
	Reach      Reach            //
	Interfaces []string         // where it may be reached, such as "virbr*"; empty is every interface
	Decrypted  bool             // packets arrive through IPsec: unprotected packets must stay closed
	Listener   string           // name of a listener, "System" or "HTTP"; empty if unknown
	Owner      ruleset.Listener // the owner of the socket, if the row names no listener
	Feature    string           // the feature that opens the endpoint; empty if it is always on
	Never      string           // why it is shown but never opened: erratum, outbound, loopback, duplicate, knowledge
	Sources    []string         // tags of the documents that the facts come from
	Note       string           //
	Unbound    string           // why no program is named for a row of Windows, and what listens there
	PeerRoles  []tomldoc.Text   // roles whose hosts are peers, too, besides hosts with the endpoint's own role
	Editions                    //
	Location   tomldoc.Location //
}

// Port returns the traffic in the form that users type: "tcp/445", "udp/dynamic", "icmp/8", "protocol/112", "gre".
func (e *Endpoint) Port() string {
	if e.OwnRange {
		return e.Protocol.String() + "/dynamic"
	}
	return e.Traffic.String()
}

// Source returns the tags of Sources, joined by commas.
func (e *Endpoint) Source() string { return strings.Join(e.Sources, ",") }

// PeerRoleNames returns the names of PeerRoles, joined by blanks.
func (e *Endpoint) PeerRoleNames() string {
	names := make([]string, len(e.PeerRoles))
	for i, role := range e.PeerRoles {
		names[i] = role.Value
	}
	return strings.Join(names, " ")
}

// readEndpoints reads one row and returns an endpoint for each protocol that it names. defaultSource is the source
// of a row that names none. If it is empty, every row must name a source.
func readEndpoints(t *tomldoc.Table, defaultSource string) []Endpoint {
	row := readRow(t, defaultSource)
	var out []Endpoint
	for _, x := range readRowTraffic(t, row.Audience) {
		e := row
		e.Traffic, e.OwnRange = x.Traffic, x.IsWord
		e.checkRPC(t)
		e.checkDecrypted(t)
		out = append(out, e)
	}
	t.RejectUnknownKeys()
	return out
}

// readRow reads the keys of a row that do not name its traffic.
func readRow(t *tomldoc.Table, defaultSource string) Endpoint {
	e := Endpoint{
		App: t.String("app"), Reach: Reach(t.String("reach")), Listener: t.String("listener"), Audience: ruleset.Audience(t.String("audience")),
		Feature: t.String("feature"), Never: t.String("never"), Note: t.String("note"), Unbound: t.String("unbound"), PeerRoles: t.Texts("peers"), Editions: readEditions(t), Location: t.Location(),
	}
	e.Owner = ReadOwner(t)
	if e.Listener != "" && !e.Owner.IsZero() {
		t.Fail("listener", "leave listener out, or program and service", "a row names a listener, or a program or service of its own")
	}
	e.readRPC(t)
	e.readWords(t)
	e.Decrypted, _ = t.Bool("decrypted")
	e.Interfaces = ReadInterfaces(t)
	source := t.String("source")
	if source == "" {
		source = defaultSource
	}
	if source == "" {
		t.Fail("source", "name the document that says so", "an endpoint needs a source")
	}
	for tag := range strings.SplitSeq(source, ",") {
		e.Sources = append(e.Sources, strings.TrimSpace(tag))
	}
	if e.App == "" {
		t.Fail("app", `app = "HTTPS"`, "an endpoint needs the name of its application protocol in app")
	}
	return e
}

// readRowTraffic reads what a row listens on. It reads what ReadTraffic reads, and protocol = "any" for peers.
func readRowTraffic(t *tomldoc.Table, audience ruleset.Audience) []Traffic {
	if t.Peek("protocol") != "any" {
		return ReadTraffic(t, "dynamic")
	}
	t.Text("protocol")
	if audience != ruleset.Peers {
		t.Fail("protocol", `audience = "peers"`, "every protocol is open to peers alone")
	}
	return []Traffic{{Traffic: ruleset.Traffic{Protocol: ruleset.AnyProtocol}}}
}

func (e *Endpoint) checkDecrypted(t *tomldoc.Table) {
	if e.Decrypted && (e.Protocol != ruleset.UDP || len(e.Ports) != 1) {
		t.Fail("decrypted", `udp = "1701", decrypted = true`, "decrypted goes with one port or range of udp")
	}
}

func (e *Endpoint) readRPC(t *tomldoc.Table) {
	text := t.String("rpc")
	kinds := map[string]ruleset.RPCKind{
		"": ruleset.NoRPC, "mapper": ruleset.EndpointMapper, "dynamic": ruleset.Dynamic, "static": ruleset.Static,
	}
	kind, known := kinds[text]
	if !known {
		t.Fail("rpc", "mapper, dynamic or static", "unknown rpc %q", text)
	}
	e.RPC = kind
}

// checkRPC reports an RPC row whose ports do not fit.
func (e *Endpoint) checkRPC(t *tomldoc.Table) {
	switch kind := e.RPC; {
	case kind == ruleset.EndpointMapper && (e.Protocol != ruleset.TCP || e.Ports.String() != "135"):
		t.Fail("rpc", "", "the endpoint mapper is tcp 135")
	case kind == ruleset.Dynamic && !e.OwnRange:
		t.Fail("rpc", `tcp = "dynamic"`, "a dynamic RPC endpoint has no port of its own")
	case kind == ruleset.Static && (e.Protocol != ruleset.TCP || e.OwnRange):
		t.Fail("rpc", "", "a static RPC endpoint needs a tcp port")
	}
}

// readWords checks the keys that hold one of a few words.
func (e *Endpoint) readWords(t *tomldoc.Table) {
	word := func(key, value, hint string, words ...string) {
		if !slices.Contains(words, value) {
			t.Fail(key, hint, "unknown %s %q", key, value)
		}
	}
	if e.Audience == "" && e.Never == "" {
		t.Fail("audience", "clients, peers or management", "an endpoint must say in audience who it is for")
	} else if e.Audience != "" {
		word("audience", string(e.Audience), "clients, peers or management", "clients", "peers", "management")
	}
	if e.Reach == "" {
		e.Reach = ReachAudience
	}
	word("reach", string(e.Reach), "audience, link or any", "audience", "link", "any")
	word("never", e.Never, "erratum, outbound, loopback, duplicate or knowledge", "", "erratum", "outbound", "loopback", "duplicate", "knowledge")
}
