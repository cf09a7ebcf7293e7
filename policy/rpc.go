package policy

import (
	"fmt"
	"slices"
	"strings"

	"rolewall/ruleset"
	"rolewall/tomldoc"
)

// readRPC reads an [rpc] table: mode, range, fallback, ports, mixed, reason.
func (l *loader) readRPC(t *tomldoc.Table) *RPC {
	if t == nil {
		return &RPC{Mode: ruleset.RPCDynamic}
	}
	r := &RPC{Mode: ruleset.RPCMode(t.String("mode")), Fallback: t.String("fallback"), Location: t.Location()}
	if !t.Has("mode") {
		r.Mode = ruleset.RPCDynamic
	}
	modes := []string{"dynamic", "range", "static", "closed"}
	known := slices.Contains(modes, string(r.Mode))
	if !known {
		t.Fail("mode", strings.Join(modes, ", "), "unknown RPC mode %q", r.Mode)
	}
	r.Range = l.readRPCRange(t)
	r.Pins = l.readPins(t.Table("ports"))
	r.Mixed, _ = t.Bool("mixed")
	reason := t.String("reason")
	if r.Mixed && reason == "" {
		t.Fail("mixed", `reason = "range was changed by hand on ..."`, "mixed needs a reason")
	}
	if known {
		l.checkRPCKeys(t, r)
	}
	t.RejectUnknownKeys()
	return r
}

func (l *loader) readRPCRange(t *tomldoc.Table) *ruleset.PortRange {
	if !t.Has("range") {
		t.Text("range")
		return nil
	}
	r, err := ruleset.ParsePortRange(t.String("range"))
	if err != nil {
		t.Fail("range", `range = "50000-50199"`, "%s", err)
		return nil
	}
	if r.First <= 5000 {
		t.Fail("range", "Windows hands the ports up to 5000 to other programs", "the RPC range %s must lie above 5000", r)
	}
	return &r
}

func (l *loader) readPins(t *tomldoc.Table) []Pin {
	var pins []Pin
	byPort, byName := map[int]string{}, map[string]string{}
	for _, name := range t.Keys() {
		port, ok := t.Int(name, 1, 65535)
		if !ok {
			continue
		}
		if other, taken := byPort[port]; taken {
			t.Fail(name, "give each service a port of its own", "%s and %s are both pinned to port %d", name, other, port)
		}
		if other, taken := byName[strings.ToLower(name)]; taken {
			t.Fail(name, "names of services are compared without case", "%s is pinned already, as %s", name, other)
		}
		byPort[port], byName[strings.ToLower(name)] = name, name
		pins = append(pins, Pin{tomldoc.Text{Value: name, Location: t.LocationOf(name)}, uint16(port)})
	}
	return pins
}

// checkRPCKeys reports keys that have no effect in the mode, and missing keys.
func (l *loader) checkRPCKeys(t *tomldoc.Table, r *RPC) {
	needsRange := r.Mode == ruleset.RPCRange || r.Mode == ruleset.RPCStatic && r.Fallback == "range"
	static := r.Mode == ruleset.RPCStatic
	for _, rule := range []struct {
		wrong     bool
		key, hint string
		what      string
	}{
		{needsRange && !t.Has("range"), "mode", `range = "50000-50199"`, "this RPC policy needs a range"},
		{!needsRange && t.Has("range"), "range", `mode = "range"`, "a range has no effect in this RPC policy"},
		{static && len(t.Table("ports").Keys()) == 0, "mode", "ports = { LSASS = 38901, Netlogon = 38902 }", "mode static needs ports"},
		{!static && t.Has("ports"), "ports", `mode = "static"`, "ports have no effect unless mode is static"},
		{!static && t.Has("fallback"), "fallback", `mode = "static"`, "fallback has no effect unless mode is static"},
		{r.Mixed && r.Mode != ruleset.RPCDynamic, "mixed", `mode = "dynamic"`, "mixed has no effect unless mode is dynamic"},
		{!r.Mixed && t.Has("reason"), "reason", "mixed = true", "reason has no effect without mixed"},
	} {
		if rule.wrong {
			t.Fail(rule.key, rule.hint, "%s", rule.what)
		}
	}
	if static && t.Has("fallback") && !slices.Contains([]string{"dynamic", "range", "closed"}, r.Fallback) {
		t.Fail("fallback", "dynamic, range or closed", "unknown fallback %q", r.Fallback)
	}
}

func (l *loader) checkPinNames(r *RPC) {
	for _, pin := range r.Pins {
		l.p.Catalog.CheckServiceName(pin.Service, l.errs, nil)
		s, known := l.p.Catalog.Service(pin.Service.Value)
		if known && len(s.Pins) == 0 {
			hint := fmt.Sprintf("only the RPC range narrows it: mode = %q", "range")
			l.errs.Add(pin.Service.Location.Pos(), hint, "service %s has no setting that pins its port", s.Name)
		}
	}
}
