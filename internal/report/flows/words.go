// Package flows writes what a policy would do to recorded traffic: as text for a terminal, JSON, CSV and Markdown.
// It decides nothing, and escapes all text of a log or a policy.
package flows

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"rolewall/internal/replay"
	"rolewall/internal/term"
)

// summary returns the first line of every form.
func summary(r *replay.Result) string {
	counts := map[replay.Kind]int{}
	for i := range r.Rows {
		counts[r.Rows[i].Kind]++
	}
	text := "nothing that is in use would be cut"
	if n := counts[replay.Cut]; n > 0 {
		text = fmt.Sprintf("%s in use would be cut", term.Count(n, "flow"))
	}
	for _, x := range []struct {
		kind replay.Kind
		text string
	}{{replay.Tried, "only tried"}, {replay.CannotTell, "cannot be told"}, {replay.WouldOpen, "dropped today would be open"}} {
		if n := counts[x.kind]; n > 0 {
			text += fmt.Sprintf(", %d %s", n, x.text)
		}
	}
	return text
}

// window returns which time the logs cover.
func window(r *replay.Result) string {
	text := hosts(r) + ": " + term.Count(r.Lines, "line")
	switch {
	case r.First.IsZero() && r.Records > 0:
		text += ", without a time"
	case !r.First.IsZero():
		text += fmt.Sprintf(", %s to %s UTC (%s)", minute(r.First), minute(r.Last), span(r.Last.Sub(r.First)))
	}
	if r.Gaps > 0 {
		text += ", " + term.Count(r.Gaps, "gap")
	}
	if r.Bad > 0 {
		text += fmt.Sprintf(", %s not understood", term.Count(r.Bad, "line"))
	}
	return text
}

func hosts(r *replay.Result) string {
	if len(r.Hosts) == 0 {
		return "no host of the policy"
	}
	return term.HostRanges(r.Hosts)
}

func minute(t time.Time) string { return t.Format("2006-01-02 15:04") }

// span returns a time in its two largest units.
func span(d time.Duration) string {
	days, rest := int(d/(24*time.Hour)), d%(24*time.Hour)
	switch {
	case days > 0:
		return term.Count(days, "day") + " " + term.Count(int(rest/time.Hour), "hour")
	case d >= time.Hour:
		return term.Count(int(d/time.Hour), "hour") + " " + term.Count(int(d%time.Hour/time.Minute), "minute")
	case d >= time.Minute:
		return term.Count(int(d/time.Minute), "minute")
	}
	return term.Count(int(d/time.Second), "second")
}

// title returns the heading of a kind.
func title(k replay.Kind) string {
	switch k {
	case replay.Cut:
		return "would be cut: answered or allowed today"
	case replay.Tried:
		return "would be cut: only tried, nothing shows that it was allowed"
	case replay.CannotTell:
		return "cannot be told"
	case replay.WouldOpen:
		return "dropped today, the policy would open"
	}
	return string(k)
}

// sources returns the names of the sources.
func sources(x *replay.Row) string {
	switch {
	case !x.From.IsValid():
		return "other sources"
	case x.Sources == 1 && len(x.Addresses) == 1:
		text := address(x.Addresses[0])
		if x.Network != "" {
			text += " (" + x.Network + ")"
		}
		return text
	}
	name := x.Network
	if name == "" {
		name = x.From.String()
	}
	return fmt.Sprintf("%s (%s)", name, term.Count(x.Sources, "source"))
}

func address(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// traffic returns the protocol and port of a row.
func traffic(x *replay.Row) string {
	text := x.Traffic.String()
	if x.AnyPort {
		text = x.Traffic.Protocol.Text() + ", some ports"
	}
	if x.Interface != "" {
		text += " on " + x.Interface
	}
	return text
}

// times returns how often and when.
func times(x *replay.Row) string {
	text := strconv.FormatUint(x.Count, 10) + " times"
	if x.Count == 1 {
		text = "once"
	}
	if !x.Last.IsZero() {
		text += ", last " + minute(x.Last)
	}
	return text
}

// opens returns what listens on the port and what would open it, one line each.
func opens(x *replay.Row) []string {
	var out []string
	if x.ByPort {
		out = append(out, "direction: taken from a port on which the policy opens something")
	}
	if x.Why != "" {
		out = append(out, x.Why)
	}
	r := x.Remedy
	if r == nil {
		return out
	}
	var would []string
	if len(r.Features) > 0 {
		would = append(would, "feature "+strings.Join(r.Features, ", "))
	}
	if len(r.Roles) > 0 {
		would = append(would, "role "+term.Few(r.Roles, 3))
	}
	text := "no service of the catalog has it as its own"
	if len(r.Services) > 0 {
		text = term.Few(r.Services, 3) + "?"
	}
	switch {
	case r.Never:
		text += " the catalog knows the port and never opens it"
	case len(would) > 0:
		text += " would open it: " + strings.Join(would, "; ")
	}
	return append(out, text)
}

// few is how many rows of a kind the text form shows, unless the call asks for all.
const few = 10

// shown returns how many of n rows of a kind are shown. Traffic in use is shown in full.
func shown(r *replay.Result, k replay.Kind, n int) int {
	if r.All || k == replay.Cut {
		return n
	}
	return min(n, few)
}

// counted returns sentences about the flows that have no row.
func counted(r *replay.Result) []string {
	var out []string
	for _, x := range []struct {
		n    uint64
		text string
	}{
		{r.Passes, "allowed today as far as the log tells, and open in the policy"},
		{r.StaysClosed, "dropped today, and closed in the policy"},
		{r.Counts.Outbound, "begun by the host itself"},
		{r.Counts.Local, "between addresses of one host"},
		{r.Counts.Forwarded, "through the host, which rules for the host itself do not see"},
		{r.Counts.Foreign, "of which neither side is a chosen host of the policy"},
		{r.Counts.Late, "from the middle of a connection"},
		{r.Counts.Outside, "outside of the time that was asked about"},
		{r.Counts.Undated, "without a time, left out since the call asks about a time"},
		{r.Networks, "of sources that were folded to networks, since the flows were too many"},
		{r.Others, "of which source and port were folded away, since the flows were too many"},
		{uint64(r.Below), "flows with fewer records than --min-count"},
	} {
		if x.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", x.n, x.text))
		}
	}
	return out
}

// unusedTitle returns what it means that an opening was not used.
func unusedTitle(r *replay.Result) string {
	if len(r.Partial) > 0 {
		return "openings not seen: they may be used all the same (" + strings.Join(r.Partial, "; ") + ")"
	}
	return "openings never used in " + span(r.Last.Sub(r.First)) + ": what happens less often would not show"
}

// unused returns an opening in one line.
func unused(x *replay.Unused) string {
	text := fmt.Sprintf("%s from %s", x.Traffic, strings.Join(x.From, ", "))
	if x.Only != "" {
		text += " " + x.Only
	}
	text += "  " + x.Why
	if x.Expires != "" {
		text += ", ends " + x.Expires
	}
	return text
}

func port(x *replay.Port) string {
	text := x.Traffic.String()
	if x.AnyPort {
		text = x.Traffic.Protocol.Text() + ", some ports"
	}
	return fmt.Sprintf("%s %s: %d", x.Host, text, x.Count)
}
