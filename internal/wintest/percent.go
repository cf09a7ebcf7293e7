package wintest

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"rolewall/internal/wintest/netsh"
)

// variables resolves what stands between percent signs.
type variables interface {
	variable(name string) (string, error)
	argument(modifiers string, n int) (string, error)
}

// openVariables leaves every value open.
type openVariables struct{}

func (openVariables) variable(string) (string, error)      { return string(netsh.Open), nil }
func (openVariables) argument(string, int) (string, error) { return string(netsh.Open), nil }

var (
	percentArgument = regexp.MustCompile(`^%(~[fdpnx]*)?([0-9])`)
	percentVariable = regexp.MustCompile(`^%([A-Za-z_][A-Za-z0-9_]*)(:[^%]*)?%`)
)

// expandPercent is the first thing that cmd.exe does with a line of a script: %% becomes %, %NAME% and %1 their values.
// A percent sign that is none of these vanishes there, and is an error here.
func expandPercent(line int, source string, vars variables) (netsh.Text, error) {
	out := netsh.Text{Runes: make([]rune, 0, len(source)), Cols: make([]int, 0, len(source))}
	for i := 0; i < len(source); {
		rest := source[i:]
		if rest[0] != '%' {
			out.Add(rest[:1], i+1)
			i++
			continue
		}
		if strings.HasPrefix(rest, "%%") {
			out.Add("%", i+1)
			i += 2
			continue
		}
		value, n, err := percentValue(rest, vars)
		if err != nil {
			return netsh.Text{}, &netsh.Error{Line: line, Col: i + 1, What: err.Error()}
		}
		out.Add(value, i+1)
		i += n
	}
	return out, nil
}

// percentValue resolves the expression that s begins with, and says how long it is.
func percentValue(s string, vars variables) (string, int, error) {
	if m := percentArgument.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[2])
		value, err := vars.argument(m[1], n)
		return value, len(m[0]), err
	}
	m := percentVariable.FindStringSubmatch(s)
	if m == nil {
		return "", 0, fmt.Errorf("a percent sign that begins no variable would vanish; write %%%%")
	}
	value, err := vars.variable(m[1])
	if err == nil && m[2] != "" && value != string(netsh.Open) {
		value, err = modify(value, m[2][1:])
	}
	return value, len(m[0]), err
}

// modify applies what follows the colon in %NAME:...%: a substring, or a replacement.
func modify(value, how string) (string, error) {
	if part, ok := strings.CutPrefix(how, "~"); ok {
		return substring(value, part)
	}
	search, replacement, ok := strings.Cut(how, "=")
	if !ok || search == "" {
		return "", fmt.Errorf("%q neither cuts nor replaces", how)
	}
	if tail, ok := strings.CutPrefix(search, "*"); ok {
		if i := strings.Index(strings.ToLower(value), strings.ToLower(tail)); i >= 0 {
			return replacement + value[i+len(tail):], nil
		}
		return value, nil
	}
	return regexp.MustCompile("(?i)"+regexp.QuoteMeta(search)).ReplaceAllLiteralString(value, replacement), nil
}

// substring is %NAME:~from,count%; negative numbers count from the end.
func substring(value, part string) (string, error) {
	first, second, hasSecond := strings.Cut(part, ",")
	from, err := strconv.Atoi(first)
	if err != nil {
		return "", fmt.Errorf("%q is not a number", first)
	}
	if from < 0 {
		from += len(value)
	}
	from = min(max(from, 0), len(value))
	to := len(value)
	if hasSecond {
		n, err := strconv.Atoi(second)
		if err != nil {
			return "", fmt.Errorf("%q is not a number", second)
		}
		if n < 0 {
			to += n
		} else {
			to = min(to, from+n)
		}
	}
	return value[from:max(from, to)], nil
}
