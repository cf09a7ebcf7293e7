package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// edit is one break: its number, its place, and what is there before and after.
type edit struct {
	number   int
	pos      token.Position
	old, new string
}

// String writes the break as it is printed.
func (b edit) String() string { return fmt.Sprintf("%s: %s -> %s", b.pos, b.old, b.new) }

// part is what one argument names, with its breaks in the order of the source.
type part struct {
	arg, dir string
	breaks   []edit
}

// work is everything that is tried in one call.
type work struct {
	tmp    string
	parts  []part
	next   int               // the number of the next break; 0 means none
	files  map[string]string // the overlay: a file and what stands in for it
	export map[string]string // import path to the compiler's export data
}

// rewriteAll reads the packages that the arguments name, and writes files with all breaks inside and an overlay into tmp.
func rewriteAll(args []string, tmp string) (*work, error) {
	w := &work{tmp: tmp, next: 1, files: map[string]string{}}
	if err := w.loadExports(args); err != nil {
		return nil, err
	}
	for _, arg := range args {
		if err := w.rewritePackage(arg); err != nil {
			return nil, err
		}
	}
	text, err := json.Marshal(map[string]any{"Replace": w.files})
	if err != nil {
		return nil, err
	}
	return w, os.WriteFile(w.overlay(), text, 0o600)
}

func (w *work) overlay() string { return filepath.Join(w.tmp, "overlay.json") }

// loadExports asks go list where the types of every imported package are.
func (w *work) loadExports(args []string) error {
	list := []string{"list", "-deps", "-export", "-f", "{{.ImportPath}} {{.Export}}"}
	for _, arg := range args {
		dir, _ := directory(arg)
		list = append(list, dir)
	}
	out, err := exec.Command("go", list...).Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	w.export = map[string]string{}
	for line := range strings.Lines(string(out)) {
		if path, file, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			w.export[path] = file
		}
	}
	return nil
}

// rewritePackage adds the breaks of one argument.
func (w *work) rewritePackage(arg string) error {
	dir, pattern := directory(arg)
	meta, err := build.ImportDir(dir, 0)
	if err != nil {
		return err
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range meta.GoFiles {
		file, err := parser.ParseFile(fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	conf := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(w.export[path]) })}
	if _, err := conf.Check(dir, fset, files, info); err != nil {
		return err
	}
	p := part{arg: arg, dir: dir}
	for i, file := range files {
		name := meta.GoFiles[i]
		if ok, err := filepath.Match(pattern, name); err != nil || !ok {
			continue
		}
		src, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return err
		}
		r := &rewriter{fset: fset, info: info, next: w.next}
		broken := r.file(file, src)
		w.next = r.next
		p.breaks = append(p.breaks, r.breaks...)
		if err := w.replace(filepath.Join(dir, name), broken); err != nil {
			return err
		}
	}
	w.parts = append(w.parts, p)
	return w.replace(filepath.Join(dir, "mutant_switch.go"), []byte(fmt.Sprintf(switches, meta.Name, w.on(), w.reached())))
}

// replace puts text in the place of a file.
func (w *work) replace(name string, text []byte) error {
	real, err := filepath.Abs(name)
	if err != nil {
		return err
	}
	stand := filepath.Join(w.tmp, fmt.Sprintf("%d.go", len(w.files)))
	w.files[real] = stand
	return os.WriteFile(stand, text, 0o600)
}

// rewriter puts breaks into one file.
type rewriter struct {
	fset   *token.FileSet
	info   *types.Info
	next   int
	breaks []edit
	texts  []insertion
}

// insertion is text that goes in front of an offset. It takes the place of the next cut bytes.
type insertion struct {
	offset, cut int
	text        string
}

// file returns the source with a switch around everything that can be broken.
func (r *rewriter) file(file *ast.File, src []byte) []byte {
	ast.Walk(visitor{r}, file)
	slices.SortStableFunc(r.texts, func(a, b insertion) int { return cmp.Compare(a.offset, b.offset) })
	var out []byte
	done := 0
	for _, t := range r.texts {
		out = append(append(out, src[done:t.offset]...), t.text...)
		done = t.offset + t.cut
	}
	slices.SortFunc(r.breaks, func(a, b edit) int { return cmp.Compare(a.pos.Offset, b.pos.Offset) })
	return append(out, src[done:]...)
}

// visitor walks a file. What surrounds a node is written before its children, and what ends it after them: so texts at
// one place nest.
type visitor struct{ r *rewriter }

func (v visitor) Visit(n ast.Node) ast.Visitor {
	switch n := n.(type) {
	case *ast.GenDecl:
		if n.Tok == token.CONST {
			return nil
		}
	case *ast.IfStmt:
		v.r.condition(n.Cond)
	case *ast.BinaryExpr:
		if v.r.binary(v, n) {
			return nil
		}
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			v.r.flip(v, n, n.OpPos, "!", "")
			return nil
		}
	case *ast.Ident:
		if n.Name == "true" || n.Name == "false" {
			v.r.flip(v, n, n.Pos(), n.Name, map[string]string{"true": "false", "false": "true"}[n.Name])
			return nil
		}
	}
	return v
}

// condition breaks the condition of an if that has no operator of its own.
func (r *rewriter) condition(e ast.Expr) {
	switch e := e.(type) {
	case *ast.CallExpr, *ast.SelectorExpr, *ast.IndexExpr:
	case *ast.Ident:
		if e.Name == "true" || e.Name == "false" {
			return
		}
	default:
		return
	}
	n := r.add(e.Pos(), "if", "if not")
	r.insert(e.Pos(), 0, "((")
	r.insert(e.End(), 0, fmt.Sprintf(") != mutantOn(%d))", n))
}

// flip breaks an expression that is true or false by turning it round.
func (r *rewriter) flip(v visitor, e ast.Expr, at token.Pos, old, new string) {
	n := r.add(at, old, new)
	r.insert(e.Pos(), 0, "((")
	switch e := e.(type) {
	case *ast.UnaryExpr:
		ast.Walk(v, e.X)
	case *ast.BinaryExpr:
		ast.Walk(v, e.X)
		ast.Walk(v, e.Y)
	}
	r.insert(e.End(), 0, fmt.Sprintf(") != mutantOn(%d))", n))
}

// calls are the operators that become calls, with what a break turns each into.
var calls = map[token.Token]struct{ name, new string }{
	token.LSS: {"mutantLess", "<="}, token.LEQ: {"mutantLessEqual", "<"}, token.GTR: {"mutantGreater", ">="}, token.GEQ: {"mutantGreaterEqual", ">"},
	token.ADD: {"mutantAdd", "-"}, token.SUB: {"mutantSub", "+"}, token.LAND: {"mutantAnd", "||"}, token.LOR: {"mutantOr", "&&"},
}

// binary breaks an operator, and tells whether it has walked the operands.
func (r *rewriter) binary(v visitor, e *ast.BinaryExpr) bool {
	t := r.info.Types[e]
	switch {
	case t.Value != nil: // A constant has to stay one.
		return true
	case e.Op == token.EQL:
		r.flip(v, e, e.OpPos, "==", "!=")
		return true
	case e.Op == token.NEQ:
		r.flip(v, e, e.OpPos, "!=", "==")
		return true
	}
	call, known := calls[e.Op]
	basic, isBasic := t.Type.Underlying().(*types.Basic)
	if !known || (e.Op == token.ADD && (!isBasic || basic.Info()&types.IsNumeric == 0)) {
		return false
	}
	n := r.add(e.OpPos, e.Op.String(), call.new)
	r.insert(e.Pos(), 0, fmt.Sprintf("%s(%d, ", call.name, n))
	ast.Walk(v, e.X)
	between, after := ",", ")"
	if e.Op == token.LAND || e.Op == token.LOR {
		between, after = ", func() bool { return (", ") })"
	}
	r.insert(e.OpPos, len(e.Op.String()), between)
	ast.Walk(v, e.Y)
	r.insert(e.End(), 0, after)
	return true
}

// add makes a break with the next number.
func (r *rewriter) add(at token.Pos, old, new string) int {
	n := r.next
	r.next++
	r.breaks = append(r.breaks, edit{number: n, pos: r.fset.Position(at), old: old, new: new})
	return n
}

func (r *rewriter) insert(at token.Pos, cut int, text string) {
	r.texts = append(r.texts, insertion{r.fset.Position(at).Offset, cut, text})
}
