package cli

import (
	"rolewall/diag"
	"rolewall/internal/capturefiles"
	"rolewall/internal/drift"
	"rolewall/internal/lookup"
	"rolewall/internal/report"
	"rolewall/ruleset"

	"github.com/urfave/cli/v2"
)

// explainCapture explains what a captured host allows.
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
	sources, err := drift.ParseSource(c.String("from"))
	if err != nil {
		return err
	}
	host := captures[0].Host
	if host == "" {
		host = inputs[0].Host
	}
	return report.Seen().Write(env.stdout, format, drift.Look(host, captures[0], question, traffic, c.String("from"), sources))
}
