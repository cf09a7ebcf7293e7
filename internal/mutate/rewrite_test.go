package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"
)

// TestRewrite: each break stands behind its number, what is inside it too, and constants stay constants.
func TestRewrite(t *testing.T) {
	const head, tail = "package p\n\nconst yes = true\n\nfunc f(a, b int, s string, ok bool) any {\n\t", "\n}\n"
	for _, row := range []struct{ in, out, breaks string }{
		{"return a == b", "return ((a == b) != mutantOn(1))", "1 == !="},
		{"return a < b && !ok", "return mutantAnd(1, mutantLess(2, a , b) , func() bool { return ( ((!ok) != mutantOn(3))) })", "2 < <=, 1 && ||, 3 ! "},
		{"return ok || a+1 >= b-2", "return mutantOr(1, ok , func() bool { return ( mutantGreaterEqual(2, mutantAdd(3, a,1) , mutantSub(4, b,2))) })", "1 || &&, 3 + -, 2 >= >, 4 - +"},
		{"if ok {\n\t}\n\treturn nil", "if ((ok) != mutantOn(1)) {\n\t}\n\treturn nil", "1 if if not"},
		{"return []bool{true, false}", "return []bool{((true) != mutantOn(1)), ((false) != mutantOn(2))}", "1 true false, 2 false true"},
		{"return s + s", "return s + s", ""},
		{"return 1 + 2", "return 1 + 2", ""},
	} {
		src := head + row.in + tail
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, "p.go", src, 0)
		if err != nil {
			t.Fatal(err)
		}
		info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
		if _, err := new(types.Config).Check("p", fset, []*ast.File{file}, info); err != nil {
			t.Fatal(err)
		}
		r := &rewriter{fset: fset, info: info, next: 1}
		if got, want := string(r.file(file, []byte(src))), head+row.out+tail; got != want {
			t.Errorf("%s becomes\n%s\nwant\n%s", row.in, got, want)
		}
		var breaks []string
		for _, b := range r.breaks {
			breaks = append(breaks, strings.Join([]string{string(rune('0' + b.number)), b.old, b.new}, " "))
		}
		if got := strings.Join(breaks, ", "); got != row.breaks {
			t.Errorf("%s: breaks %q, want %q", row.in, got, row.breaks)
		}
	}
}
