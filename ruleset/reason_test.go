package ruleset

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

func TestReasonText(t *testing.T) {
	scanner := Reason{Allow: &Allow{Reason: "scanner"}}
	for _, c := range []struct {
		want    string
		reasons []Reason
	}{
		{"RPC: dc (LSASS, Netlogon), dns-server (DNS)", []Reason{
			{Role: "dc", Service: "LSASS", App: "RPC"}, {Role: "dc", Service: "Netlogon", App: "RPC"}, {Role: "dc", Service: "LSASS", App: "RPC"},
			{Role: "dns-server", Service: "DNS", App: "RPC"}}},
		{"SMB, NetBIOS: file-server (lanmanserver)", []Reason{
			{Role: "file-server", Service: "lanmanserver", App: "SMB"}, {Role: "file-server", Service: "lanmanserver", App: "NetBIOS"}}},
		{"SNMP: service (SNMP)", []Reason{{Service: "SNMP", App: "SNMP"}}},
		{"exception: scanner", []Reason{scanner}},
		{"exception: scanner, owner secops, until 2027-03-31", []Reason{{Allow: &Allow{"scanner", "secops", "2027-03-31"}}}},
		{"SSH: ssh-managed (ssh), exception: scanner", []Reason{{Role: "ssh-managed", Service: "ssh", App: "SSH"}, scanner}},
		{"", nil},
	} {
		if got := ReasonText(c.reasons); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// TestReasonCompare holds that the order sees every field: two reasons that differ are two reasons.
func TestReasonCompare(t *testing.T) {
	reasons := []Reason{{}}
	for i := range reflect.TypeFor[Reason]().NumField() {
		var r Reason
		switch field := reflect.ValueOf(&r).Elem().Field(i); field.Interface().(type) {
		case *Allow:
			for _, a := range []Allow{{}, {Reason: "a"}, {Reason: "b"}, {Owner: "a"}, {Expires: "2027-03-31"}} {
				reasons = append(reasons, Reason{Allow: &a})
			}
			continue
		case []string:
			field.Set(reflect.ValueOf([]string{"a"}))
		default:
			field.SetString("a")
		}
		reasons = append(reasons, r)
	}
	slices.SortFunc(reasons, Reason.Compare)
	for i, a := range reasons {
		for j, b := range reasons {
			if got := a.Compare(b); got != 0 != (i != j) || got < 0 != (i < j) {
				t.Errorf("%+v and %+v compare as %d", a, b, got)
			}
		}
	}
	shuffled := slices.Clone(reasons)
	rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	slices.SortFunc(shuffled, Reason.Compare)
	if !reflect.DeepEqual(shuffled, reasons) {
		t.Error("the order of reasons depends on where they stood")
	}
	if reasons[0].Allow != nil || reasons[len(reasons)-1].Allow == nil {
		t.Error("exceptions do not come last")
	}
}
