package catalog

import (
	"io/fs"
	"reflect"
	"slices"
	"testing"

	"rolewall/tomldoc"
)

// whole is the embedded catalog read file by file, with every check.
func whole(t testing.TB) *Catalog {
	t.Helper()
	data, err := fs.Sub(embedded, "data")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Load(data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestDefaultIsWhole holds that the catalog read piece by piece says what its files say.
func TestDefaultIsWhole(t *testing.T) {
	want := whole(t)
	got, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.ServiceNames(), want.ServiceNames()) || !reflect.DeepEqual(got.RoleNames(), want.RoleNames()) ||
		!reflect.DeepEqual(got.FeatureNames(), want.FeatureNames()) || !reflect.DeepEqual(got.SourceNames(), want.SourceNames()) ||
		!reflect.DeepEqual(got.listeners.names(), want.listeners.names()) || len(want.RoleNames()) == 0 {
		t.Error("names differ")
	}
	for _, name := range want.ServiceNames() {
		a, _ := want.Service(name)
		b, _ := got.Service(name)
		if !reflect.DeepEqual(withoutPlaces(a), withoutPlaces(b)) {
			t.Errorf("service %s: got %+v, want %+v", name, b, a)
		}
	}
	for _, name := range want.RoleNames() {
		a, _ := want.Role(name)
		b, _ := got.Role(name)
		if a.Title != b.Title || !reflect.DeepEqual(values(a.Includes), values(b.Includes)) || len(a.Services) != len(b.Services) ||
			!reflect.DeepEqual(values(a.FeatureTexts()), values(b.FeatureTexts())) || a.Editions != b.Editions {
			t.Errorf("role %s: got %+v, want %+v", name, b, a)
		}
	}
	for _, name := range want.FeatureNames() {
		a, _ := want.Feature(name)
		b, _ := got.Feature(name)
		if a != b || a == "" {
			t.Errorf("feature %s: got %q, want %q", name, b, a)
		}
	}
	for _, name := range want.listeners.names() {
		a, _ := want.listeners.look(name)
		b, _ := got.listeners.look(name)
		if !reflect.DeepEqual(a, b) {
			t.Errorf("listener %s: got %v, want %v", name, b, a)
		}
	}
	if !reflect.DeepEqual(got.Conflicts(), want.Conflicts()) {
		t.Error("conflicts differ")
	}
}

// withoutPlaces is a copy of s that can be compared between files and pieces of files.
func withoutPlaces(s *Service) *Service {
	clone := *s
	clone.Location = tomldoc.Location{}
	clone.Endpoints = append([]Endpoint(nil), s.Endpoints...)
	for i := range clone.Endpoints {
		clone.Endpoints[i].Location = tomldoc.Location{}
		clone.Endpoints[i].PeerRoles = slices.Clone(s.Endpoints[i].PeerRoles)
		for k := range clone.Endpoints[i].PeerRoles {
			clone.Endpoints[i].PeerRoles[k].Location = tomldoc.Location{}
		}
	}
	clone.Pins = append([]Pin(nil), s.Pins...)
	for i := range clone.Pins {
		clone.Pins[i].With.Location = tomldoc.Location{}
	}
	return &clone
}

func values(list []tomldoc.Text) []string {
	var out []string
	for _, x := range list {
		out = append(out, x.Value)
	}
	return out
}

// BenchmarkDefault is the start-up cost of the catalog.
func BenchmarkDefault(b *testing.B) {
	for b.Loop() {
		if _, err := Default(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDomainController is what a domain controller's policy costs in reading the catalog.
func BenchmarkDomainController(b *testing.B) {
	for b.Loop() {
		c, err := Default()
		if err != nil {
			b.Fatal(err)
		}
		r, _ := c.Role("domain-controller")
		for _, s := range r.Services {
			if _, known := c.Service(s.Name.Value); !known {
				b.Fatal(s.Name.Value)
			}
		}
	}
}

// BenchmarkWhole is the cost of reading and checking every entry.
func BenchmarkWhole(b *testing.B) {
	for b.Loop() {
		whole(b)
	}
}
