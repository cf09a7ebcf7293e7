package lint

import (
	"strings"

	"rolewall/resolver"
	"rolewall/tomldoc"
)

// provenanceOf says in one line how an endpoint came to the host: "role file-server > lanmanserver > SMB, tcp/445 for clients".
func provenanceOf(d *resolver.EndpointDecision) string {
	parts := append([]string{}, d.Via...)
	if d.Role != "" {
		parts = append([]string{"role " + d.Role}, parts...)
	}
	text := d.Endpoint.App + ", " + d.Endpoint.Port()
	if d.Endpoint.Audience != "" {
		text += " for " + string(d.Endpoint.Audience)
	}
	if d.Endpoint.Feature != "" {
		text += ", feature " + d.Endpoint.Feature
	}
	return strings.Join(append(parts, "service "+d.Service.Name, text), " > ")
}

func exceptionText(x resolver.Exception) string {
	text := "exception: " + brief(x.Terms.Reason)
	if x.Terms.Owner != "" {
		text += ", owner " + x.Terms.Owner
	}
	if x.Terms.Expires != "" {
		text += ", until " + x.Terms.Expires
	}
	return text
}

// roleAt is where the host names the role, or the service where it names that itself.
func (v *hostCheck) roleAt(d *resolver.EndpointDecision) tomldoc.Location {
	return v.named(d.Role, d.Service.Name)
}

func (v *hostCheck) named(role, service string) tomldoc.Location {
	for _, level := range v.linter.p.Levels(v.Host) {
		for r := range level.Roles.All() {
			if r.Value == role {
				return r.Location
			}
		}
		for s := range level.Services.All() {
			if role == "" && strings.EqualFold(s.Value, service) {
				return s.Location
			}
		}
	}
	return v.Location
}
