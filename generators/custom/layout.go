package custom

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
	"unicode/utf8"

	"rolewall/diag"
)

// layout is a parsed template for data of one type.
type layout struct {
	file string // name for messages
	text string
	tmpl *template.Template
	uses map[string]bool // fields and methods that it uses
}

// newLayout compiles a template for data of the type. After a mistake, which it adds to errs, it returns nil. The
// text may begin with skip empty lines that are not part of the template, so that positions in it are those of the
// file.
func newLayout(file, text string, skip int, data reflect.Type, errs *diag.List) *layout {
	l := &layout{file: file, text: text, uses: map[string]bool{}}
	trees, err := parse.Parse(file, text, "", "", knownWords())
	if err != nil {
		l.noteSyntax(err, errs)
		return nil
	}
	dropFirstLines(trees[file], skip)
	before, m := errs.Len(), newMembers(data)
	if l.check(trees, m, errs); errs.Len() > before {
		return nil
	}
	l.tmpl = template.New(file)
	for name, tree := range trees {
		guard(tree)
		if _, err := l.tmpl.AddParseTree(name, tree); err != nil {
			errs.Add(diag.Pos{File: file}, "", "%s", err)
			return nil
		}
	}
	return l
}

// dropFirstLines removes the first n line ends from the text at the beginning of a template. An action that trims
// blanks has removed them already.
func dropFirstLines(t *parse.Tree, n int) {
	if len(t.Root.Nodes) == 0 {
		return
	}
	if first, isText := t.Root.Nodes[0].(*parse.TextNode); isText && first.Pos == 0 {
		first.Text = bytes.TrimPrefix(first.Text, bytes.Repeat([]byte{'\n'}, n))
	}
}

// knownWords returns the functions that a template may call.
func knownWords() map[string]any {
	words := map[string]any{}
	for _, w := range builtinWords() {
		words[w] = true
	}
	for _, f := range Functions() {
		words[f.Name] = true
	}
	return words
}

// execute fills the template. Several renderings may run at the same time.
func (l *layout) execute(w io.Writer, data any, r *run) error {
	t, err := l.tmpl.Clone()
	if err != nil {
		return err
	}
	err = t.Funcs(r.functions()).Execute(r.counting(w), data)
	if exec, ok := errors.AsType[template.ExecError](err); ok {
		return l.explain(exec)
	}
	return err
}

// Messages of the template packages.
var (
	goType     = regexp.MustCompile(`\*?\b(?:rulesetjson|ruleset|nftables|iptables|applysh|advfirewall|ipsec|rpcports)\.`)
	noFunction = regexp.MustCompile(`^function "(.*)" not defined$`)
	execError  = regexp.MustCompile(`^:(\d+):(\d+): executing "(?:[^"\\]|\\.)*" at <((?s:.*?))>: ((?s:.*))$`)
)

// noteSyntax reports a syntax error of the parser at its position.
func (l *layout) noteSyntax(err error, errs *diag.List) {
	pos, what, hint := diag.Pos{File: l.file}, err.Error(), ""
	if rest, ok := strings.CutPrefix(what, "template: "+l.file+":"); ok {
		line, message, _ := strings.Cut(rest, ": ")
		pos.Line, _ = strconv.Atoi(line)
		pos.Column, what = 1, message
	}
	if m := noFunction.FindStringSubmatch(what); m != nil {
		var names []string
		for name := range knownWords() {
			names = append(names, name)
		}
		hint = diag.Suggest(m[1], names)
	}
	errs.Add(pos, hint, "%s", what)
}

// explain turns an error of the template package into one that says where and why the template could not be
// filled.
func (l *layout) explain(err template.ExecError) error {
	text, _ := strings.CutPrefix(err.Error(), "template: "+l.file)
	m := execError.FindStringSubmatch(text)
	if m == nil {
		return err
	}
	pos := diag.Pos{File: l.file}
	pos.Line, _ = strconv.Atoi(m[1])
	offset, _ := strconv.Atoi(m[2]) // in bytes, from 0
	pos.Column = l.column(pos.Line, offset)
	if x, ok := errors.AsType[misuse](err); ok {
		return fmt.Errorf("%s: %w", pos, x)
	}
	what := m[3] + ": " + goType.ReplaceAllString(m[4], "")
	if strings.Contains(what, "nil pointer evaluating") {
		what = m[3] + ": there is nothing here; ask with if or with before"
	}
	return fmt.Errorf("%s: %s", pos, what)
}

// column returns the column in characters, from 1, of an offset in bytes.
func (l *layout) column(line, offset int) int {
	lines := strings.SplitN(l.text, "\n", line+1)
	if line > len(lines) || offset > len(lines[line-1]) {
		return 1
	}
	return utf8.RuneCountInString(lines[line-1][:offset]) + 1
}

// pos returns the position of a node.
func (l *layout) pos(n parse.Node) diag.Pos {
	at := min(int(n.Position()), len(l.text))
	line := strings.Count(l.text[:at], "\n") + 1
	return diag.Pos{File: l.file, Line: line, Column: l.column(line, at-strings.LastIndexByte(l.text[:at], '\n')-1)}
}
