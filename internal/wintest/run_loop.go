package wintest

import (
	"fmt"
	"strconv"
	"strings"

	"rolewall/internal/wintest/netsh"
)

// loop runs the body for each word, number or line.
func (r *run) loop(l *loop, s streams) (signal, error) {
	var values []map[rune]string
	var err error
	switch l.kind {
	case "":
		values, err = r.overWords(l)
	case "/l":
		values, err = r.overNumbers(l)
	case "/f":
		values, err = r.overLines(l, s)
	}
	if err != nil {
		return signal{}, netsh.At(l.line, l.col, err)
	}
	outer := r.loops
	defer func() { r.loops = outer }()
	for _, v := range values {
		r.loops = copyLoops(outer)
		for name, value := range v {
			r.loops[name] = value
		}
		if r.steps++; r.steps > maxSteps {
			return signal{}, fmt.Errorf("the script does not end")
		}
		if sig, err := r.do(l.body, s); err != nil || sig != (signal{}) {
			return sig, err // goto and exit end the loop
		}
	}
	return signal{}, nil
}

func copyLoops(m map[rune]string) map[rune]string {
	out := map[rune]string{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

func (r *run) overWords(l *loop) (out []map[rune]string, err error) {
	set, err := r.late(l.set)
	for word := range strings.FieldsSeq(set) {
		if strings.ContainsAny(word, "*?") {
			return nil, fmt.Errorf("%q is a pattern of files", word)
		}
		out = append(out, map[rune]string{l.variable: word})
	}
	return out, err
}

func (r *run) overNumbers(l *loop) (out []map[rune]string, err error) {
	var n [3]int
	parts := strings.Split(l.set, ",")
	if len(parts) != 3 {
		return nil, fmt.Errorf("for /l needs first,step,last")
	}
	for i, p := range parts {
		if n[i], err = strconv.Atoi(strings.TrimSpace(p)); err != nil {
			return nil, err
		}
	}
	if n[1] <= 0 {
		return nil, fmt.Errorf("for /l with the step %d is not known here", n[1])
	}
	for i := n[0]; i <= n[2]; i += n[1] {
		out = append(out, map[rune]string{l.variable: strconv.Itoa(i)})
	}
	return out, nil
}

// overLines reads lines of a command, a file or a string, and cuts them into tokens.
func (r *run) overLines(l *loop, s streams) ([]map[rune]string, error) {
	o, err := parseLoopOptions(l.options)
	if err != nil {
		return nil, err
	}
	source, err := r.loopSource(l, o, s)
	if err != nil {
		return nil, err
	}
	var out []map[rune]string
	for line := range strings.SplitSeq(strings.TrimSuffix(source, "\n"), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if line == "" || line[0] == ';' { // the default of eol
			continue
		}
		if v := o.cut(line, l.variable); v != nil {
			out = append(out, v)
		}
	}
	return out, nil
}

func (r *run) loopSource(l *loop, o loopOptions, s streams) (string, error) {
	if n, err := l.inner(); err != nil {
		return "", err
	} else if n != nil {
		var b strings.Builder
		_, err := r.do(n, streams{out: func(t string) { b.WriteString(t) }, err: s.err})
		return b.String(), err
	}
	set, err := r.late(l.set)
	if err != nil {
		return "", err
	}
	quoted := strings.HasPrefix(set, `"`)
	if quoted && !o.useBackQ {
		return strings.Trim(set, `"`), nil
	}
	text, ok := r.host.Files[path(set)]
	if !ok {
		return "", fmt.Errorf("there is no file %s", set)
	}
	return text, nil
}

// loopOptions are the options of for /f.
type loopOptions struct {
	useBackQ bool
	delims   string
	tokens   []int
	rest     bool // the line as it is, but for leading delimiters
}

func parseLoopOptions(text string) (loopOptions, error) {
	o := loopOptions{delims: " \t", tokens: []int{1}}
	for text != "" {
		var word string
		if strings.HasPrefix(text, "delims=") { // last, as it may hold a blank
			o.delims, text = text[len("delims="):], ""
			continue
		}
		word, text, _ = strings.Cut(text, " ")
		switch {
		case word == "usebackq":
			o.useBackQ = true
		case strings.HasPrefix(word, "tokens="):
			o.tokens = nil
			if word == "tokens=*" {
				o.rest = true
				continue
			}
			for t := range strings.SplitSeq(word[len("tokens="):], ",") {
				n, err := strconv.Atoi(t)
				if err != nil {
					return o, fmt.Errorf("%q is not a number of a token", t)
				}
				o.tokens = append(o.tokens, n)
			}
		default:
			return o, fmt.Errorf("%q is not an option of for /f that is known here", word)
		}
	}
	return o, nil
}

// cut gives the loop's variables their tokens; a line without the first token is skipped.
func (o loopOptions) cut(line string, variable rune) map[rune]string {
	if o.delims == "" {
		return map[rune]string{variable: line}
	}
	fields := strings.FieldsFunc(line, func(x rune) bool { return strings.ContainsRune(o.delims, x) })
	if len(fields) == 0 {
		return nil
	}
	out := map[rune]string{}
	if len(o.tokens) > 0 && o.tokens[0] > len(fields) {
		return nil
	}
	if o.rest && len(o.tokens) == 0 {
		return map[rune]string{variable: strings.TrimLeft(line, o.delims)}
	}
	for i, n := range o.tokens {
		if n <= len(fields) {
			out[variable+rune(i)] = fields[n-1]
		} else {
			out[variable+rune(i)] = ""
		}
	}
	return out
}
