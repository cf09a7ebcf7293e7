package cli

import (
	"fmt"
	"strings"

	"rolewall/diag"
	"rolewall/internal/capturefiles"
	"rolewall/internal/explain"
	"rolewall/internal/report"
	"rolewall/internal/workspace"
	"rolewall/policy"

	"github.com/urfave/cli/v2"
)

func explainCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "explain",
		Usage:     "why a port is open, or why it is not",
		ArgsUsage: "POLICY [HOST] [PORT]",
		Description: portHelp + " Without one, all that the\n" +
			"host allows is listed, and without HOST all that the hosts of the policy allow. HOST may be left out of a question where\n" +
			"the policy has one host. Open and closed are both answers, about the rules of this policy: the exit code is 0, and 2 where\n" +
			"the question cannot be answered.\n\n" +
			"   rolewall explain servers.toml\n" +
			"   rolewall explain servers.toml web1 https --from @domain-controller\n" +
			"   rolewall explain servers.toml dc1 tcp/445 --from 10.20.0.5\n" +
			"   rolewall explain servers.toml --who tcp/445\n\n" +
			"In place of a policy, a capture of a host shows what that host really allows: see rolewall drift.\n\n" +
			"   rolewall explain web1.capture tcp/443 --from 10.20.0.5",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "from", Usage: "ask about one `SOURCE`: an address, a prefix, a network or a host of the policy, or @role"},
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
	if capturefiles.IsCapture(args[0]) {
		return env.explainCapture(c, format, args)
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
	if len(args) == 1 && len(w.Policy.Hosts) > 1 {
		found, err := x.Fleet(c.Context)
		if err != nil {
			return err
		}
		return report.Fleet().Write(env.stdout, format, found)
	}
	return env.explainHost(w, x, format, args[1:])
}

// explainHost answers a question about one host: its rules, or without args[1] one port.
func (env *environment) explainHost(w *workspace.Workspace, x *explain.Explainer, format string, args []string) error {
	h, port, err := question(w, x, args)
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
func question(w *workspace.Workspace, x *explain.Explainer, args []string) (h *policy.Host, port string, err error) {
	hosts := w.Policy.Hosts
	if len(args) > 2 {
		return nil, "", usage("rolewall explain servers.toml dc1 tcp/445", "a host and a port at a time, not %s", strings.Join(args, " "))
	}
	if len(args) > 0 {
		if h = w.HostCalled(args[0]); h != nil {
			args = args[1:]
		}
	}
	switch {
	case h == nil && len(hosts) == 1 && len(args) == 1 && x.CanAsk(args[0]):
		h = hosts[0]
	case h == nil && len(args) > 0:
		return nil, "", usage(notHost(w, x, args), "no host is called %q", args[0])
	case h == nil: // with several hosts, the question was about all of them
		h = hosts[0]
	}
	if len(args) > 0 {
		port = args[0]
	}
	return h, port, nil
}

// notHost returns a hint for a word in place of a host. A port alone is a question about every host.
func notHost(w *workspace.Workspace, x *explain.Explainer, args []string) string {
	name := w.Policy.Hosts[0].Name
	switch {
	case len(args) == 1 && x.CanAsk(args[0]):
		return fmt.Sprintf("rolewall explain POLICY --who %s lists the hosts, rolewall explain POLICY %s %s asks about one", args[0], name, args[0])
	case len(args) == 2 && w.HostCalled(args[1]) != nil:
		return fmt.Sprintf("the host comes first: rolewall explain POLICY %s %s", args[1], args[0])
	}
	return diag.SuggestOrList(args[0], w.HostNames())
}

// portHelp explains what a PORT is.
const portHelp = "A PORT is tcp/445, 445/tcp, 445 for both protocols, tcp/8000-8010, a name such as rdp or https, a service,\n" +
	"icmp/8, icmpv6/128, gre or protocol/47."
