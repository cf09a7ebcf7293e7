package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"rolewall/diag"
	"rolewall/internal/capturefiles"
	"rolewall/internal/logfiles"
	"rolewall/internal/suggest"
	"rolewall/internal/workspace"
	"rolewall/readers"
	"rolewall/readers/flowlog"

	"github.com/urfave/cli/v2"
)

func suggestCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "suggest",
		Usage:     "write a first policy from what running hosts tell",
		ArgsUsage: "EVIDENCE...",
		Description: "EVIDENCE is what the script of rolewall capture made, one folder a host, or single files named after their host, such\n" +
			"as web1.ss.txt: listening sockets (ss -H -tulpne, netstat -anob, Get-NetTCPConnection as JSON, tasklist /svc), what is\n" +
			"installed (dpkg-query, rpm, systemctl, Get-WindowsFeature), the rules of today in every form that drift reads, and\n" +
			"logs of traffic in every format that replay reads. What a file is follows from its content.\n\n" +
			"The policy opens nothing that is not open today. Roles, exceptions and networks have their reasons beside them, and\n" +
			"what was not written is a comment. Nothing that one host says opens another. docs/suggest.md says more.\n\n" +
			"   rolewall suggest captures/ >servers.toml\n" +
			"   rolewall suggest -o servers.toml web1.capture web2.capture conn.log",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `FILE`, which must be new"},
			&cli.StringFlag{Name: "as", Usage: "all files are of this `HOST`"},
			&cli.IntFlag{Name: "max-prefixes", Value: 8, Usage: "put the addresses that reached a port into at most `N` networks"},
			&cli.StringFlag{Name: "tz", Value: "UTC", Usage: "the `ZONE` of times in logs that name none, such as Europe/Berlin"},
			&cli.StringFlag{Name: "as-of", Usage: "the `DATE` (YYYY-MM-DD) of the evidence, from which exceptions hold 90 days; default today, UTC"},
			catalogFlag(),
		},
		Action: func(c *cli.Context) error { return env.suggest(c) },
	}
}

func (env *environment) suggest(c *cli.Context) error {
	if c.NArg() == 0 {
		return usage("rolewall suggest web1.capture; rolewall capture linux prints the script that makes one", "which captures?")
	}
	o := suggest.Options{MaxPrefixes: c.Int("max-prefixes")}
	if o.MaxPrefixes < 1 || o.MaxPrefixes > 1000 {
		return usage("--max-prefixes 8", "--max-prefixes is from 1 to 1000, not %d", o.MaxPrefixes)
	}
	var err error
	if o.Day, err = workspace.Day(c.String("as-of")); err != nil {
		return err
	}
	name := c.String("output")
	if err := mustBeNew(name); err != nil {
		return err
	}
	text, err := env.suggested(c, o)
	if err != nil {
		return err
	}
	if name == "" || name == "-" {
		_, err := env.stdout.Write(text)
		return err
	}
	if err := writeNew(name, text); err != nil {
		return err
	}
	env.tell(fmt.Sprintf("%s is written. Next: read it, then rolewall lint %s, and rolewall drift %s with the same captures", name, name, name), "")
	return nil
}

// suggested reads the evidence and returns the policy.
func (env *environment) suggested(c *cli.Context, o suggest.Options) ([]byte, error) {
	cat, err := workspace.Catalog(env.files, c.String("catalog"))
	if err != nil {
		return nil, err
	}
	found, logs, err := capturefiles.FindEvidence(c.Args().Slice(), c.String("as") != "")
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, usage("name a capture of each host beside the logs", "no file tells of a host: a log alone does not say what listens")
	case c.String("as") != "" && len(found) > 1:
		return nil, usage("name the files of one host, or leave --as out", "--as names one host, and these are %d", len(found))
	}
	errs := &diag.List{}
	var hosts []*readers.Host
	for _, e := range found {
		if h := e.Read(c.String("as"), errs); h != nil {
			hosts = append(hosts, h)
		}
	}
	if err := errs.Err(); err != nil {
		return nil, err
	}
	s := suggest.New(cat, hosts, o, errs)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	if err := env.readTraffic(c, logs, s); err != nil {
		return nil, err
	}
	return s.Policy(c.Context)
}

// readTraffic passes logs to s. A log with the name of a host is only about that host.
func (env *environment) readTraffic(c *cli.Context, names []string, s *suggest.Suggester) error {
	if len(names) == 0 {
		return nil
	}
	zone, err := time.LoadLocation(c.String("tz"))
	if err != nil || c.String("tz") == "Local" {
		return usage("a name of the IANA list, such as Europe/Berlin or UTC", "no time zone is called %q", c.String("tz"))
	}
	logs, err := logfiles.Find(names, env.stdin)
	if err != nil {
		return err
	}
	for _, l := range logs {
		host := capturefiles.LogHost(l.Name)
		if !s.HasHost(host) {
			host = ""
		}
		visit := func(r *flowlog.Record) error {
			s.Add(r, host)
			return nil
		}
		_, notes, err := l.Read(c.Context, nil, flowlog.Options{Zone: zone, Now: l.Changed}, visit)
		if err != nil {
			return err
		}
		if notes.Bad > 0 {
			env.Warn(fmt.Sprintf("%s: %d lines are not understood, the first: %s", l.Name, notes.Bad, notes.FirstBad[0]))
		}
	}
	if used, unused := s.Traffic(); used == 0 {
		env.Warn(fmt.Sprintf("no record of the logs tells who reaches one of the hosts (%d records): their addresses are not in the captures, or nothing was answered", unused))
	}
	return nil
}

// mustBeNew returns a mistake where a file exists.
func mustBeNew(name string) error {
	if name == "" || name == "-" {
		return nil
	}
	if _, err := os.Lstat(name); err == nil {
		return usage("choose another name, or move the file away", "%s exists and is left alone", name)
	}
	return nil
}

// writeNew writes a file that must not exist. After an error it leaves no file.
func writeNew(name string, data []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return usage("choose another name, or move the file away", "%s exists and is left alone", name)
	}
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(name)) // half a policy would mislead
	}
	return nil
}
