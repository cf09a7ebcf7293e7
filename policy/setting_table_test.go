package policy

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"rolewall/tomldoc"
)

func accessOf(p *Policy, h *Host) string {
	s := p.Effective(h)
	return s.Access.Get()
}

// slots returns the pointers of Settings by the path of their fields.
func slots(v reflect.Value, path string) map[string]reflect.Value {
	out := map[string]reflect.Value{}
	for i := range v.NumField() {
		name := path + v.Type().Field(i).Name
		if f := v.Field(i); f.Kind() == reflect.Pointer {
			out[name] = f
		} else {
			for inner, x := range slots(f, name+".") {
				out[inner] = x
			}
		}
	}
	return out
}

// TestEverySettingHasOneField gives one setting at a time and looks which fields see it.
func TestEverySettingHasOneField(t *testing.T) {
	var settings Settings
	all := slots(reflect.ValueOf(&settings).Elem(), "")
	if len(all) < 20 {
		t.Fatalf("only %d settings", len(all))
	}
	seen := map[string]bool{}
	for name, slot := range all {
		settings = Settings{}
		slot.Set(reflect.New(slot.Type().Elem()))
		var fieldsOf []string
		for _, x := range settingFields {
			if _, given := x.location(&settings); given {
				fieldsOf = append(fieldsOf, x.Name())
			}
		}
		if len(fieldsOf) != 1 || seen[fieldsOf[0]] {
			t.Errorf("%s belongs to the fields %q", name, fieldsOf)
			continue
		}
		seen[fieldsOf[0]] = true
		plain := func(s string) string { return strings.NewReplacer(".", "", "_", "").Replace(strings.ToLower(s)) }
		if plain(name) != plain(fieldsOf[0]) {
			t.Errorf("%s is read from %s", name, fieldsOf[0])
		}
		var heir Settings
		heir.inherit(&settings)
		if heir != settings {
			t.Errorf("%s is not inherited", name)
		}
		if empty := (&Settings{}); settings.Key() == empty.Key() {
			t.Errorf("%s takes no part in Key", name)
		}
	}
}

// TestEffective holds that the nearest level wins, and that a group comes before the file.
func TestEffective(t *testing.T) {
	give := func(v string) *Setting[string] { return &Setting[string]{v, tomldoc.Location{}} }
	p := &Policy{File: &Level{}}
	g, h := &Group{}, &Host{}
	h.Groups = []*Group{g}
	p.File.Settings.Access, p.File.Settings.Linux.Log = give("file"), &Setting[bool]{Value: true}
	g.Settings.Access, g.Settings.IPsec.ICMP = give("group"), give("group")
	h.Settings.IPsec.ICMP = give("host")
	s := p.Effective(h)
	if got := []string{s.Access.Get(), s.IPsec.ICMP.Get(), s.Advfirewall.Outbound.Get()}; !slices.Equal(got, []string{"group", "host", ""}) || !s.Linux.Log.Get() {
		t.Errorf("got %q, log %v", got, s.Linux.Log.Get())
	}
	if h.Settings.Access != nil || g.Settings.Linux.Log != nil {
		t.Error("the levels have changed")
	}
}
