package custom

import "reflect"

// members holds the names of fields and methods that a template can use in its data.
type members map[string]bool

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
				m[f.Name] = true
				m.walk(f.Type, seen)
			}
		}
		for method := range t.Methods() {
			if out := method.Type; out.NumOut() > 0 {
				m[method.Name] = true
				m.walk(out.Out(0), seen)
			}
		}
	}
}
