package trial

import (
	"reflect"
	"strings"
	"testing"

	"rolewall/generators/rulesetjson"
)

// TestTrialHostsHoldEveryText: some trial host has a text in every field of the view that holds free text, so that
// `template check` finds a template that prints one as it is.
func TestTrialHostsHoldEveryText(t *testing.T) {
	hosts, err := Hosts()
	if err != nil {
		t.Fatal(err)
	}
	free := reflect.TypeFor[rulesetjson.Text]()
	fields, found := map[string]bool{}, map[string]bool{}
	var types func(path string, typ reflect.Type)
	types = func(path string, typ reflect.Type) {
		switch {
		case typ == free:
			fields[path] = true
		case typ.Kind() == reflect.Slice || typ.Kind() == reflect.Pointer:
			types(path, typ.Elem())
		case typ.Kind() == reflect.Struct:
			for f := range typ.Fields() {
				if f.IsExported() {
					types(path+"."+f.Name, f.Type)
				}
			}
		}
	}
	var values func(path string, v reflect.Value)
	values = func(path string, v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			found[path] = found[path] || v.Len() > 0
		case reflect.Slice:
			for i := range v.Len() {
				values(path, v.Index(i))
			}
		case reflect.Pointer:
			if !v.IsNil() {
				values(path, v.Elem())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() {
					values(path+"."+f.Name, v.Field(i))
				}
			}
		}
	}
	types("", reflect.TypeFor[rulesetjson.View]())
	for _, h := range hosts {
		values("", reflect.ValueOf(rulesetjson.NewView(h.RuleSet)))
	}
	found[".Header"] = true // every host has one; targets add it
	for path := range fields {
		if outbound, ok := strings.CutPrefix(path, ".Outbound"); ok && outbound != ".Reasons.Allow.Reason" {
			continue // an outbound permit has a reason and no more
		}
		if !found[path] {
			t.Errorf("no trial host has a text in %s", path)
		}
	}
	if len(fields) < 10 {
		t.Errorf("only %d fields hold free text", len(fields))
	}
}
