package generators

import (
	"reflect"
	"slices"
)

// members are the fields and methods that a template can reach in its data, by name, each with the types that it has.
type members map[string][]reflect.Type

func newMembers(data reflect.Type) members {
	m := members{}
	m.walk(data, map[reflect.Type]bool{})
	return m
}

func (m members) walk(t reflect.Type, seen map[reflect.Type]bool) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		m.walk(t.Elem(), seen)
	case reflect.Struct:
		if seen[t] {
			return
		}
		seen[t] = true
		for f := range t.Fields() {
			if f.IsExported() {
				m[f.Name] = append(m[f.Name], f.Type)
				m.walk(f.Type, seen)
			}
		}
		for method := range t.Methods() {
			if out := method.Type; out.NumOut() > 0 {
				m[method.Name] = append(m[method.Name], out.Out(0))
				m.walk(out.Out(0), seen)
			}
		}
	}
}

// all reports whether every member of that name has a type of the kind.
func (m members) all(name string, is func(reflect.Type) bool) bool {
	return len(m[name]) > 0 && !slices.ContainsFunc(m[name], func(t reflect.Type) bool { return !is(t) })
}

func isFreeText(t reflect.Type) bool { return t == reflect.TypeFor[Text]() }

func isPlainType(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String:
		return !isFreeText(t)
	case reflect.Int, reflect.Bool:
		return true
	}
	return false
}
