package wintest

import (
	"fmt"
	"strconv"
	"strings"

	"rolewall/internal/wintest/netsh"
)

// command runs one command: its late values are put in, its streams are sent where they belong.
func (r *run) command(c *command, s streams) (signal, error) {
	ready := *c
	tail, err := r.late(string(c.tail.Runes))
	if err != nil {
		return signal{}, c.place(err)
	}
	if tail != string(c.tail.Runes) {
		ready.tail = netsh.Text{}
		ready.tail.Add(tail, c.col)
	}
	s, flush, err := r.redirect(c, s)
	if err != nil {
		return signal{}, c.place(err)
	}
	sig, err := r.builtin(&ready, s)
	flush()
	return sig, c.place(err)
}

// redirect opens the files of a command; flush writes them.
func (r *run) redirect(c *command, s streams) (streams, func(), error) {
	type sink struct {
		file string
		text *strings.Builder
	}
	var sinks []sink
	for _, d := range c.redirects {
		to, err := r.late(d.to)
		if err != nil {
			return s, nil, err
		}
		var write func(string)
		switch {
		case d.stream == 1:
			write = s.out
		case d.stream == 2:
			write = s.err
		case d.from == 0 && strings.EqualFold(to, "nul"):
			s.in = ""
			continue
		case d.from == 0:
			text, ok := r.host.Files[path(to)]
			if !ok {
				return s, nil, fmt.Errorf("there is no file %s", to)
			}
			s.in = text
			continue
		case strings.EqualFold(to, "nul"):
			write = func(string) {}
		default:
			b := &strings.Builder{}
			if d.append {
				b.WriteString(r.host.Files[path(to)])
			}
			sinks = append(sinks, sink{path(to), b})
			r.host.Files[path(to)] = b.String()
			write = func(t string) { b.WriteString(t) }
		}
		if d.from == 2 {
			s.err = write
		} else {
			s.out = write
		}
	}
	return s, func() {
		for _, x := range sinks {
			r.host.Files[x.file] = x.text.String()
		}
	}, nil
}

// builtin runs what cmd.exe does itself; everything else is a program.
func (r *run) builtin(c *command, s streams) (signal, error) {
	tail := strings.TrimSpace(string(c.tail.Runes))
	r.failed = false
	switch c.name {
	case "rem", "cd":
	case "echo":
		if !strings.EqualFold(tail, "off") {
			s.out(tail + "\r\n")
		}
		return signal{}, nil // echo leaves errorlevel
	case "set":
		return signal{}, r.set(c)
	case "setlocal":
		return signal{}, r.push(tail)
	case "endlocal":
		if len(r.stack) == 0 {
			return signal{}, fmt.Errorf("endlocal without setlocal")
		}
		r.pop()
	case "goto":
		if strings.EqualFold(tail, ":eof") {
			return signal{exit: true}, nil
		}
		return r.goTo(tail)
	case "call":
		return signal{}, r.call(tail)
	case "exit":
		return r.exit(tail)
	default:
		err := r.program(c, s)
		r.failed = r.status != 0
		return signal{}, err
	}
	return signal{}, nil
}

// set takes `set "NAME=value"` and `set NAME=value`; in a .cmd file it clears errorlevel.
func (r *run) set(c *command) error {
	t := strings.TrimLeft(string(c.tail.Runes), " ")
	if strings.HasPrefix(t, `"`) {
		last := strings.LastIndex(t, `"`)
		if last == 0 || strings.TrimSpace(t[last+1:]) != "" {
			return fmt.Errorf("what stands behind the closing quotation mark of set is lost")
		}
		t = t[1:last]
	} else if strings.TrimRight(t, " ") != t {
		return fmt.Errorf("a blank at the end of set would belong to the value")
	}
	name, value, ok := strings.Cut(t, "=")
	if !ok || name == "" || strings.ContainsAny(name, " /") {
		return fmt.Errorf("set needs NAME=value")
	}
	r.setVariable(name, value)
	r.status = 0
	return nil
}

func (r *run) goTo(label string) (signal, error) {
	label = strings.ToLower(strings.TrimPrefix(label, ":"))
	if _, known := r.script.labels[label]; !known {
		return signal{}, fmt.Errorf("there is no label %q", label)
	}
	return signal{label: label}, nil
}

// call runs a subroutine. Its line is expanded once more, so a percent sign or a caret in it does not arrive as it is.
func (r *run) call(tail string) error {
	if strings.ContainsAny(tail, "%^") {
		return fmt.Errorf("call expands its line twice: no %% and no ^ in it")
	}
	if !strings.HasPrefix(tail, ":") {
		return fmt.Errorf("only calls of labels are known here")
	}
	args := splitCall(tail)
	pc, known := r.script.labels[strings.ToLower(args[0][1:])]
	if !known {
		return fmt.Errorf("there is no label %q", args[0])
	}
	outer := r.loops // loops of the caller are out of sight
	r.loops = nil
	defer func() { r.loops = outer }()
	_, err := r.frame(pc, args)
	r.failed = r.status != 0
	return err
}

// splitCall splits at blanks outside quotation marks, which stay.
func splitCall(s string) []string {
	quoted := false
	return strings.FieldsFunc(s, func(x rune) bool {
		if x == '"' {
			quoted = !quoted
		}
		return x == ' ' && !quoted
	})
}

func (r *run) exit(tail string) (signal, error) {
	code, ok := strings.CutPrefix(tail, "/b")
	if !ok {
		return signal{}, fmt.Errorf("exit without /b closes the window of the caller")
	}
	if code = strings.TrimSpace(code); code != "" {
		n, err := strconv.Atoi(code)
		if err != nil {
			return signal{}, fmt.Errorf("%q is not an exit code", code)
		}
		r.status = n
	}
	return signal{exit: true}, nil
}
