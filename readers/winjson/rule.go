package winjson

import (
	"net/netip"
	"slices"
	"sort"
	"strconv"
	"strings"

	"rolewall/readers/capture"
	"rolewall/readers/winstore"
)

// finish adds the rules after all filters are read.
func (r *reader) finish() {
	r.st.Saw(winstore.Active)
	for _, o := range r.rules {
		if !r.rule(o) {
			return
		}
	}
}

// rule adds one rule.
func (r *reader) rule(o object) bool {
	id := word(o.members["InstanceID"])
	filter := r.filters[id]
	if id == "" || filter == nil {
		r.errs.Add(o.pos, hint, "the rule %.60q has no filters: its ports and addresses cannot be told", id)
		return false
	}
	store := map[string]winstore.Store{"Local": winstore.Local, "GroupPolicy": winstore.Policy, "MDM": winstore.MDM}[stores.of(o.members["PolicyStoreSourceType"])]
	switch {
	case store != "":
	case slices.Contains([]string{"Dynamic", "Generated", "Hardcoded"}, stores.of(o.members["PolicyStoreSourceType"])):
		store = winstore.Other
	default:
		r.errs.Add(o.pos, hint, "the rule %.60q does not say from which store it comes: -TracePolicyStore was missing", id)
		return false
	}
	if hasStatus(o.members["EnforcementStatus"], "18", "NotTargetPlatform") {
		return true
	}
	rule := winstore.Rule{ID: id, Store: store, Weak: true, Place: capture.Place{Pos: o.pos}}
	if store == winstore.Policy {
		rule.GPO = word(o.members["PolicyStoreSource"])
	}
	if err := r.st.Add(text(o.members, filter), rule); err != nil {
		r.errs.Add(o.pos, "", "%s", err)
		return false
	}
	return true
}

func hasStatus(m member, names ...string) bool {
	return slices.ContainsFunc(words(m), func(w string) bool { return slices.Contains(names, w) })
}

// tokens builds a rule string.
type tokens struct{ strings.Builder }

// add appends a token. A value with a bar would end the token early, so it is an error.
func (t *tokens) add(key, value string) {
	t.WriteString(key + "=" + strings.Map(func(c rune) rune {
		if c == '|' || c < ' ' {
			return '/'
		}
		return c
	}, value) + "|")
}

// text returns a rule and its filters as a rule string.
func text(rule, filter map[string]member) string {
	var t tokens
	t.WriteString("v2.33|")
	action := actions.of(rule["Action"])
	if action == "AllowBypass" || action == "Allow" && strings.EqualFold(word(filter["OverrideBlockRules"]), "true") {
		action = "ByPass"
	}
	t.add("Action", action)
	t.add("Active", strings.ToUpper(onOff.of(rule["Enabled"])))
	t.add("Dir", map[string]string{"Inbound": "In", "Outbound": "Out"}[directions.of(rule["Direction"])])
	protocol := t.protocol(filter)
	t.profiles(rule)
	t.ports(protocol, filter)
	t.addresses("LA", conditions(filter["LocalAddress"]))
	t.addresses("RA", conditions(filter["RemoteAddress"]))
	for _, kind := range conditions(filter["InterfaceType"]) {
		if name := interfaceTypes.of(member(strconv.Quote(kind))); name != "Any" {
			t.add("IFType", name)
		}
	}
	for _, name := range conditions(filter["InterfaceAlias"]) {
		t.add("IF", name)
	}
	for _, x := range []struct{ key, member string }{{"App", "Program"}, {"Svc", "Service"}, {"AppPkgId", "Package"}} {
		if list := conditions(filter[x.member]); len(list) > 0 {
			t.add(x.key, strings.Join(list, ", "))
		}
	}
	t.security(filter)
	t.labels(rule)
	t.unknown(rule, knownOfRules)
	t.unknown(filter, knownOfFilters)
	return t.String()
}

// protocols holds the protocols that PowerShell writes as names.
var protocols = map[string]string{"TCP": "6", "UDP": "17", "ICMPV4": "1", "ICMPV6": "58"}

func (t *tokens) protocol(filter map[string]member) string {
	name := strings.ToUpper(word(filter["Protocol"]))
	if name == "ANY" || name == "" {
		return ""
	}
	if number := protocols[name]; number != "" {
		name = number
	}
	t.add("Protocol", name)
	return name
}

// profiles reads a mask, where 0 is every profile, or words.
func (t *tokens) profiles(rule map[string]member) {
	list := words(rule["Profiles"])
	if list == nil {
		list = words(rule["Profile"])
	}
	if len(list) == 1 {
		if mask, err := strconv.Atoi(list[0]); err == nil {
			list = maskWords(mask)
		} else {
			list = strings.Split(list[0], ",")
		}
	}
	for _, name := range list {
		if name = strings.TrimSpace(name); name != "Any" {
			t.add("Profile", name)
		}
	}
}

// maskWords returns the profiles of a mask. For a mask with other bits it returns a word that is no profile.
func maskWords(mask int) []string {
	if mask == 0 || mask == 1<<31-1 {
		return nil
	}
	var out []string
	for i, name := range []string{"Domain", "Private", "Public"} {
		if mask&(1<<i) != 0 {
			out = append(out, name)
			mask &^= 1 << i
		}
	}
	if mask != 0 {
		out = append(out, strconv.Itoa(mask))
	}
	return out
}

// portWords holds the keywords of PowerShell that rule strings spell differently.
var portWords = map[string]string{"RPCEPMap": "RPC-EPMap", "IPHTTPS": "IPHTTPSIn", "PlayToDiscovery": "Ply2Disc", "IPTLS": "IPTLSIn", "MDNS": "mDNS"}

func (t *tokens) ports(protocol string, filter map[string]member) {
	if protocol == "1" || protocol == "58" {
		for _, typ := range conditions(filter["IcmpType"]) {
			typ = strings.TrimSuffix(typ, ":Any")
			if !strings.Contains(typ, ":") {
				typ += ":*"
			}
			t.add(map[string]string{"1": "ICMP4", "58": "ICMP6"}[protocol], typ)
		}
		return // for ICMP, some versions print keywords as ports
	}
	for _, x := range []struct{ key, member string }{{"LPort", "LocalPort"}, {"RPort", "RemotePort"}} {
		for _, port := range conditions(filter[x.member]) {
			if other := portWords[port]; other != "" {
				port = other
			}
			key := x.key
			if strings.Contains(port, "-") && port[0] >= '0' && port[0] <= '9' {
				key += "2_10"
			}
			t.add(key, port)
		}
	}
	if target := conditions(filter["DynamicTarget"]); len(target) > 0 && target[0] != "0" {
		t.add("TTK", target[0])
	}
}

// addressWords holds the address keywords of PowerShell, and the list of a rule string that holds each.
var addressWords = map[string]struct{ word, list string }{
	"localsubnet": {"LocalSubnet", ""}, "dns": {"DNS", ""}, "dhcp": {"DHCP", ""}, "wins": {"WINS", ""}, "defaultgateway": {"DefaultGateway", ""},
	"intranet": {"IntrAnet", "2"}, "internet": {"IntErnet", "2"}, "playtodevice": {"Ply2Renders", "2"},
	"intranetremoteaccess": {"RmtIntrAnet", "2"}, "captiveportal": {"CaptivePortal", "2"},
}

// addresses adds addresses, subnets, ranges and keywords. A keyword is for both families, unless a number follows
// it.
func (t *tokens) addresses(key string, list []string) {
	for _, text := range list {
		low := strings.ToLower(text)
		base := strings.TrimRight(low, "46")
		if k, found := addressWords[base]; found {
			for _, family := range []string{"4", "6"} {
				if low == base || strings.HasSuffix(low, family) {
					t.add(key+family+k.list, k.word)
				}
			}
			continue
		}
		first, _, _ := strings.Cut(strings.ReplaceAll(text, "-", "/"), "/")
		if a, err := netip.ParseAddr(first); err == nil && a.Is6() {
			t.add(key+"6", text)
		} else {
			t.add(key+"4", text)
		}
	}
}

func (t *tokens) security(filter map[string]member) {
	for _, m := range []string{"Authentication", "Encryption"} {
		if mode := required.of(filter[m]); mode != "" && mode != "NotRequired" {
			t.add("Security", "Authenticate")
			break
		}
	}
	for _, x := range []struct{ key, member string }{{"RMauth", "RemoteMachine"}, {"RUAuth", "RemoteUser"}, {"LUAuth", "LocalUser"}} {
		if list := conditions(filter[x.member]); len(list) > 0 {
			t.add(x.key, strings.Join(list, ", "))
		}
	}
}

// labels adds the texts that people see of the rule.
func (t *tokens) labels(rule map[string]member) {
	first := func(names ...string) string {
		for _, name := range names {
			if text := word(rule[name]); text != "" {
				return text
			}
		}
		return ""
	}
	t.add("Name", first("DisplayName", "ElementName", "InstanceID"))
	if group := first("Group", "RuleGroup", "DisplayGroup"); group != "" {
		t.add("EmbedCtxt", group)
	}
	for _, x := range []struct{ key, member string }{{"LUOwn", "Owner"}, {"NNm", "RemoteDynamicKeywordAddresses"}} {
		if text := first(x.member); text != "" {
			t.add(x.key, text)
		}
	}
	if strings.EqualFold(word(rule["LocalOnlyMapping"]), "true") {
		t.add("LOM", "TRUE")
	}
	t.platforms(conditions(rule["Platforms"]))
}

// platforms adds versions of Windows. "6.1" is that version, "10.0+" is that version and later ones. It does not
// know lists with both kinds.
func (t *tokens) platforms(list []string) {
	later := 0
	for _, version := range list {
		number, plus := strings.CutSuffix(version, "+")
		if plus {
			later++
		}
		t.add("Platform", "2:"+strings.ReplaceAll(number, ".", ":"))
	}
	if later > 0 && later == len(list) {
		t.add("Platform2", "GTEQ")
	} else if later > 0 {
		t.add("Platform2", strings.Join(list, ", "))
	}
}

// The members that decide what a rule does, and those that do not.
var (
	knownOfRules = strings.Fields(`InstanceID Name ID DisplayName ElementName Description Caption CommonName Group RuleGroup DisplayGroup Enabled
		Direction Action Profile Profiles EdgeTraversalPolicy LooseSourceMapping LocalOnlyMapping Owner Platform Platforms PrimaryStatus Status StatusCode
		EnforcementStatus PolicyStoreSource PolicyStoreSourceType RemoteDynamicKeywordAddresses PackageFamilyName CreationClassName
		SystemCreationClassName SystemName PolicyRuleName PolicyKeywords PolicyRoles PolicyDecisionStrategy ConditionListType ExecutionStrategy
		InstallDate Mandatory Priority RuleUsage SequencedActions StatusDescription OperationalStatus HealthState ReadOnly
		PSComputerName PSShowComputerName CimClass CimInstanceProperties CimSystemProperties`)
	conditionsOfFilters = strings.Fields(`Protocol LocalPort RemotePort IcmpType DynamicTarget LocalAddress RemoteAddress Program Package Service InterfaceType
		InterfaceAlias Authentication Encryption OverrideBlockRules LocalUser RemoteUser RemoteMachine`)
	knownOfFilters = append(strings.Fields(`InstanceID DynamicTransport LocalIP RemoteIP AppPath ServiceName
		LocalUsers RemoteUsers RemoteMachines CreationClassName SystemCreationClassName SystemName Caption CommunicationStatus
		Description DetailedStatus ElementName HealthState InstallDate Name OperatingStatus OperationalStatus PrimaryStatus Status StatusDescriptions
		PSComputerName PSShowComputerName CimClass CimInstanceProperties CimSystemProperties`), conditionsOfFilters...)
)

// unknown adds unknown members as unknown tokens, so that the rule becomes unmapped.
func (t *tokens) unknown(members map[string]member, known []string) {
	var names []string
	for name, m := range members {
		if !slices.Contains(known, name) && len(conditions(m)) > 0 {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		t.add("PowerShell."+name, word(members[name]))
	}
}
