package custom

import (
	"fmt"
	"net/netip"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rolewall/generators/rulesetjson"
	"rolewall/generators/target"
)

// Functions of templates for texts and lists. A text that is made from free text is free text, too.

func (r *run) join(separator string, list any) (any, error) {
	v := reflect.ValueOf(list)
	if v.Kind() != reflect.Slice {
		return nil, misused("join takes a separator and a list")
	}
	if err := r.spend(v.Len() * len(separator)); err != nil {
		return nil, err
	}
	parts := make([]string, v.Len())
	anyFree, anyQuoted := false, false
	for i := range parts {
		text, free, err := r.text(v.Index(i).Interface())
		if err != nil {
			return nil, err
		}
		parts[i], anyFree, anyQuoted = text, anyFree || free, anyQuoted || isQuoted(v.Index(i).Interface())
	}
	return around(strings.Join(parts, separator), anyFree, anyQuoted), nil
}

// index does what the template language's index does, for lists. It does not take texts apart: letters of a text
// would be numbers, which are not marked as free text.
func index(list any, numbers ...int) (any, error) {
	for _, n := range numbers {
		v := reflect.Indirect(reflect.ValueOf(list))
		if v.Kind() != reflect.Slice && v.Kind() != reflect.Array {
			return nil, misused("index takes a list: slice and cut are for texts")
		}
		if n < 0 || n >= v.Len() {
			return nil, misused("index out of range: %d", n)
		}
		list = v.Index(n).Interface()
	}
	return list, nil
}

// slice is that of the template language, for lists and texts.
func (r *run) slice(v any, bounds ...int) (any, error) {
	x := reflect.Indirect(reflect.ValueOf(v))
	if x.Kind() == reflect.String {
		if _, _, err := r.plain(v); err != nil {
			return nil, err
		}
	} else if x.Kind() != reflect.Slice {
		return nil, misused("slice takes a list or a text")
	}
	from, to := 0, x.Len()
	if len(bounds) > 0 {
		from = bounds[0]
	}
	if len(bounds) > 1 {
		to = bounds[1]
	}
	if len(bounds) > 2 || from < 0 || to > x.Len() || from > to {
		return nil, misused("slice out of range: %v", bounds)
	}
	return x.Slice(from, to).Interface(), nil
}

func first(list any) (any, error) { return pick(list, func(int) int { return 0 }) }

func last(list any) (any, error) { return pick(list, func(n int) int { return n - 1 }) }

func pick(list any, index func(n int) int) (any, error) {
	v := reflect.ValueOf(list)
	if v.Kind() != reflect.Slice || v.Len() == 0 {
		return nil, misused("this is not a list, or an empty one")
	}
	return v.Index(index(v.Len())).Interface(), nil
}

func (r *run) cut(limit int, v any) (any, error) {
	text, free, err := r.plain(v)
	if limit < 4 {
		return nil, misused("a text cannot be cut to less than 4 bytes")
	}
	return as(target.Cut(text, limit), free), err
}

func (r *run) wrap(limit int, v any) (any, error) {
	text, free, err := r.plain(v)
	if err != nil {
		return nil, err
	}
	lines := wrapLines(text, limit)
	if !free {
		return lines, nil
	}
	return rulesetjson.Texts(lines), nil
}

// wrapLines breaks a text between words.
func wrapLines(text string, limit int) []string {
	lines := []string{""}
	for word := range strings.FieldsSeq(text) {
		line := &lines[len(lines)-1]
		switch {
		case *line == "":
			*line = word
		case len(*line)+1+len(word) <= limit:
			*line += " " + word
		default:
			lines = append(lines, word)
		}
	}
	return lines
}

func (r *run) indent(n int, v any) (any, error) {
	text, free, err := r.text(v)
	if err == nil && strings.Contains(text, "\n") {
		_, _, err = r.plain(v)
	}
	if err != nil {
		return nil, err
	}
	if n < 0 || n > 1000 {
		return nil, misused("a line cannot be indented by %d blanks", n)
	}
	if err := r.spend((strings.Count(text, "\n") + 1) * n); err != nil {
		return nil, err
	}
	blanks := strings.Repeat(" ", n)
	return around(blanks+strings.ReplaceAll(text, "\n", "\n"+blanks), free, isQuoted(v)), nil
}

func (r *run) upper(v any) (any, error) {
	text, free, err := r.plain(v)
	return as(strings.ToUpper(text), free), err
}

func (r *run) lower(v any) (any, error) {
	text, free, err := r.plain(v)
	return as(strings.ToLower(text), free), err
}

func (r *run) hex(v any) (string, error) {
	text, _, err := r.text(v)
	if err != nil {
		return "", err
	}
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return "", misused("%s is not a whole number", target.Cut(strconv.Quote(text), 40))
	}
	return strconv.FormatUint(n, 16), nil
}

func (r *run) netmask(v any) (string, error) {
	netmask, _, err := r.masks(v)
	return netmask, err
}

func (r *run) wildcard(v any) (string, error) {
	_, wildcard, err := r.masks(v)
	return wildcard, err
}

func (r *run) masks(v any) (netmask, wildcard string, err error) {
	text, _, err := r.text(v)
	if err != nil {
		return "", "", err
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return "", "", misused("%s is not a prefix", target.Cut(strconv.Quote(text), 60))
	}
	netmask, wildcard = rulesetjson.Masks(p)
	return netmask, wildcard, nil
}

func (r *run) printAll(values ...any) (any, error) {
	var b strings.Builder
	anyFree, anyQuoted := false, false
	for _, v := range values {
		text, free, err := r.text(v)
		if err != nil {
			return nil, err
		}
		b.WriteString(text)
		anyFree, anyQuoted = anyFree || free, anyQuoted || isQuoted(v)
	}
	return around(b.String(), anyFree, anyQuoted), nil
}

// verb is what a format may contain. It has no star, which takes the width from a value, and no width that could
// fill a disk.
var verb = regexp.MustCompile(`%[-+ 0#]*[0-9]{0,3}(\.[0-9]{1,3})?[sdxXqvc%]`)

func (r *run) printf(format string, values ...any) (any, error) {
	verbs := verb.FindAllString(format, -1)
	if strings.Contains(verb.ReplaceAllString(format, ""), "%") {
		return nil, misused("printf knows %%s %%d %%x %%X %%q %%v %%c, with a width below 1000")
	}
	size, anyFree, anyQuoted, foreign := len(verbs)*1000, false, false, false
	args := make([]any, len(values))
	for i, v := range values {
		text, free, err := r.text(v)
		if err != nil {
			return nil, err
		}
		size += 10 * len(text)
		anyFree, anyQuoted, foreign = anyFree || free, anyQuoted || isQuoted(v), foreign || strings.Contains(text, "%!")
		args[i] = reflect.Indirect(reflect.ValueOf(v)).Interface()
	}
	if err := r.spend(size); err != nil {
		return nil, err
	}
	if anyQuoted && slices.ContainsFunc(verbs, func(v string) bool { return strings.Contains(v, ".") }) {
		return nil, misused("this text is quoted already: cut it first, then quote it, as in .Why | cut 40 | sh")
	}
	text := fmt.Sprintf(format, args...)
	if strings.Contains(text, "%!") && !foreign {
		return nil, misused("the values do not fit the format: %s", target.Cut(text, 60))
	}
	return around(text, anyFree, anyQuoted), nil
}
