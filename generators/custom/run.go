package custom

import (
	"fmt"
	"io"
	"reflect"

	"rolewall/generators/rulesetjson"
)

// The limits of one rendering. They are far above what a script for a real host needs. They count bytes and steps,
// not time, so that a template fails or succeeds alike on every machine.
const (
	limitScript = 32 << 20   // bytes of a script
	limitText   = 1 << 20    // bytes of a text that is an argument of a function
	limitMade   = 256 << 20  // bytes of all results of functions together
	limitSteps  = 10_000_000 // nodes of the template that are executed
	limitSource = 256 << 10  // bytes of a template file
)

// run is one rendering. It holds what the rendering has used so far, and what functions must know about the
// language.
type run struct {
	comment comment
	quiet   bool // leave out comments, to see what the script says without them
	written int  // bytes of the script so far
	made    int  // bytes of the results of functions so far
	steps   int
}

// misuse is a mistake of a template that a function finds.
type misuse string

func (m misuse) Error() string { return string(m) }

func misused(format string, args ...any) error { return misuse(fmt.Sprintf(format, args...)) }

// counting returns a writer that counts the bytes. step and print compare the count with the limit, since they
// know the place in the template.
func (r *run) counting(w io.Writer) io.Writer { return countingWriter{w, r} }

type countingWriter struct {
	w io.Writer
	r *run
}

func (c countingWriter) Write(p []byte) (int, error) {
	c.r.written += len(p)
	return c.w.Write(p)
}

// step is called before each turn of a loop and each use of a template. nodes is the number of nodes that follow.
func (r *run) step(nodes int) (string, error) {
	if r.steps += nodes; r.steps > limitSteps {
		return "", misused("the template takes more than %d steps", limitSteps)
	}
	return "", r.checkSize()
}

func (r *run) checkSize() error {
	if r.written > limitScript {
		return misused("the script grows beyond %d MiB", limitScript>>20)
	}
	return nil
}

// print is the last function of everything that is printed. It rejects free text, which it knows by its type.
func (r *run) print(v any) (string, error) {
	text, free, err := r.text(v)
	if free {
		return "", misused("this is free text, which may hold anything: print it through comment, ascii, or the function of the script's language")
	}
	if err == nil {
		err = r.checkSize()
	}
	return text, err
}

// spend counts the size of a text that a function is about to make.
func (r *run) spend(size int) error {
	if r.made += size; r.made > limitMade || size > limitMade {
		return misused("the functions of the template make more than %d MiB of text", limitMade>>20)
	}
	return nil
}

// text converts an argument to text. free reports whether it is free text.
func (r *run) text(v any) (text string, free bool, err error) {
	switch x := v.(type) { // common types need no reflection
	case string:
		return x, false, r.take(x)
	case rulesetjson.Text:
		return string(x), true, r.take(string(x))
	}
	switch x := reflect.Indirect(reflect.ValueOf(v)); x.Kind() {
	case reflect.String:
		text, free = x.String(), x.Type() == reflect.TypeFor[rulesetjson.Text]()
	case reflect.Int, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Float64, reflect.Bool:
		text = fmt.Sprint(x.Interface())
	case reflect.Slice, reflect.Array:
		return "", false, misused("a list is not text: go through it with range, or join it")
	case reflect.Invalid:
		return "", false, misused("there is nothing here: ask with if or with before")
	default:
		return "", false, misused("this has parts and is not text: print one of them")
	}
	return text, free, r.take(text)
}

// take counts the size of an argument.
func (r *run) take(text string) error {
	if len(text) > limitText {
		return misused("a text has more than %d MiB", limitText>>20)
	}
	return r.spend(len(text))
}

// as marks a text as free if it was made from free text.
func as(text string, free bool) any {
	if free {
		return rulesetjson.Text(text)
	}
	return text
}

// quoted is a text that a function has quoted for a language. A part of it could have another meaning, or no end.
type quoted string

// isQuoted reports whether a value is a quoted text.
func isQuoted(v any) bool {
	_, is := reflect.Indirect(valueOf(v)).Interface().(quoted)
	return is
}

// valueOf returns the value, or an empty text if there is none.
func valueOf(v any) reflect.Value {
	if x := reflect.Indirect(reflect.ValueOf(v)); x.IsValid() && x.CanInterface() {
		return x
	}
	return reflect.ValueOf("")
}

// plain converts an argument to text for functions that change texts. It rejects quoted text.
func (r *run) plain(v any) (text string, free bool, err error) {
	if isQuoted(v) {
		return "", false, misused("this text is quoted already: change it first, then quote it, as in .Why | cut 40 | sh")
	}
	return r.text(v)
}

// around does what as does for texts that were joined. If one of them is quoted, the result is quoted.
func around(text string, free, anyQuoted bool) any {
	if anyQuoted && !free {
		return quoted(text)
	}
	return as(text, free)
}
