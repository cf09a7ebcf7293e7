package cli

import (
	"fmt"

	"rolewall/internal/capturefiles"
	"rolewall/internal/drift"
	"rolewall/internal/report"

	"github.com/urfave/cli/v2"
)

func driftCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "drift",
		Usage:     "compare what hosts were seen to allow with what the policy says",
		ArgsUsage: "POLICY CAPTURE...",
		Description: "A CAPTURE is a folder that the script of rolewall capture made, a folder of such folders, or one file:\n" +
			"nft -j list ruleset, iptables-save, a registry export, Get-NetFirewallRule as JSON, and others. What is in a\n" +
			"file is recognised from its content. It compares meaning, not words.\n\n" +
			"The exit code is 0 where every host enforces what the policy says, 1 where one does not or it cannot be told,\n" +
			"2 where something is wrong with the call, the policy or a capture.\n\n" +
			"   rolewall capture linux >capture.sh\n" +
			"   rolewall drift servers.toml web1.capture\n" +
			"   rolewall drift --format markdown servers.toml captures/",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "as", Usage: "the capture is of this `HOST`, whatever its files say"},
			hostFlag(),
			&cli.StringFlag{Name: "from", Usage: "a scan of nmap was made from this `ADDRESS`"},
			&cli.BoolFlag{Name: "allow-unknown", Usage: "what cannot be told does not change the exit code"},
			&cli.BoolFlag{Name: "ignore-listeners", Usage: "the program behind a port does not matter"},
			&cli.BoolFlag{Name: "strict-baseline", Usage: "what every script allows on its own, such as echo requests, must be open too"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` of the output: " + report.Drift().Usage()},
		}, policyFlags()...),
		Action: func(c *cli.Context) error { return env.drift(c) },
	}
}

func (env *environment) drift(c *cli.Context) error {
	format, err := choice(c, "format", report.Drift().Names()...)
	if err != nil {
		return err
	}
	args := c.Args().Slice()
	switch {
	case len(args) == 0:
		return usage("rolewall drift servers.toml web1.capture", "which policy file?")
	case len(args) == 1:
		return usage("rolewall capture linux prints the script that makes one", "which captures?")
	}
	w, err := env.openPolicy(c, args[0])
	if err != nil {
		return err
	}
	sel, err := selection(c, w)
	if err != nil {
		return err
	}
	inputs, err := capturefiles.Find(args[1:], env.stdin)
	if err != nil {
		return err
	}
	if as := c.String("as"); as != "" {
		if len(inputs) != 1 {
			return usage("name one capture, or leave --as out", "--as names one host, and these are %d captures", len(inputs))
		}
		inputs[0].Host, inputs[0].Named = as, true
	}
	options := drift.Options{IgnoreListeners: c.Bool("ignore-listeners"), StrictBaseline: c.Bool("strict-baseline")}
	if options.From, err = drift.ParseScanner(c.String("from")); err != nil {
		return err
	}
	found, err := drift.Run(c.Context, w, sel, inputs, options)
	if err != nil {
		return err
	}
	env.tellNames(found, inputs)
	if err := report.Drift().Write(env.stdout, format, found); err != nil {
		return err
	}
	if !found.Same(c.Bool("allow-unknown")) {
		return foundSomething{}
	}
	return nil
}

// tellNames warns about captures of hosts that the policy does not have. The only host name of a single file is
// its file name.
func (env *environment) tellNames(found *drift.Result, inputs []drift.Input) {
	for i := range found.Findings {
		f := &found.Findings[i]
		if f.Kind == drift.UnknownHost && len(inputs) == 1 && !inputs[0].Named {
			env.Warn(fmt.Sprintf("no host of the policy is called %s, as the capture says or its file is named; --as HOST says whose it is", f.Hosts[0]))
		}
	}
}
