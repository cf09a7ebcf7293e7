package catalog

import (
	"fmt"

	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// Service is a system service and its endpoints.
type Service struct {
	Name      string // registry name; case does not matter
	Title     string
	Aliases   []string // other names: protocols, products
	Note      string
	Endpoints []Endpoint
	Pins      []Pin
	Editions
	Location tomldoc.Location
	Replaces string // location of the entry that this one replaces; empty for none
}

// Pin is a setting that holds an RPC service to one port.
type Pin struct {
	Title   string       // what is pinned
	Kind    string       // registry, command, or a word for settings that no script can write
	Place   string       // registry key, or the command with N for the port
	Value   string       // name of the registry value
	Type    string       // REG_DWORD, REG_MULTI_SZ
	Restart string       // when it takes effect: reboot, restart service, immediate
	Default string       // the port used without the setting, as text
	Only    uint16       // the only port that the setting can have; 0 is any
	With    tomldoc.Text // role of the hosts that have the setting; empty for every host
	Note    string
	Source  string
	Editions
}

// Pin returns the setting that pins the service on a host of os. has reports whether the host has a role.
func (s *Service) Pin(os ruleset.OS, has func(role string) bool) (Pin, bool) {
	for _, p := range s.Pins {
		if p.Has(os) && (p.Kind == "registry" || p.Kind == "command") && (p.With.Value == "" || has(p.With.Value)) {
			return p, true
		}
	}
	return Pin{}, false
}

// PinText returns the name of the service for a list of services that can be pinned on such a host, with the port
// if it takes only one. It returns "" if nothing pins the service.
func (s *Service) PinText(os ruleset.OS, has func(role string) bool) string {
	switch p, can := s.Pin(os, has); {
	case !can:
		return ""
	case p.Only != 0:
		return fmt.Sprintf("%s (%d and no other)", s.Name, p.Only)
	}
	return s.Name
}

// ReadService reads the table of one service. See readEndpoints for defaultSource.
func ReadService(name string, t *tomldoc.Table, defaultSource string) *Service {
	s := &Service{Name: name, Title: t.String("title"), Aliases: t.Strings("aliases"), Note: t.String("note"), Editions: readEditions(t), Location: t.Location()}
	for _, row := range t.Tables("endpoints") {
		s.Endpoints = append(s.Endpoints, readEndpoints(row, defaultSource)...)
	}
	if len(s.Endpoints) == 0 {
		t.Fail("endpoints", `endpoints = [{ app = "HTTPS", tcp = "443", audience = "clients" }]`, "service %s has no endpoints", name)
	}
	for _, row := range t.Tables("pins") {
		only, _ := row.Int("only", 1, 65535)
		s.Pins = append(s.Pins, Pin{
			Title: row.String("title"), Kind: row.String("kind"), Place: row.String("place"), Value: row.String("value"),
			Type: row.String("type"), Restart: row.String("restart"), Default: row.String("default"), Only: uint16(only), With: row.Text("with"),
			Note: row.String("note"), Source: row.String("source"), Editions: readEditions(row),
		})
		row.RejectUnknownKeys()
	}
	t.RejectUnknownKeys()
	return s
}
