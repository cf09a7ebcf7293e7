package target

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"text/template"

	"rolewall/templates"
)

// headerLine is the line of an embedded template that is replaced by the header.
const headerLine = `{{join "\n" .Header}}` + "\n"

// Layout is the embedded template of a target. The template is a whole script that a site can copy and change. The
// text above the line `{{join "\n" .Header}}` is the preamble, the text below is the body.
type Layout struct {
	parse func() (parsedLayout, error) // called once, when the first script is written, since most runs use few targets
}

type parsedLayout struct {
	preamble []byte
	body     *template.Template
}

// NewLayout returns the layout in templates/NAME.tmpl.
func NewLayout(name string) *Layout {
	return &Layout{sync.OnceValues(func() (parsedLayout, error) { return parseLayout(name + ".tmpl") })}
}

func parseLayout(file string) (parsedLayout, error) {
	src, err := templates.FS.ReadFile(file)
	if err != nil {
		return parsedLayout{}, err
	}
	preamble, body, found := strings.Cut(string(src), headerLine)
	if !found || strings.Contains(preamble, "{{") {
		return parsedLayout{}, fmt.Errorf("templates/%s: a fixed preamble and then the line %s are missing", file, strings.TrimSpace(headerLine))
	}
	t, err := template.New(file).Funcs(template.FuncMap{"join": join}).Parse(body)
	return parsedLayout{[]byte(preamble), t}, err
}

// join is a template function for lists of texts. Custom templates have it, too.
func join(separator string, list []string) string { return strings.Join(list, separator) }

// Script fills the body with data. data is a struct, so that a misspelt field is an error.
func (l *Layout) Script(header []string, data any) (Script, error) {
	layout, err := l.parse()
	if err != nil {
		return Script{}, err
	}
	var b bytes.Buffer
	b.Grow(16 << 10)
	if err := layout.body.Execute(&b, data); err != nil {
		return Script{}, err
	}
	return Script{layout.preamble, header, b.Bytes()}, nil
}
