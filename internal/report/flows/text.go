package flows

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"

	"rolewall/internal/replay"
	"rolewall/internal/term"
)

// Text writes a result for a terminal.
func Text(out *bytes.Buffer, p term.Paint, r *replay.Result) error {
	fmt.Fprintln(out, term.Printable(window(r)))
	fmt.Fprintln(out, p.In(term.Bold, term.Printable(summary(r))))
	for _, k := range replay.Kinds() {
		rowsText(out, p, r, k)
	}
	if n := len(r.Unused); n > 0 {
		fmt.Fprintf(out, "\n%s\n", p.In(term.Bold, term.Printable(unusedTitle(r))))
		most := n
		if !r.All {
			most = min(n, few)
		}
		for i := range r.Unused[:most] {
			fmt.Fprintf(out, "  %s  %s\n", term.Printable(r.Unused[i].Host), term.Printable(unused(&r.Unused[i])))
		}
		more(out, n-most)
	}
	if n := len(r.Undirected); n > 0 {
		fmt.Fprintf(out, "\n%s\n", p.In(term.Bold, fmt.Sprintf("direction not known, judged by nothing: %d records, by the port of the host", r.Counts.Undirected)))
		most := n
		if !r.All {
			most = min(n, few)
		}
		for i := range r.Undirected[:most] {
			fmt.Fprintf(out, "  %s\n", term.Printable(port(&r.Undirected[i])))
		}
		more(out, n-most)
	}
	if list := counted(r); len(list) > 0 {
		fmt.Fprintf(out, "\n%s\n", p.In(term.Bold, "records that are none of these"))
		for _, line := range list {
			fmt.Fprintf(out, "  %s\n", line)
		}
	}
	for _, note := range r.Notes {
		fmt.Fprintf(out, "\n%s\n", term.Printable(note))
	}
	return nil
}

func rowsText(out *bytes.Buffer, p term.Paint, r *replay.Result, k replay.Kind) {
	list := r.Of(k)
	if len(list) == 0 {
		return
	}
	fmt.Fprintf(out, "\n%s\n", p.In(term.Bold, title(k)))
	if k == replay.Tried && !r.All {
		triedText(out, list)
		return
	}
	n := shown(r, k, len(list))
	for i := range list[:n] {
		x := &list[i]
		fmt.Fprintf(out, "  %s  %s -> %s  %s\n", term.Printable(x.Host), term.Printable(sources(x)), term.Printable(traffic(x)), times(x))
		if x.Sources > 1 && (r.All || k == replay.Cut) {
			fmt.Fprintf(out, "      %s\n", addresses(x))
		}
		for _, line := range opens(x) {
			fmt.Fprintf(out, "      %s\n", term.Printable(line))
		}
		if x.Remedy != nil && x.Remedy.Paste != "" && r.All {
			for line := range strings.SplitSeq(x.Remedy.Paste, "\n") {
				fmt.Fprintf(out, "          %s\n", term.Printable(line))
			}
		}
	}
	more(out, len(list)-n)
	if k == replay.Cut && !r.All {
		fmt.Fprintln(out, "  --all writes an exception to paste below each")
	}
}

// triedText writes by port what was only tried. A host on the Internet has a few clients and thousands of
// scanners.
func triedText(out *bytes.Buffer, list []replay.Row) {
	type key struct{ host, traffic string }
	index := map[key]int{}
	var ports []replay.Row
	for i := range list {
		x := &list[i]
		k := key{x.Host, traffic(x)}
		n, known := index[k]
		if !known {
			n = len(ports)
			index[k] = n
			ports = append(ports, replay.Row{Host: x.Host, Traffic: x.Traffic, AnyPort: x.AnyPort, Interface: x.Interface})
		}
		p := &ports[n]
		p.Count, p.Sources = p.Count+x.Count, p.Sources+x.Sources
		if x.Last.After(p.Last) {
			p.Last = x.Last
		}
	}
	slices.SortStableFunc(ports, func(a, b replay.Row) int {
		return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(b.Count, a.Count))
	})
	n := min(len(ports), few)
	for i := range ports[:n] {
		x := &ports[i]
		who := "other sources"
		if x.Sources > 0 {
			who = term.Count(x.Sources, "source")
		}
		fmt.Fprintf(out, "  %s  %s -> %s  %s\n", term.Printable(x.Host), who, term.Printable(traffic(x)), times(x))
	}
	if len(ports) > n {
		fmt.Fprintf(out, "  and %s\n", term.Count(len(ports)-n, "more port"))
	}
	fmt.Fprintln(out, "  --all shows who")
}

// addresses returns the busiest sources of a row.
func addresses(x *replay.Row) string {
	var list []string
	for _, a := range x.Addresses {
		list = append(list, address(a))
	}
	text := term.Few(list, 5)
	return text
}

func more(out *bytes.Buffer, n int) {
	if n > 0 {
		fmt.Fprintf(out, "  and %d more; --all shows them\n", n)
	}
}
