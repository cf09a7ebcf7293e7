package cli

import (
	"fmt"
	"time"
	_ "time/tzdata" // for --tz on systems without the files of zones

	"rolewall/internal/logfiles"
	"rolewall/internal/replay"
	"rolewall/internal/report"
	"rolewall/internal/term"
	"rolewall/readers/flowlog"

	"github.com/urfave/cli/v2"
)

func replayCommand(env *environment) *cli.Command {
	return &cli.Command{
		Name:      "replay",
		Usage:     "run traffic that was seen against the policy: what would be cut, what is never used",
		ArgsUsage: "POLICY LOG...",
		Description: "A LOG is Windows' pfirewall.log, LOG lines of nft and iptables in syslog or journalctl -k -o json, conntrack -L\n" +
			"or -E -o timestamp, Zeek's conn.log, a VPC flow log, nfdump -o csv, a CSV with the columns src, dst, proto, dport,\n" +
			"or what nft -j list table inet rolewall-audit prints. The format is recognised from content; gzip and zstd are\n" +
			"unpacked; - is stdin. Rotated files may come in any order.\n\n" +
			"The addresses of hosts in the policy tell whose traffic it is. Where there are none, --host names the host of which\n" +
			"the logs are. Who began is taken from evidence alone, never from the lower port.\n\n" +
			"The exit code is 1 where something that was answered or allowed would be cut, 0 where nothing was, 2 where something\n" +
			"is wrong with the call, the policy or a log. docs/replay.md says what each format can tell.\n\n" +
			"   rolewall replay servers.toml pfirewall.log pfirewall.log.old\n" +
			"   journalctl -k -o json | rolewall replay --host web1 servers.toml -",
		Flags: append([]cli.Flag{
			&cli.StringSliceFlag{Name: "host", Usage: "only hosts that match `NAME`, with * and ?, or that have the role of @ROLE; may be repeated. One host: the logs are of it"},
			&cli.StringFlag{Name: "since", Usage: "only records from this `TIME` on: 2026-11-01 or \"2026-11-01 08:00\""},
			&cli.StringFlag{Name: "until", Usage: "only records up to the end of this day, or before this `TIME`"},
			&cli.StringFlag{Name: "tz", Value: "UTC", Usage: "the `ZONE` of times that name none, Europe/Berlin, and of --since and --until"},
			&cli.IntFlag{Name: "year", Usage: "the `YEAR` of dates that name none; default: the latest in which no time is after the file's"},
			&cli.Uint64Flag{Name: "min-count", Usage: "leave out what was seen fewer than `N` times"},
			&cli.BoolFlag{Name: "all", Usage: "show every row in the text and Markdown forms"},
			&cli.StringFlag{Name: "type", Usage: "the `FORMAT` of the logs, where content does not tell: audit, pfirewall, journal, kernel, conntrack, zeek, zeek-json, vpc, nfdump or csv"},
			&cli.StringFlag{Name: "format", Value: "text", Usage: "`FORMAT` of the output: " + report.Replays().Usage()},
		}, policyFlags()...),
		Action: func(c *cli.Context) error { return env.replay(c) },
	}
}

func (env *environment) replay(c *cli.Context) error {
	form, err := choice(c, "format", report.Replays().Names()...)
	if err != nil {
		return err
	}
	args := c.Args().Slice()
	switch {
	case len(args) == 0:
		return usage("rolewall replay servers.toml pfirewall.log", "which policy file?")
	case len(args) == 1:
		return usage("rolewall replay "+args[0]+" pfirewall.log; - reads from stdin", "which logs?")
	}
	options, reading, err := replayOptions(c)
	if err != nil {
		return err
	}
	format, err := logFormat(c)
	if err != nil {
		return err
	}
	w, err := env.openPolicy(c, args[0])
	if err != nil {
		return err
	}
	sel, err := selection(c, w)
	if err != nil {
		return err
	}
	logs, err := logfiles.Find(args[1:], env.stdin)
	if err != nil {
		return err
	}
	run, err := replay.New(w, sel, options)
	if err != nil {
		return err
	}
	if err := env.readLogs(c, logs, format, reading, run); err != nil {
		return err
	}
	found, err := run.Result()
	if err != nil {
		return err
	}
	found.All = c.Bool("all")
	for _, line := range found.FirstBad {
		env.Warn("not understood: " + line)
	}
	if err := report.Replays().Write(env.stdout, form, found); err != nil {
		return err
	}
	if found.WouldCut() {
		return foundSomething{}
	}
	return nil
}

// logFormat reads --type. It returns nil without the flag: the content of a log then decides.
func logFormat(c *cli.Context) (*flowlog.Format, error) {
	name := c.String("type")
	if name == "" {
		return nil, nil
	}
	f, known := flowlog.Lookup(name)
	if !known {
		return nil, usage("one of "+logfiles.FormatNames(), "no format of logs is called %q", name)
	}
	return &f, nil
}

// readLogs passes every log to the run.
func (env *environment) readLogs(c *cli.Context, logs []logfiles.Log, format *flowlog.Format, o flowlog.Options, run *replay.Replay) error {
	env.line = term.NewLineProgress(env.stderr)
	defer env.line.Clear()
	n := 0
	visit := func(r *flowlog.Record) error {
		if n++; n%65536 == 0 {
			env.line.Done(n)
		}
		return run.Add(r)
	}
	for _, l := range logs {
		of := o
		if !l.Changed.IsZero() {
			of.Now = l.Changed
		}
		f, notes, err := l.Read(c.Context, format, of, visit)
		if err != nil {
			return err
		}
		run.Log(f.Name, notes)
	}
	return nil
}

// replayOptions reads the flags for times.
func replayOptions(c *cli.Context) (replay.Options, flowlog.Options, error) {
	o, reading := replay.Options{MinCount: c.Uint64("min-count")}, flowlog.Options{Year: c.Int("year"), Now: time.Now()}
	zone, err := time.LoadLocation(c.String("tz"))
	if err != nil || c.String("tz") == "Local" {
		return o, reading, usage("a name of the IANA list, such as Europe/Berlin or UTC", "no time zone is called %q", c.String("tz"))
	}
	reading.Zone = zone
	if c.IsSet("year") && (reading.Year < 1970 || reading.Year > 9999) {
		return o, reading, usage("", "--year %d is not a year from 1970 on", reading.Year)
	}
	if o.Since, err = moment(c, "since", zone, false); err != nil {
		return o, reading, err
	}
	if o.Until, err = moment(c, "until", zone, true); err != nil {
		return o, reading, err
	}
	if !o.Since.IsZero() && !o.Until.IsZero() && !o.Since.Before(o.Until) {
		return o, reading, usage("", "--since is not before --until")
	}
	return o, reading, nil
}

// moment reads a time. A day means its beginning, or with end its end.
func moment(c *cli.Context, name string, zone *time.Location, end bool) (time.Time, error) {
	text := c.String(name)
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, text, zone); err == nil {
		if end {
			t = t.AddDate(0, 0, 1)
		}
		return t, nil
	}
	for _, layout := range []string{"2006-01-02 15:04", time.DateTime, "2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339} {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, usage(fmt.Sprintf(`--%s 2026-11-30, or --%s "2026-11-30 08:00"`, name, name), "%q is not a time", text)
}
