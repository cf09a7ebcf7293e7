//go:build linux

package packettest

import (
	"fmt"
	"regexp"
	"strings"
)

// checkTwice expects a second load to change nothing.
func checkTwice(l *Lab, s Script, _ expectation) ([]string, error) {
	listings := make([]string, 2)
	if err := l.reset(); err != nil {
		return nil, err
	}
	for i := range listings {
		if err := l.Load(s); err != nil {
			return nil, err
		}
		var err error
		if listings[i], err = l.Listing(s.Tool); err != nil {
			return nil, err
		}
	}
	if listings[0] != listings[1] {
		return []string{"the second load changes the listing to\n" + listings[1]}, nil
	}
	return nil, nil
}

// foreignRules are tables and chains of other software, as a host with containers has them.
func foreignRules(tool Tool) string {
	if tool == Nftables {
		return `nft -f - <<-'EOF'
			table ip nat {
				chain prerouting { type nat hook prerouting priority -100; policy accept; tcp dport 8080 redirect to :80; }
			}
			table inet other {
				set banned { type ipv4_addr; elements = { 192.0.2.1 }; }
				chain input { type filter hook input priority -1; policy accept; ip saddr @banned drop; }
			}
		EOF`
	}
	return `for c in iptables ip6tables; do
		$c -N OTHER; $c -A OTHER -p tcp --dport 8080 -j DROP; $c -A INPUT -j OTHER
		$c -A FORWARD -j OTHER; $c -P FORWARD DROP; $c -t raw -A PREROUTING -p udp --dport 9 -j DROP
	done`
}

// checkOthers loads the script beside other software's rules, and takes it back: theirs stay as they were.
func checkOthers(l *Lab, s Script, _ expectation) ([]string, error) {
	if err := l.reset(); err != nil {
		return nil, err
	}
	if _, err := l.space(s.Tool).Run("", "sh", "-ec", foreignRules(s.Tool)); err != nil {
		return nil, err
	}
	before, err := l.Listing(s.Tool)
	if err != nil {
		return nil, err
	}
	var found []string
	for range 2 {
		if err := l.Load(s); err != nil {
			return []string{err.Error()}, nil
		}
		after, err := l.Listing(s.Tool)
		if err != nil {
			return nil, err
		}
		if others := withoutOurs(after); others != before {
			found = append(found, "loading changes other software's rules to\n"+others)
		}
	}
	if s.Tool != Nftables {
		texts, err := l.checkJump(s.Tool)
		if err != nil {
			return nil, err
		}
		found = append(found, texts...)
	}
	if err := l.Undo(s); err != nil {
		return append(found, err.Error()), nil
	}
	after, err := l.Listing(s.Tool)
	if err == nil && after != before {
		found = append(found, "undone, the script leaves\n"+after)
	}
	return found, err
}

// checkJump expects the script's jump before everything else in INPUT.
func (l *Lab) checkJump(tool Tool) ([]string, error) {
	var found []string
	for _, family := range []string{"iptables", "ip6tables"} {
		first, err := l.space(tool).Run("", family, "-S", "INPUT", "1")
		if err != nil {
			return nil, err
		}
		if !strings.Contains(first, "ROLEWALL-IN") {
			found = append(found, "the first rule of INPUT is not the jump: "+first)
		}
	}
	return found, nil
}

// withoutOurs leaves out of a listing what the scripts own by name.
func withoutOurs(listing string) string {
	var out strings.Builder
	ours := false
	for line := range strings.Lines(listing) {
		if strings.HasPrefix(line, "table ") {
			ours = strings.Contains(line, " rolewall")
		}
		if !ours && !strings.Contains(line, "ROLEWALL-") {
			out.WriteString(line)
		}
	}
	return out.String()
}

// checkFault breaks the script's last rule, and expects a load that fails and changes nothing.
func checkFault(l *Lab, s Script, _ expectation) ([]string, error) {
	broken := s
	last, mark := strings.LastIndex(s.Text, "drop\n"), "drop\n\t\tthis is not a rule\n"
	if s.Tool != Nftables {
		last, mark = strings.LastIndex(s.Text, "-j DROP\n"), "-j NO-SUCH-TARGET\n"
	}
	if last < 0 {
		return []string{"the script does not end in a drop"}, nil
	}
	broken.Text = s.Text[:last] + mark + s.Text[last:]
	for _, earlier := range []bool{false, true} {
		if err := l.reset(); err != nil {
			return nil, err
		}
		if earlier {
			if err := l.Load(s); err != nil {
				return nil, err
			}
		}
		before, err := l.Listing(s.Tool)
		if err != nil {
			return nil, err
		}
		if l.Load(broken) == nil {
			return []string{"a script with a fault loads"}, nil
		}
		after, err := l.Listing(s.Tool)
		if err != nil {
			return nil, err
		}
		if after != before {
			return []string{"a script with a fault leaves\n" + after}, nil
		}
	}
	return nil, nil
}

// emptyChain is a chain without rules in a listing of nft. An nftables script empties those of an earlier version; it cannot
// delete what it does not know. apply.sh does.
var emptyChain = regexp.MustCompile(`\n\tchain \w+ \{\n\t\}\n`)

// Upgrade loads one version after another, and says what the first leaves behind in the listing of the second.
func (l *Lab) Upgrade(v1, v2 Script) ([]Finding, error) {
	var listings []string
	for _, versions := range [][]Script{{v2}, {v1, v2}} {
		if err := l.reset(); err != nil {
			return nil, err
		}
		for _, v := range versions {
			if err := l.Load(v); err != nil {
				return nil, err
			}
		}
		listing, err := l.Listing(v2.Tool)
		if err != nil {
			return nil, err
		}
		listings = append(listings, emptyChain.ReplaceAllString(listing, ""))
	}
	if listings[0] != listings[1] {
		return []Finding{{"upgrade", fmt.Sprintf("after an earlier version the listing is\n%s\nand without it\n%s", listings[1], listings[0])}}, nil
	}
	return nil, nil
}
