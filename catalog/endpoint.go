package catalog

import (
	"slices"
	"strings"

	"rolewall/ruleset"
	"rolewall/strict"
)

// Reach says which senders an endpoint needs besides its audience.
type Reach string

// The reaches.
const (
	ReachAudience Reach = "audience" // none
	ReachLink     Reach = "link"     // fe80::/10 where the audience has IPv6, 169.254.0.0/16 where it has IPv4
	ReachAny      Reach = "any"      // the sender's address is no address of the client, as in DHCP
)

// Endpoint is one thing a service listens on.
type Endpoint struct {
	App       string           // application protocol, for people
	Protocol  ruleset.Protocol //
	Ports     ruleset.Ports    // empty for protocols without ports and where OwnRange is set
	OwnRange  bool             // tcp or udp = "dynamic": the ports come from the dynamic range of the host
	ICMP      []ruleset.ICMPType
	RPC       ruleset.RPCKind  // EndpointMapper, Dynamic (with OwnRange), Static, or none
	Audience  ruleset.Audience //
	Reach     Reach            //
	Decrypted bool             // arrives inside an IPsec tunnel: bare packets are to stay out
	Listener  string           // name of a listener, "System" or "HTTP"; empty where unknown
	Feature   string           // off until that feature is named; empty: always on
	Never     string           // why it is shown and never opened: erratum, outbound, loopback, duplicate, knowledge
	Sources   []string         // tags of the documents that say so
	Note      string           //
	Editions                   //
	At        strict.Ref       //
}

// Port is the endpoint in the form users type: "tcp/445", "udp/dynamic", "icmp/8", "protocol/47", "gre".
func (e *Endpoint) Port() string {
	switch {
	case e.OwnRange:
		return e.Protocol.String() + "/dynamic"
	case e.Protocol.HasPorts():
		return e.Protocol.String() + "/" + e.Ports.String()
	case e.Protocol.HasTypes():
		return e.Protocol.String() + "/" + e.ICMP[0].String()
	}
	return e.Protocol.Text()
}

// Source joins the tags.
func (e *Endpoint) Source() string { return strings.Join(e.Sources, ",") }

// ReadEndpoint reads one row. defaultSource stands where the row names none; where it is empty, a row must.
func ReadEndpoint(t *strict.Table, defaultSource string) Endpoint {
	e := Endpoint{
		App: t.String("app"), Reach: Reach(t.String("reach")), Listener: t.String("listener"), Audience: ruleset.Audience(t.String("audience")),
		Feature: t.String("feature"), Never: t.String("never"), Note: t.String("note"), Editions: readEditions(t), At: t.At(),
	}
	ReadTraffic(t, &e, "dynamic")
	e.readRPC(t)
	e.readWords(t)
	e.readDecrypted(t)
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
	t.Done()
	return e
}

func (e *Endpoint) readDecrypted(t *strict.Table) {
	e.Decrypted, _ = t.Bool("decrypted")
	if e.Decrypted && (e.Protocol != ruleset.UDP || len(e.Ports) != 1) {
		t.Fail("decrypted", `udp = "1701", decrypted = true`, "decrypted stands beside one port or range of udp")
	}
}

// ReadTraffic reads the key that says what is let in: exactly one of tcp, udp, icmp, icmpv6, protocol. For tcp and
// udp the word allowed beside ports sets OwnRange; pass "" for none.
func ReadTraffic(t *strict.Table, e *Endpoint, word string) {
	keys := []string{"tcp", "udp", "icmp", "icmpv6", "protocol"}
	given := slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return !t.Has(k) })
	for _, k := range keys[:4] {
		t.Text(k) // checks the type
	}
	t.Ask("protocol")
	if len(given) != 1 {
		hint := "say one of " + strings.Join(keys, ", ")
		t.Fail("", hint, "%d kinds of traffic are named, there must be one", len(given))
		return
	}
	switch key := given[0]; key {
	case "tcp", "udp":
		e.Protocol = map[string]ruleset.Protocol{"tcp": ruleset.TCP, "udp": ruleset.UDP}[key]
		text := t.String(key)
		if text == "" {
			t.Fail(key, `ports are text: "443" or "8000-8010"`, "no port")
			return
		}
		if text == word {
			e.OwnRange = true
			return
		}
		ports, err := ruleset.ParsePorts(text)
		if err != nil {
			t.Fail(key, `a port from 1 to 65535 or a range such as "8000-8010"`, "%s", err)
		}
		e.Ports = ports
	case "icmp", "icmpv6":
		e.Protocol = map[string]ruleset.Protocol{"icmp": ruleset.ICMP, "icmpv6": ruleset.ICMPv6}[key]
		typ, err := ruleset.ParseICMPType(t.String(key))
		if err != nil {
			t.Fail(key, `a type such as "8", or type and code such as "3:4"`, "%s", err)
		}
		e.ICMP = []ruleset.ICMPType{typ}
	case "protocol":
		e.readProtocol(t)
	}
}

func (e *Endpoint) readProtocol(t *strict.Table) {
	n, ok := t.Int("protocol", 0, 255)
	if !ok {
		return
	}
	e.Protocol = ruleset.Protocol(n)
	if e.Protocol.HasPorts() || e.Protocol.HasTypes() {
		t.Fail("protocol", "use the key "+e.Protocol.String(), "protocol %d needs its ports or types", n)
	}
}

func (e *Endpoint) readRPC(t *strict.Table) {
	text := t.String("rpc")
	kinds := map[string]ruleset.RPCKind{
		"": ruleset.NoRPC, "mapper": ruleset.EndpointMapper, "dynamic": ruleset.Dynamic, "static": ruleset.Static,
	}
	kind, known := kinds[text]
	if !known {
		t.Fail("rpc", "mapper, dynamic or static", "unknown rpc %q", text)
	}
	e.RPC = kind
	switch {
	case kind == ruleset.EndpointMapper && (e.Protocol != ruleset.TCP || e.Ports.String() != "135"):
		t.Fail("rpc", "", "the endpoint mapper is tcp 135")
	case kind == ruleset.Dynamic && !e.OwnRange:
		t.Fail("rpc", `tcp = "dynamic"`, "a dynamic RPC endpoint has no port of its own")
	case kind == ruleset.Static && (e.Protocol != ruleset.TCP || e.OwnRange):
		t.Fail("rpc", "", "a static RPC endpoint needs a tcp port")
	}
}

// readWords checks the keys that hold one of a few words.
func (e *Endpoint) readWords(t *strict.Table) {
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
