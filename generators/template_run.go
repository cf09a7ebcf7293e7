package generators

import (
	"fmt"
	"io"
	"reflect"
)

// The limits of one page. They are far above what a page for a real host needs, and count work instead of time, so that
// the same page fails or succeeds on every machine.
const (
	limitPage   = 32 << 20   // bytes of a page
	limitText   = 1 << 20    // bytes of a text that a function takes
	limitMade   = 256 << 20  // bytes that all functions together make
	limitWork   = 20_000_000 // parts of the template that are carried out
	limitSource = 256 << 10  // bytes of a template's file
)

// templateRun is one rendering: what it may still use up, and what functions need to know of the page.
type templateRun struct {
	comment comment
	quiet   bool // comments are left out, to see what a page says without them
	page    int  // bytes written
	made    int  // bytes that functions made
	work    int
	line    int // of the loop begun last
}

// misuse is a mistake of a template that a function finds.
type misuse string

func (m misuse) Error() string { return string(m) }

func misused(format string, args ...any) error { return misuse(fmt.Sprintf(format, args...)) }

// writer passes on what is printed, up to the limit.
func (r *templateRun) writer(w io.Writer) io.Writer { return limitedWriter{w, r} }

type limitedWriter struct {
	w io.Writer
	r *templateRun
}

func (l limitedWriter) Write(p []byte) (int, error) {
	if l.r.page += len(p); l.r.page > limitPage {
		return 0, misused("the page grows beyond %d MiB", limitPage>>20)
	}
	return l.w.Write(p)
}

// loop is the last function of everything that is gone through; cost is the work of one turn.
func (r *templateRun) loop(line, cost int, list any) (any, error) {
	r.line = line
	turns := 1
	switch v := reflect.ValueOf(list); v.Kind() {
	case reflect.Slice, reflect.Map, reflect.Array:
		turns = v.Len()
	case reflect.Int:
		turns = max(0, int(v.Int()))
	}
	if turns > limitWork/cost || r.work+turns*cost > limitWork {
		return nil, misused("the template does not come to an end")
	}
	r.work += turns * cost
	return list, nil
}

// print is the last function of everything that is printed.
func (r *templateRun) print(v any) (string, error) {
	text, free, err := r.text(v)
	if free {
		return "", misused("this is free text, which may hold anything: print it through comment, ascii, or the function of the page's language")
	}
	return text, err
}

// spend accounts for a text that a function is about to make.
func (r *templateRun) spend(size int) error {
	if r.made += size; r.made > limitMade || size > limitMade {
		return misused("the functions of the template make more than %d MiB of text", limitMade>>20)
	}
	return nil
}

// text takes an argument as text; free reports whether it is free text.
func (r *templateRun) text(v any) (text string, free bool, err error) {
	switch x := v.(type) { // what is common goes without reflection
	case string:
		return x, false, r.take(x)
	case Text:
		return string(x), true, r.take(string(x))
	}
	switch x := reflect.Indirect(reflect.ValueOf(v)); x.Kind() {
	case reflect.String:
		text, free = x.String(), x.Type() == reflect.TypeFor[Text]()
	case reflect.Int, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Float64, reflect.Bool:
		text = fmt.Sprint(x.Interface())
	case reflect.Slice, reflect.Array:
		return "", false, misused("a list is no text: go through it with range, or join it")
	case reflect.Invalid:
		return "", false, misused("there is nothing here: ask with if or with before")
	default:
		return "", false, misused("this has parts and is no text: print one of them")
	}
	return text, free, r.take(text)
}

// take accounts for an argument.
func (r *templateRun) take(text string) error {
	if len(text) > limitText {
		return misused("a text has more than %d MiB", limitText>>20)
	}
	return r.spend(len(text))
}

// as gives a text that was made of free text the same mark.
func as(text string, free bool) any {
	if free {
		return Text(text)
	}
	return text
}
