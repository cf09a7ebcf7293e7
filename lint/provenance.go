package lint

import (
	"strings"

	"rolewall/policy"
	"rolewall/resolver"
	"rolewall/tomldoc"
)

// provenanceOf returns the provenance of an endpoint in one line: "role file-server > lanmanserver > SMB, tcp/445
// for clients".
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

// roleAt returns where the host names the role, or the service if the host names that itself.
func (v *hostCheck) roleAt(d *resolver.EndpointDecision) tomldoc.Location {
	return v.named(d.Role, d.Service.Name)
}

func (v *hostCheck) named(role, service string) tomldoc.Location {
	kind, name := policy.RoleName, role
	if role == "" {
		kind, name = policy.ServiceName, service
	}
	if level, at := v.linter.p.Where(v.Host, kind, name); level != nil {
		return at
	}
	return v.Location
}
