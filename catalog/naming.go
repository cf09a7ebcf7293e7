package catalog

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// Entries of the embedded files are decoded on first use. A search for a port or a service would decode them all,
// so it first looks into the text of each entry.

// unreadKey returns the key of an entry of a kind, "services" or "roles".
func unreadKey(kind, name string) string { return kind + " " + strings.ToLower(name) }

var (
	portsInText = regexp.MustCompile(`\b(?:tcp|udp) *= *("[0-9, -]+"|[0-9]+|\[[^\]]*\])`)
	portMarks   = strings.NewReplacer(`"`, "", "[", "", "]", "", " ", "", "\n", "")
	otherInText = regexp.MustCompile(`\b(?:icmp|icmpv6|protocol) *=`)
)

// ServicesNaming returns the names of services that may have a row for the traffic. The list has every service
// with such a row, and may have others. For ports of the dynamic range, pass no ports.
func (c *Catalog) ServicesNaming(p ruleset.Protocol, ports ruleset.Ports) []string {
	return slices.DeleteFunc(c.ServiceNames(), func(name string) bool {
		text, unread := c.unread[unreadKey("services", name)]
		return unread && !textNames(text, p, ports)
	})
}

func textNames(text []byte, p ruleset.Protocol, asked ruleset.Ports) bool {
	if !p.HasPorts() {
		return otherInText.Match(text)
	}
	if len(asked) == 0 {
		return bytes.Contains(text, []byte(`"dynamic"`))
	}
	for _, m := range portsInText.FindAllSubmatch(text, -1) {
		ports, err := ruleset.ParsePorts(portMarks.Replace(string(m[1])))
		if err != nil || ports.Overlaps(asked) {
			return true
		}
	}
	return false
}

// RolesNaming returns the names of roles that may name one of the services. The list has every role that does, and
// may have others.
func (c *Catalog) RolesNaming(services []string) []string {
	quoted := make([][]byte, len(services))
	for i, s := range services {
		quoted[i] = []byte(`"` + strings.ToLower(s) + `"`)
	}
	return slices.DeleteFunc(c.RoleNames(), func(name string) bool {
		text, unread := c.unread[unreadKey("roles", name)]
		if !unread {
			return false
		}
		text = bytes.ToLower(text)
		return !slices.ContainsFunc(quoted, func(q []byte) bool { return bytes.Contains(text, q) })
	})
}
