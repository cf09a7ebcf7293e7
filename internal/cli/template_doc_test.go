package cli

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strings"
	"testing"

	"rolewall/diag"
	"rolewall/generators"
	"rolewall/generators/custom"
	"rolewall/generators/fidelity"
)

const templateDoc = "../../docs/templates.md"

// TestTemplateDoc holds the lists in docs/templates.md, which are made of the doc comments of the view and of the list of
// functions.
func TestTemplateDoc(t *testing.T) {
	text, err := os.ReadFile(templateDoc)
	if err != nil {
		t.Fatal(err)
	}
	doc := replaceSection(t, string(text), "view", viewDoc(t))
	doc = replaceSection(t, doc, "functions", functionDoc())
	golden(t, templateDoc, doc)
}

// TestTemplateDocExample holds that the example in docs/templates.md is a template that says everything.
func TestTemplateDocExample(t *testing.T) {
	text, err := os.ReadFile(templateDoc)
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(section(t, string(text), "example"), "```\n")
	example, _, _ = strings.Cut(example, "```")
	errs := &diag.List{}
	targets := generators.All().With([]custom.Source{{File: "site/addresses.tmpl", Src: []byte(example)}}, errs)
	if err := errs.Err(); err != nil {
		t.Fatal(err)
	}
	g, _ := targets.Lookup("addresses")
	if unsaid, err := fidelity.Unexpressed(g); err != nil || len(unsaid) > 0 {
		t.Errorf("unsaid: %v, %v", unsaid, err)
	}
}

// section is what is between <!-- name --> and the next <!-- end -->.
func section(t *testing.T, text, name string) string {
	t.Helper()
	_, rest, begun := strings.Cut(text, "<!-- "+name+" -->\n")
	body, _, ended := strings.Cut(rest, "<!-- end -->")
	if !begun || !ended {
		t.Fatalf("%s has no section %s", templateDoc, name)
	}
	return body
}

func replaceSection(t *testing.T, text, name, body string) string {
	t.Helper()
	head := "<!-- " + name + " -->\n"
	return strings.Replace(text, head+section(t, text, name), head+body, 1)
}

func functionDoc() string {
	var b strings.Builder
	b.WriteString("| | |\n|---|---|\n")
	for _, f := range custom.Functions() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", f.Usage, strings.ReplaceAll(f.Doc, "|", `\|`))
	}
	return b.String()
}

// viewDoc lists the fields and methods of the view's types, View first and the others as they come.
func viewDoc(t *testing.T) string {
	files := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range []string{"view.go", "lines.go"} {
		f, err := parser.ParseFile(files, "../../generators/rulesetjson/"+name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
	}
	pkg, err := doc.NewFromFiles(files, parsed, "rolewall/generators/rulesetjson")
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]*doc.Type{}
	for _, typ := range pkg.Types {
		byName[typ.Name] = typ
	}
	var b strings.Builder
	for _, name := range []string{"View", "RPCView", "PinView", "RuleView", "SetView", "ListenerView", "ReasonView", "AllowView", "LineView", "SenderView", "PortView"} {
		typ := byName[name]
		if typ == nil {
			t.Fatalf("there is no type %s", name)
		}
		delete(byName, name)
		writeTypeDoc(t, &b, typ)
	}
	delete(byName, "Text")
	if len(byName) > 0 {
		t.Errorf("types that the documentation does not list: %v", byName)
	}
	return b.String()
}

func writeTypeDoc(t *testing.T, b *strings.Builder, typ *doc.Type) {
	fmt.Fprintf(b, "### %s\n\n%s\n| | | json | |\n|---|---|---|---|\n", typ.Name, typ.Doc)
	row := func(name string, kind ast.Expr, key, text string) {
		text = strings.Join(strings.Fields(text), " ")
		if text == "" {
			t.Errorf("%s.%s is not documented", typ.Name, name)
		}
		fmt.Fprintf(b, "| `.%s` | %s | %s | %s |\n", name, kindDoc(t, kind), key, strings.ReplaceAll(text, "|", `\|`))
	}
	for _, field := range typ.Decl.Specs[0].(*ast.TypeSpec).Type.(*ast.StructType).Fields.List {
		for _, name := range field.Names {
			if !name.IsExported() {
				continue
			}
			key := ""
			if field.Tag != nil {
				key, _, _ = strings.Cut(reflect.StructTag(strings.Trim(field.Tag.Value, "`")).Get("json"), ",")
				key = strings.Trim("`"+strings.TrimPrefix(key, "-")+"`", "`")
				if key != "" {
					key = "`" + key + "`"
				}
			}
			row(name.Name, field.Type, key, field.Comment.Text())
		}
	}
	for _, m := range typ.Methods {
		text := strings.TrimPrefix(m.Doc, m.Name+" ")
		text = strings.TrimPrefix(text, "returns ")
		row(m.Name, m.Decl.Type.Results.List[0].Type, "", strings.TrimSuffix(strings.TrimSpace(text), "."))
	}
	b.WriteString("\n")
}

// kindDoc says what a value is in the words of the documentation.
func kindDoc(t *testing.T, e ast.Expr) string {
	switch e := e.(type) {
	case *ast.ArrayType:
		return "list of " + kindDoc(t, e.Elt)
	case *ast.StarExpr:
		return kindDoc(t, e.X) + ", or nothing"
	case *ast.SelectorExpr:
		return "settings"
	case *ast.Ident:
		switch e.Name {
		case "string":
			return "text"
		case "Text":
			return "free text"
		case "int":
			return "number"
		case "bool":
			return "true or false"
		}
		if strings.HasSuffix(e.Name, "View") {
			return fmt.Sprintf("[%s](#%s)", e.Name, strings.ToLower(e.Name))
		}
	}
	t.Errorf("no words for %v", e)
	return ""
}
