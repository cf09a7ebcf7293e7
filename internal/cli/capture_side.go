package cli

import (
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"rolewall/compare"
	"rolewall/diag"
	"rolewall/generators"
	"rolewall/generators/target"
	"rolewall/internal/capturefiles"
	"rolewall/internal/drift/captured"
	"rolewall/internal/lookup"
	"rolewall/internal/report"
	"rolewall/readers"
	"rolewall/ruleset"

	"github.com/urfave/cli/v2"
)

// isCapture reports whether a file or a folder is a capture of a host. Where it cannot be read, others say so.
func isCapture(name string) bool {
	path := filepath.FromSlash(name)
	info, err := os.Stat(path)
	switch {
	case name == "-" || err != nil:
		return false
	case info.IsDir():
		return capturefiles.IsCapture(name)
	case !info.Mode().IsRegular():
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, readers.HeadSize)
	n, _ := io.ReadFull(f, head)
	return readers.Known(head[:n])
}

// readCaptures reads the hosts of a capture, for a comparison.
func (env *environment) readCaptures(name string) (*side, error) {
	inputs, err := capturefiles.Find([]string{name}, env.stdin)
	if err != nil {
		return nil, err
	}
	errs := &diag.List{}
	s := &side{isCapture: true}
	for _, in := range inputs {
		for _, c := range in.Read(errs) {
			if c.Scan != nil {
				return nil, usage("rolewall drift --from ADDRESS compares a scan with a policy", "%s is a scan, which does not tell what a host allows", name)
			}
			if c.Host == "" {
				c.Host = in.Host
			}
			s.hosts = append(s.hosts, compare.Host{Name: c.Host, Set: captured.RuleSet(c)})
		}
	}
	return s, errs.Err()
}

// besideCaptures makes the hosts of a policy comparable with captures of them: with all that their scripts allow as rules.
func (s *side) besideCaptures() {
	for i := range s.hosts {
		h := &s.hosts[i]
		var beside []target.Opening
		var names []string
		if h.Deployment != nil {
			names = h.Deployment.Filters
		}
		all := s.targets
		if all == nil {
			all = generators.All()
		}
		for _, name := range names {
			if g, known := all.Lookup(name); known {
				beside = append(beside, target.Openings(g, h.Set)...)
			}
		}
		h.Set, h.Deployment, h.Addresses = captured.Whole(h.Set, beside), nil, nil
	}
}

// compareWithCaptures prepares two sides of which at least one is captured. Editions that a capture does not tell are those of
// the other side.
func compareWithCaptures(sides ...*side) {
	for i, s := range sides {
		other := sides[1-i]
		if !s.isCapture && other.isCapture {
			s.besideCaptures()
		}
	}
	for i, s := range sides {
		for j := range s.hosts {
			set := s.hosts[j].Set
			for _, o := range sides[1-i].hosts {
				if s.isCapture && set.OS == "" && strings.EqualFold(o.Name, s.hosts[j].Name) {
					set.OS = o.Set.OS
				}
			}
		}
	}
}

// explainCapture answers what a captured host allows.
func (env *environment) explainCapture(c *cli.Context, format string, args []string) error {
	if c.String("who") != "" || len(args) > 2 {
		return usage("rolewall explain web1.capture tcp/443", "a question about a capture is about one host and one port")
	}
	inputs, err := capturefiles.Find(args[:1], env.stdin)
	if err != nil {
		return err
	}
	if len(inputs) != 1 {
		return usage("name one of them", "these are %d captures", len(inputs))
	}
	errs := &diag.List{}
	captures := inputs[0].Read(errs)
	if err := errs.Err(); err != nil {
		return err
	}
	if len(captures) != 1 || captures[0].Scan != nil {
		return usage("rolewall drift --from ADDRESS compares a scan with a policy", "%s is a scan, which does not tell what a host allows", args[0])
	}
	var question string
	var traffic []ruleset.Traffic
	if len(args) == 2 {
		question = args[1]
		if traffic, err = lookup.ParsePort(question); err != nil {
			return err
		}
	}
	sources, err := capturedSource(c.String("from"))
	if err != nil {
		return err
	}
	host := captures[0].Host
	if host == "" {
		host = inputs[0].Host
	}
	return report.Seen().Write(env.stdout, format, captured.Look(host, captures[0], question, traffic, c.String("from"), sources))
}

// capturedSource reads --from of a question about a capture, which knows no names.
func capturedSource(text string) (ruleset.Prefixes, error) {
	if text == "" {
		return nil, nil
	}
	p, err := netip.ParsePrefix(text)
	if a, isAddr := netip.ParseAddr(text); isAddr == nil {
		p, err = netip.PrefixFrom(a, a.BitLen()), nil
	}
	if err != nil {
		return nil, usage("--from 10.20.0.5 or --from 10.20.0.0/16: a capture knows no names", "%q is not an address", text)
	}
	return ruleset.NewPrefixes(p.Masked()), nil
}
