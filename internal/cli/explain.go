package cli

import (
	"strings"

	"rolewall/diag"
	"rolewall/internal/explain"
	"rolewall/internal/report"
	"rolewall/internal/term"
	"rolewall/internal/workspace"
	"rolewall/policy"

	"github.com/urfave/cli/v2"
)

func explainCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "explain",
		Usage:     "why a port is open, or why it is not",
		ArgsUsage: "POLICY [HOST] [PORT]",
		Description: "A PORT is tcp/445, udp/53, 445 for both, icmp/8, icmpv6/128, gre or protocol/47. Without one, all that the\n" +
			"host allows is listed. HOST may be left out where the policy has one host. Open and closed are both answers:\n" +
			"the exit code is 0, and 2 where the question cannot be answered.\n\n" +
			"   rolewall explain servers.toml dc1 tcp/445 --from 10.20.0.5\n" +
			"   rolewall explain servers.toml --who tcp/445",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "from", Usage: "ask about one source: an `ADDRESS`, a prefix, or a network of the policy"},
			&cli.StringFlag{Name: "who", Usage: "list the hosts on which `PORT` is open"},
			&cli.StringSliceFlag{Name: "target", Aliases: []string{"t"}, Usage: "show the lines of this `TARGET`'s script; may be repeated"},
			formatFlag(),
		}, policyFlags()...),
		Action: func(c *cli.Context) error { return env.explain(c) },
	}
}

func (env *environment) explain(c *cli.Context) error {
	format, err := textOrJSON(c)
	if err != nil {
		return err
	}
	args := c.Args().Slice()
	if len(args) == 0 {
		return usage("rolewall explain servers.toml dc1 tcp/445", "which policy file?")
	}
	w, err := env.openPolicy(c, args[0])
	if err != nil {
		return err
	}
	sel, err := selection(c, w)
	if err != nil {
		return err
	}
	x, err := explain.New(w, c.String("from"), sel.Targets)
	if err != nil {
		return err
	}
	if who := c.String("who"); who != "" {
		if len(args) > 1 {
			return usage("it asks about all hosts", "--who takes the place of HOST and PORT")
		}
		found, err := x.Who(c.Context, who)
		if err != nil {
			return err
		}
		return report.Who().Write(env.stdout, format, found)
	}
	h, port, err := question(w, args[1:])
	if err != nil {
		return err
	}
	if port == "" {
		found, err := x.Rules(h)
		if err != nil {
			return err
		}
		return report.Rules().Write(env.stdout, format, found)
	}
	found, err := x.Port(h, port)
	if err != nil {
		return err
	}
	return report.Answers().Write(env.stdout, format, found)
}

// question reads HOST and PORT.
func question(w *workspace.Workspace, args []string) (h *policy.Host, port string, err error) {
	hosts := w.Policy.Hosts
	if len(args) > 2 {
		return nil, "", usage("rolewall explain servers.toml dc1 tcp/445", "a host and a port at a time, not %s", strings.Join(args, " "))
	}
	if len(args) > 0 {
		if h = hostNamed(w.Policy, args[0]); h != nil {
			args = args[1:]
		}
	}
	switch {
	case h == nil && len(hosts) == 1 && len(args) == 1 && canExplain(args[0]):
		h = hosts[0]
	case h == nil && len(args) > 0:
		return nil, "", usage(diag.SuggestOrList(args[0], w.HostNames()), "no host is called %q", args[0])
	case h == nil && len(hosts) == 1:
		h = hosts[0]
	case h == nil:
		return nil, "", usage("hosts here: "+term.HostRanges(w.HostNames()), "which host?")
	}
	if len(args) > 0 {
		port = args[0]
	}
	return h, port, nil
}

// hostNamed finds a host. Case does not count, as on Windows.
func hostNamed(p *policy.Policy, name string) *policy.Host {
	for _, h := range p.Hosts {
		if strings.EqualFold(h.Name, name) {
			return h
		}
	}
	return nil
}

// canExplain reports whether a text is a PORT.
func canExplain(text string) bool {
	_, err := explain.ParsePort(text)
	return err == nil
}
