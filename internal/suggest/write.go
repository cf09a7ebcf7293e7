package suggest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"rolewall/ruleset"
)

// line is a line of a table, with the comment above it.
type line struct{ text, above string }

// maxAddresses is how many addresses of a host are written.
const maxAddresses = 16

// settings returns the lines that hosts can share.
func (d *document) settings(b *body) []line {
	h := b.h
	system := "linux"
	if h.Windows {
		system = string(h.os)
	}
	out := []line{{text: "os = " + quote(system)}}
	if names := h.families.Names(); len(names) == 1 {
		out = append(out, line{"families = " + list(names), "the files tell nothing of the other family, and a policy closes what it does not name"})
	}
	if len(h.profiles) > 0 {
		out = append(out, line{"advfirewall.profile = " + list(h.profiles), "the host opens most of its ports in these profiles alone"})
	}
	if b.noPing {
		out = append(out, line{"linux.ping = false", "echo requests are not open to everyone today"})
	}
	if len(b.roles) > 0 {
		out = append(out, line{text: "roles = ["})
		for _, r := range b.roles {
			out = append(out, line{"  " + quote(r.name) + ",", r.why})
		}
		out = append(out, line{text: "]"})
	}
	for _, r := range b.roles {
		use := h.name + ": " + r.name
		out = append(out, line{text: fmt.Sprintf("audience.roles.%s = { clients = %s, management = %s, peers = %s }", key(r.name), d.from(h, r.clients, use), d.from(h, r.management, use), d.from(h, r.peers, use))})
	}
	return out
}

// exceptions returns the tables of exceptions as lines.
func (d *document) exceptions(b *body, header string) []line {
	var out []line
	for _, a := range b.allows {
		t := a.Traffic
		out = append(out, line{"[[" + header + ".allow]]", a.why})
		switch {
		case t.Protocol == ruleset.AnyProtocol:
			out = append(out, line{text: `protocol = "any"`})
		case !t.Protocol.HasPorts() && !t.Protocol.HasTypes():
			out = append(out, line{text: fmt.Sprintf("protocol = %d", t.Protocol)})
		case t.Protocol.HasPorts() && t.Ports.String() == "1-65535":
			out = append(out, line{text: t.Protocol.String() + ` = "any"`})
		case t.Protocol.HasPorts():
			out = append(out, line{text: t.Protocol.String() + " = " + list(strings.FieldsFunc(t.Ports.String(), func(r rune) bool { return r == ',' || r == ' ' }))})
		default:
			_, types, _ := strings.Cut(t.String(), "/")
			out = append(out, line{text: t.Protocol.String() + " = " + quote(types)})
		}
		if a.mapper {
			out = append(out, line{text: `rpc = "mapper"`})
		}
		out = append(out, line{text: "from = " + d.from(b.h, a.sources, b.h.name+": "+t.String())})
		if len(a.interfaces) > 0 {
			out = append(out, line{text: "interfaces = " + list(a.interfaces)})
		}
		out = append(out, line{text: "reason = " + quote(a.reason)}, line{text: `owner = "TODO"`}, line{text: "expires = " + d.s.ends}, line{})
	}
	return out
}

// group holds hosts with the same text in the policy.
type group struct{ bodies []*body }

// groups groups hosts that are alike, in the order of their first names.
func (d *document) groups() []group {
	index := map[string]int{}
	var out []group
	for _, b := range d.bodies {
		var id strings.Builder
		for _, l := range slices.Concat(d.settings(b), d.exceptions(b, "x")) {
			if !strings.HasPrefix(l.text, "reason = ") { // listeners may differ
				id.WriteString(l.text + "\n")
			}
		}
		if i, known := index[id.String()]; known && len(b.roles)+len(b.allows) > 0 {
			out[i].bodies = append(out[i].bodies, b)
			continue
		}
		index[id.String()] = len(out)
		out = append(out, group{[]*body{b}})
	}
	return out
}

// write writes the policy.
func (d *document) write() []byte {
	var hosts bytes.Buffer
	groups := d.groups()
	n := 0
	for _, g := range groups {
		if len(g.bodies) > 1 {
			n++
			d.writeGroup(&hosts, g, n)
		} else {
			d.writeHost(&hosts, g.bodies[0])
		}
	}
	var out bytes.Buffer
	out.WriteString(comment("A first policy, written by rolewall suggest on " + d.s.o.Day + " from what hosts told. Read it, name the networks, and " +
		"take away what nobody needs. Where rules were captured it opens nothing that is closed today; rolewall drift shows what it changes."))
	out.WriteString(comment("high: the role is there and listens on its ports. medium: a program or a package speaks for it. low: a port alone."))
	out.WriteString("\n")
	d.writeNetworks(&out)
	out.WriteString("# Who is not named below reaches nothing.\n[audience]\nclients    = [\"none\"]\nmanagement = [\"none\"]\npeers      = [\"none\"]\n\n")
	for _, name := range d.order {
		if d.isUsed(name) {
			out.WriteString(strings.Join(d.parts[name], "\n") + "\n\n")
		}
	}
	out.Write(hosts.Bytes())
	return append(bytes.TrimRight(out.Bytes(), "\n"), '\n')
}

func (d *document) isUsed(role string) bool {
	return slices.ContainsFunc(d.bodies, func(b *body) bool {
		return slices.ContainsFunc(b.roles, func(r roleLine) bool { return r.name == role })
	})
}

func (d *document) writeNetworks(out *bytes.Buffer) {
	if len(d.networks) == 0 {
		return
	}
	out.WriteString("# Whose networks are these? Give them the names that you use.\n[networks]\n")
	for _, n := range d.networks {
		uses := n.uses
		if len(uses) > 4 {
			uses = append(slices.Clone(uses[:4]), fmt.Sprintf("and %d more", len(n.uses)-4))
		}
		if len(uses) > 0 {
			out.WriteString(comment(plain(strings.Join(uses, "; "))))
		}
		texts := make([]string, len(n.prefixes))
		for i, p := range n.prefixes {
			if texts[i] = p.String(); p.IsSingleIP() {
				texts[i] = p.Addr().String()
			}
		}
		fmt.Fprintf(out, "%s = %s\n", n.name, list(texts))
	}
	out.WriteString("\n")
}

func writeLines(out *bytes.Buffer, lines []line) {
	for _, l := range lines {
		if l.above != "" {
			indent := l.text[:len(l.text)-len(strings.TrimLeft(l.text, " "))]
			for text := range strings.Lines(comment(long(l.above))) {
				out.WriteString(indent + text)
			}
		}
		out.WriteString(l.text + "\n")
	}
}

// maxParts is how many texts of a comment are written.
const maxParts = 40

// long makes a comment of several texts of hosts, safe and limited in length.
func long(text string) string {
	var parts []string
	for part := range strings.SplitSeq(text, "; ") {
		if len(parts) == maxParts {
			parts = append(parts, "and more")
			break
		}
		parts = append(parts, plain(part))
	}
	return strings.Join(parts, "; ")
}

func (d *document) addresses(h *host) string {
	var own, shared []string
	for _, a := range h.Addresses {
		switch {
		case d.shared[a] > 1:
			shared = append(shared, a.String())
		case len(own) < maxAddresses:
			own = append(own, a.String())
		}
	}
	out := ""
	if len(shared) > 0 {
		out = comment("other hosts have these addresses as well: " + strings.Join(shared[:min(len(shared), 8)], ", "))
	}
	if len(own) > 0 {
		out += "addresses = " + list(own) + "\n"
	}
	return out
}

func (d *document) writeHost(out *bytes.Buffer, b *body) {
	header := "hosts." + key(b.h.name)
	fmt.Fprintf(out, "[%s]\n", header)
	out.WriteString(d.addresses(b.h))
	writeLines(out, d.settings(b))
	out.WriteString("\n")
	writeLines(out, d.exceptions(b, header))
	d.writeNotes(out, b)
}

func (d *document) writeNotes(out *bytes.Buffer, b *body) {
	for _, n := range b.notes {
		for text := range strings.Lines(comment(long(n))) {
			out.WriteString(text)
		}
	}
	if len(b.notes) > 0 {
		out.WriteString("\n")
	}
}

func (d *document) writeGroup(out *bytes.Buffer, g group, n int) {
	first := g.bodies[0]
	header := fmt.Sprintf("groups.alike-%d", n)
	names := make([]string, len(g.bodies))
	for i, b := range g.bodies {
		names[i] = b.h.name
	}
	out.WriteString(comment(fmt.Sprintf("%d hosts are alike; the reasons are those of %s.", len(names), first.h.name)))
	fmt.Fprintf(out, "[%s]\nhosts = %s\n", header, list(names))
	writeLines(out, d.settings(first))
	out.WriteString("\n")
	writeLines(out, d.exceptions(first, header))
	for _, b := range g.bodies {
		fmt.Fprintf(out, "[hosts.%s]\n%s\n", key(b.h.name), d.addresses(b.h))
		d.writeNotes(out, b)
	}
}
